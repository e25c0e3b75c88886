//! Groups of hosts.

use fleet::{ChangeKind, Direction, Edit, Group, GroupKind, GroupOrder, GroupOutcome, GroupQuery, Scope};
use ground::{GroupId, HostId};
use uuid::Uuid;

use crate::bed::{Bed, both, nowhere};

const NOBODY: HostId = HostId(Uuid::from_u128(404));
const NOWHERE: GroupId = GroupId(Uuid::from_u128(404));

async fn machines(bed: &Bed, count: u128) -> Vec<HostId> {
    let mut ids = Vec::new();
    for n in 0..count {
        ids.push(bed.take(bed.draft().insights(n)).await.id);
    }
    bed.pass(1);
    ids
}

async fn make(bed: &Bed, name: &str, hosts: &[HostId]) -> Group {
    let group =
        bed.fleet.create_group(&bed.org, name, Some("acc"), hosts, &nowhere()).await.unwrap().unwrap();
    bed.pass(1);
    group
}

async fn group(bed: &Bed, id: GroupId) -> Option<Group> {
    let query = GroupQuery { ids: Some(vec![id]), ..bed.groups() };
    bed.fleet.groups(&query).await.unwrap().groups.pop()
}

/// Names of groups with the number of their members, by name.
async fn counts(bed: &Bed) -> Vec<(String, i64)> {
    let page = bed.fleet.groups(&bed.groups()).await.unwrap();
    page.groups.into_iter().map(|group| (group.name, group.host_count)).collect()
}

async fn group_of(bed: &Bed, id: HostId) -> String {
    bed.host(id).await.group.unwrap().name
}

