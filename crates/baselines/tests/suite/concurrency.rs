//! Several at once.

use baselines::store::{Added, Patched, Placed};
use serde_json::json;
use uuid::Uuid;

use crate::bed::{all, both, named, some_facts};

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_one_name_one_gets_it() {
    for bed in both().await {
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (baselines, org) = (bed.baselines.clone(), bed.org.clone());
                tokio::spawn(
                    async move { baselines.create(&org, Uuid::new_v4(), &named("gold")).await.unwrap() },
                )
            })
            .collect();
        let mut stored = 0;
        for tried in tries {
            stored += i32::from(matches!(tried.await.unwrap(), Placed::Stored(_)));
        }
        assert_eq!((stored, bed.names(&all()).await.len()), (1, 1), "{}", bed.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_patch_undoes_another() {
    for bed in both().await {
        let id = bed.make("gold").await.id;
        let patches: Vec<_> = (0..8)
            .map(|n| {
                let (baselines, org) = (bed.baselines.clone(), bed.org.clone());
                tokio::spawn(async move {
                    let add = |facts: &[_]| {
                        let new = some_facts(&json!([{"name": format!("n{n}"), "value": "1"}]));
                        Ok::<_, ()>([facts, &new].concat())
                    };
                    let patched = baselines.patch(&org, id, "gold", None, add).await.unwrap();
                    assert!(matches!(patched, Patched::Stored(_)));
                })
            })
            .collect();
        for patch in patches {
            patch.await.unwrap();
        }
        assert_eq!(bed.baselines.get(&bed.org, &[id]).await.unwrap()[0].facts.len(), 9, "{}", bed.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_added_once() {
    for bed in both().await {
        let id = bed.make("gold").await.id;
        let tries: Vec<_> = (0..6)
            .map(|_| {
                let (baselines, org) = (bed.baselines.clone(), bed.org.clone());
                tokio::spawn(async move {
                    baselines.add_systems(&org, id, &[(Uuid::from_u128(1), None)]).await.unwrap()
                })
            })
            .collect();
        let mut added = 0;
        for tried in tries {
            added += i32::from(matches!(tried.await.unwrap(), Added::Systems(_)));
        }
        assert_eq!(added, 1, "{}", bed.engine());
    }
}
