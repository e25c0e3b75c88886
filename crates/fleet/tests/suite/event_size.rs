//! Hosts whose event could not be published any more: an edit that would make one is refused, and changes nothing.

use fleet::{Edit, EditOutcome, Fleet, FleetOptions, OwnedTag, Scope};
use serde_json::json;

use crate::bed::{both, nowhere};

const MAX: usize = 40_000;

fn facts(bytes: usize) -> Edit {
    let facts = json!({ "text": "x".repeat(bytes) });
    Edit::Facts { namespace: "ns".to_owned(), facts: facts.as_object().unwrap().clone(), replace: true }
}

fn tag(value: &str) -> OwnedTag {
    OwnedTag { namespace: Some("ns".to_owned()), key: "k".to_owned(), value: Some(value.to_owned()) }
}

#[tokio::test]
async fn an_edit_that_would_make_an_event_too_large_is_refused_and_one_that_makes_it_smaller_is_not() {
    for bed in both().await {
        let scope = Scope::of(bed.org.clone());
        let profile = json!({ "installed_packages": (0..400).map(|n| format!("package-{n}-1.0-1.x86_64")).collect::<Vec<_>>() });
        let draft = bed.draft().insights(1).profile(&profile).facts("ns", json!({"a": 1}));
        let id = bed.take(draft).await.id;
        let options = FleetOptions { max_event_bytes: Some(MAX), ..FleetOptions::default() };
        let published = Fleet::open(bed.fleet.db().clone(), bed.clock.clone(), options);
        let edit = async |edit| published.edit(&scope, &[id], edit, &nowhere()).await.unwrap();

        assert_eq!(edit(facts(1_000)).await, EditOutcome::Done { changed: 1 }, "{}", bed.engine());
        // Facts alone would fit; with the packages, they do not.
        let before = bed.host(id).await;
        assert_eq!(edit(facts(25_000)).await, EditOutcome::TooLarge { max: MAX }, "{}", bed.engine());
        let long: Vec<_> = (0..200).map(|n| tag(&format!("{n:0>200}"))).collect();
        let tags = Edit::Tags { add: long.clone(), remove: Vec::new() };
        assert_eq!(edit(tags).await, EditOutcome::TooLarge { max: MAX });
        let added = published.add_tags(&scope, &[id], &long, &nowhere()).await.unwrap();
        assert_eq!(added, Err(EditOutcome::TooLarge { max: MAX }));
        assert_eq!(bed.host(id).await, before, "nothing was changed");

        // Whoever is too large already, can shrink and be renamed.
        assert_eq!(
            bed.fleet.edit(&scope, &[id], facts(60_000), &nowhere()).await.unwrap(),
            EditOutcome::Done { changed: 1 }
        );
        let name = Edit::Rename { display_name: Some("new".to_owned()), ansible_host: None };
        assert_eq!(edit(name).await, EditOutcome::Done { changed: 1 });
        assert_eq!(edit(facts(50_000)).await, EditOutcome::Done { changed: 1 });
    }
}
