//! Who may see and change what: no call reaches over the border of an organisation.

use std::collections::BTreeSet;

use fleet::{
    CanonicalFacts, ChangeKind, ChangeQuery, Condition, Edit, EditOutcome, GroupLimit, GroupOutcome,
    GroupQuery, HostQuery, OwnedTag, Refused, Scope,
};
use ground::{HostId, OrgId};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::bed::{Bed, both, nowhere};

fn rename(name: &str) -> Edit {
    Edit::Rename { display_name: Some(name.to_owned()), ansible_host: None }
}

/// All that is known of an organisation, to see that nothing changed.
async fn everything(bed: &Bed) -> String {
    let hosts = bed.fleet.profiles(&bed.query(), None).await.unwrap().hosts;
    let groups = bed.fleet.groups(&bed.groups()).await.unwrap().groups;
    format!("{hosts:?} {groups:?} {} {:?}", bed.newest().await, bed.log().await)
}

#[tokio::test]
async fn another_organisation_sees_nothing_and_changes_nothing() {
    for bed in both().await {
        let owner = Uuid::from_u128(5).to_string();
        let profile = json!({"owner_id": owner, "installed_packages": ["a-0:1-1.x86_64"]});
        let facts = CanonicalFacts { insights_id: Some(Uuid::from_u128(1)), ..CanonicalFacts::default() };
        let draft =
            || bed.draft().insights(1).tag("ns", "k", Some("v")).facts("f", json!({})).profile(&profile);
        let id = bed.take(draft()).await.id;
        let group = bed.fleet.create_group(&bed.org, "g", None, &[id], &nowhere()).await.unwrap().unwrap();
        let before = everything(&bed).await;

        let other = bed.another_org();
        let own = other.take(other.draft().insights(2)).await.id;
        let org: &OrgId = &other.org;
        let fleet = &other.fleet;
        let limit = GroupLimit { ids: BTreeSet::from([group.id]), ungrouped: false };
        for scope in [
            Scope::of(org.clone()).owned_by(&owner),
            Scope::of(org.clone()).within(limit),
            Scope::of(org.clone()),
        ] {
            for condition in [
                Condition::Ids(vec![id]),
                Condition::GroupIds(vec![group.id]),
                Condition::GroupNames { names: vec!["g".to_owned()], ungrouped: false },
                Condition::InsightsId(Uuid::from_u128(1)),
                Condition::Tags(vec![fleet::TagMatch {
                    namespace: Some("ns".to_owned()),
                    key: "k".to_owned(),
                    value: None,
                }]),
            ] {
                let query = HostQuery { scope: scope.clone(), ..other.query() }.with(condition);
                assert!(fleet.list(&query).await.unwrap().hosts.is_empty(), "{query:?}, {}", bed.engine());
                assert_eq!(fleet.count(&query).await.unwrap(), 0);
                assert!(fleet.ids(&query).await.unwrap().is_empty());
                assert!(fleet.tags(&query).await.unwrap().is_empty());
                assert!(fleet.profiles(&query, None).await.unwrap().hosts.is_empty());
            }
        }
        let all = HostQuery { scope: Scope::of(org.clone()), ..other.query() };
        assert_eq!(fleet.ids(&all).await.unwrap(), [own]);
        assert!(fleet.tags(&all).await.unwrap().is_empty());
        let groups = GroupQuery { ids: Some(vec![group.id]), ..other.groups() };
        assert_eq!(fleet.groups(&groups).await.unwrap().total, 0);
        assert_eq!(fleet.groups(&other.groups()).await.unwrap().total, 1, "its own");

        assert_eq!(fleet.changes(org, 0, 100).await.unwrap().len(), 1);
        assert!(fleet.changes_of(org, id, i64::MAX, 100).await.unwrap().is_empty());
        assert!(fleet.as_of(org, id, other.clock.now()).await.unwrap().is_none());
        let digests: Vec<_> = bed
            .log()
            .await
            .iter()
            .flat_map(|change| change.sections.values().map(|section| section.content).collect::<Vec<_>>())
            .collect();
        assert!(!digests.is_empty());
        assert!(fleet.section_texts(org, digests).await.unwrap().is_empty());
        let origins = fleet.origins(org, &bed.log().await).await.unwrap();
        assert!(origins.iter().all(|origin| origin.metadata.is_none()));
        assert!(fleet.profiles_of(org, &bed.log().await).await.is_err());

        let scope = Scope::of(org.clone());
        assert!(!fleet.reaches(&scope, id).await.unwrap());
        assert!(fleet.at_seq(org, id, 1).await.unwrap().is_none());
        let newest = ChangeQuery { host: Some(id), ..ChangeQuery::newest(scope.clone()) };
        assert!(fleet.timeline(&newest).await.unwrap().0.is_empty());
        for scope in [scope.clone(), scope.clone().owned_by(&owner)] {
            let feed = fleet.feed(&ChangeQuery::newest(scope.clone())).await.unwrap();
            assert!(feed.changes.iter().all(|change| change.host.id == own), "{}", bed.engine());
            let overview = fleet.overview(&scope).await.unwrap();
            assert!(overview.ages.iter().sum::<i64>() <= 1, "{overview:?}");
            assert!(overview.latest.iter().all(|change| change.host.id == own), "{overview:?}");
        }
        let tagged = OwnedTag { namespace: None, key: "k".to_owned(), value: None };
        let tags = Edit::Tags { add: vec![tagged], remove: Vec::new() };
        assert_eq!(
            fleet.edit(&scope, &[own, id], tags, &nowhere()).await.unwrap(),
            EditOutcome::Missing(vec![id])
        );
        let missing = EditOutcome::Missing(vec![id]);
        assert_eq!(fleet.edit(&scope, &[own, id], rename("x"), &nowhere()).await.unwrap(), missing);
        assert_eq!(fleet.delete(&scope, &[own, id], &nowhere()).await.unwrap(), missing);
        assert!(fleet.check_in(org, &facts, &nowhere()).await.unwrap().is_none());
        let update = fleet.update_profile(other.draft().profile(&profile).into(), Some(id)).await.unwrap();
        assert!(matches!(update, Err(Refused::NoHost)));
        let made = fleet.create_group(org, "g", None, &[own, id], &nowhere()).await.unwrap();
        assert_eq!(made.unwrap_err(), [id]);
        let no_group = GroupOutcome::NoGroup(vec![group.id]);
        let no_host = GroupOutcome::NoHosts(vec![id]);
        let mine = fleet.create_group(org, "mine", None, &[own], &nowhere()).await.unwrap().unwrap().id;
        for (outcome, expected) in [
            (fleet.change_group(org, group.id, Some("x"), None, None, &nowhere()).await, &no_group),
            (fleet.change_group(org, mine, None, Some(&[id]), None, &nowhere()).await, &no_host),
            (fleet.add_to_group(org, group.id, &[own], &nowhere()).await, &no_group),
            (fleet.add_to_group(org, mine, &[id], &nowhere()).await, &no_host),
            (fleet.remove_from_group(org, group.id, &[id], None, &nowhere()).await, &no_group),
            (fleet.remove_from_group(org, mine, &[id], None, &nowhere()).await, &GroupOutcome::NotMembers),
            (fleet.remove_from_any(org, &[id], None, &nowhere()).await, &no_host),
            (fleet.delete_groups(org, &[group.id], None, &nowhere()).await, &no_group),
        ] {
            assert_eq!(&outcome.unwrap(), expected, "{}", bed.engine());
        }
        // The same machine reports to the other organisation: a host of its own.
        assert_eq!(other.take(other.draft().insights(1)).await.kind, ChangeKind::Created);
        fleet.advance("relay", org, 1_000).await.unwrap();
        fleet.drop_seen(org, &["relay"]).await.unwrap();
        fleet.collect(org).await.unwrap();
        assert_eq!(everything(&bed).await, before, "{}", bed.engine());
    }
}