fn named(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[tokio::test]
async fn a_new_host_is_in_the_group_of_those_without_one() {
    for bed in both().await {
        let account = bed.draft().insights(9).with(|report| report.sender_account = Some("acc".to_owned()));
        let host = bed.take(account).await.host;
        machines(&bed, 2).await;
        let home = host.group.clone().unwrap();
        assert!(home.ungrouped);
        assert_eq!((home.name.as_str(), home.account.as_deref()), ("Ungrouped Hosts", Some("acc")));
        assert_eq!(counts(&bed).await, named(&[("Ungrouped Hosts", 3)]), "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_group_is_made_with_all_its_hosts_or_not_at_all() {
    for bed in both().await {
        let ids = machines(&bed, 3).await;
        let seq = bed.newest().await;
        let unknown = [ids[0], NOBODY];
        let refused = bed.fleet.create_group(&bed.org, "g", None, &unknown, &nowhere()).await.unwrap();
        assert_eq!(refused.unwrap_err(), [NOBODY], "{}", bed.engine());
        assert_eq!((bed.newest().await, counts(&bed).await.len()), (seq, 1));

        let made = make(&bed, "g", &ids[..2]).await;
        assert_eq!((made.host_count, made.ungrouped, made.account.as_deref()), (2, false, Some("acc")));
        assert_eq!(group(&bed, made.id).await, Some(made.clone()), "{}", bed.engine());
        assert_eq!(bed.host(ids[0]).await.group, Some(made), "{}", bed.engine());
        assert_eq!(counts(&bed).await, named(&[("Ungrouped Hosts", 1), ("g", 2)]));
        assert_eq!(bed.noted(seq).await, vec![(ChangeKind::Updated, "group".to_owned()); 2]);
        let again = make(&bed, "g", &[]).await;
        assert_eq!(again.host_count, 0, "names need not differ");
    }
}

#[tokio::test]
async fn a_host_is_in_one_group_at_most() {
    for bed in both().await {
        let ids = machines(&bed, 3).await;
        let one = make(&bed, "one", &ids[..2]).await;
        let other = make(&bed, "other", &[]).await;
        let joined = bed.fleet.add_to_group(&bed.org, other.id, &ids[1..], &nowhere()).await.unwrap();
        let GroupOutcome::Done(Some(joined)) = joined else { panic!("{joined:?}") };
        assert_eq!((joined.host_count, joined.updated), (2, bed.clock.now()), "{}", bed.engine());
        assert_eq!(counts(&bed).await, named(&[("Ungrouped Hosts", 0), ("one", 1), ("other", 2)]));
        for (hosts, outcome) in [
            (vec![NOBODY, ids[0]], GroupOutcome::NoHosts(vec![NOBODY])),
            (vec![ids[0]], GroupOutcome::NoGroup(vec![NOWHERE])),
        ] {
            let id = if matches!(outcome, GroupOutcome::NoGroup(_)) { NOWHERE } else { one.id };
            let refused = bed.fleet.add_to_group(&bed.org, id, &hosts, &nowhere()).await.unwrap();
            assert_eq!(refused, outcome, "{}", bed.engine());
        }
    }
}

#[tokio::test]
async fn a_rename_is_noted_for_every_member_once() {
    for bed in both().await {
        let ids = machines(&bed, 4).await;
        let made = make(&bed, "old", &ids[..3]).await;
        let seq = bed.newest().await;
        let change = async |name: Option<&str>, hosts: Option<&[HostId]>| {
            let outcome =
                bed.fleet.change_group(&bed.org, made.id, name, hosts, Some("acc"), &nowhere()).await;
            match outcome.unwrap() {
                GroupOutcome::Done(Some(group)) => group,
                other => panic!("{other:?}"),
            }
        };
        let renamed = change(Some("new"), None).await;
        assert_eq!((renamed.name.as_str(), renamed.host_count), ("new", 3), "{}", bed.engine());
        assert_eq!((renamed.created, renamed.updated), (made.created, bed.clock.now()));
        assert_eq!(bed.noted(seq).await, vec![(ChangeKind::Updated, "group".to_owned()); 3]);
        assert_eq!(group_of(&bed, ids[2]).await, "new");
        bed.pass(1);

        let seq = bed.newest().await;
        assert_eq!(change(Some("new"), None).await.updated, renamed.updated, "the same name is no change");
        assert!(bed.noted(seq).await.is_empty(), "{}", bed.engine());
        // A new name and new members at once: one row for each host that stays, comes or goes.
        let both = change(Some("newest"), Some(&ids[1..])).await;
        assert_eq!((both.host_count, bed.noted(seq).await.len()), (3, 4), "{}", bed.engine());
        assert_eq!(group_of(&bed, ids[3]).await, "newest");
        let home = bed.host(ids[0]).await.group.unwrap();
        assert_eq!((home.ungrouped, home.host_count), (true, 1), "one came, one went, {}", bed.engine());
        assert_eq!(change(None, Some(&[])).await.host_count, 0);
        assert_eq!(counts(&bed).await, named(&[("Ungrouped Hosts", 4), ("newest", 0)]));
    }
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    for bed in both().await {
        let ids = machines(&bed, 2).await;
        let made = make(&bed, "g", &ids[..1]).await;
        let home = bed.host(ids[1]).await.group.unwrap().id;
        let seq = bed.newest().await;
        for (id, hosts, expected) in [
            (NOWHERE, None, GroupOutcome::NoGroup(vec![NOWHERE])),
            (home, None, GroupOutcome::Ungrouped),
            (made.id, Some(&[ids[1], NOBODY][..]), GroupOutcome::NoHosts(vec![NOBODY])),
        ] {
            let outcome = bed.fleet.change_group(&bed.org, id, Some("x"), hosts, None, &nowhere()).await;
            assert_eq!(outcome.unwrap(), expected, "{}", bed.engine());
        }
        assert_eq!((group(&bed, made.id).await, bed.newest().await), (Some(made), seq));
    }
}

#[tokio::test]
async fn who_leaves_a_group_goes_to_those_without_one() {
    for bed in both().await {
        let ids = machines(&bed, 4).await;
        let made = make(&bed, "g", &ids[..3]).await;
        let home = bed.host(ids[3]).await.group.unwrap().id;
        let leave = async |id: GroupId, hosts: &[HostId]| {
            bed.fleet.remove_from_group(&bed.org, id, hosts, None, &nowhere()).await.unwrap()
        };
        assert_eq!(leave(NOWHERE, &ids).await, GroupOutcome::NoGroup(vec![NOWHERE]), "{}", bed.engine());
        assert_eq!(leave(home, &ids).await, GroupOutcome::Ungrouped, "{}", bed.engine());
        assert_eq!(leave(made.id, &[ids[3], NOBODY]).await, GroupOutcome::NotMembers, "{}", bed.engine());
        assert_eq!(leave(made.id, &ids[2..]).await, GroupOutcome::Done(None), "some of them are members");
        assert_eq!(group_of(&bed, ids[2]).await, "Ungrouped Hosts");
        assert_eq!(group(&bed, made.id).await.unwrap().updated, bed.clock.now());

        let any = async |hosts: &[HostId]| {
            bed.fleet.remove_from_any(&bed.org, hosts, None, &nowhere()).await.unwrap()
        };
        assert_eq!(any(&[ids[0], ids[3]]).await, GroupOutcome::Ungrouped, "{}", bed.engine());
        assert_eq!(any(&[ids[0], NOBODY]).await, GroupOutcome::NoHosts(vec![NOBODY]), "{}", bed.engine());
        assert_eq!(any(&ids[..2]).await, GroupOutcome::Done(None), "{}", bed.engine());
        assert_eq!(counts(&bed).await, named(&[("Ungrouped Hosts", 4), ("g", 0)]));
    }
}

#[tokio::test]
async fn groups_are_deleted_all_or_none_and_their_hosts_stay() {
    for bed in both().await {
        let ids = machines(&bed, 3).await;
        let (one, other) = (make(&bed, "one", &ids[..1]).await, make(&bed, "other", &ids[1..]).await);
        let home = bed.take(bed.draft().insights(99)).await.host.group.clone().unwrap().id;
        let delete =
            async |ids: &[GroupId]| bed.fleet.delete_groups(&bed.org, ids, None, &nowhere()).await.unwrap();
        assert_eq!(
            delete(&[one.id, NOWHERE]).await,
            GroupOutcome::NoGroup(vec![NOWHERE]),
            "{}",
            bed.engine()
        );
        assert_eq!(delete(&[one.id, home]).await, GroupOutcome::Ungrouped, "{}", bed.engine());
        assert_eq!(counts(&bed).await.len(), 3);
        let seq = bed.newest().await;
        assert_eq!(delete(&[one.id, other.id]).await, GroupOutcome::Done(None), "{}", bed.engine());
        assert_eq!(counts(&bed).await, named(&[("Ungrouped Hosts", 4)]), "{}", bed.engine());
        assert_eq!(bed.noted(seq).await, vec![(ChangeKind::Updated, "group".to_owned()); 3]);
    }
}

#[tokio::test]
async fn culled_members_are_not_counted() {
    for bed in both().await {
        let ids = machines(&bed, 2).await;
        let made = make(&bed, "g", &ids).await;
        bed.pass(bed.fleet.default_staleness().delete - 10);
        bed.take(bed.draft().insights(1)).await;
        bed.pass(20);
        assert_eq!(group(&bed, made.id).await.unwrap().host_count, 1, "{}", bed.engine());
        let change =
            bed.fleet.change_group(&bed.org, made.id, Some("h"), None, None, &nowhere()).await.unwrap();
        let GroupOutcome::Done(Some(renamed)) = change else { panic!("{change:?}") };
        assert_eq!(renamed.host_count, 1, "{}", bed.engine());
    }
}

#[tokio::test]
async fn groups_are_found_by_name_and_kind_and_come_in_order() {
    for bed in both().await {
        let ids = machines(&bed, 6).await;
        make(&bed, "Äpfel", &ids[..3]).await;
        make(&bed, "b_c", &ids[3..5]).await;
        make(&bed, "bxc", &[]).await;
        let found = async |query: GroupQuery| {
            let page = bed.fleet.groups(&query).await.unwrap();
            (page.total, page.groups.into_iter().map(|group| group.name).collect::<Vec<_>>().join(" "))
        };
        let by_name = |name: &str| GroupQuery { name: Some(name.to_owned()), ..bed.groups() };
        let ordered = |by, how| GroupQuery { order: (by, how), kind: GroupKind::Standard, ..bed.groups() };
        for (query, total, names) in [
            (by_name("äPF"), 1, "Äpfel"),
            (by_name("b_c"), 2, "b_c bxc"),
            (by_name("b%c"), 2, "b_c bxc"),
            (by_name("b\\_c"), 0, ""),
            (by_name("\\"), 0, ""),
            (GroupQuery { kind: GroupKind::Ungrouped, ..bed.groups() }, 1, "Ungrouped Hosts"),
            (ordered(GroupOrder::Name, Direction::Ascending), 3, "b_c bxc Äpfel"),
            (ordered(GroupOrder::HostCount, Direction::Descending), 3, "Äpfel b_c bxc"),
            (ordered(GroupOrder::Updated, Direction::Descending), 3, "bxc b_c Äpfel"),
            (GroupQuery { offset: 1, limit: 1, ..ordered(GroupOrder::Name, Direction::Ascending) }, 3, "bxc"),
            (GroupQuery { ids: Some(vec![NOWHERE]), ..bed.groups() }, 0, ""),
        ] {
            let expected = (total, names.to_owned());
            assert_eq!(found(query.clone()).await, expected, "{query:?}, {}", bed.engine());
        }
    }
}

#[tokio::test]
async fn hosts_that_one_request_changes_are_written_in_its_order() {
    for bed in both().await {
        let ids = machines(&bed, 4).await;
        let asked = [ids[2], ids[0], ids[3], ids[2]];
        let expected = [ids[3], ids[0], ids[2]];
        let newest =
            async || -> Vec<HostId> { bed.hosts().await.iter().take(3).map(|row| row.host.id).collect() };
        let group = make(&bed, "a", &asked).await;
        assert_eq!(newest().await, expected, "{}", bed.engine());
        let scope = Scope::of(bed.org.clone());
        let edit = Edit::Rename { display_name: Some("x".to_owned()), ansible_host: None };
        bed.fleet.edit(&scope, &[ids[0], ids[3], ids[2]], edit, &nowhere()).await.unwrap();
        assert_eq!(newest().await, [ids[2], ids[3], ids[0]], "{}", bed.engine());
        bed.pass(1);
        bed.fleet.remove_from_group(&bed.org, group.id, &asked, None, &nowhere()).await.unwrap();
        assert_eq!(newest().await, expected, "{}", bed.engine());
        let hosts = bed.hosts().await;
        let times: Vec<i64> = hosts.iter().take(3).map(|row| row.host.times.updated.micros()).collect();
        assert_eq!((times[0] - times[1], times[1] - times[2]), (1, 1));
    }
}
