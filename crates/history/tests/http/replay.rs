//! Requests that were recorded on the original, and its answers.

use ground::{HostId, OrgId, Timestamp};
use history::{
    rules::captured::captured,
    store::{NewProfile, Stored},
};
use serde_json::{Map, Value, json};
use servicekit::replay::Replay;
use testkit::scenarios::folder;
use uuid::Uuid;

use crate::world::{World, both};

/// Stores what the original had, under the ids that it gave.
pub async fn load(world: &World) {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let ids: Value = serde_json::from_str(&read("ids-hsp.json")).unwrap();
    for line in read("seeds-hsp.jsonl").lines().filter(|line| !line.is_empty()) {
        let seed: Value = serde_json::from_str(line).unwrap();
        let id = ids["profiles"][seed["seed"].as_str().unwrap()].as_str().unwrap();
        let now = world.clock.now();
        let mut profile: Map<String, Value> = seed["system_profile"].as_object().unwrap().clone();
        if let Some(age) = seed["captured_age_hours"].as_i64() {
            let recorded = Timestamp::parse("2026-11-21T19:55:28Z").unwrap();
            let text = recorded.plus_seconds(-age * 3_600).to_string();
            let text = match seed["captured_form"].as_str() {
                Some("naive") => text.trim_end_matches("+00:00").to_owned(),
                _ => text,
            };
            profile.insert("captured_date".to_owned(), text.into());
        }
        let text = |name: &str| seed[name].as_str().map(str::to_owned);
        let new = NewProfile {
            id: Uuid::parse_str(id).unwrap(),
            org: OrgId::parse(&text("org_id").unwrap()).unwrap(),
            account: text("account"),
            inventory_id: HostId(Uuid::parse_str(&text("inventory_id").unwrap()).unwrap()),
            created: now,
            captured: captured(&profile, now),
            groups: serde_json::from_value(seed["groups"].clone()).unwrap(),
            profile,
            said: None,
            check_in: None,
        };
        assert_eq!(world.profiles.put(&[new]).await.unwrap(), [Stored::New], "{line}");
        world.clock.set(now.plus_seconds(1));
    }
}

#[tokio::test]
async fn recorded_requests_get_the_recorded_answers() {
    for world in both().await {
        load(&world).await;
        let by_id = |answer: &mut Value| {
            if let Some(Value::Array(all)) = answer.get_mut("data") {
                all.sort_by_key(|one| one["id"].to_string());
            }
        };
        let mut replay = Replay::load("hsp")
            .except(&["mgmt", "openapi"])
            .differences(include_str!("differences.tsv"))
            .adjust(move |case, recorded, ours| {
                // The original answers in the order of its database.
                if case.request.path.contains("/profiles/") {
                    by_id(recorded);
                    by_id(ours);
                }
                // Times of capture were counted back from the moment of loading.
                for answer in [recorded, ours] {
                    if let Some(Value::Array(all)) = answer.get_mut("data") {
                        for one in
                            all.iter_mut().filter(|one| one["system_profile"]["captured_date"].is_null())
                        {
                            if one.get("captured_date").is_some() {
                                one["captured_date"] = json!("when it came");
                            }
                        }
                    }
                }
            });
        for (name, id) in replay.ids.profiles.clone() {
            replay.normaliser.pair(&format!("p:{name}"), &id, &id);
        }
        replay.run(&world.client, world.database.engine()).await;
    }
}
