//! The log: what happened, in order; the state as of any time.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use fleet::{
    CanonicalFacts, Change, ChangeKind, ChangeQuery, Edit, EditOutcome, FollowerLag, Host, Origin, OwnedTag,
    Scope,
};
use ground::{HostId, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, json};
use uuid::Uuid;

use crate::{
    bed::{Bed, START, both, nowhere, property},
    draft::Draft,
    identity::any_draft,
};

#[tokio::test]
async fn a_row_repeats_where_the_change_came_from() {
    for bed in both().await {
        let metadata = r#"{"request_id":"r","url":"ä","n":1.0}"#;
        let origin = Origin {
            request_id: Some("r-1".to_owned()),
            metadata: Some(metadata.into()),
            by_frontend: false,
        };
        let draft = || bed.draft().insights(1).with(|report| report.origin = origin.clone());
        let id = bed.take(draft()).await.id;
        bed.take(draft()).await;
        let frontend = Origin { by_frontend: true, ..Origin::default() };
        let scope = Scope::of(bed.org.clone());
        assert_eq!(
            bed.fleet.delete(&scope, &[id], &frontend).await.unwrap(),
            EditOutcome::Done { changed: 1 }
        );
        let log = bed.log().await;
        let kinds: Vec<_> =
            log.iter().map(|change| (change.seq, change.kind, change.cause.as_str())).collect();
        let expected = [
            (1, ChangeKind::Created, "report"),
            (2, ChangeKind::Seen, "report"),
            (3, ChangeKind::Deleted, "delete"),
        ];
        assert_eq!(kinds, expected, "{}", bed.engine());
        assert_eq!(log[0].request_id.as_deref(), Some("r-1"));
        assert_eq!(log[0].reporter.as_deref(), Some("puptoo"));
        assert_eq!((log[0].by_frontend, log[2].by_frontend), (false, true));
        assert_eq!(log[0].metadata, log[1].metadata, "stored once");
        let origins = bed.fleet.origins(&bed.org, &log).await.unwrap();
        assert_eq!(origins[0].metadata.as_deref(), Some(metadata), "to the letter, {}", bed.engine());
        assert_eq!(log[2].host.id, id, "the last state of what is gone");
        assert!(bed.hosts().await.is_empty());
    }
}

