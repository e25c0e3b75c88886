//! What is too old goes.

use history::jobs::clean::Cleaner;
use serde_json::json;

use crate::bed::{WEEK, both, packages};

#[tokio::test]
async fn profiles_go_by_when_they_were_stored_and_parts_when_nobody_has_them() {
    for bed in both().await {
        let captured_long_ago = bed.profile(1, Some(10 * WEEK), &packages(1));
        bed.profiles.put(&[captured_long_ago, bed.profile(2, Some(60), &packages(2))]).await.unwrap();
        bed.pass(WEEK / 2);
        let later = bed.profile(3, Some(60), &packages(2));
        bed.put(&later).await;
        bed.pass(WEEK / 2);
        let cleaned = Cleaner { profiles: bed.profiles.clone(), valid_seconds: WEEK }.run().await.unwrap();
        assert_eq!((cleaned.profiles, cleaned.parts), (0, 0), "they are just as old as they may be");
        bed.pass(1);
        let cleaned = Cleaner { profiles: bed.profiles.clone(), valid_seconds: WEEK }.run().await.unwrap();
        assert_eq!((cleaned.profiles, cleaned.parts), (2, 1), "{}", bed.engine());
        let (found, _) = bed.records(false).get(&bed.org, &[later.id]).await.unwrap();
        assert_eq!(found[0].profile["installed_packages"], packages(2)["installed_packages"]);
    }
}

#[tokio::test]
async fn who_stores_while_old_parts_are_removed_keeps_them() {
    for bed in both().await {
        bed.put(&bed.profile(1, Some(60), &packages(1))).await;
        for round in 0..20 {
            bed.pass(WEEK + 1);
            let new = bed.profile(2, Some(round), &packages(1));
            let cleaning = {
                let profiles = bed.profiles.clone();
                tokio::spawn(async move { Cleaner { profiles, valid_seconds: WEEK }.run().await.unwrap() })
            };
            bed.put(&new).await;
            cleaning.await.unwrap();
            let (found, _) = bed.records(false).get(&bed.org, &[new.id]).await.unwrap();
            assert_eq!(
                found[0].profile["installed_packages"],
                packages(1)["installed_packages"],
                "{}",
                bed.engine()
            );
        }
        bed.put(&bed.profile(3, Some(60), &json!({}))).await;
    }
}
