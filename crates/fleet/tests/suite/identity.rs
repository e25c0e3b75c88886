//! Which host a report is about.

use std::sync::Arc;

use fleet::{ChangeKind, FleetOptions, Host, HostRow, MatchedOn, Matching, Refused, Report, Times};
use ground::{GroupId, HostId};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    bed::{Bed, both, both_with, property},
    draft::Draft,
};

#[tokio::test]
async fn a_new_machine_is_created_a_changed_one_updated_and_an_unchanged_one_seen() {
    for bed in both().await {
        let first = bed.take(bed.draft().insights(1).fqdn("a.example.com")).await;
        assert_eq!(
            (first.kind, first.seq, first.matched),
            (ChangeKind::Created, 1, None),
            "{}",
            bed.engine()
        );
        bed.pass(10);
        let second = bed.take(bed.draft().insights(1).fqdn("a.example.com")).await;
        assert_eq!((second.kind, second.seq), (ChangeKind::Seen, 2));
        assert_eq!((second.id, second.matched), (first.id, Some(MatchedOn::InsightsId)));
        bed.pass(10);
        let third = bed.take(bed.draft().insights(1).subscription("s").fqdn("b.example.com")).await;
        assert_eq!((third.kind, third.id), (ChangeKind::Updated, first.id));

        let host = bed.host(first.id).await;
        assert_eq!(host, *third.host, "what ingest answers is what is stored");
        assert_eq!(host.canonical_facts.subscription_manager_id.as_deref(), Some("s"));
        assert_eq!(host.created, first.host.created);
        assert_eq!(host.times.last_check_in, bed.clock.now());
        assert_eq!(bed.hosts().await.len(), 1);
    }
}

#[tokio::test]
async fn a_report_that_is_bound_is_about_one_host_or_refused() {
    for bed in both().await {
        let id = HostId(Uuid::from_u128(7));
        let bound = |draft: Draft| draft.with(|report| report.bound_to = Some(id));
        let other = bed.take(bed.draft().insights(1)).await;
        let ask =
            async |draft: Draft| bed.fleet.ingest(vec![Arc::new(draft.into())]).await.unwrap().pop().unwrap();
        assert_eq!(ask(bound(bed.draft().insights(1))).await.unwrap_err(), Refused::AnotherHost);
        let first = ask(bound(bed.draft().insights(2).fqdn("a.example.com"))).await.unwrap();
        assert_eq!(
            (first.id, first.kind),
            (id, ChangeKind::Created),
            "a new one has the id that it was given"
        );
        let again = ask(bound(bed.draft().insights(2))).await.unwrap();
        assert_eq!((again.id, again.matched), (id, Some(MatchedOn::InsightsId)));
        // Neither the facts of a host that is there, nor those of one that is not.
        for draft in [bed.draft().insights(1), bed.draft().insights(3), bed.draft().fqdn("a.example.com")] {
            assert_eq!(ask(bound(draft)).await.unwrap_err(), Refused::AnotherHost, "{}", bed.engine());
        }
        assert_eq!(bed.noted(other.seq).await.len(), 2);

        bed.pass(365 * 86_400);
        let culled = ask(bound(bed.draft().insights(2))).await.unwrap();
        assert_eq!((culled.id, culled.kind), (id, ChangeKind::Seen), "it is there again");
        let scope = fleet::Scope::of(bed.org.clone());
        bed.fleet.delete(&scope, &[id], &fleet::Origin::default()).await.unwrap();
        let anew = ask(bound(bed.draft().insights(2))).await.unwrap();
        assert_eq!((anew.id, anew.kind), (id, ChangeKind::Created));
        assert_eq!(bed.host(id).await, *anew.host);
    }
}

#[tokio::test]
async fn the_log_says_on_which_fact_a_report_matched() {
    for bed in both().await {
        let all = || bed.draft().provider("aws", "i-1").subscription("s").insights(1);
        bed.take(all()).await;
        bed.take(bed.draft().insights(1)).await;
        bed.take(bed.draft().subscription("s").insights(1)).await;
        bed.take(all()).await;
        let matched: Vec<_> = bed.log().await.iter().map(|change| change.matched).collect();
        let expected = [
            None,
            Some(MatchedOn::InsightsId),
            Some(MatchedOn::SubscriptionManagerId),
            Some(MatchedOn::ProviderId),
        ];
        assert_eq!(matched, expected, "{}", bed.engine());
    }
}

#[tokio::test]
async fn of_several_hosts_the_one_heard_of_last_is_meant() {
    for bed in both().await {
        let one = bed.take(bed.draft().provider("aws", "i-1").insights(1)).await;
        bed.pass(1);
        let other = bed.take(bed.draft().provider("aws", "i-2").insights(1)).await;
        bed.pass(1);
        assert_ne!(one.id, other.id);
        assert_eq!(bed.take(bed.draft().insights(1)).await.id, other.id, "{}", bed.engine());
        bed.pass(1);
        bed.take(bed.draft().provider("aws", "i-1")).await;
        bed.pass(1);
        assert_eq!(bed.take(bed.draft().insights(1)).await.id, one.id, "{}", bed.engine());
    }
}

