//! Conditions on profiles, and values of profiles counted.

use fleet::{Comparison, Condition, ProfileCondition, ValueTest};
use ground::HostId;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::bed::{Bed, both, property};

fn number(comparison: Comparison, number: i128) -> ProfileCondition {
    ProfileCondition::value(["number_of_cpus"], ValueTest::Number(comparison, number))
}

fn flag(text: &str) -> ProfileCondition {
    let test = ValueTest::Element {
        member: Vec::new(),
        test: Box::new(ValueTest::Text(Comparison::Equal, text.to_owned())),
    };
    ProfileCondition::value(["cpu_flags"], test)
}

async fn found(bed: &Bed, condition: &ProfileCondition) -> Vec<HostId> {
    let condition = bed.fleet.with_profiles(&bed.org, condition).await.unwrap();
    let query = bed.query().with(condition);
    let mut found: Vec<HostId> =
        bed.fleet.refs(&query).await.unwrap().hosts.iter().map(|host| host.id).collect();
    found.sort();
    found
}

async fn report(bed: &Bed, host: u128, profile: Value) -> HostId {
    let draft = bed.draft().insights(host + 1).profile(&profile);
    bed.take(draft).await.host.id
}

#[tokio::test]
async fn conditions_on_profiles_see_what_any_process_wrote() {
    for bed in both().await {
        let other = bed.another_process().await;
        let one = report(&bed, 1, json!({"number_of_cpus": 4, "cpu_flags": ["fpu", "vme"]})).await;
        let two = report(&bed, 2, json!({"number_of_cpus": 8})).await;
        let many = number(Comparison::Greater, 4);
        assert_eq!(found(&bed, &many).await, [two], "{}", bed.engine());
        assert_eq!(found(&other, &many).await, [two]);
        assert_eq!(found(&bed, &flag("fpu")).await, [one]);
        assert_eq!(found(&bed, &flag("fp")).await, []);
        assert_eq!(found(&bed, &ProfileCondition::absent(["cpu_flags"])).await, [two]);
        report(&bed, 1, json!({"number_of_cpus": 16, "cpu_flags": ["fpu"]})).await;
        let mut both = vec![one, two];
        both.sort();
        assert_eq!(found(&other, &many).await, both);
        assert_eq!(found(&bed, &flag("vme")).await, []);
        bed.fleet.delete(&bed.query().scope, &[two], &fleet::Origin::default()).await.unwrap();
        assert_eq!(found(&other, &many).await, [one]);
        assert_eq!(found(&other.another_org(), &many).await, []);
        let values = other.fleet.profile_values(&other.query(), &["number_of_cpus"]).await.unwrap();
        assert_eq!(values, [(json!(16), 1)]);
    }
}

#[test]
fn conditions_find_what_looking_at_every_profile_finds() {
    let reports = prop::collection::vec((0_u128..6, prop::option::of(0_i64..4), 0_usize..4), 1..14);
    property(12, &reports, async |bed, reports| {
        let flags = ["a", "b", "c"];
        for (host, cpus, count) in reports {
            let mut profile = json!({"cpu_flags": &flags[..count]});
            if let Some(cpus) = cpus {
                profile["number_of_cpus"] = json!(cpus);
            }
            report(bed, host, profile).await;
            for (condition, holds) in [
                (
                    ProfileCondition::All(vec![number(Comparison::GreaterOrEqual, 2), flag("b")]),
                    (|profile| cpus_of(profile).is_some_and(|cpus| cpus >= 2) && has(profile, "b"))
                        as fn(&Value) -> bool,
                ),
                (
                    ProfileCondition::Any(vec![
                        ProfileCondition::absent(["number_of_cpus"]),
                        ProfileCondition::Not(Box::new(flag("a"))),
                    ]),
                    |profile| cpus_of(profile).is_none() || !has(profile, "a"),
                ),
            ] {
                let mut expected = Vec::new();
                for row in bed.hosts().await {
                    if holds(&bed.profile(row.host.id).await) {
                        expected.push(row.host.id);
                    }
                }
                expected.sort();
                assert_eq!(found(bed, &condition).await, expected, "{condition:?}");
            }
        }
    });
}

fn cpus_of(profile: &Value) -> Option<i64> {
    profile["number_of_cpus"].as_i64()
}

fn has(profile: &Value, flag: &str) -> bool {
    profile["cpu_flags"].as_array().is_some_and(|flags| flags.contains(&json!(flag)))
}

#[tokio::test]
async fn a_condition_is_one_among_others() {
    for bed in both().await {
        report(&bed, 1, json!({"number_of_cpus": 4})).await;
        let two = report(&bed, 2, json!({"number_of_cpus": 4})).await;
        let condition = bed.fleet.with_profiles(&bed.org, &number(Comparison::Equal, 4)).await.unwrap();
        let query = bed.query().with(condition).with(Condition::Ids(vec![two]));
        assert_eq!(bed.fleet.count(&query).await.unwrap(), 1, "{}", bed.engine());
    }
}
