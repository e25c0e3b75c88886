//! Profiles of another inventory are stored and read back.

use history::store::Stored;
use serde_json::json;
use uuid::Uuid;

use crate::bed::{WEEK, both, host, org, packages};

#[tokio::test]
async fn what_is_stored_is_read_back_with_its_id_within_its_organisation_only() {
    for bed in both().await {
        let new = bed.profile(1, Some(60), &packages(1));
        assert_eq!(bed.put(&new).await, Stored::New);
        let records = bed.records(false);
        let (found, missing) = records.get(&bed.org, &[new.id]).await.unwrap();
        let mut profile = new.profile.clone();
        profile.insert("id".to_owned(), new.id.to_string().into());
        assert_eq!((found[0].profile.clone(), found[0].inventory_id, missing.len()), (profile, host(1), 0));
        assert_eq!(found[0].head.captured, new.captured);
        let (found, missing) = records.get(&org("org-2"), &[new.id]).await.unwrap();
        assert_eq!((found.len(), missing), (0, vec![new.id]), "{}", bed.engine());
        assert_eq!(bed.heads(2).await, []);
    }
}

#[tokio::test]
async fn profiles_come_in_the_order_of_the_request() {
    for bed in both().await {
        let all: Vec<_> = (0..5).map(|n| bed.profile(n, Some(60), &packages(n as u32))).collect();
        bed.profiles.put(&all).await.unwrap();
        let absent = Uuid::new_v4();
        let wanted: Vec<Uuid> = [3, 0, 4].map(|n: usize| all[n].id).into_iter().chain([absent]).collect();
        let (found, missing) = bed.records(false).get(&bed.org, &wanted).await.unwrap();
        assert_eq!(found.iter().map(|record| record.head.id).collect::<Vec<_>>(), wanted[..3]);
        assert_eq!(missing, [absent], "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_capture_of_a_machine_is_stored_once_whatever_its_offset() {
    for bed in both().await {
        let first = bed.profile(1, None, &json!({"captured_date": "2023-11-14T08:00:00+00:00", "a": 1}));
        let again = bed.profile(1, None, &json!({"captured_date": "2023-11-14T10:00:00+02:00", "a": 2}));
        let other = bed.profile(2, None, &json!({"captured_date": "2023-11-14T10:00:00+02:00"}));
        let stored = bed.profiles.put(&[first, again.clone(), other]).await.unwrap();
        assert_eq!(stored, [Stored::New, Stored::Known, Stored::New]);
        assert_eq!(bed.put(&again).await, Stored::Known);
        assert_eq!(bed.heads(1).await[0].captured.text, "2023-11-14T08:00:00+00:00");
        assert_eq!(bed.heads(2).await[0].captured.text, "2023-11-14T10:00:00+02:00", "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_profile_without_a_date_is_always_stored() {
    for bed in both().await {
        for _ in 0..4 {
            assert_eq!(bed.put(&bed.profile(1, None, &json!({}))).await, Stored::New);
            bed.pass(1);
        }
        let heads = bed.heads(1).await;
        assert_eq!(heads.len(), 4, "{}", bed.engine());
        assert!(heads.is_sorted_by(|newer, older| newer.captured.at > older.captured.at));
    }
}

#[tokio::test]
async fn old_captures_are_hidden_and_hidden_ids_are_missing() {
    for bed in both().await {
        let (old, new) = (bed.profile(1, Some(WEEK), &json!({})), bed.profile(1, Some(WEEK - 1), &json!({})));
        bed.profiles.put(&[old.clone(), new.clone()]).await.unwrap();
        assert_eq!(bed.heads(1).await.len(), 1);
        let (found, missing) = bed.records(false).get(&bed.org, &[old.id, new.id]).await.unwrap();
        assert_eq!((found.len(), missing), (1, vec![old.id]), "{}", bed.engine());
    }
}

#[tokio::test]
async fn what_profiles_have_in_common_is_stored_once() {
    for bed in both().await {
        let all: Vec<_> = (0..50).map(|n| bed.profile(n, Some(60), &packages(1))).collect();
        bed.profiles.put(&all[..25]).await.unwrap();
        bed.profiles.put(&all[25..]).await.unwrap();
        let sql = store::Sql::new("SELECT COUNT(*), COUNT(DISTINCT digest) FROM historical_profile_part");
        let row = bed.profiles.db().read_one(sql).await.unwrap().unwrap();
        assert_eq!((row.get::<i64>(0).unwrap(), row.get::<i64>(1).unwrap()), (1, 1), "{}", bed.engine());
    }
}
