//! How profiles are kept.

use proptest::prelude::*;
use serde_json::{Value, json};
use store::Sql;

use crate::bed::{Bed, both, property};

/// The one character that a server's texts cannot hold; whoever feeds the record removes it before.
fn without_nul(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace('\0', "0"),
        Value::Array(items) => items.iter_mut().for_each(without_nul),
        Value::Object(members) => {
            let renamed = std::mem::take(members).into_iter().map(|(name, mut value)| {
                without_nul(&mut value);
                (name.replace('\0', "0"), value)
            });
            members.extend(renamed);
        }
        _ => {}
    }
}

#[test]
fn any_profile_is_read_back_as_it_came() {
    let profiles = prop::collection::vec(testkit::any_profile(), 1..3);
    property(24, &profiles, async |bed, mut profiles| {
        profiles.iter_mut().for_each(without_nul);
        let mut expected = Vec::new();
        for (n, profile) in profiles.iter().enumerate() {
            let id = bed.take(bed.draft().insights(n as u128).profile(profile)).await.id;
            assert_eq!(&bed.profile(id).await, profile);
            expected.push((id, profile));
        }
        let log = bed.log().await;
        let stored = bed.fleet.profiles_of(&bed.org, &log).await.unwrap();
        for ((id, profile), (change, stored)) in expected.iter().zip(log.iter().zip(stored)) {
            assert_eq!(change.host.id, *id);
            assert_eq!(serde_json::from_str::<Value>(&stored.json()).unwrap(), **profile);
        }
        // Another process has none of the bases in memory.
        let other = bed.another_process().await;
        for (id, profile) in expected {
            assert_eq!(&other.profile(id).await, profile);
        }
    });
}

#[tokio::test]
async fn only_the_members_asked_for_are_given() {
    for bed in both().await {
        let whole = json!({"arch": "x86_64", "cpu_flags": ["fpu"], "installed_packages": ["a-0:1-1.x86_64"]});
        let id = bed.take(bed.draft().insights(1).profile(&whole)).await.id;
        for (members, expected) in [
            (&["arch"][..], json!({"arch": "x86_64"})),
            (&["cpu_flags", "number_of_cpus", "nonsense"], json!({"cpu_flags": ["fpu"]})),
            (&[], json!({})),
        ] {
            let page = bed.fleet.profiles(&bed.query(), Some(members)).await.unwrap();
            assert_eq!((page.total, page.hosts[0].0.id), (1, id));
            assert_eq!(
                serde_json::from_str::<Value>(&page.hosts[0].1).unwrap(),
                expected,
                "{}",
                bed.engine()
            );
        }
    }
}

/// The packages of machine `n`: 600 that all share, 15 of its own.
fn packages(n: u32) -> Vec<String> {
    let name =
        |kind: &str, n: u32| format!("{kind}-{n:04x}-libs-0:{}.{}-{}.el9.x86_64", n % 9, n % 31, n % 7);
    // Spread by multiplication, so that the shared part does not compress by itself.
    let shared = (0..600u32).map(|p| name("package", p.wrapping_mul(2_654_435_761) >> 16));
    let own = (0..15u32).map(|p| name("odd", (n * 15 + p).wrapping_mul(2_654_435_761) >> 16));
    shared.chain(own).collect()
}

/// Rows of sections: all, those that are a delta, those whose base is missing or a delta itself.
async fn counts(bed: &Bed) -> (i64, i64, i64) {
    let sql = Sql::new(
        "SELECT COUNT(*), COUNT(s.base), COUNT(CASE WHEN s.base IS NOT NULL AND (b.digest IS NULL OR b.base IS NOT NULL) THEN 1 END)
         FROM section s LEFT JOIN section b ON b.org_id = s.org_id AND b.digest = s.base WHERE s.org_id = $1",
    );
    let row = bed.fleet.db().read_one(sql.bind(&bed.org)).await.unwrap().unwrap();
    (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())
}

#[tokio::test]
async fn machines_that_are_alike_take_little_room() {
    const MACHINES: u32 = 200;
    for bed in both().await {
        let other = bed.another_process().await;
        for (n, some) in (0..MACHINES).collect::<Vec<_>>().chunks(25).enumerate() {
            let reports = some.iter().map(|n| {
                let profile =
                    json!({"arch": "x86_64", "number_of_cpus": n, "installed_packages": packages(*n)});
                bed.draft().insights(u128::from(*n)).profile(&profile).into()
            });
            let process = if n % 2 == 0 { &bed } else { &other };
            assert!(process.fleet.ingest(reports.collect()).await.unwrap().iter().all(Result::is_ok));
        }
        let sql = Sql::new(
            "SELECT CAST(SUM(LENGTH(body)) AS BIGINT), CAST(SUM(size) AS BIGINT) FROM section WHERE org_id = $1",
        );
        let row = bed.fleet.db().read_one(sql.bind(&bed.org)).await.unwrap().unwrap();
        let (stored, sent): (i64, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        assert!(sent / i64::from(MACHINES) > 15_000, "{sent}");
        assert!(
            stored / i64::from(MACHINES) < 2_048,
            "{stored} bytes for {MACHINES} machines, {}",
            bed.engine()
        );
        let (all, deltas, broken) = counts(&bed).await;
        assert_eq!(broken, 0, "a base is whole and there, {}", bed.engine());
        assert!(all > 200 && deltas > 190, "{deltas} of {all}, {}", bed.engine());

        let page = bed.another_process().await.fleet.profiles(&bed.query(), None).await.unwrap();
        assert_eq!(page.hosts.len(), MACHINES as usize);
        for (host, profile) in page.hosts {
            let n = host.canonical_facts.insights_id.unwrap().as_u128() as u32;
            let profile: Value = serde_json::from_str(&profile).unwrap();
            assert_eq!(profile["installed_packages"], json!(packages(n)), "{}", bed.engine());
        }
    }
}

#[tokio::test]
async fn a_section_that_many_machines_share_is_stored_once_in_an_organisation() {
    for bed in both().await {
        let other = bed.another_org();
        for n in 0..10 {
            bed.take(bed.draft().insights(n).packages(&["a-0:1-1.x86_64", "b-0:1-1.x86_64"])).await;
        }
        other.take(other.draft().insights(1).packages(&["a-0:1-1.x86_64", "b-0:1-1.x86_64"])).await;
        assert_eq!(counts(&bed).await.0, 1, "{}", bed.engine());
        assert_eq!(counts(&other).await.0, 1, "{}", bed.engine());
    }
}
