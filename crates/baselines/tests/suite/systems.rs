//! Systems are associated with baselines.

use baselines::{
    rules::groups::Group,
    store::{Added, GroupFilter, Reach, Removed},
};
use uuid::Uuid;

use crate::bed::{Bed, both, org};

const fn system(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn group(id: &str) -> Group {
    Group { id: id.to_owned(), name: format!("name of {id}") }
}

/// A baseline with a system in group a, one in b, one in none, and one of which that is not known.
async fn four(bed: &Bed) -> Uuid {
    let made = bed.make("gold").await;
    let systems = [
        (system(4), Some(vec![group("a")])),
        (system(3), Some(vec![group("b")])),
        (system(2), Some(Vec::new())),
        (system(1), None),
    ];
    let added = bed.baselines.add_systems(&bed.org, made.id, &systems).await.unwrap();
    assert_eq!(added, Added::Systems(vec![system(4), system(3), system(2), system(1)]));
    made.id
}

async fn found(bed: &Bed, id: Uuid, ids: &[&str], names: &[&str], reach: &Reach) -> Vec<u128> {
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let filter = GroupFilter { ids: own(ids), names: own(names) };
    let found = bed.baselines.systems(&bed.org, id, &filter, reach).await.unwrap().unwrap();
    found.iter().map(Uuid::as_u128).collect()
}

#[tokio::test]
async fn systems_are_found_by_any_of_their_groups() {
    for bed in both().await {
        let id = four(&bed).await;
        assert_eq!(found(&bed, id, &[], &[], &Reach::All).await, [4, 3, 2, 1]);
        assert_eq!(found(&bed, id, &["a", "b"], &[], &Reach::All).await, [4, 3]);
        assert_eq!(found(&bed, id, &["a"], &["name of b"], &Reach::All).await, [4, 3]);
        assert_eq!(found(&bed, id, &["", "b"], &[], &Reach::All).await, [3, 2]);
        assert_eq!(found(&bed, id, &[], &[""], &Reach::All).await, [] as [u128; 0], "{}", bed.engine());
    }
}

#[tokio::test]
async fn who_reaches_no_group_reaches_no_system() {
    for bed in both().await {
        let id = four(&bed).await;
        for (groups, expected) in [
            (vec![], vec![]),
            (vec![Some("a".to_owned())], vec![4]),
            (vec![None], vec![2]),
            (vec![Some("b".to_owned()), None], vec![3, 2]),
        ] {
            let reach = Reach::Groups(groups);
            assert_eq!(found(&bed, id, &[], &[], &reach).await, expected, "{}", bed.engine());
            let counts = bed.baselines.system_counts(&bed.org, &[id], &reach).await.unwrap();
            assert_eq!(counts.get(&id).copied().unwrap_or(0), expected.len() as i64);
        }
        let counts = bed.baselines.system_counts(&bed.org, &[id], &Reach::All).await.unwrap();
        assert_eq!(counts[&id], 4);
        assert_eq!(
            found(&bed, id, &["b"], &[], &Reach::Groups(vec![Some("a".to_owned())])).await,
            [] as [u128; 0]
        );
    }
}

#[tokio::test]
async fn systems_are_added_and_removed_all_or_none() {
    for bed in both().await {
        let id = four(&bed).await;
        let add = |systems: &[u128]| {
            let systems: Vec<_> = systems.iter().map(|n| (system(*n), None)).collect();
            let (baselines, org) = (bed.baselines.clone(), bed.org.clone());
            async move { baselines.add_systems(&org, id, &systems).await.unwrap() }
        };
        assert_eq!(add(&[7, 3]).await, Added::Already(system(3)));
        assert_eq!(add(&[7]).await, Added::Systems([4, 3, 2, 1, 7].map(system).to_vec()));
        let remove = |systems: &[u128]| {
            let systems: Vec<_> = systems.iter().map(|n| system(*n)).collect();
            let (baselines, org) = (bed.baselines.clone(), bed.org.clone());
            async move { baselines.remove_systems(&org, id, &systems).await.unwrap() }
        };
        assert_eq!(remove(&[4, 9]).await, Removed::NotThere(system(9)));
        assert_eq!(remove(&[4, 2]).await, Removed::Done);
        assert_eq!(found(&bed, id, &[], &[], &Reach::All).await, [3, 1, 7], "{}", bed.engine());
    }
}

#[tokio::test]
async fn another_organisation_sees_and_changes_nothing() {
    for bed in both().await {
        let id = four(&bed).await;
        let other = org("org-2");
        let filter = GroupFilter::default();
        assert_eq!(bed.baselines.systems(&other, id, &filter, &Reach::All).await.unwrap(), None);
        assert_eq!(bed.baselines.add_systems(&other, id, &[]).await.unwrap(), Added::Unknown);
        assert_eq!(bed.baselines.remove_systems(&other, id, &[]).await.unwrap(), Removed::Unknown);
        assert!(bed.baselines.of_system(&other, Some(system(4))).await.unwrap().is_empty());
        assert!(bed.baselines.set_groups(&other, system(4), &[group("b")]).await.unwrap().is_empty());
        bed.baselines.forget_systems(&other, &[system(4)]).await.unwrap();
        assert_eq!(found(&bed, id, &["a"], &[], &Reach::All).await, [4], "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_system_moves_to_another_group_in_all_its_baselines() {
    for bed in both().await {
        let gold = four(&bed).await;
        let silver = bed.make("silver").await.id;
        bed.baselines.add_systems(&bed.org, silver, &[(system(4), None)]).await.unwrap();
        let mut both = vec![gold, silver];
        both.sort_unstable();
        assert_eq!(bed.baselines.of_system(&bed.org, Some(system(4))).await.unwrap(), both);
        assert_eq!(bed.baselines.of_system(&bed.org, None).await.unwrap().len(), 5);
        assert_eq!(bed.baselines.set_groups(&bed.org, system(4), &[group("b")]).await.unwrap(), both);
        assert_eq!(found(&bed, silver, &["b"], &[], &Reach::All).await, [4]);
        assert_eq!(found(&bed, gold, &["a"], &[], &Reach::All).await, [] as [u128; 0]);
        bed.baselines.forget_systems(&bed.org, &[system(4)]).await.unwrap();
        assert_eq!(found(&bed, gold, &[], &[], &Reach::All).await, [3, 2, 1]);
        assert!(found(&bed, silver, &[], &[], &Reach::All).await.is_empty(), "{}", bed.engine());
        assert!(bed.baselines.set_groups(&bed.org, system(9), &[group("b")]).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn associations_go_with_their_baseline() {
    for bed in both().await {
        let id = four(&bed).await;
        assert!(bed.baselines.delete(&bed.org, &[id]).await.unwrap().is_empty());
        assert!(bed.baselines.of_system(&bed.org, None).await.unwrap().is_empty(), "{}", bed.engine());
    }
}
