//! Which machine a host is: collisions, merges, splits, and their undoing.

use std::collections::BTreeMap;

use fleet::{
    Cause, ChangeKind, Collide, FleetOptions, Host, IdentityChange, IdentityOutcome, MatchedOn, Matching,
    Origin, Scope,
};
use ground::HostId;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    bed::{Bed, both, both_with, property},
    draft::Draft,
};

const ONE: (&str, &str) = ("4c4c4544-0042-3010-8053-b8c04f4a4e31", "52:54:00:00:00:01");
const OTHER: (&str, &str) = ("4c4c4544-0042-3010-8053-b8c04f4a4e32", "52:54:00:00:00:02");
const THIRD: (&str, &str) = ("4c4c4544-0042-3010-8053-b8c04f4a4e33", "52:54:00:00:00:03");

fn on(draft: Draft, (bios, mac): (&str, &str)) -> Draft {
    draft.with(|report| {
        report.canonical_facts.bios_uuid = Some(bios.to_owned());
        report.canonical_facts.mac_addresses = vec![mac.to_owned()];
    })
}

fn done(outcome: IdentityOutcome) -> IdentityChange {
    match outcome {
        IdentityOutcome::Done(change) => *change,
        other => panic!("{other:?}"),
    }
}

impl Bed {
    fn scope(&self) -> Scope {
        Scope::of(self.org.clone())
    }

    async fn raised(&self) -> Vec<HostId> {
        let (found, total) = self.fleet.collisions(&self.scope(), None, 100, 0).await.unwrap();
        assert_eq!(total, found.len() as i64);
        found.iter().map(|collision| collision.host).collect()
    }

    async fn merge(&self, kept: HostId, other: HostId) -> IdentityChange {
        let merged =
            self.fleet.merge_hosts(&self.scope(), (kept, other), "me", &Origin::default(), false).await;
        done(merged.unwrap())
    }

    async fn undo(&self, change: &IdentityChange) -> IdentityOutcome {
        self.fleet
            .undo_identity_change(&self.scope(), change.id, "me", &Origin::default(), false)
            .await
            .unwrap()
    }

    /// Everything that is known of the hosts that are there.
    async fn everything(&self) -> BTreeMap<HostId, (Host, Value)> {
        let mut all = BTreeMap::new();
        for row in self.hosts().await {
            let profile = self.profile(row.host.id).await;
            all.insert(row.host.id, (row.host, profile));
        }
        all
    }
}

#[tokio::test]
async fn hardware_that_comes_back_is_a_second_machine() {
    for bed in both().await {
        let report = |hardware| on(bed.draft().insights(1), hardware);
        let host = bed.take(report(ONE)).await.id;
        bed.take(report(ONE)).await;
        bed.take(report(OTHER)).await;
        assert!(bed.raised().await.is_empty(), "a board may be swapped: {}", bed.engine());
        bed.take(report(OTHER)).await;
        bed.pass(10);
        let back = bed.take(report(ONE)).await;
        assert_eq!(bed.raised().await, [host]);
        bed.take(report(OTHER)).await;
        let (found, _) = bed.fleet.collisions(&bed.scope(), None, 1, 0).await.unwrap();
        assert_eq!(
            (found[0].times, &found[0].conflict[..]),
            (2, &["bios_uuid".to_owned(), "mac_addresses".to_owned()][..])
        );
        let machines: Vec<_> =
            found[0].machines.iter().map(|machine| machine.hardware.mac_addresses[0].clone()).collect();
        assert_eq!(
            (machines, found[0].machines[1].seq),
            (vec![OTHER.1.to_owned(), ONE.1.to_owned()], back.seq)
        );

        assert!(bed.fleet.settle_collision(&bed.scope(), host).await.unwrap());
        assert!(!bed.fleet.settle_collision(&bed.scope(), host).await.unwrap());
        assert!(bed.raised().await.is_empty());
        assert!(bed.another_org().raised().await.is_empty());
        let untold = bed.fleet.untold_collisions(1_000).await.unwrap();
        assert!(!untold.iter().any(|untold| untold.host == host), "nobody is told of what is settled");
        bed.take(report(ONE)).await;
        assert_eq!(bed.raised().await, [host]);
        let untold = bed.fleet.untold_collisions(1_000).await.unwrap();
        assert!(untold.iter().any(|untold| untold.host == host));
        bed.fleet.delete(&bed.scope(), &[host], &Origin::default()).await.unwrap();
        assert!(bed.raised().await.is_empty());
    }
}

