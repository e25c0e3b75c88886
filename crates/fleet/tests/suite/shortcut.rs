//! Reports that are recognised without being read, and profiles that wait for another reporter.

use fleet::{ChangeKind, Refused};
use serde_json::json;
use uuid::Uuid;

use crate::bed::both;

const P: &[&str] = &["p-0:1-1.x86_64"];
const Q: &[&str] = &["q-0:1-1.x86_64"];

#[tokio::test]
async fn the_same_report_again_is_only_seen() {
    for bed in both().await {
        let draft = || bed.draft().insights(1).named("n").tag("a", "k", None).packages(P);
        let first = bed.take(draft()).await;
        for _ in 0..3 {
            bed.pass(60);
            let again = bed.take(draft()).await;
            assert_eq!((again.id, again.kind), (first.id, ChangeKind::Seen), "{}", bed.engine());
        }
        let host = bed.host(first.id).await;
        assert_eq!((host.times.updated, host.times.last_check_in), (bed.clock.now(), bed.clock.now()));
        assert_eq!(host.created, first.host.created);
        assert_eq!(bed.profile(first.id).await["installed_packages"], json!(P));
        assert_eq!(bed.newest().await, 4);
    }
}

#[tokio::test]
async fn packages_come_back_when_two_reporters_take_turns() {
    for bed in both().await {
        let one = || bed.draft().insights(1).by("one").packages(P);
        let other = || bed.draft().insights(1).by("other").packages(Q);
        let id = bed.take(one()).await.id;
        for _ in 0..3 {
            assert_eq!(bed.take(other()).await.kind, ChangeKind::Updated, "{}", bed.engine());
            assert_eq!(bed.profile(id).await["installed_packages"], json!(Q), "{}", bed.engine());
            assert_eq!(bed.take(one()).await.kind, ChangeKind::Updated, "{}", bed.engine());
            assert_eq!(bed.profile(id).await["installed_packages"], json!(P), "{}", bed.engine());
        }
        // All in one batch too.
        let batch = vec![other().into(), one().into(), other().into(), other().into()];
        let kinds: Vec<_> =
            bed.fleet.ingest(batch).await.unwrap().into_iter().map(|answer| answer.unwrap().kind).collect();
        assert_eq!(kinds, [ChangeKind::Updated, ChangeKind::Updated, ChangeKind::Updated, ChangeKind::Seen]);
        assert_eq!(bed.profile(id).await["installed_packages"], json!(Q), "{}", bed.engine());
    }
}

#[tokio::test]
async fn the_same_packages_in_another_order_are_no_change() {
    for bed in both().await {
        let both_ways = [["a-0:1-1.x86_64", "b-0:1-1.x86_64"], ["b-0:1-1.x86_64", "a-0:1-1.x86_64"]];
        let id = bed.take(bed.draft().insights(1).packages(&both_ways[0])).await.id;
        assert_eq!(bed.take(bed.draft().insights(1).packages(&both_ways[1])).await.kind, ChangeKind::Seen);
        assert_eq!(bed.profile(id).await["installed_packages"], json!(both_ways[0]), "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_profile_waits_while_the_reporter_it_defers_to_is_fresh() {
    for bed in both().await {
        let draft = || bed.draft().insights(1).by("yupana").packages(Q).deferring_to("puptoo");
        let id = bed.take(draft()).await.id;
        assert_eq!(bed.profile(id).await["installed_packages"], json!(Q), "nobody to defer to");
        bed.take(bed.draft().insights(1).by("puptoo").packages(P)).await;

        let named = bed.take(draft().named("all else is taken over")).await;
        assert_eq!(named.host.display_name, "all else is taken over", "{}", bed.engine());
        assert_eq!(bed.profile(id).await["installed_packages"], json!(P), "{}", bed.engine());
        bed.pass(bed.fleet.default_staleness().stale);
        bed.take(draft()).await;
        assert_eq!(bed.profile(id).await["installed_packages"], json!(P), "fresh to the last second");
        bed.pass(1);
        assert_eq!(bed.take(draft()).await.kind, ChangeKind::Updated, "the same bytes, now taken over");
        assert_eq!(bed.profile(id).await["installed_packages"], json!(Q), "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_report_of_the_profile_alone_changes_nothing_else() {
    for bed in both().await {
        let id = bed.take(bed.draft().insights(1).named("n").packages(P)).await.id;
        let before = bed.host(id).await;
        bed.pass(60);
        let alone = || bed.draft().insights(1).by("").named("ignored").packages(Q);
        for (report, by_id, kind) in [
            (alone(), None, ChangeKind::Updated),
            (alone(), Some(id), ChangeKind::Seen),
            (bed.draft().packages(P), Some(id), ChangeKind::Updated),
        ] {
            let stored = bed.fleet.update_profile(report.into(), by_id).await.unwrap().unwrap();
            assert_eq!((stored.id, stored.kind), (id, kind), "{}", bed.engine());
        }
        assert_eq!(bed.host(id).await, before, "{}", bed.engine());
        assert_eq!(bed.profile(id).await["installed_packages"], json!(P));

        let edge = bed.draft().profile(&json!({"host_type": "edge"}));
        bed.fleet.update_profile(edge.into(), Some(id)).await.unwrap().unwrap();
        let host = bed.host(id).await;
        assert_eq!((host.host_type.as_str(), host.times.updated), ("edge", bed.clock.now()));
        assert_eq!(host.times.last_check_in, before.times.last_check_in);
        // Whoever reported last is not taken for unchanged.
        bed.fleet.update_profile(bed.draft().packages(Q).into(), Some(id)).await.unwrap().unwrap();
        bed.take(bed.draft().insights(1).packages(P)).await;
        assert_eq!(bed.profile(id).await["installed_packages"], json!(P), "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_report_of_the_profile_alone_makes_no_host() {
    for bed in both().await {
        let id = bed.take(bed.draft().insights(1)).await.id;
        let nobody = ground::HostId(Uuid::from_u128(404));
        let other = bed.another_org();
        bed.pass(bed.fleet.default_staleness().delete);
        for (report, by_id) in [
            (bed.draft().insights(2).packages(P), None),
            (bed.draft().packages(P), Some(nobody)),
            (bed.draft().insights(1).packages(P), None),
            (bed.draft().packages(P), Some(id)),
            (other.draft().packages(P), Some(id)),
        ] {
            let refused = bed.fleet.update_profile(report.into(), by_id).await.unwrap();
            assert!(matches!(refused, Err(Refused::NoHost)), "{refused:?}, {}", bed.engine());
        }
        assert_eq!((bed.newest().await, other.newest().await), (1, 0));
    }
}