#[tokio::test]
async fn of_two_hosts_of_one_batch_the_later_is_the_newer() {
    for bed in both().await {
        let mut batch: Vec<Arc<Report>> = Vec::new();
        for n in 0..10 {
            batch.push(bed.draft().provider("aws", &format!("i-{n}-one")).insights(n).into());
            batch.push(bed.draft().provider("aws", &format!("i-{n}-two")).insights(n).into());
            batch.push(bed.draft().insights(n).into());
        }
        let answers: Vec<_> =
            bed.fleet.ingest(batch).await.unwrap().into_iter().map(Result::unwrap).collect();
        for three in answers.chunks(3) {
            assert_eq!(three[2].id, three[1].id, "{}", bed.engine());
        }
    }
}

#[tokio::test]
async fn a_culled_host_is_not_recognised() {
    for bed in both().await {
        let first = bed.take(bed.draft().insights(1)).await;
        let delete = bed.fleet.default_staleness().delete;
        bed.pass(delete - 1);
        assert_eq!(bed.take(bed.draft().insights(1)).await.id, first.id, "a second before");
        bed.pass(delete);
        let again = bed.take(bed.draft().insights(1)).await;
        assert_eq!((again.kind, again.matched), (ChangeKind::Created, None), "{}", bed.engine());
        assert_ne!(again.id, first.id);
        bed.pass(1);
        assert_eq!(bed.take(bed.draft().insights(1)).await.id, again.id);
    }
}

#[tokio::test]
async fn with_the_subscription_manager_id_alone_it_is_also_the_id_of_the_host() {
    let options = FleetOptions { matching: Matching::SubscriptionManagerIdOnly, ..FleetOptions::default() };
    for bed in both_with(options).await {
        let id = Uuid::from_u128(77);
        let first = bed.take(bed.draft().subscription(&id.to_string()).insights(1)).await;
        assert_eq!(first.id, HostId(id), "{}", bed.engine());
        let other = bed.take(bed.draft().insights(1)).await;
        assert_eq!(other.kind, ChangeKind::Created);
        let again = bed.take(bed.draft().subscription(&id.to_string())).await;
        assert_eq!((again.id, again.kind), (first.id, ChangeKind::Seen));
        // The culled host keeps its id; the machine that comes back gets another.
        bed.pass(bed.fleet.default_staleness().delete);
        let back = bed.take(bed.draft().subscription(&id.to_string())).await;
        assert_eq!(back.kind, ChangeKind::Created, "{}", bed.engine());
        assert_ne!(back.id, first.id);
        assert_eq!(bed.hosts().await.len(), 3);
    }
}

#[tokio::test]
async fn a_refused_report_changes_nothing_and_is_in_nobodys_way() {
    for bed in both().await {
        let broken = bed.draft().insights(2).profile(&json!({"arch": 7}));
        let wrong_owner = bed
            .draft()
            .insights(3)
            .profile(&json!({"owner_id": Uuid::from_u128(8)}))
            .sent_by(&Uuid::from_u128(9).to_string(), &Uuid::from_u128(9).to_string());
        let batch: Vec<Arc<Report>> = vec![
            bed.draft().insights(1).into(),
            broken.into(),
            wrong_owner.into(),
            bed.draft().insights(1).named("later").into(),
        ];
        let answers = bed.fleet.ingest(batch).await.unwrap();
        assert!(answers[0].is_ok() && answers[3].is_ok(), "{}", bed.engine());
        assert!(matches!(answers[1], Err(Refused::Profile(_))), "{:?}", answers[1]);
        assert!(matches!(answers[2], Err(Refused::Owner)), "{:?}", answers[2]);
        assert_eq!(bed.newest().await, 2);
        assert_eq!(bed.hosts().await.len(), 1);
    }
}

#[tokio::test]
async fn a_batch_of_nothing_and_one_of_several_organisations_are_batches_too() {
    for bed in both().await {
        assert!(bed.fleet.ingest(Vec::new()).await.unwrap().is_empty());
        let other = bed.another_org();
        let batch: Vec<Arc<Report>> = vec![
            bed.draft().insights(1).into(),
            other.draft().insights(1).into(),
            bed.draft().insights(1).into(),
        ];
        let answers: Vec<_> =
            bed.fleet.ingest(batch).await.unwrap().into_iter().map(Result::unwrap).collect();
        assert_eq!(answers[0].id, answers[2].id, "{}", bed.engine());
        assert_ne!(answers[0].id, answers[1].id);
        assert_eq!((bed.newest().await, other.newest().await), (2, 1));
    }
}

