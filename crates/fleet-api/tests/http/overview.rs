//! `GET /overview`: the fleet at a glance, on both engines.

use fleet::{Report, Scope, Staleness};
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::world::{World, limited_to, org, report, with_profile};

#[tokio::test]
async fn an_empty_fleet_has_nothing_of_everything() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let overview = world.read("/overview").await;
        assert_eq!(overview["hosts"], json!({"total": 0, "fresh": 0, "stale": 0, "stale_warning": 0}));
        for list in ["operating_systems", "groups", "reporters", "latest"] {
            assert_eq!(overview[list], json!([]), "{list}");
        }
        assert_eq!((&overview["seq"], &overview["at"]), (&json!(0), &json!("2026-11-21T19:30:00+00:00")));
        assert_eq!(overview["activity"]["from"], "2026-11-20T20:00:00+00:00");
        assert_eq!(overview["activity"]["bin_seconds"], 3_600);
        assert_eq!(
            overview["activity"]["bins"],
            json!(vec![json!({"created": 0, "updated": 0, "deleted": 0}); 24])
        );
    }
}

#[tokio::test]
async fn hosts_are_counted_by_what_they_are() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let rhel = json!({"operating_system": {"name": "RHEL", "major": 9, "minor": 4}});
        let hours = |hours: i64| world.pass(hours * 3_600);
        world.take(with_profile(0, &rhel)).await;
        hours(31 * 24);
        world.take(with_profile(1, &rhel)).await;
        hours(8 * 24);
        let stale = world.take(with_profile(2, &json!({"os_release": "Debian GNU/Linux 12"}))).await.id;
        hours(30);
        let bare = world.take(Report { reporter: "yupana".to_owned(), ..report(3) }).await.id;
        let fresh = world.take(with_profile(4, &rhel)).await.id;
        let group = world.group("g", &[stale, fresh]).await;
        let overview = world.read("/overview").await;
        assert_eq!(
            overview["hosts"],
            json!({"total": 4, "fresh": 2, "stale": 1, "stale_warning": 1}),
            "host 0 is culled; {}",
            database.engine()
        );
        assert_eq!(
            overview["operating_systems"],
            json!([
                {"name": "RHEL", "version": "9.4", "hosts": 2},
                {"name": null, "version": "", "hosts": 1},
                {"name": "Debian GNU/Linux 12", "version": "", "hosts": 1},
            ])
        );
        let groups = overview["groups"].as_array().unwrap();
        let shown: Vec<_> = groups.iter().map(|g| (&g["name"], &g["hosts"], &g["ungrouped"])).collect();
        assert_eq!(
            shown,
            [(&json!("Ungrouped Hosts"), &json!(2), &json!(true)), (&json!("g"), &json!(2), &json!(false)),]
        );
        assert_eq!(groups[1]["id"], group);
        assert_eq!(
            overview["reporters"],
            json!([{"reporter": "puptoo", "hosts": 3}, {"reporter": "yupana", "hosts": 1}])
        );
        let bins = overview["activity"]["bins"].as_array().unwrap();
        assert_eq!(bins[23], json!({"created": 2, "updated": 2, "deleted": 0}));
        let created: i64 = bins.iter().map(|bin| bin["created"].as_i64().unwrap()).sum();
        assert_eq!(created, 2, "what is older than a day is left out");
        assert_eq!(overview["latest"][2]["host"]["id"], json!(fresh));
        assert_eq!(overview["latest"][3]["host"]["id"], json!(bare));
    }
}

#[tokio::test]
async fn the_newest_changes_are_shown_without_check_ins() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let ids = world.take_many(12).await;
        for _ in 0..30 {
            world.take(report(3)).await;
        }
        world.delete(ids[11]).await;
        let overview = world.read("/overview").await;
        let latest = overview["latest"].as_array().unwrap();
        assert_eq!(latest.len(), 10);
        assert_eq!((&latest[0]["kind"], &latest[0]["host"]["id"]), (&json!("deleted"), &json!(ids[11])));
        assert!(latest.iter().all(|change| change["kind"] != "seen"), "{latest:?}");
        assert_eq!(overview["activity"]["bins"][23], json!({"created": 12, "updated": 0, "deleted": 1}));
    }
}