#[tokio::test]
async fn a_followers_position_moves_forward_only() {
    for bed in both().await {
        for n in 0..5 {
            bed.take(bed.draft().insights(n)).await;
        }
        let behind = async || {
            let all = bed.fleet.followers_lag("relay").await.unwrap();
            all.into_iter().find(|behind| behind.org == bed.org)
        };
        let expected = |done| FollowerLag { org: bed.org.clone(), newest: 5, done };
        assert_eq!(behind().await, Some(expected(0)), "{}", bed.engine());
        bed.fleet.advance("relay", &bed.org, 3).await.unwrap();
        bed.fleet.advance("relay", &bed.org, 2).await.unwrap();
        assert_eq!(behind().await, Some(expected(3)), "{}", bed.engine());
        let rest = bed.fleet.changes(&bed.org, 3, 1).await.unwrap();
        assert_eq!(rest.iter().map(|change| change.seq).collect::<Vec<_>>(), [4]);
        bed.fleet.advance("relay", &bed.org, 5).await.unwrap();
        assert_eq!(behind().await, None, "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_follower_that_no_longer_runs_holds_nothing_back_and_one_that_must_not_miss_anything_does() {
    for bed in both().await {
        for _ in 0..4 {
            bed.take(bed.draft().insights(1)).await;
        }
        let org = bed.org.as_str();
        let (gone, living) = (format!("gone-{org}"), format!("living-{org}"));
        bed.fleet.advance(&gone, &bed.org, 1).await.unwrap();
        bed.fleet.advance(&living, &bed.org, 3).await.unwrap();
        // Both are known to the record; only one gave a sign of life.
        bed.fleet.see_follower(&living).await.unwrap();
        let begins_later = bed.fleet.drop_seen(&bed.org, &["begins later"]).await.unwrap();
        assert_eq!(begins_later, 0, "{}: what nobody has published yet stays", bed.engine());
        assert_eq!(bed.fleet.drop_seen(&bed.org, &[]).await.unwrap(), 2, "{}", bed.engine());
        let left: Vec<_> = bed.log().await.iter().map(|change| change.seq).collect();
        assert_eq!(left, [1, 4], "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_lease_that_is_dated_ahead_counts_for_nothing() {
    const TERM: Duration = Duration::from_secs(10);
    for bed in both().await {
        let lease = format!("lease-{}", bed.org);
        assert!(bed.fleet.take_lease(&lease, "one", TERM).await.unwrap());
        assert!(!bed.fleet.take_lease(&lease, "two", TERM).await.unwrap(), "{}", bed.engine());
        assert!(bed.fleet.take_lease(&lease, "one", TERM).await.unwrap(), "the holder keeps it");
        // As if it had been taken while the clock was a day ahead.
        let ahead = TERM + Duration::from_hours(24);
        assert!(bed.fleet.take_lease(&lease, "one", ahead).await.unwrap());
        assert!(bed.fleet.take_lease(&lease, "two", TERM).await.unwrap(), "{}", bed.engine());
        bed.fleet.release_lease(&lease, "two").await.unwrap();
        assert!(bed.fleet.take_lease(&lease, "one", TERM).await.unwrap());
    }
}

#[tokio::test]
async fn rows_of_check_ins_are_forgotten_only_behind_all_followers() {
    for bed in both().await {
        for _ in 0..6 {
            bed.take(bed.draft().insights(1)).await;
        }
        let other = bed.another_org();
        other.take(other.draft().insights(1)).await;
        other.take(other.draft().insights(1)).await;
        let followers = ["relay", "feed"];
        assert_eq!(bed.fleet.drop_seen(&bed.org, &followers).await.unwrap(), 0, "neither has begun");
        bed.fleet.advance("relay", &bed.org, 5).await.unwrap();
        bed.fleet.advance("feed", &bed.org, 3).await.unwrap();
        bed.fleet.advance("relay", &other.org, 2).await.unwrap();
        assert_eq!(bed.fleet.drop_seen(&bed.org, &followers).await.unwrap(), 2, "{}", bed.engine());
        let left: Vec<_> = bed.log().await.iter().map(|change| (change.seq, change.kind)).collect();
        assert_eq!(
            left,
            [(1, ChangeKind::Created), (4, ChangeKind::Seen), (5, ChangeKind::Seen), (6, ChangeKind::Seen)]
        );
        assert_eq!(other.log().await.len(), 2);
    }
}

#[tokio::test]
async fn a_clock_that_jumps_back_loses_nothing_and_numbers_still_grow() {
    for bed in both().await {
        let id = bed.take(bed.draft().insights(1).named("first")).await.id;
        bed.pass(-3_600);
        let second = bed.take(bed.draft().insights(1).named("second")).await;
        assert_eq!((second.id, second.seq), (id, 2), "{}", bed.engine());
        bed.pass(7_200);
        bed.take(bed.draft().insights(1).named("third")).await;
        let names: Vec<_> =
            bed.log().await.iter().map(|change| (change.seq, change.host.display_name.clone())).collect();
        assert_eq!(names, [(1, "first".to_owned()), (2, "second".to_owned()), (3, "third".to_owned())]);
        for (at, name) in [(START.plus_seconds(-3_601), None), (START, Some("second"))] {
            let state = bed.fleet.as_of(&bed.org, id, at).await.unwrap();
            assert_eq!(
                state.as_ref().map(|change| change.host.display_name.as_str()),
                name,
                "{}",
                bed.engine()
            );
        }
    }
}

/// One step of a history.
#[derive(Debug, Clone)]
pub enum Step {
    Report(Box<Draft>),
    Rename(usize, String),
    Facts(usize),
    CheckIn(u128),
    Delete(usize),
    Group(usize),
    Tag(usize),
    Merge(usize, usize),
    Undo,
}

pub fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => any_draft().prop_map(|draft| Step::Report(Box::new(draft.facts("ns", serde_json::json!({"a": 1}))))),
        1 => (0..4usize, "[a-c]").prop_map(|(n, name)| Step::Rename(n, name)),
        1 => (0..4usize).prop_map(Step::Facts),
        1 => (0..3u128).prop_map(Step::CheckIn),
        1 => (0..4usize).prop_map(Step::Delete),
        1 => (0..4usize).prop_map(Step::Group),
        1 => (0..4usize).prop_map(Step::Tag),
        1 => (0..4usize, 0..4usize).prop_map(|(kept, other)| Step::Merge(kept, other)),
        1 => Just(Step::Undo),
    ]
}

pub async fn take(bed: &Bed, step: Step) {
    let hosts = bed.fleet.ids(&bed.query()).await.unwrap();
    let scope = Scope::of(bed.org.clone());
    let edit = async |n: usize, edit: Edit| {
        if let Some(id) = hosts.get(n) {
            bed.fleet.edit(&scope, &[*id], edit, &nowhere()).await.unwrap();
        }
    };
    match step {
        Step::Report(draft) => {
            let report = draft.with(|report| report.org = bed.org.clone());
            drop(bed.fleet.ingest(vec![report.into()]).await.unwrap());
        }
        Step::Rename(n, name) => {
            edit(n, Edit::Rename { display_name: Some(name), ansible_host: None }).await;
        }
        Step::Facts(n) => {
            let facts = Map::from_iter([("b".to_owned(), 2.into())]);
            edit(n, Edit::Facts { namespace: "ns".to_owned(), facts, replace: false }).await;
        }
        Step::CheckIn(id) => {
            let facts =
                CanonicalFacts { insights_id: Some(Uuid::from_u128(id)), ..CanonicalFacts::default() };
            bed.fleet.check_in(&bed.org, &facts, &nowhere()).await.unwrap();
        }
        Step::Delete(n) => {
            if let Some(id) = hosts.get(n) {
                bed.fleet.delete(&scope, &[*id], &nowhere()).await.unwrap();
            }
        }
        Step::Group(n) => {
            if let Some(id) = hosts.get(n) {
                drop(bed.fleet.create_group(&bed.org, "g", None, &[*id], &nowhere()).await.unwrap());
            }
        }
        Step::Tag(n) => {
            let tag = OwnedTag { namespace: None, key: "own".to_owned(), value: Some("v".to_owned()) };
            edit(n, Edit::Tags { add: vec![tag], remove: Vec::new() }).await;
        }
        Step::Merge(kept, other) => {
            if let (Some(kept), Some(other)) = (hosts.get(kept), hosts.get(other))
                && kept != other
            {
                let merged = bed.fleet.merge_hosts(&scope, (*kept, *other), "me", &nowhere(), false).await;
                drop(merged.unwrap());
            }
        }
        Step::Undo => {
            if let Some(last) = bed.fleet.identity_changes(&bed.org, None, 1).await.unwrap().pop() {
                let undone = bed.fleet.undo_identity_change(&scope, last.id, "me", &nowhere(), false).await;
                drop(undone.unwrap());
            }
        }
    }
}

/// All hosts with their profiles.
type Picture = BTreeMap<HostId, (Host, String)>;

/// As the tables of the newest state have them.
async fn picture(bed: &Bed) -> Picture {
    let page = bed.fleet.profiles(&bed.query(), None).await.unwrap();
    page.hosts.into_iter().map(|(host, profile)| (host.id, (host, profile))).collect()
}

/// Everything that a row of the log says.
fn told(change: &Change) -> impl PartialEq + std::fmt::Debug + use<'_> {
    (
        (change.seq, change.at, change.kind, &change.cause, &change.reporter, change.matched),
        (&*change.host, &change.sections, &change.request_id, change.by_frontend, change.metadata),
    )
}

#[test]
fn the_log_gives_every_state_that_ever_was() {
    let history = prop::collection::vec(any_step(), 1..20);
    property(24, &history, async |bed, history| {
        let mut pictures: Vec<(Timestamp, i64, Picture)> = Vec::new();
        for step in history {
            bed.pass(10);
            take(bed, step).await;
            pictures.push((bed.clock.now(), bed.newest().await, picture(bed).await));
        }
        let log = bed.log().await;
        let numbers: Vec<_> = log.iter().map(|change| change.seq).collect();
        assert_eq!(numbers, (1..=bed.newest().await).collect::<Vec<_>>(), "no number is left out");
        // What is kept in memory of the log and of sections is what another process finds in the database.
        let other = bed.another_process().await;
        let read = other.log().await;
        assert_eq!(log.iter().map(told).collect::<Vec<_>>(), read.iter().map(told).collect::<Vec<_>>());
        let profiles = other.fleet.profiles_of(&bed.org, &read).await.unwrap();
        let kept = bed.fleet.profiles_of(&bed.org, &log).await.unwrap();
        assert!(kept.iter().zip(&profiles).all(|(kept, read)| kept.json() == read.json()));

        // Whoever replays the log has, after each step, what the tables had.
        let mut replayed = Picture::new();
        let mut rows = log.iter().zip(&profiles).peekable();
        let mut known: HashMap<HostId, Timestamp> = HashMap::new();
        for (at, seq, picture) in &pictures {
            while let Some((change, profile)) = rows.next_if(|(change, _)| change.seq <= *seq) {
                assert!(change.at <= *at);
                known.entry(change.host.id).or_insert(change.at);
                match change.kind {
                    ChangeKind::Deleted => drop(replayed.remove(&change.host.id)),
                    _ => drop(replayed.insert(change.host.id, ((*change.host).clone(), profile.json()))),
                }
            }
            assert_eq!(&replayed, picture);
        }
        for (id, since) in known {
            assert!(bed.fleet.as_of(&bed.org, id, since.plus_seconds(-1)).await.unwrap().is_none());
            for (at, _, picture) in pictures.iter().filter(|(at, ..)| *at >= since) {
                let state = bed.fleet.as_of(&bed.org, id, at.plus_seconds(1)).await.unwrap().unwrap();
                let alive = (state.kind != ChangeKind::Deleted).then(|| (*state.host).clone());
                assert_eq!(alive, picture.get(&id).map(|(host, _)| host.clone()), "{id} as of {at}");
            }
            let newest_first = bed.fleet.changes_of(&bed.org, id, i64::MAX, 1_000).await.unwrap();
            let own: Vec<_> = log.iter().rev().filter(|change| change.host.id == id).map(|c| c.seq).collect();
            assert_eq!(newest_first.iter().map(|change| change.seq).collect::<Vec<_>>(), own);
        }
        for after in [0, log.len() as i64 / 2, log.len() as i64] {
            let suffix = bed.fleet.changes(&bed.org, after, 1_000).await.unwrap();
            let suffix: Vec<_> = suffix.iter().map(|change| change.seq).collect();
            assert_eq!(suffix, numbers[after as usize..]);
        }
    });
}

#[tokio::test]
async fn news_leave_out_what_changed_nothing_and_say_how_far_they_go() {
    for bed in both().await {
        let reported = |arch: &str| bed.draft().insights(1).profile(&json!({ "arch": arch }));
        for arch in ["x86_64", "x86_64", "aarch64", "aarch64"] {
            bed.take(reported(arch)).await;
        }
        // Who wrote the rows has them in memory, another one reads them.
        for process in [bed.clone(), bed.another_process().await] {
            let news = async |after, limit| {
                let (changes, last) = process.fleet.news(&bed.org, after, limit).await.unwrap();
                (changes.into_iter().map(|change| (change.seq, change.kind)).collect::<Vec<_>>(), last)
            };
            let (created, updated) = ((1, ChangeKind::Created), (3, ChangeKind::Updated));
            assert_eq!(news(0, 10).await, (vec![created, updated], 4), "{}", bed.engine());
            assert_eq!(news(0, 1).await, (vec![created], 1));
            assert_eq!(news(1, 1).await, (vec![updated], 3));
            assert_eq!(news(3, 1).await, (vec![], 4));
            assert_eq!(news(4, 10).await, (vec![], 4));
        }
        assert_eq!(bed.another_org().fleet.news(&bed.another_org().org, 0, 10).await.unwrap().1, 0);
    }
}

#[tokio::test]
async fn volatile_facts_are_kept_and_do_not_count_as_a_change() {
    for bed in both().await {
        let profile = |processes: &[&str], captured: &str, arch: &str| json!({"running_processes": processes, "captured_date": captured, "arch": arch});
        let report = |profile| bed.draft().insights(1).profile(&profile);
        let id = bed.take(report(profile(&["a"], "2026-11-01T00:00:00Z", "x86_64"))).await.id;
        let real = bed.take(report(profile(&["a"], "2026-11-01T00:00:00Z", "aarch64"))).await.seq;
        let noise = bed.take(report(profile(&["a", "b"], "2026-11-01T00:15:00Z", "aarch64"))).await;
        assert_eq!(noise.kind, ChangeKind::Updated, "the event is published as before");
        assert_eq!(bed.profile(id).await["running_processes"], json!(["a", "b"]));

        let scope = Scope::of(bed.org.clone());
        let newest = ChangeQuery { host: Some(id), ..ChangeQuery::newest_changes(scope.clone()) };
        let rows = bed.fleet.feed(&newest).await.unwrap().changes;
        assert_eq!(rows.iter().map(|row| row.seq).max(), Some(real));
        assert_eq!(bed.log().await.last().unwrap().cause, "volatile");
        let last = bed.fleet.last_changes(&scope, &[id]).await.unwrap();
        assert_eq!(last.iter().map(|entry| entry.change.seq).collect::<Vec<_>>(), [real]);
        assert_eq!(last[0].sections, [profile::Section::Facts]);
        let hours = bed.fleet.overview(&scope).await.unwrap().activity;
        assert_eq!(hours.iter().map(|hour| hour.updated).sum::<i64>(), 1);
    }
}

#[tokio::test]
async fn a_volatile_fact_beside_another_one_counts() {
    for bed in both().await {
        let report = |captured: &str, packages: &[&str]| {
            bed.draft()
                .insights(1)
                .profile(&json!({"captured_date": captured, "installed_packages": packages}))
        };
        bed.take(report("2026-11-01T00:00:00Z", &["a-0:1-1.x86_64"])).await;
        bed.take(report("2026-11-01T00:15:00Z", &["a-0:2-1.x86_64"])).await;
        assert_eq!(bed.log().await.last().unwrap().cause, "report");
    }
}
