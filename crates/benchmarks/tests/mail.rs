//! E-mail through a mail server that accepts, refuses, asks for patience, or says nothing.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod support;

use ground::Stopper;
use notify::{Delivery, Fixed, INSTALLATION, MailServer as Smtp, Outlet, Queue, Senders, Webhooks};
use store::Sql;
use support::World;
use testkit::{MailScript, MailServer, TestDatabase};

/// What delivers by this server.
fn delivery(world: &World, port: u16) -> Delivery {
    let outlet = Outlet::Server { host: "127.0.0.1".to_owned(), port };
    let (from, support) = ("perf@example.org".to_owned(), "support@example.org".to_owned());
    let senders =
        Senders { webhooks: Webhooks::new([]), mail: Smtp { outlet, from, support }, publisher: None };
    Delivery::new(queue(world), senders)
}

fn queue(world: &World) -> Queue {
    Queue::new(world.db.clone(), world.clock.clone(), Fixed::default(), 10)
}

async fn send_due(delivery: &Delivery) -> usize {
    let (_stopper, stop) = Stopper::new();
    delivery.send_due(&stop).await.unwrap()
}

async fn world() -> (TestDatabase, World, MailServer, Delivery) {
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    let server = MailServer::start().await;
    let delivery = delivery(&world, server.port);
    // Registering writes one.
    assert_eq!(world.ask("POST", "/users:register", Some("tok-user1"), None).await.status, 201);
    (database, world, server, delivery)
}

async fn waiting(world: &World) -> i64 {
    let all = Sql::new("SELECT COUNT(*) FROM notification WHERE dead IS NULL");
    world.db.read_one(all).await.unwrap().unwrap().get(0).unwrap()
}

/// How many e-mails were given up.
async fn given_up(world: &World) -> i64 {
    queue(world).dead_letters(INSTALLATION, None, 1).await.unwrap().1
}

fn wait(world: &World, seconds: i64) {
    world.clock.set(world.clock.now().plus_seconds(seconds));
}

#[tokio::test]
async fn what_is_written_is_sent_once() {
    let (_database, world, server, delivery) = world().await;
    assert_eq!(send_due(&delivery).await, 1);
    assert_eq!(send_due(&delivery).await, 0);
    let site = serde_json::json!({"name": "s", "address": "a"});
    assert_eq!(world.ask("POST", "/sites", Some("tok-user1"), Some(site)).await.status, 201);
    assert_eq!(send_due(&delivery).await, 1);
    let [welcome, submitted] = &server.received()[..] else { panic!("{:?}", server.received()) };
    assert!(welcome.contains("Subject: Thank you for registering") && !welcome.contains("Cc:"), "{welcome}");
    assert!(
        welcome.contains("To: user1@example.com") && welcome.contains("From: perf@example.org"),
        "{welcome}"
    );
    assert!(
        submitted.contains("Cc: support@example.org") && submitted.contains("Resource-ID: "),
        "{submitted}"
    );
    assert_eq!(waiting(&world).await, 0);
}

#[tokio::test]
async fn a_server_that_asks_for_patience_is_tried_again() {
    let (_database, world, server, delivery) = world().await;
    server.say(MailScript { message: "451 later", ..MailScript::ACCEPT });
    assert_eq!(send_due(&delivery).await, 0);
    assert_eq!(waiting(&world).await, 1);
    server.say(MailScript::ACCEPT);
    assert_eq!(send_due(&delivery).await, 0, "not before its time");
    wait(&world, 31);
    assert_eq!(send_due(&delivery).await, 1);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_is_a_dead_letter() {
    let (_database, world, server, delivery) = world().await;
    server.say(MailScript { recipient: "550 no such user", ..MailScript::ACCEPT });
    assert_eq!(send_due(&delivery).await, 0);
    assert_eq!((waiting(&world).await, given_up(&world).await, server.received().len()), (0, 1, 0));
    server.say(MailScript::ACCEPT);
    assert_eq!(queue(&world).resend(INSTALLATION, None).await.unwrap(), 1);
    assert_eq!((send_due(&delivery).await, given_up(&world).await), (1, 0));
}

#[tokio::test]
async fn while_the_server_is_down_nothing_is_lost_for_five_days() {
    let (_database, world, server, there) = world().await;
    let down = delivery(&world, 9);
    for _ in 0..10 {
        assert_eq!(send_due(&down).await, 0);
        assert_eq!(waiting(&world).await, 1);
        wait(&world, 3_600);
    }
    assert_eq!(send_due(&there).await, 1);
    assert_eq!(server.received().len(), 1);
    assert_eq!(world.ask("POST", "/users:register", Some("tok-user2"), None).await.status, 201);
    wait(&world, 5 * 86_400);
    assert_eq!(send_due(&down).await, 0);
    assert_eq!((waiting(&world).await, given_up(&world).await), (0, 1));
}

#[tokio::test]
async fn two_that_send_do_not_send_twice() {
    let (_database, world, server, delivery) = world().await;
    for n in 0..20 {
        let tag = serde_json::json!({"name": format!("s{n}"), "address": "a"});
        assert_eq!(world.ask("POST", "/sites", Some("tok-user1"), Some(tag)).await.status, 201);
    }
    let (one, other) = tokio::join!(send_due(&delivery), send_due(&delivery));
    assert_eq!(one + other, 21);
    assert_eq!(server.received().len(), 21);
}
