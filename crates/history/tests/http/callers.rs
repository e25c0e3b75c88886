//! Who sees what.

use crate::{
    replay::load,
    world::{both, named},
};

const SAME: &str = "b2d0c485-2630-5005-9dff-b6f5ac6c43c5";
const BASE: &str = "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9";

#[tokio::test]
async fn who_is_limited_to_groups_sees_the_machines_in_them() {
    for world in both().await {
        load(&world).await;
        for (user, host, status) in [
            ("hspread", SAME, 200),
            ("grouped", BASE, 404),
            // Its latest profile is of another group.
            ("grouped", SAME, 404),
            ("ungrouped", BASE, 200),
            ("ungrouped", SAME, 404),
            ("nogroup", BASE, 404),
        ] {
            let answer = world.ask(user, &format!("GET /systems/{host}")).await;
            assert_eq!(answer.status, status, "{user} {host}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn another_organisation_sees_nothing() {
    for world in both().await {
        load(&world).await;
        let other = named("tuser", "golden-c");
        for operation in
            [format!("GET /systems/{BASE}"), "GET /profiles/99a50d4b-6439-4478-8adb-c4011f43f06c".to_owned()]
        {
            assert_eq!(world.client.ask(Some(&other), &operation, "").await.status, 404, "{operation}");
        }
    }
}

#[tokio::test]
async fn the_past_of_a_host_that_the_inventory_does_not_show_is_not_shown() {
    for world in both().await {
        load(&world).await;
        let centos = "63dc4385-2a04-46fc-970b-086f9c2407c0";
        assert_eq!(world.ask("tuser", &format!("GET /profiles/{centos}")).await.status, 404);
    }
}
