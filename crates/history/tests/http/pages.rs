//! Pages of profiles.

use serde_json::Value;

use crate::{replay::load, world::both};

const BASE: &str = "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9";

async fn page(world: &crate::world::World, query: &str) -> Vec<Value> {
    let answer = world.ask("tuser", &format!("GET /systems/{BASE}{query}")).await;
    answer.json()["data"][0]["profiles"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_page_is_cut_from_what_is_shown() {
    for world in both().await {
        load(&world).await;
        let all = page(&world, "").await;
        assert_eq!(all.len(), 4, "two of six are too old");
        assert_eq!(page(&world, "?limit=2&offset=1").await, all[1..3]);
        assert_eq!(page(&world, "?limit=100&offset=3").await, all[3..]);
        assert_eq!(world.ask("tuser", &format!("GET /systems/{BASE}?offset=4")).await.status, 404);
        assert_eq!(world.ask("tuser", &format!("GET /systems/{BASE}?limit=101")).await.status, 400);
        assert_eq!(world.ask("tuser", &format!("GET /systems/{BASE}?what=1")).await.status, 400);
    }
}

#[tokio::test]
async fn profiles_come_in_the_order_of_the_path() {
    for world in both().await {
        load(&world).await;
        let mut ids: Vec<String> =
            page(&world, "").await.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        ids.swap(0, 2);
        let answer = world.ask("tuser", &format!("GET /profiles/{}", ids.join(","))).await.json();
        let found: Vec<&str> =
            answer["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(found, ids);
    }
}
