//! Machines that report themselves: enrolment, a token for each host, revocation.

use enrolment::{Secret, TokenKind};
use serde_json::{Value, json};
use servicekit::Answer;
use testkit::{TestDatabase, callers::user};

use crate::world::{World, org, report};

/// Asks as whoever has this token.
async fn with(world: &World, token: &str, path: &str, body: &Value) -> Answer {
    let client = world.client();
    let mut request = client.request(None, &format!("POST {path}"), &body.to_string());
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    client.send(request).await
}

/// Makes a token; gives its id and the secret.
async fn token(world: &World, wanted: &Value) -> (String, String) {
    let answer = world.ask(Some(&user("ours")), "POST /tokens", &wanted.to_string()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let made = answer.json();
    (made["token"]["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

fn own() -> String {
    Secret::random(TokenKind::Host).unwrap().reveal()
}

fn machine(number: u128) -> Value {
    json!({"data": {"org_id": "ours", "insights_id": uuid::Uuid::from_u128(number + 1)}})
}

async fn enrol(world: &World, secret: &str, own: &str) -> Answer {
    with(world, secret, "/agents/enrol", &json!({"token": own})).await
}

async fn reports(world: &World, own: &str, number: u128) -> Answer {
    with(world, own, "/agents/report", &machine(number)).await
}

#[tokio::test]
async fn a_machine_enrols_and_reports_as_one_host() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let group = world.group("Lab", &[]).await;
        let tags = json!([{"namespace": "site", "key": "rack", "value": "b7"}]);
        let (id, secret) = token(&world, &json!({"group_id": group, "tags": tags, "uses": 2})).await;
        let own = own();
        let first = enrol(&world, &secret, &own).await;
        assert_eq!((first.status, &first.json()["org_id"]), (200, &json!("ours")), "{first:?}");
        assert_eq!(enrol(&world, &secret, &own).await.json(), first.json(), "asked again it is the same");
        let answer = reports(&world, &own, 1).await.json();
        assert_eq!(answer, json!({"id": first.json()["host_id"], "result": "created"}));
        assert_eq!(reports(&world, &own, 1).await.json()["result"], "unchanged");

        let state = world.read(&format!("/hosts/{}/state", answer["id"].as_str().unwrap())).await;
        let text = state.to_string();
        assert!(text.contains("b7") && text.contains("Lab"), "{text}");
        let listed = world.read("/tokens").await["tokens"][0].clone();
        assert_eq!((&listed["id"], &listed["used"]), (&json!(id), &json!(1)));
        let agents = world.read("/agents").await;
        assert_eq!((&agents["total"], &agents["agents"][0]["host_id"]), (&json!(1), &answer["id"]));
        for shown in [world.read("/tokens").await, agents] {
            let text = shown.to_string();
            for secret in [&secret, &own] {
                assert!(!text.contains(secret.rsplit_once('_').unwrap().1), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_has_an_enrolment_token_speaks_for_no_host_that_is_there() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let known = world.take(report(0)).await;
        let before = world.newest().await;
        let (_, secret) = token(&world, &json!({"uses": null})).await;
        let (thief, honest) = (own(), own());
        for own in [&thief, &honest] {
            assert_eq!(enrol(&world, &secret, own).await.status, 200);
        }
        let refused = reports(&world, &thief, 0).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(refused.detail().contains("another machine"), "{refused:?}");
        assert!(!refused.text.contains(&known.id.to_string()), "{refused:?}");
        assert_eq!(world.newest().await, before, "nothing is written");

        assert_eq!(reports(&world, &honest, 1).await.status, 200);
        assert_eq!(reports(&world, &thief, 1).await.status, 400, "nor for one that has enrolled");
        assert_eq!(reports(&world, &thief, 2).await.status, 200, "it adds a machine of its own");
        assert_eq!(reports(&world, &thief, 3).await.status, 400, "and is that one from then on");
    }
}

#[tokio::test]
async fn a_host_that_is_known_gets_a_token_that_is_for_it_alone() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let known = world.take(report(0)).await;
        let (_, secret) = token(&world, &json!({"host_id": known.id.0})).await;
        let (old, new) = (own(), own());
        assert_eq!(enrol(&world, &secret, &old).await.json()["host_id"], json!(known.id.0));
        assert_eq!(enrol(&world, &secret, &new).await.status, 401, "it has one use");
        assert_eq!(reports(&world, &old, 0).await.json()["id"], json!(known.id.0));
        assert_eq!(reports(&world, &old, 5).await.status, 400);

        let (_, secret) = token(&world, &json!({"host_id": known.id.0})).await;
        assert_eq!(enrol(&world, &secret, &new).await.status, 200);
        assert_eq!(reports(&world, &new, 0).await.status, 200);
        assert_eq!(reports(&world, &old, 0).await.status, 401, "the new one takes its place");
        world.delete(known.id).await;
        assert_eq!(reports(&world, &new, 0).await.json(), json!({"id": known.id.0, "result": "created"}));
    }
}

#[tokio::test]
async fn a_token_ends_by_its_uses_its_time_and_by_being_revoked() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let (_, once) = token(&world, &json!({})).await;
        let machine = own();
        assert_eq!(enrol(&world, &once, &machine).await.status, 200);
        assert_eq!(enrol(&world, &once, &own()).await.status, 401);
        assert_eq!(enrol(&world, &once, &machine).await.status, 200, "the same machine asks again");

        let (_, short) = token(&world, &json!({"seconds": 60})).await;
        world.pass(60);
        assert_eq!(enrol(&world, &short, &own()).await.status, 401);

        let (id, secret) = token(&world, &json!({"uses": null})).await;
        let [first, second] = [own(), own()];
        for own in [&first, &second] {
            assert_eq!(enrol(&world, &secret, own).await.status, 200);
        }
        assert_eq!(reports(&world, &first, 1).await.status, 200);
        let agent = Secret::parse(&first).unwrap().id;
        let ours = user("ours");
        assert_eq!(world.ask(Some(&ours), &format!("DELETE /agents/{agent}"), "").await.status, 204);
        assert_eq!(reports(&world, &first, 1).await.status, 401);
        assert_eq!(reports(&world, &second, 2).await.status, 200);
        let revoked = world.ask(Some(&ours), &format!("DELETE /tokens/{id}?hosts=true"), "").await;
        assert_eq!(revoked.json(), json!({"hosts": 1}));
        assert_eq!(reports(&world, &second, 2).await.status, 401);
        assert_eq!(enrol(&world, &secret, &own()).await.status, 401);
        let agents = world.read("/agents").await;
        assert!(
            agents["agents"].as_array().unwrap().iter().filter(|agent| agent["revoked"] == true).count() == 2
        );
        assert_eq!(world.fleet.orgs().await.unwrap(), [org("ours")]);
    }
}

#[tokio::test]
async fn tokens_are_no_good_for_one_another_and_reports_have_bounds() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let (_, secret) = token(&world, &json!({"uses": null})).await;
    let machine = own();
    assert_eq!(enrol(&world, &secret, &machine).await.status, 200);
    let twin = Secret::random(TokenKind::Host).unwrap().reveal();
    let forged = format!("{}_{}", machine.rsplit_once('_').unwrap().0, twin.rsplit_once('_').unwrap().1);
    for wrong in [&secret, &forged, &twin, &"nonsense".to_owned()] {
        assert_eq!(reports(&world, wrong, 1).await.status, 401, "{wrong}");
    }
    assert_eq!(enrol(&world, &machine, &twin).await.status, 401);
    assert_eq!(enrol(&world, &secret, &secret).await.status, 400);
    let large = json!({"data": {"org_id": "ours", "facts": "x".repeat(4 << 20)}});
    assert_eq!(with(&world, &machine, "/agents/report", &large).await.status, 413);
    let mut answers = Vec::new();
    for _ in 0..25 {
        answers.push(reports(&world, &machine, 1).await.status);
    }
    assert!(answers.contains(&200) && answers.contains(&429), "{answers:?}");
    for bad in
        [json!({"uses": 0}), json!({"seconds": 1}), json!({"note": "x".repeat(256)}), json!({"other": 1})]
    {
        let answer = world.ask(Some(&user("ours")), "POST /tokens", &bad.to_string()).await;
        assert_eq!(answer.status, 400, "{bad}: {answer:?}");
    }
}

#[tokio::test]
async fn every_statement_is_understood() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let refused = store::prepare_all(world.fleet.db(), enrolment::STATEMENTS).await.unwrap();
        assert_eq!(refused, Vec::<String>::new());
    }
}
