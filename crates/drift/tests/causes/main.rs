//! Causes of drift: one event for many machines, and nothing that was bad is lost among what was planned.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod arrivals;
mod replay;
mod volatile;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use drift::{
    causes::{Arrival, MOST_RULES},
    rules::causes::{Deviation, Rule, RuleKind},
};
use ground::HostId;
use proptest::prelude::*;
use testkit::TestDatabase;
use uuid::Uuid;

use world::{BASELINE, World, arrival, deviation};

#[tokio::test]
async fn both_engines_know_every_statement() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let refused = store::prepare_all(&world.causes.db, drift::STATEMENTS).await.unwrap();
        assert_eq!(refused, Vec::<String>::new());
    }
}

#[tokio::test]
async fn many_machines_that_change_alike_are_one_event_which_counts_them() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let openssl = deviation("installed_packages.openssl", "3.0.7", "3.0.13");
        for host in 0..30 {
            world.report(&[arrival(host, std::slice::from_ref(&openssl))]).await;
            world.report(&[arrival(host, std::slice::from_ref(&openssl))]).await;
        }
        assert_eq!(world.told().await.len(), 0, "not at once");
        world.pass(61);
        let told = world.told().await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["event_type"], "drift-cause-detected");
        let payload: serde_json::Value =
            serde_json::from_str(told[0]["events"][0]["payload"].as_str().unwrap()).unwrap();
        assert_eq!((&payload["hosts"], &payload["side"]), (&30.into(), &"behind our back".into()));
        world.report(&[arrival(31, &[openssl])]).await;
        world.pass(3_600);
        assert!(world.told().await.is_empty(), "it is told once");
        let cause = world.causes.list("ours").await.unwrap().remove(0);
        assert_eq!(
            (cause.hosts, drift::causes::headline(&cause).as_str()),
            (31, "openssl 3.0.7 → 3.0.13 on 31 hosts")
        );
        assert_eq!(world.causes.hosts("ours", cause.id, 10, 30).await.unwrap().len(), 1);
        assert!(world.causes.list("theirs").await.unwrap().is_empty());
        assert!(world.causes.hosts("theirs", cause.id, 10, 0).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_is_over_before_it_is_told_is_not_told_and_what_returns_after_a_day_is_told_anew() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let bad = deviation("enabled_services.telnet", "", "enabled");
        world.report(&[arrival(1, std::slice::from_ref(&bad))]).await;
        world.report(&[arrival(1, &[])]).await;
        world.pass(100);
        assert!(world.told().await.is_empty());
        world.report(&[arrival(1, std::slice::from_ref(&bad))]).await;
        world.pass(100);
        assert_eq!(world.told().await.len(), 1);
        world.report(&[arrival(1, &[])]).await;
        world.pass(600);
        world.report(&[arrival(1, std::slice::from_ref(&bad))]).await;
        world.pass(100);
        assert!(world.told().await.is_empty(), "it flaps");
        world.report(&[arrival(1, &[])]).await;
        world.pass(90_000);
        world.report(&[arrival(1, &[bad])]).await;
        world.pass(100);
        assert_eq!(world.told().await.len(), 1);
    }
}