#[tokio::test]
async fn what_says_nothing_and_what_stays_is_no_second_machine() {
    for bed in both().await {
        let machine = bed.draft().insights(1);
        let nothing = ["00000000-0000-0000-0000-000000000000", "03000200-0400-0500-0006-000700080009"];
        for bios in [ONE.0, nothing[0], ONE.0, nothing[1], ONE.0] {
            bed.take(on(machine.clone(), (bios, ONE.1))).await;
        }
        for macs in [vec![ONE.1, OTHER.1], vec![OTHER.1, THIRD.1], vec![ONE.1, OTHER.1]] {
            let macs: Vec<_> = macs.into_iter().map(str::to_owned).collect();
            bed.take(machine.clone().with(|report| report.canonical_facts.mac_addresses = macs)).await;
        }
        bed.take(machine.clone()).await;
        assert!(bed.raised().await.is_empty(), "{}", bed.engine());
    }
}

#[tokio::test]
async fn stricter_rules_raise_at_once_or_make_another_host() {
    for bed in both_with(FleetOptions { collide: Collide::AtOnce, ..FleetOptions::default() }).await {
        let host = bed.take(on(bed.draft().insights(1), ONE)).await.id;
        assert_eq!(bed.take(on(bed.draft().insights(1), OTHER)).await.id, host);
        assert_eq!(bed.raised().await, [host]);
    }
    let matching = Matching::AllFactsAndHardware;
    for bed in both_with(FleetOptions { matching, ..FleetOptions::default() }).await {
        let host = bed.take(on(bed.draft().insights(1), ONE)).await.id;
        let other = bed.take(on(bed.draft().insights(1), OTHER)).await.id;
        assert_ne!(host, other, "{}", bed.engine());
        assert_eq!(bed.take(on(bed.draft().insights(1), ONE)).await.id, host);
    }
}

#[tokio::test]
async fn a_merge_takes_what_is_missing_and_reports_of_either_find_it() {
    for bed in both().await {
        let kept = bed.take(bed.draft().insights(1).named("a").tag("ns", "one", None)).await.id;
        bed.pass(10);
        let other =
            bed.draft().insights(2).subscription("s").named("b").tag("ns", "two", Some("x")).by("yupana");
        let gone = bed.take(other).await.id;
        let before = bed.newest().await;
        let shown =
            bed.fleet.merge_hosts(&bed.scope(), (kept, gone), "me", &Origin::default(), true).await.unwrap();
        assert_eq!(done(shown).hosts[0].canonical_facts.subscription_manager_id.as_deref(), Some("s"));
        assert_eq!((bed.newest().await, bed.hosts().await.len()), (before, 2), "a rehearsal does nothing");

        let change = bed.merge(kept, gone).await;
        assert_eq!(bed.hosts().await.len(), 1, "{}", bed.engine());
        let host = bed.host(kept).await;
        assert_eq!(host.display_name, "a");
        assert_eq!(host.canonical_facts.subscription_manager_id.as_deref(), Some("s"));
        assert_eq!(host.tags.iter().count(), 2);
        assert!(host.times.reporters.contains_key("yupana"));
        let expected = [(ChangeKind::Updated, Cause::Merge), (ChangeKind::Deleted, Cause::Merge)];
        let expected: Vec<_> =
            expected.iter().map(|(kind, cause)| (*kind, cause.name().to_owned())).collect();
        assert_eq!(bed.noted(before).await, expected);
        for draft in [bed.draft().insights(2), bed.draft().insights(1), bed.draft().subscription("s")] {
            let stored = bed.take(draft).await;
            assert_eq!((stored.id, stored.matched), (kept, Some(MatchedOn::Pinned)));
        }
        let missing =
            bed.fleet.merge_hosts(&bed.scope(), (kept, gone), "me", &Origin::default(), false).await;
        assert_eq!(missing.unwrap(), IdentityOutcome::Missing(vec![gone]));
        done(bed.undo(&change).await);
        assert_eq!(bed.take(bed.draft().insights(2)).await.id, gone);
        assert_eq!(bed.undo(&change).await, IdentityOutcome::Unknown);
        assert_eq!(bed.another_org().undo(&change).await, IdentityOutcome::Unknown);
    }
}

