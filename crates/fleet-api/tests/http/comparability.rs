//! Was it the code or the machine: what differs between the machines of two results.

use fleet_api::pinned::Pinned;
use serde_json::{Value, json};
use servicekit::Client;
use testkit::{TestDatabase, callers::user};
use uuid::Uuid;

use crate::world::{World, limited_to, with_profile};

fn profile(kernel: &str, glibc: &str, captured: &str) -> Value {
    json!({
        "os_kernel_version": kernel, "cpu_model": "one", "captured_date": captured,
        "installed_packages": [format!("glibc-0:{glibc}-1.el9.x86_64"), "bash-0:5.1-1.el9.x86_64"],
    })
}

/// Takes in a report; gives the result that ran on the machine then.
async fn run(world: &World, machine: u32, profile: &Value) -> String {
    let stored = world.take(with_profile(machine, profile)).await;
    let result = Uuid::new_v4();
    let seq = world.newest().await;
    world.results.0.lock().unwrap().push(Pinned { result, host: stored.id, seq });
    result.to_string()
}

async fn asked(client: &Client, results: &[&str]) -> Value {
    client.ours(&format!("GET /comparability?results={}", results.join(",")), "").await.json()
}

/// The keys that differ, result by result.
fn keys(answer: &Value) -> Vec<Vec<&str>> {
    let mut all = Vec::new();
    for machine in answer["results"].as_array().unwrap() {
        let facts = machine["differences"].as_array().unwrap();
        all.push(facts.iter().map(|fact| fact["key"].as_str().unwrap()).collect());
    }
    all
}

#[tokio::test]
async fn changes_of_the_machine_are_all_told_and_unchanged_machines_are_comparable() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let first = run(&world, 0, &profile("5.14.1", "2.34", "2026-01-01T00:00:00+00:00")).await;
        let again = run(&world, 0, &profile("5.14.1", "2.34", "2026-01-02T00:00:00+00:00")).await;
        let twin = run(&world, 1, &profile("5.14.1", "2.34", "2026-01-03T00:00:00+00:00")).await;
        let kernel = run(&world, 0, &profile("5.14.2", "2.34", "2026-01-04T00:00:00+00:00")).await;
        let both = run(&world, 0, &profile("5.14.3", "2.35", "2026-01-05T00:00:00+00:00")).await;
        let client = world.client();

        let answer = asked(&client, &[&first, &again, &twin, &kernel, &both]).await;
        let nothing: Vec<&str> = Vec::new();
        let expected = [
            nothing.clone(),
            nothing.clone(),
            nothing,
            vec!["os_kernel_version"],
            vec!["os_kernel_version", "glibc"],
        ];
        assert_eq!(keys(&answer), expected, "{answer}");
        let comparable: Vec<_> = answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|machine| machine["comparable"].as_bool())
            .collect();
        assert_eq!(comparable, [true, true, true, false, false].map(Some));
        let told = &answer["results"][3]["differences"][0];
        let expected = json!({"category": "kernel", "section": "facts", "key": "os_kernel_version",
                              "before": "5.14.1", "after": "5.14.2"});
        assert_eq!(*told, expected);
        assert_eq!(answer["unknown"], json!([]));
    }
}

#[tokio::test]
async fn results_without_a_machine_that_the_caller_sees_are_unknown() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        let same = profile("5.0.0", "2.0", "2026-01-01T00:00:00+00:00");
        let (a, b) = (run(&world, 0, &same).await, run(&world, 1, &same).await);
        let nobody = Uuid::new_v4().to_string();
        let answer = asked(&world.client(), &[&a, &nobody]).await;
        assert_eq!((keys(&answer).len(), &answer["unknown"]), (1, &json!([nobody])));

        let asked_by_others = format!("GET /comparability?results={a},{b}");
        let others = world.client().ask(Some(&user("theirs")), &asked_by_others, "").await.json();
        assert_eq!(others, json!({"results": [], "unknown": [a, b]}));

        let hosts = world.results.0.lock().unwrap().iter().map(|pinned| pinned.host).collect::<Vec<_>>();
        let group = world.group("g", &hosts[1..]).await;
        world.app.access.permissions = limited_to(json!([group])).await;
        let answer = asked(&world.client(), &[&a, &b]).await;
        assert_eq!(answer["unknown"], json!([a]), "a host of another group is not told of");

        let alone = asked(&world.client(), &[&b]).await;
        assert_eq!(alone["results"][0]["host_id"], json!(hosts[1].0), "{alone}");
        let many = (0..21).map(|_| Uuid::new_v4().to_string()).collect::<Vec<_>>().join(",");
        for bad in ["", &many, "x,y"] {
            let answer = world.client().ours(&format!("GET /comparability?results={bad}"), "").await;
            assert_eq!(answer.status, 400, "{bad}");
        }
    }
}