#[tokio::test]
async fn an_edit_reaches_only_what_the_caller_may_see_and_all_of_it_or_nothing() {
    for bed in both().await {
        let owners = [1, 2].map(|n| Uuid::from_u128(n).to_string());
        let mut ids = Vec::new();
        for (n, owner) in owners.iter().enumerate() {
            let profile = json!({ "owner_id": owner });
            let draft = bed.draft().insights(n as u128).facts("ns", json!({"a": 1})).profile(&profile);
            ids.push(bed.take(draft).await.id);
        }
        let group =
            bed.fleet.create_group(&bed.org, "g", None, &ids[..1], &nowhere()).await.unwrap().unwrap();
        let nobody = HostId(Uuid::from_u128(404));
        let all = Scope::of(bed.org.clone());
        let owned = all.clone().owned_by(&owners[0]);
        let grouped = all.clone().within(GroupLimit { ids: BTreeSet::from([group.id]), ungrouped: false });
        let ungrouped = all.clone().within(GroupLimit { ids: BTreeSet::new(), ungrouped: true });
        let seq = bed.newest().await;
        for (scope, asked, missing) in [
            (&all, vec![ids[0], nobody], vec![nobody]),
            (&owned, ids.clone(), vec![ids[1]]),
            (&grouped, ids.clone(), vec![ids[1]]),
            (&ungrouped, ids.clone(), vec![ids[0]]),
        ] {
            let edit = bed.fleet.edit(scope, &asked, rename("x"), &nowhere()).await.unwrap();
            assert_eq!(edit, EditOutcome::Missing(missing.clone()), "{}", bed.engine());
            let delete = bed.fleet.delete(scope, &asked, &nowhere()).await.unwrap();
            assert_eq!(delete, EditOutcome::Missing(missing), "{}", bed.engine());
        }
        assert_eq!(bed.newest().await, seq, "nothing was changed");
        for (scope, id) in [(&owned, ids[0]), (&grouped, ids[0]), (&ungrouped, ids[1]), (&all, ids[1])] {
            let name = format!("{scope:?}");
            let done = bed.fleet.edit(scope, &[id, id], rename(&name), &nowhere()).await.unwrap();
            assert_eq!(done, EditOutcome::Done { changed: 1 }, "{}", bed.engine());
            assert_eq!(bed.host(id).await.display_name, name);
        }
        let facts = |replace| Edit::Facts {
            namespace: "ns".to_owned(),
            facts: Map::from_iter([("b".to_owned(), json!(2))]),
            replace,
        };
        bed.fleet.edit(&all, &ids, facts(false), &nowhere()).await.unwrap();
        assert_eq!(bed.host(ids[0]).await.facts[0].1, json!({"a": 1, "b": 2}), "{}", bed.engine());
        bed.fleet.edit(&all, &ids, facts(true), &nowhere()).await.unwrap();
        assert_eq!(bed.host(ids[1]).await.facts[0].1, json!({"b": 2}), "{}", bed.engine());
        let again = bed.fleet.edit(&all, &ids, facts(true), &nowhere()).await.unwrap();
        assert_eq!(again, EditOutcome::Done { changed: 0 }, "{}", bed.engine());
        let elsewhere = Edit::Facts { namespace: "elsewhere".to_owned(), facts: Map::new(), replace: true };
        assert_eq!(
            bed.fleet.edit(&all, &ids, elsewhere, &nowhere()).await.unwrap(),
            EditOutcome::NoNamespace
        );
        assert_eq!(bed.fleet.delete(&all, &ids, &nowhere()).await.unwrap(), EditOutcome::Done { changed: 2 });
        assert!(bed.hosts().await.is_empty(), "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_check_in_moves_the_times_and_nothing_else() {
    for bed in both().await {
        let id = bed.take(bed.draft().insights(1).named("n").tag("ns", "k", None)).await.id;
        let before = bed.host(id).await;
        bed.pass(60);
        let facts = CanonicalFacts { insights_id: Some(Uuid::from_u128(1)), ..CanonicalFacts::default() };
        let host = bed.fleet.check_in(&bed.org, &facts, &nowhere()).await.unwrap().unwrap();
        assert_eq!(*host, bed.host(id).await, "{}", bed.engine());
        let mut expected = before;
        (expected.times.last_check_in, expected.times.updated) = (bed.clock.now(), bed.clock.now());
        assert_eq!(*host, expected, "{}", bed.engine());
        assert_eq!(bed.noted(1).await, [(ChangeKind::Seen, "check-in".to_owned())]);
        bed.pass(bed.fleet.default_staleness().delete);
        assert!(bed.fleet.check_in(&bed.org, &facts, &nowhere()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn many_hosts_are_deleted_at_once_by_a_caller_with_limits() {
    for bed in both().await {
        let ids: Vec<_> = {
            let reports = (0..2_500).map(|n| bed.draft().insights(n).into()).collect();
            let stored = bed.fleet.ingest(reports).await.unwrap();
            stored.into_iter().map(|stored| stored.unwrap().id).collect()
        };
        let limited = Scope::of(bed.org.clone()).within(GroupLimit { ids: BTreeSet::new(), ungrouped: true });
        let done = bed.fleet.delete(&limited, &ids, &nowhere()).await.unwrap();
        assert_eq!(done, EditOutcome::Done { changed: 2_500 }, "{}", bed.engine());
        assert!(bed.hosts().await.is_empty(), "{}", bed.engine());
    }
}