/// Reports about few machines, so that many are about the same one, some about two.
pub fn any_draft() -> impl Strategy<Value = Draft> {
    // The organisation is set by who uses it.
    let nobody = ground::OrgId::parse("nobody").unwrap();
    let ids = (
        prop::option::of(0..3u128),
        prop::option::of(prop::sample::select(vec!["s1", "s2"])),
        prop::option::weighted(
            0.3,
            prop::sample::select(vec![("aws", "i-1"), ("aws", "i-2"), ("ibm", "i-1")]),
        ),
    );
    let said = (
        prop::sample::select(vec!["puptoo", "yupana", "satellite", "rhsm-conduit"]),
        prop::option::of(prop::sample::select(vec!["", "name", "ÄPFEL"])),
        prop::option::of(prop::sample::select(vec!["a.example.com", "b.example.com"])),
        prop::option::of(prop::sample::select(vec!["yupana", "puptoo"])),
        prop::collection::vec(
            (
                prop::sample::select(vec!["null", "ns", "other"]),
                prop::option::of((
                    prop::sample::select(vec!["k", "l"]),
                    prop::option::of(prop::sample::select(vec!["v", "w"])),
                )),
            ),
            0..3,
        ),
        any_small_profile(),
    );
    (ids, said).prop_filter_map("no id", move |((insights, subscription, provider), said)| {
        if insights.is_none() && subscription.is_none() && provider.is_none() {
            return None;
        }
        let (reporter, name, fqdn, defer, tags, profile) = said;
        Some(Draft::new(&nobody).by(reporter).with(|report| {
            let facts = &mut report.canonical_facts;
            facts.insights_id = insights.map(Uuid::from_u128);
            facts.subscription_manager_id = subscription.map(str::to_owned);
            facts.provider_type = provider.map(|(kind, _)| kind.to_owned());
            facts.provider_id = provider.map(|(_, id)| id.to_owned());
            facts.fqdn = fqdn.map(str::to_owned);
            report.display_name = name.map(str::to_owned);
            report.defer_to_reporter = defer.map(str::to_owned);
            report.profile = profile.map(|profile| profile.to_string().into());
            for (namespace, tag) in tags {
                match tag {
                    Some((key, value)) => report.tags.add(namespace, key, value),
                    None => {
                        report.tags.namespace(namespace);
                    }
                }
            }
        }))
    })
}

fn any_small_profile() -> impl Strategy<Value = Option<Value>> {
    let parts = vec![
        json!({"arch": "x86_64", "host_type": "edge"}),
        json!({"arch": "aarch64", "operating_system": {"name": "RHEL", "major": 9, "minor": 1}}),
        json!({"installed_packages": ["a-0:1-1.x86_64", "b-0:1-1.x86_64"]}),
        json!({"installed_packages": ["b-0:1-1.x86_64", "a-0:1-1.x86_64"]}),
        json!({"installed_packages": [], "cpu_flags": ["fpu"]}),
        json!({"arch": 7}),
    ];
    prop::option::of(prop::sample::select(parts))
}

/// What must be equal of two hosts that went the same way at other times and under other ids.
pub fn essence(row: &HostRow, profile: &str) -> String {
    let nobody = HostId(Uuid::nil());
    let mut host = Host { times: Times::default(), id: nobody, ..row.host.clone() };
    host.created = ground::Timestamp::default();
    host.org = ground::OrgId::parse("nobody").unwrap();
    if row.host.display_name == row.host.id.to_string() {
        host.display_name = nobody.to_string();
    }
    if let Some(group) = &mut host.group {
        group.id = GroupId(Uuid::nil());
        group.org = host.org.clone();
        (group.created, group.updated) = (host.created, host.created);
    }
    let reporters: Vec<_> = row.host.times.reporters.keys().collect();
    format!("{host:?} {reporters:?} {} {profile}", row.host.times.reporter)
}

async fn essences(bed: &Bed) -> Vec<String> {
    let profiles = bed.fleet.profiles(&bed.query(), None).await.unwrap().hosts;
    let rows = bed.hosts().await;
    let mut all: Vec<_> = rows
        .iter()
        .map(|row| {
            let (_, profile) = profiles.iter().find(|(host, _)| host.id == row.host.id).unwrap();
            essence(row, profile)
        })
        .collect();
    all.sort();
    all
}

type Outcome = Result<(ChangeKind, i64, Option<MatchedOn>), Refused>;

async fn ingest(bed: &Bed, drafts: &[Draft]) -> Vec<Outcome> {
    let reports = drafts.iter().map(|draft| draft.clone().with(|report| report.org = bed.org.clone()).into());
    let answers = bed.fleet.ingest(reports.collect()).await.unwrap();
    bed.pass(1);
    answers.into_iter().map(|answer| answer.map(|stored| (stored.kind, stored.seq, stored.matched))).collect()
}

#[test]
fn a_batch_is_the_same_as_its_reports_one_by_one() {
    let reports = prop::collection::vec(any_draft(), 1..16);
    let cuts = prop::collection::vec(1..6usize, 16);
    property(48, &(reports, cuts), async |bed, (reports, cuts)| {
        let mut alone = Vec::new();
        for report in &reports {
            alone.extend(ingest(bed, std::slice::from_ref(report)).await);
        }
        let other = bed.another_org();
        let mut together = Vec::new();
        let mut rest = reports.as_slice();
        for cut in cuts {
            let (batch, later) = rest.split_at(cut.min(rest.len()));
            together.extend(ingest(&other, batch).await);
            rest = later;
        }
        assert_eq!(alone, together);
        assert_eq!(essences(bed).await, essences(&other).await);
    });
}
