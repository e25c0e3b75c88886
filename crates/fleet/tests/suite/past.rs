//! Hosts as they were: what the log says of any moment is what was said at that moment.

use std::collections::BTreeMap;

use fleet::{GroupCount, Host, HostsThen, NotThen, PackageName, PackageVersion, Scope, SystemCount, Untold};
use ground::{HostId, Timestamp};
use proptest::prelude::*;

use crate::{
    bed::{Bed, both, nowhere, property},
    log::{any_step, take},
};

/// What may be asked of the past.
const QUESTIONS: [&str; 14] = [
    "name:*",
    "name:name or äpfel",
    "fqdn:a.example.com",
    "group:g",
    "not group:*",
    "tag:ns/k=v",
    "tag:l* or tag:own=v",
    "provider:aws and not tag:own",
    "type:conventional",
    "arch:x86_64",
    "not arch:*",
    "os:RHEL",
    "subscription_manager_id:s1 or provider_id:i-1",
    "insights_id:00000000-0000-0000-0000-000000000001",
];

/// For which hosts a question is true now.
async fn now(bed: &Bed, question: &str) -> Vec<(String, HostId)> {
    let query = bed.query();
    let condition = bed.fleet.question(&bed.org, question, query.now).await.unwrap();
    let page = bed.fleet.list(&query.with(condition)).await.unwrap();
    let mut found: Vec<_> =
        page.hosts.iter().map(|row| (row.host.display_name.clone(), row.host.id)).collect();
    found.sort_unstable();
    found
}

async fn then(bed: &Bed, question: Option<&str>, at: Timestamp) -> HostsThen {
    bed.fleet.hosts_as_of(&Scope::of(bed.org.clone()), question, at, 0, 10_000).await.unwrap()
}

fn named(then: &HostsThen) -> Vec<(String, HostId)> {
    then.hosts.iter().map(|change| (change.host.display_name.clone(), change.host.id)).collect()
}

/// What was counted, but for names of groups, which change without a row of each host.
fn counts(
    systems: &[SystemCount],
    groups: &[GroupCount],
) -> (Vec<SystemCount>, Vec<(Option<ground::GroupId>, i64)>) {
    let named = |group: &GroupCount| (group.id.filter(|_| !group.ungrouped), group.hosts);
    let mut groups: Vec<_> = groups.iter().map(named).collect();
    groups.sort_unstable();
    (systems.to_vec(), groups)
}

#[test]
fn hosts_of_any_moment_are_those_that_were_there_and_what_was_true_of_them_then() {
    property(16, &prop::collection::vec(any_step(), 1..16), async |bed, history| {
        let mut moments = Vec::new();
        for step in history {
            bed.pass(10);
            take(bed, step).await;
            let hosts: BTreeMap<HostId, Host> =
                bed.hosts().await.into_iter().map(|row| (row.host.id, row.host)).collect();
            let mut answers = Vec::new();
            for question in QUESTIONS {
                answers.push(now(bed, question).await);
            }
            let glance = bed.fleet.overview(&Scope::of(bed.org.clone())).await.unwrap();
            moments.push((bed.clock.now(), hosts, answers, counts(&glance.systems, &glance.groups)));
        }
        bed.pass(10);
        let reader = bed.another_process().await;
        let before = then(&reader, None, moments[0].0.plus_seconds(-1)).await;
        assert_eq!((before.total, before.hosts.len()), (0, 0));
        for (at, hosts, answers, counted) in &moments {
            let scope = Scope::of(bed.org.clone());
            let glance = reader.fleet.overview_as_of(&scope, None, *at).await.unwrap();
            assert_eq!(&counts(&glance.systems, &glance.groups), counted, "at {at}");
            assert_eq!(glance.total as usize, hosts.len());
            assert!(glance.latest.iter().all(|change| change.at <= *at), "{glance:?}");
            for at in [*at, at.plus_seconds(9)] {
                let all = then(&reader, None, at).await;
                let told: BTreeMap<HostId, Host> =
                    all.hosts.iter().map(|change| (change.host.id, (*change.host).clone())).collect();
                assert_eq!(&told, hosts, "at {at}");
                assert_eq!(all.total, hosts.len());
            }
            for (question, expected) in QUESTIONS.iter().zip(answers) {
                assert_eq!(&named(&then(&reader, Some(question), *at).await), expected, "{question} at {at}");
            }
        }
    });
}