#[tokio::test]
async fn windows_and_expected_values_make_changes_ours_and_ignored_ones_are_silent() {
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    let rule = |kind, pattern: &str, value: Option<&str>, seconds: i64| Rule {
        id: Uuid::new_v4(),
        kind,
        baseline: None,
        pattern: pattern.to_owned(),
        value: value.map(str::to_owned),
        begins: world.now(),
        ends: Some(world.now().plus_seconds(seconds)),
        reason: "patch day".to_owned(),
        author: "me".to_owned(),
    };
    for rule in [
        rule(RuleKind::Window, "installed_packages.*", None, 600),
        rule(RuleKind::Expected, "os_kernel_version", Some("6.*"), 60_000),
        rule(RuleKind::Ignore, "tags.*", None, 600),
    ] {
        rule.check().unwrap();
        assert!(world.causes.add_rule("ours", &rule).await.unwrap());
    }
    let package = deviation("installed_packages.bash", "5.1", "5.2");
    let kernel = deviation("os_kernel_version", "5.14", "6.1");
    let tag = deviation("tags.x.y", "1", "2");
    world.report(&[arrival(1, &[package.clone(), kernel.clone(), tag.clone()])]).await;
    world.pass(100);
    let sides: Vec<String> =
        world.told().await.iter().map(|told| told["events"][0]["payload"].to_string()).collect();
    assert!(
        sides.len() == 2 && sides.iter().all(|payload| payload.contains(r#"\"side\":\"ours\""#)),
        "{sides:?}"
    );
    world.pass(600);
    world.report(&[arrival(2, &[package, kernel, tag])]).await;
    let unplanned: BTreeMap<String, i64> = world
        .causes
        .list("ours")
        .await
        .unwrap()
        .into_iter()
        .map(|cause| (cause.deviation.fact, cause.unplanned))
        .collect();
    assert_eq!((unplanned["installed_packages.bash"], unplanned["os_kernel_version"]), (1, 0));
    world.pass(100);
    let told = world.told().await;
    assert!(told.len() == 1 && told[0].to_string().contains("tags.x.y"), "the ignore is over: {told:?}");
}

#[tokio::test]
async fn an_organisation_has_so_many_rules_whoever_adds_them() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let rule = || Rule {
            id: Uuid::new_v4(),
            kind: RuleKind::Ignore,
            baseline: None,
            pattern: "tags.*".to_owned(),
            value: None,
            begins: world.now(),
            ends: Some(world.now().plus_seconds(600)),
            reason: "noise".to_owned(),
            author: "me".to_owned(),
        };
        for _ in 0..MOST_RULES {
            assert!(world.causes.add_rule("ours", &rule()).await.unwrap());
        }
        assert!(!world.causes.add_rule("ours", &rule()).await.unwrap());
        assert_eq!(world.causes.rules("ours").await.unwrap().len() as i64, MOST_RULES);
        assert!(world.causes.add_rule("theirs", &rule()).await.unwrap());
    }
}

/// What the machines of a history say after it: machines by deviation.
fn model(history: &[(u8, BTreeSet<u8>)]) -> BTreeMap<u8, BTreeSet<u8>> {
    let last: BTreeMap<u8, &BTreeSet<u8>> = history.iter().map(|(host, says)| (*host, says)).collect();
    let mut causes: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
    for (host, says) in last {
        for one in says {
            causes.entry(*one).or_default().insert(host);
        }
    }
    causes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_machines_behind_causes_are_those_that_deviate_now(
        history in prop::collection::vec((0u8..5, prop::collection::btree_set(0u8..4, 0..4)), 1..30),
        size in 1usize..7,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(async {
            let database = TestDatabase::embedded();
            let world = World::new(&database).await;
            for batch in history.chunks(size) {
                let arrivals: Vec<Arrival> = batch.iter().map(|(host, says)| {
                    let says: Vec<Deviation> =
                        says.iter().map(|one| deviation(&format!("fact{one}"), "a", "b")).collect();
                    arrival(u32::from(*host), &says)
                }).collect();
                world.report(&arrivals).await;
                world.report(&arrivals).await;
            }
            let mut found: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
            for cause in world.causes.list("ours").await.unwrap() {
                let hosts = world.causes.hosts("ours", cause.id, 100, 0).await.unwrap();
                assert_eq!((cause.hosts, cause.unplanned), (hosts.len() as i64, hosts.len() as i64));
                assert_eq!((cause.ended.is_some(), cause.baseline), (hosts.is_empty(), BASELINE));
                let number = cause.deviation.fact.trim_start_matches("fact").parse().unwrap();
                let hosts: BTreeSet<u8> = hosts.iter().map(|one| one.host.0.as_u128() as u8).collect();
                if !hosts.is_empty() {
                    found.insert(number, hosts);
                }
            }
            found
        });
        prop_assert_eq!(found, model(&history));
    }
}

/// The machine of this number.
fn host(number: u32) -> HostId {
    HostId(Uuid::from_u128(u128::from(number)))
}