#[tokio::test]
async fn a_split_has_each_machine_report_as_a_host_of_its_own() {
    for bed in both().await {
        let report = |hardware, name: &str| {
            on(bed.draft().insights(1).fqdn(name), hardware)
                .profile(&json!({"installed_packages": [name], "arch": name}))
        };
        let host = bed.take(report(ONE, "one")).await.id;
        let other = bed.take(report(OTHER, "other")).await.seq;
        bed.take(report(ONE, "one")).await;
        let last = bed.take(report(OTHER, "other")).await.seq;
        let split = |seq| {
            let scope = bed.scope();
            let fleet = bed.fleet.clone();
            async move { fleet.split_host(&scope, host, seq, "me", &Origin::default(), false).await.unwrap() }
        };
        assert!(
            matches!(split(other).await, IdentityOutcome::Cannot(_)),
            "it is not the newest of that machine"
        );
        let before = bed.everything().await;
        let change = done(split(last).await);
        assert_eq!(bed.hosts().await.len(), 2, "{}", bed.engine());
        let scope = bed.scope();
        let pinned = async || bed.fleet.pinned_hosts(scope.org()).await.unwrap();
        assert_eq!(pinned().await, [host, change.other].into());
        assert_eq!(bed.profile(change.other).await["arch"], "other");
        assert_eq!(bed.profile(host).await["arch"], "one");
        assert_eq!(bed.host(host).await.canonical_facts.fqdn.as_deref(), Some("one"));
        for _ in 0..2 {
            assert_eq!(bed.take(report(OTHER, "other")).await.id, change.other);
            assert_eq!(bed.take(report(ONE, "one")).await.id, host);
        }
        assert!(bed.raised().await.is_empty());
        done(bed.undo(&change).await);
        assert_eq!(pinned().await, [].into());
        assert_eq!(bed.everything().await, before);
        assert_eq!(bed.take(report(OTHER, "other")).await.id, host);
    }
}

#[tokio::test]
async fn what_a_later_change_stands_on_is_not_undone() {
    for bed in both().await {
        let [a, b, c] = [1, 2, 3].map(|number| bed.draft().insights(number));
        let (a, b, c) = (bed.take(a).await.id, bed.take(b).await.id, bed.take(c).await.id);
        let first = bed.merge(a, b).await;
        bed.pass(1);
        let second = bed.merge(a, c).await;
        assert!(matches!(bed.undo(&first).await, IdentityOutcome::Cannot(_)), "{}", bed.engine());
        done(bed.undo(&second).await);
        done(bed.undo(&first).await);
        let hosts: Vec<_> = bed.everything().await.into_keys().collect();
        let mut expected = vec![a, b, c];
        expected.sort();
        assert_eq!(hosts, expected);
    }
}

type Machine = (u128, Option<u8>, Option<String>, Vec<(String, Option<String>)>, Option<u8>, bool);

fn machine() -> impl Strategy<Value = Machine> {
    let tags = proptest::collection::vec(("[a-c]", proptest::option::of("[a-c]")), 0..3);
    (
        1_u128..4,
        proptest::option::of(0_u8..3),
        proptest::option::of("[a-d]{1,3}"),
        tags,
        proptest::option::of(0_u8..3),
        any::<bool>(),
    )
}

fn draft(bed: &Bed, (id, subscription, name, tags, profile, board): &Machine) -> Draft {
    let mut draft = on(bed.draft().insights(*id), if *board { ONE } else { OTHER });
    if let Some(subscription) = subscription {
        draft = draft.subscription(&format!("s{subscription}-{id}"));
    }
    if let Some(name) = name {
        draft = draft.named(name).facts("ns", json!({"name": name}));
    }
    for (key, value) in tags {
        draft = draft.tag("ns", key, value.as_deref());
    }
    match profile {
        Some(number) => draft
            .profile(&json!({"arch": format!("x{number}"), "installed_packages": [format!("p{number}")]})),
        None => draft,
    }
}

#[test]
fn a_merge_that_is_undone_leaves_nothing_behind() {
    let reports = proptest::collection::vec(machine(), 2..10);
    property(
        24,
        &(reports, any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        async |bed, (reports, one, two)| {
            for machine in &reports {
                bed.take(draft(bed, machine)).await;
                bed.pass(1);
            }
            let before = bed.everything().await;
            let ids: Vec<HostId> = before.keys().copied().collect();
            let (kept, gone) = (*one.get(&ids), *two.get(&ids));
            if kept == gone {
                return;
            }
            let change = bed.merge(kept, gone).await;
            assert_eq!(bed.hosts().await.len(), ids.len() - 1);
            bed.pass(1);
            done(bed.undo(&change).await);
            assert_eq!(bed.everything().await, before);
            assert_eq!(bed.another_process().await.everything().await, before, "as the database has it");
            // Reports find the hosts that they found before.
            for (id, (host, _)) in &before {
                let again = bed.draft().with(|report| report.canonical_facts = host.canonical_facts.clone());
                assert_eq!(bed.take(again).await.id, *id);
            }
        },
    );
}
