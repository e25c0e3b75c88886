//! Notifications on their way: what is owed is delivered, whatever the other side does.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod order;
mod world;

use std::{collections::BTreeSet, time::Duration};

use bus::Recorder;
use notify::{ChannelKind, Event, signature};
use testkit::{MailServer, Manners, Receiver, TestDatabase, eventually};

use world::{World, told};

#[tokio::test]
async fn both_engines_know_every_statement() {
    for database in TestDatabase::both().await {
        let world = World::new(&database, 10).await;
        assert_eq!(store::prepare_all(&world.db, notify::STATEMENTS).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_webhook_gets_the_document_signed() {
    for database in TestDatabase::both().await {
        let world = World::new(&database, 10).await;
        let receiver = Receiver::start().await;
        world.hook("ours", "hook", &receiver.url).await;
        world.queue.tell("ours", &[told("1"), told("2")]).await.unwrap();
        world.queue.tell("theirs", &[told("3")]).await.unwrap();
        assert_eq!(world.delivery([&*receiver.url]).send().await, 2);
        let taken = receiver.taken();
        assert_eq!(
            taken.iter().map(|call| &*call.body).collect::<BTreeSet<_>>(),
            [r#"{"key":"1"}"#, r#"{"key":"2"}"#].into()
        );
        for call in taken {
            let header = |name: &str| call.headers[name].clone();
            let seconds = header("webhook-timestamp").parse().unwrap();
            let signed = signature(world::SECRET, &header("webhook-id"), seconds, call.body.as_bytes());
            assert_eq!(
                (header("webhook-signature"), header("plumbline-event")),
                (signed, "alert".to_owned())
            );
        }
        assert_eq!(world.waiting("ours").await, 0);
    }
}

#[tokio::test]
async fn what_fails_is_tried_again_under_the_same_id_until_it_works() {
    for database in TestDatabase::both().await {
        let world = World::new(&database, 10).await;
        let receiver = Receiver::start().await;
        world.hook("ours", "hook", &receiver.url).await;
        world.queue.tell("ours", &[told("1")]).await.unwrap();
        let delivery = world.delivery([&*receiver.url]);
        for manners in [
            Manners::Status(500),
            Manners::HangUp,
            Manners::Redirect("http://127.0.0.1:1/"),
            Manners::Status(429),
        ] {
            receiver.behave(manners);
            assert_eq!(delivery.send().await, 0, "{manners:?}");
            assert_eq!(world.waiting("ours").await, 1, "{manners:?}");
            assert_eq!(delivery.send().await, 0, "not before its time");
            world.pass(3_600);
        }
        receiver.behave(Manners::Status(204));
        assert_eq!(delivery.send().await, 1);
        let ids: BTreeSet<String> =
            receiver.calls().iter().map(|call| call.headers["webhook-id"].clone()).collect();
        assert_eq!((ids.len(), receiver.calls().len(), receiver.taken().len()), (1, 5, 1));
    }
}

#[tokio::test]
async fn nobody_reaches_this_network_by_a_webhook() {
    let database = TestDatabase::embedded();
    let world = World::new(&database, 10).await;
    let receiver = Receiver::start().await;
    world.hook("ours", "plain", &receiver.url).await;
    world.hook("ours", "with tls", &receiver.url.replace("http:", "https:")).await;
    world.hook("ours", "metadata", "http://169.254.169.254/latest").await;
    world.queue.tell("ours", &[told("1")]).await.unwrap();
    assert_eq!(world.delivery([]).send().await, 0);
    let (letters, total) = world.queue.dead_letters("ours", None, 10).await.unwrap();
    assert!(receiver.calls().is_empty() && total == 3, "{letters:?}");
    assert!(letters.iter().all(|letter| letter.reason.contains("is not asked")), "{letters:?}");
}

#[tokio::test]
async fn a_dead_webhook_holds_up_nobody_else() {
    let database = TestDatabase::embedded();
    let world = World::new(&database, 1_000).await;
    let (hangs, works) = (Receiver::start().await, Receiver::start().await);
    hangs.behave(Manners::Hang);
    for number in 0..5 {
        world.hook("ours", &format!("dead {number}"), &hangs.url).await;
    }
    world.hook("ours", "works", &works.url).await;
    world.hook("theirs", "works", &works.url).await;
    let many: Vec<_> = (0..50).map(|number| told(&number.to_string())).collect();
    world.queue.tell("ours", &many).await.unwrap();
    world.queue.tell("theirs", &many).await.unwrap();
    let delivery = world.delivery([&*hangs.url, &*works.url]);
    let sending = tokio::spawn(async move { delivery.send().await });
    // Those of the others at once; those of this organisation when one of its dead ones is given a rest.
    eventually("theirs is told", Duration::from_secs(5), || async {
        (works.taken().len() >= 50).then_some(())
    })
    .await;
    eventually("ours is told", Duration::from_mins(1), || async {
        (works.taken().len() == 100).then_some(())
    })
    .await;
    sending.abort();
}

#[tokio::test]
async fn one_that_its_receiver_chokes_on_does_not_hold_up_those_behind() {
    for database in TestDatabase::both().await {
        let world = World::new(&database, 10).await;
        let receiver = Receiver::start().await;
        receiver.behave(Manners::ChokeOn(r#""key":"2""#));
        world.hook("ours", "hook", &receiver.url).await;
        world.queue.tell("ours", &["1", "2", "3", "4", "5"].map(told)).await.unwrap();
        let delivery = world.delivery([&*receiver.url]);
        for _ in 0..3 {
            delivery.send().await;
            world.pass(10);
        }
        assert_eq!((receiver.taken().len(), world.waiting("ours").await), (4, 1));
        world.pass(6 * 86_400);
        delivery.send().await;
        let (letters, _) = world.queue.dead_letters("ours", None, 10).await.unwrap();
        assert!(letters.len() == 1 && letters[0].attempts > 1, "{letters:?}");
        receiver.behave(Manners::Status(200));
        assert_eq!(world.queue.resend("ours", None).await.unwrap(), 1);
        assert_eq!((delivery.send().await, receiver.taken().len()), (1, 5));
    }
}

#[tokio::test]
async fn an_answer_for_good_is_a_dead_letter_at_once() {
    let database = TestDatabase::embedded();
    let world = World::new(&database, 10).await;
    let receiver = Receiver::start().await;
    receiver.behave(Manners::Status(410));
    world.hook("ours", "hook", &receiver.url).await;
    world.queue.tell("ours", &[told("1")]).await.unwrap();
    assert_eq!(world.delivery([&*receiver.url]).send().await, 0);
    let (letters, _) = world.queue.dead_letters("ours", None, 10).await.unwrap();
    assert_eq!((letters[0].reason.as_str(), letters[0].attempts), ("it answered 410 Gone", 1));
    assert!(world.queue.discard("ours", letters[0].id).await.unwrap());
    assert!(!world.queue.discard("ours", letters[0].id).await.unwrap());
}

#[tokio::test]
async fn e_mail_goes_to_channels() {
    let database = TestDatabase::embedded();
    let world = World::new(&database, 10).await;
    let server = MailServer::start().await;
    let saved = world.queue.save_channel(
        "ours",
        "mail",
        ChannelKind::Email,
        "ops@example.org",
        None,
        vec![Event::Alert],
    );
    saved.await.unwrap();
    world.queue.tell("ours", &[told("1")]).await.unwrap();
    assert_eq!(world.delivery_by_mail(server.port).send().await, 1);
    let mail = server.received().remove(0);
    assert!(
        mail.contains("To: ops@example.org")
            && mail.contains("Subject: subject 1")
            && mail.contains("text 1"),
        "{mail}"
    );
}

#[tokio::test]
async fn a_topic_that_is_missing_is_waited_for() {
    for database in TestDatabase::both().await {
        let world = World::with_topic(&database).await;
        let recorder = Recorder::default();
        recorder.miss_topic("told", true);
        let delivery = world.delivery_to_topics(&recorder);
        world.queue.tell("ours", &[told("1")]).await.unwrap();
        assert_eq!(delivery.send().await, 0);
        recorder.miss_topic("told", false);
        world.pass(6);
        assert_eq!(delivery.send().await, 1);
        let sent = recorder.take();
        assert_eq!((sent.len(), &*sent[0].payload), (1, br#"{"key":"1"}"#.as_slice()));
        assert!(sent[0].header("webhook-id").is_some());
        // A process without brokers leaves it to others.
        world.queue.tell("ours", &[told("2")]).await.unwrap();
        assert_eq!(world.delivery([]).send().await, 0);
        assert_eq!(world.waiting("ours").await, 1);
    }
}