/// Packages with their versions, how many hosts have each, and which.
type Spread = Vec<(PackageName, Vec<(PackageVersion, Vec<String>)>)>;

const EVERYTHING: usize = 1_000;

async fn spread_now(bed: &Bed) -> Spread {
    let mut spread = Vec::new();
    let (_, names) = bed.fleet.packages(&bed.query(), "", 0, EVERYTHING).await.unwrap();
    for package in names {
        let mut versions = Vec::new();
        for version in bed.fleet.package_versions(&bed.query(), &package.name).await.unwrap() {
            let having =
                bed.fleet.with_package(&bed.org, &package.name, Some(&version.version)).await.unwrap();
            let page = bed.fleet.list(&bed.query().with(having)).await.unwrap();
            let mut names: Vec<_> = page.hosts.iter().map(|row| row.host.display_name.clone()).collect();
            names.sort_unstable();
            versions.push((version, names));
        }
        versions.sort_by(|one, other| one.0.version.cmp(&other.0.version));
        spread.push((package, versions));
    }
    spread
}

async fn spread_then(bed: &Bed, at: Timestamp) -> Spread {
    let scope = Scope::of(bed.org.clone());
    let then = (&scope, None, at);
    let mut spread = Vec::new();
    let (_, names) = bed.fleet.packages_as_of(then, "", 0, EVERYTHING).await.unwrap();
    for package in names {
        let mut versions = Vec::new();
        for version in bed.fleet.package_versions_as_of(then, &package.name).await.unwrap() {
            let which = (package.name.as_str(), Some(version.version.as_str()));
            let hosts = bed.fleet.package_hosts_as_of(then, which, 0, EVERYTHING).await.unwrap();
            let names: Vec<String> = named(&hosts).into_iter().map(|(name, _)| name).collect();
            assert_eq!(hosts.total, names.len());
            versions.push((version, names));
        }
        versions.sort_by(|one, other| one.0.version.cmp(&other.0.version));
        spread.push((package, versions));
    }
    spread
}

/// What happens to one of four hosts: it reports some of six packages, or none at all, or is deleted.
fn any_reports() -> impl Strategy<Value = Vec<(u128, Option<Vec<u8>>)>> {
    let packages = prop::collection::btree_set(0_u8..6, 0..5).prop_map(|set| set.into_iter().collect());
    prop::collection::vec((0_u128..4, prop::option::weighted(0.85, packages)), 1..14)
}

#[test]
fn packages_of_any_moment_are_those_that_there_were_on_the_hosts_that_had_them() {
    property(16, &any_reports(), async |bed, history| {
        let mut moments = Vec::new();
        let mut ids = BTreeMap::new();
        for (machine, packages) in history {
            bed.pass(10);
            match packages {
                Some(packages) => {
                    let text = |n: &u8| {
                        format!("p{}-0:{}-1.{}", n / 3, n % 3, ["x86_64", "noarch"][usize::from(n % 2)])
                    };
                    let texts: Vec<String> = packages.iter().map(text).collect();
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    let draft = bed.draft().insights(machine).named(&format!("h{machine}")).packages(&texts);
                    ids.insert(machine, bed.take(draft).await.id);
                }
                None => {
                    if let Some(id) = ids.remove(&machine) {
                        bed.fleet.delete(&Scope::of(bed.org.clone()), &[id], &nowhere()).await.unwrap();
                    }
                }
            }
            moments.push((bed.clock.now(), spread_now(bed).await));
        }
        bed.pass(10);
        let reader = bed.another_process().await;
        for (at, spread) in &moments {
            for reader in [bed, &reader] {
                assert_eq!(&spread_then(reader, *at).await, spread, "at {at}");
                assert_eq!(&spread_then(reader, at.plus_seconds(9)).await, spread, "after {at}");
            }
        }
        assert_eq!(spread_now(bed).await, moments.last().unwrap().1, "asking of the past leaves the present");
    });
}

