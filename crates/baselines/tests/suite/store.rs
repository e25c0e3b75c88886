//! Baselines are made, found, changed and deleted.

use baselines::store::{ListQuery, Order, OrderBy, Patched, Placed};
use serde_json::json;
use uuid::Uuid;

use crate::bed::{all, both, named, org, some_facts};

#[tokio::test]
async fn what_is_stored_is_read_back_within_its_organisation_only() {
    for bed in both().await {
        let made = bed.make("gold").await;
        assert_eq!(bed.baselines.get(&bed.org, &[made.id]).await.unwrap()[0], made);
        assert_eq!((made.fact_count, made.created, made.updated), (1, bed.clock.now(), bed.clock.now()));
        let other = org("org-2");
        assert_eq!(bed.baselines.get(&other, &[made.id]).await.unwrap(), []);
        assert_eq!(bed.baselines.delete(&other, &[made.id]).await.unwrap(), [made.id]);
        let keep = |facts: &[_]| Ok::<_, ()>(facts.to_vec());
        let patched = bed.baselines.patch(&other, made.id, "mine", None, keep).await.unwrap();
        assert_eq!(patched, Patched::Unknown, "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_name_is_taken_once_in_an_organisation() {
    for bed in both().await {
        bed.make("gold").await;
        let again = bed.baselines.create(&bed.org, Uuid::new_v4(), &named("gold")).await.unwrap();
        assert_eq!(again, Placed::NameTaken);
        assert!(bed.baselines.has_name(&bed.org, "gold").await.unwrap());
        bed.make("GOLD").await;
        bed.make_in(&org("org-2"), "gold").await;
        let silver = bed.make("silver").await;
        let keep = |facts: &[_]| Ok::<_, ()>(facts.to_vec());
        let renamed = bed.baselines.patch(&bed.org, silver.id, "gold", None, keep).await.unwrap();
        assert_eq!(renamed, Patched::NameTaken, "{}", bed.engine());
    }
}

#[tokio::test]
async fn lists_are_ordered_paged_and_counted() {
    for bed in both().await {
        for name in ["b", "a", "Z", "has_an_underscore", "arch"] {
            bed.make(name).await;
            bed.pass(1);
        }
        bed.make_in(&org("org-2"), "other").await;
        assert_eq!(bed.names(&all()).await, ["Z", "a", "arch", "b", "has_an_underscore"]);
        let created =
            ListQuery { order: (OrderBy::Created, Order::Descending), limit: 2, offset: 1, ..all() };
        assert_eq!(bed.names(&created).await, ["has_an_underscore", "Z"]);
        let page = bed.baselines.list(&bed.org, &ListQuery { name: Some("A_"), ..all() }).await.unwrap();
        assert_eq!((page.count, page.total), (0, 5));
        assert_eq!(bed.names(&ListQuery { name: Some("_AN_"), ..all() }).await, ["has_an_underscore"]);
        let arch = bed.baselines.list(&bed.org, &ListQuery { name: Some("ARCH"), ..all() }).await.unwrap();
        assert_eq!((arch.count, arch.baselines.len()), (1, 1));
        assert!(arch.baselines[0].facts.is_empty(), "{}: lists carry no facts", bed.engine());
        let of_ids = ListQuery { ids: Some(&[arch.baselines[0].id]), ..all() };
        let with_facts = bed.baselines.list(&bed.org, &of_ids).await.unwrap();
        assert_eq!((with_facts.baselines[0].facts.len(), with_facts.total), (1, 5));
    }
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_the_time() {
    for bed in both().await {
        let made = bed.make("gold").await;
        bed.make("silver").await;
        let facts = some_facts(&json!([{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]));
        let new = facts.clone();
        let patched =
            bed.baselines.patch(&bed.org, made.id, "gold", Some(false), |_| Ok::<_, ()>(new.clone()));
        let Patched::Stored(patched) = patched.await.unwrap() else { panic!("not stored") };
        assert_eq!((patched.fact_count, patched.notifications_enabled), (2, false));
        // The clock has not moved, and the baseline is the one that was changed last all the same.
        assert!(patched.updated > made.updated && patched.created == made.created);
        assert_eq!(bed.baselines.get(&bed.org, &[made.id]).await.unwrap(), [patched]);
        let newest = ListQuery { order: (OrderBy::Updated, Order::Descending), ..all() };
        assert_eq!(bed.names(&newest).await, ["gold", "silver"]);
        let refused = bed.baselines.patch(&bed.org, made.id, "x", None, |_| Err("no")).await.unwrap();
        assert_eq!(refused, Patched::Refused("no"));
        assert_eq!(
            bed.baselines.get(&bed.org, &[made.id]).await.unwrap()[0].facts,
            facts,
            "{}",
            bed.engine()
        );
    }
}

#[tokio::test]
async fn all_are_deleted_or_none() {
    for bed in both().await {
        let (one, two) = (bed.make("one").await, bed.make("two").await);
        let absent = Uuid::new_v4();
        let missing = bed.baselines.delete(&bed.org, &[one.id, absent, two.id]).await.unwrap();
        assert_eq!(missing, [absent]);
        assert_eq!(bed.names(&all()).await, ["one", "two"]);
        assert!(bed.baselines.delete(&bed.org, &[one.id, two.id]).await.unwrap().is_empty());
        assert!(bed.names(&all()).await.is_empty(), "{}", bed.engine());
        assert!(bed.baselines.delete(&bed.org, &[]).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn statistics_are_over_all_organisations() {
    for bed in both().await {
        let gold = bed.make("gold").await;
        bed.make("silver").await;
        bed.make_in(&org("org-2"), "gold").await;
        bed.baselines.add_systems(&bed.org, gold.id, &[(Uuid::new_v4(), None)]).await.unwrap();
        let told = bed.baselines.statistics().await.unwrap();
        assert_eq!((told.by_org, told.by_systems), (vec![2, 1], vec![(1, 1)]));
        let now = bed.clock.now();
        assert_eq!(bed.baselines.created_between(now, now.plus_seconds(1)).await.unwrap(), 3);
        assert_eq!(
            bed.baselines.created_between(now.plus_seconds(-1), now).await.unwrap(),
            0,
            "{}",
            bed.engine()
        );
    }
}