#[tokio::test]
async fn other_settings_make_another_overview_at_once() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let other = world.another_process().await;
        world.take(report(0)).await;
        world.pass(10);
        assert_eq!(world.read("/overview").await["hosts"]["fresh"], 1);
        let own = Staleness { stale: 1, ..Staleness::default() };
        let decide = |_: Option<&_>| Ok::<_, ()>(Some(own));
        other.fleet.edit_staleness(&org("ours"), decide).await.unwrap().unwrap();
        assert_eq!(world.read("/overview").await["hosts"]["stale"], 1, "another process changed them");
        other.fleet.edit_staleness(&org("ours"), |_| Ok::<_, ()>(None)).await.unwrap().unwrap();
        assert_eq!(world.read("/overview").await["hosts"]["fresh"], 1);
    }
}

#[tokio::test]
async fn what_is_kept_is_never_older_than_what_is_true() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let other = world.another_process().await;
        let total = async || world.read("/overview").await["hosts"]["total"].clone();
        assert_eq!(total().await, 0);
        let id = world.take(report(0)).await.id;
        assert_eq!(total().await, 1);
        other.take(report(1)).await;
        assert_eq!(total().await, 2, "another process wrote it");
        world.delete(id).await;
        assert_eq!(total().await, 1);

        // Nobody writes any more, and time passes.
        let staleness = world.fleet.default_staleness();
        let heard = world.clock.now().plus_seconds(-1);
        for (seconds, expected) in [
            (staleness.stale - 1, ["fresh", "1"]),
            (staleness.stale, ["stale", "1"]),
            (staleness.warning - 1, ["stale", "1"]),
            (staleness.warning, ["stale_warning", "1"]),
            (staleness.delete, ["total", "0"]),
        ] {
            world.clock.set(heard.plus_seconds(seconds));
            let overview = world.read("/overview").await;
            assert_eq!(overview["hosts"][expected[0]].to_string(), expected[1], "after {seconds} seconds");
            assert_eq!(overview["at"], world.clock.now().to_string());
            let bins = overview["activity"]["bins"].as_array().unwrap();
            assert!(bins.iter().all(|bin| bin["created"] == 0), "a day is over");
        }
    }
}

#[tokio::test]
async fn many_who_ask_at_once_are_told_the_same_as_one() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        for number in 0..20 {
            world.take(with_profile(number, &json!({"arch": format!("a{}", number % 3)}))).await;
            let fresh = world.fleet.overview(&Scope::of(org("ours"))).await.unwrap();
            let asked = futures::future::join_all((0..4).map(|_| world.read("/overview"))).await;
            for overview in asked {
                assert_eq!(overview["seq"], fresh.head.seq);
                assert_eq!(overview["hosts"]["total"], fresh.ages.iter().sum::<i64>());
                assert_eq!(overview["latest"][0]["seq"], fresh.latest[0].seq);
            }
        }
    }
}

#[tokio::test]
async fn who_may_for_some_groups_sees_a_fleet_of_their_hosts() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        let ids = world.take_many(5).await;
        let mine = world.group("mine", &ids[..2]).await;
        assert_eq!(world.read("/overview").await["hosts"]["total"], 5);
        world.app.access.permissions = limited_to(json!([mine])).await;
        let overview = world.read("/overview").await;
        assert_eq!(overview["hosts"]["total"], 2);
        assert_eq!(overview["groups"], json!([{"id": mine, "name": "mine", "ungrouped": false, "hosts": 2}]));
        assert_eq!(overview["activity"]["bins"][23], json!({"created": 2, "updated": 2, "deleted": 0}));
        assert_eq!(overview["latest"].as_array().unwrap().len(), 4);
        world.app.access.permissions = limited_to(json!([])).await;
        assert_eq!(world.read("/overview").await["latest"], Value::Array(Vec::new()));
    }
}