#[tokio::test]
async fn what_the_log_does_not_tell_is_refused_and_not_guessed() {
    for bed in both().await {
        bed.take(bed.draft().insights(1)).await;
        let scope = Scope::of(bed.org.clone());
        for (question, untold) in [
            ("state:fresh", Untold::CheckIns),
            ("a or not (last_check_in<now-2d)", Untold::CheckIns),
            ("updated>2026-01-01", Untold::CheckIns),
            ("reporter:puptoo", Untold::CheckIns),
            ("package:bash", Untold::Lists),
            ("address:10.*", Untold::Lists),
            ("cpu_flags:avx", Untold::Lists),
            ("network_interfaces.name:eth0", Untold::Lists),
        ] {
            let refused = bed.fleet.hosts_as_of(&scope, Some(question), bed.clock.now(), 0, 10).await;
            assert!(matches!(refused, Err(NotThen::Untold(why)) if why == untold), "{question}: {refused:?}");
        }
        let mistaken = bed.fleet.hosts_as_of(&scope, Some("tga:x"), bed.clock.now(), 0, 10).await;
        assert!(matches!(mistaken, Err(NotThen::Mistake(_))), "{mistaken:?}");
    }
}

#[tokio::test]
async fn check_ins_that_are_forgotten_take_no_host_out_of_the_past() {
    for bed in both().await {
        let id = bed.take(bed.draft().insights(1).named("web")).await.id;
        for _ in 0..3 {
            bed.pass(1_000_000);
            bed.take(bed.draft().insights(1).named("web")).await;
        }
        let at = bed.clock.now();
        bed.fleet.drop_seen(&bed.org, &[]).await.unwrap();
        assert_eq!(named(&then(&bed, Some("web"), at).await), [("web".to_owned(), id)], "{}", bed.engine());
    }
}

#[tokio::test]
async fn nobody_sees_more_of_the_past_than_of_the_present() {
    for bed in both().await {
        let ids = [bed.take(bed.draft().insights(1)).await.id, bed.take(bed.draft().insights(2)).await.id];
        let group =
            bed.fleet.create_group(&bed.org, "g", None, &ids[..1], &nowhere()).await.unwrap().unwrap();
        let at = bed.clock.now();
        bed.pass(10);
        let limit = fleet::GroupLimit { ids: [group.id].into(), ungrouped: false };
        let theirs = Scope::of(bed.org.clone()).within(limit);
        let seen = async |scope: &Scope| {
            let then = bed.fleet.hosts_as_of(scope, None, at, 0, 10).await.unwrap();
            then.hosts.iter().map(|change| change.host.id).collect::<Vec<_>>()
        };
        assert_eq!(seen(&theirs).await, ids[..1], "{}", bed.engine());
        assert!(seen(&Scope::of(bed.another_org().org.clone())).await.is_empty());
        assert!(seen(&Scope::of(bed.org.clone()).owned_by("somebody".to_owned())).await.is_empty());
        bed.fleet.delete(&Scope::of(bed.org.clone()), &ids, &nowhere()).await.unwrap();
        assert_eq!(
            seen(&theirs).await,
            ids[..1],
            "of those that are gone the group that they were in counts"
        );
        assert_eq!(seen(&Scope::of(bed.org.clone())).await.len(), 2);
        assert!(seen(&Scope::of(bed.org.clone()).owned_by("somebody".to_owned())).await.is_empty());
    }
}
