//! The log of hosts as history.

use std::sync::Arc;

use fleet::{CanonicalFacts, Edit, Origin, Report, Scope};
use ground::HostId;
use history::rules::visible::Reach;
use serde_json::json;
use uuid::Uuid;

use crate::bed::{Bed, WEEK, both};

async fn report(bed: &Bed, profile: &serde_json::Value) -> HostId {
    let facts = CanonicalFacts {
        insights_id: Some(Uuid::from_u128(7)),
        fqdn: Some("web.example.com".to_owned()),
        ..CanonicalFacts::default()
    };
    let report = Report {
        account: Some("1".to_owned()),
        profile: Some(profile.to_string().into()),
        ..Report::new(bed.org.clone(), "puptoo", facts)
    };
    bed.pass(60);
    bed.fleet.ingest(vec![Arc::new(report)]).await.unwrap().pop().unwrap().unwrap().id
}

#[tokio::test]
async fn each_capture_that_was_reported_is_a_profile() {
    for bed in both().await {
        let host =
            report(&bed, &json!({"arch": "x86_64", "captured_date": "2023-11-14T08:00:00+00:00"})).await;
        report(&bed, &json!({"arch": "aarch64", "captured_date": "2023-11-14T09:00:00+02:00"})).await;
        // The inventory keeps instants. Once more the same one with something else in it, and an edit: no profiles.
        report(&bed, &json!({"arch": "s390x", "captured_date": "2023-11-14T07:00:00+00:00"})).await;
        let scope = Scope::of(bed.org.clone());
        let edit = Edit::Rename { display_name: Some("other".to_owned()), ansible_host: None };
        bed.fleet.edit(&scope, &[host], edit, &Origin::default()).await.unwrap();
        let records = bed.records(true);
        let heads = records.of_host(&bed.org, host, &Reach::All).await.unwrap();
        let texts: Vec<&str> = heads.iter().map(|head| head.captured.text.as_str()).collect();
        assert_eq!(texts, ["2023-11-14T08:00:00+00:00", "2023-11-14T07:00:00+00:00"], "{}", bed.engine());

        let ids: Vec<Uuid> = heads.iter().rev().map(|head| head.id).collect();
        let (found, missing) = records.get(&bed.org, &ids).await.unwrap();
        assert!(missing.is_empty());
        let arches: Vec<_> = found.iter().map(|record| record.profile["arch"].as_str().unwrap()).collect();
        assert_eq!(arches, ["aarch64", "x86_64"]);
        assert_eq!(found[0].profile["fqdn"], "web.example.com");
        assert_eq!(found[0].profile["id"], ids[0].to_string());
        assert_eq!((found[0].inventory_id, found[0].account.as_deref()), (host, Some("1")));
    }
}

#[tokio::test]
async fn old_captures_are_hidden_and_a_removed_host_has_no_history() {
    for bed in both().await {
        let host = report(&bed, &json!({"arch": "x86_64"})).await;
        let records = bed.records(true);
        let heads = records.of_host(&bed.org, host, &Reach::All).await.unwrap();
        bed.pass(WEEK);
        report(&bed, &json!({"arch": "aarch64"})).await;
        let newer = records.of_host(&bed.org, host, &Reach::All).await.unwrap();
        assert!(newer.len() == 1 && newer[0].id != heads[0].id, "{}", bed.engine());
        let (_, missing) = records.get(&bed.org, &[heads[0].id]).await.unwrap();
        assert_eq!(missing, [heads[0].id]);

        let scope = Scope::of(bed.org.clone());
        bed.fleet.delete(&scope, &[host], &Origin::default()).await.unwrap();
        assert!(records.of_host(&bed.org, host, &Reach::All).await.unwrap().is_empty());
        let (_, missing) = records.get(&bed.org, &[newer[0].id]).await.unwrap();
        assert_eq!(missing, [newer[0].id], "{}", bed.engine());
    }
}

#[tokio::test]
async fn imported_profiles_and_the_log_are_one_history() {
    for bed in both().await {
        let host = report(&bed, &json!({"captured_date": "2023-11-14T08:00:00+00:00"})).await;
        let mut imported =
            bed.profile(host.0.as_u128(), None, &json!({"captured_date": "2023-11-14T07:00:00+00:00"}));
        imported.groups = None;
        bed.put(&imported).await;
        let doubled =
            bed.profile(host.0.as_u128(), None, &json!({"captured_date": "2023-11-14T08:00:00+00:00"}));
        bed.put(&doubled).await;
        let heads = bed.records(true).of_host(&bed.org, host, &Reach::All).await.unwrap();
        assert_eq!(heads.len(), 2, "{}", bed.engine());
        assert_eq!(heads[1].id, imported.id);
    }
}

#[tokio::test]
async fn where_a_host_is_now_decides_who_sees_its_history() {
    for bed in both().await {
        let host = report(&bed, &json!({"arch": "x86_64"})).await;
        let group = bed
            .fleet
            .create_group(&bed.org, "web", None, &[host], &Origin::default())
            .await
            .unwrap()
            .unwrap();
        let records = bed.records(true);
        for (reach, seen) in
            [(Reach::Groups(vec![None]), 0), (Reach::Groups(vec![Some(group.id.to_string())]), 1)]
        {
            let heads = records.of_host(&bed.org, host, &reach).await.unwrap();
            assert_eq!(heads.len(), seen, "{}: {reach:?}", bed.engine());
        }
    }
}
