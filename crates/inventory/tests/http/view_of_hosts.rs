//! What applications say of hosts, and lists that show it.

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, user},
    support::World,
};

const AT: &str = "2026-11-20T12:00:00+00:00";

/// Three hosts, named a, b and c, of which applications say different things.
async fn world(database: &TestDatabase) -> (World, [String; 3]) {
    let world = World::empty(database).await;
    let mut ids = Vec::new();
    for (n, name) in ["a", "b", "c"].into_iter().enumerate() {
        let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": {
            "org_id": "ours", "reporter": "puptoo", "display_name": name,
            "insights_id": format!("a94301c8-ae4a-5ca3-98b3-1daa48fe1d5{n}"),
        }});
        ids.push(world.take_in(&message, 0).await.id.to_string());
    }
    let ids: [String; 3] = ids.try_into().unwrap();
    let said = [
        ("advisor", &ids[0], json!({"recommendations": 2})),
        ("advisor", &ids[1], json!({"recommendations": 9})),
        ("patch", &ids[1], json!({"advisories_rhsa_installable": 1, "advisories_rhba_installable": 4})),
        ("patch", &ids[2], json!({"template_name": "t", "advisories_rhea_installable": 7})),
        ("malware", &ids[2], json!({"last_status": "Matched", "last_scan": AT})),
    ];
    for (application, id, data) in said {
        assert_eq!(say(&world, "ours", application, id, &data).await, 1);
    }
    (world, ids)
}

async fn say(world: &World, org: &str, application: &str, id: &str, data: &Value) -> usize {
    let message = json!({"org_id": org, "timestamp": AT, "hosts": [{"id": id, "data": data}]});
    world.take_in_app_data(application, &message.to_string()).await
}

async fn view(world: &World, query: &str) -> Value {
    let answer = ask_as(
        world,
        Some(&user("ours")),
        &format!("GET /beta/hosts-view?order_by=display_name&{query}"),
        "",
    )
    .await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()
}

fn names(answer: &Value) -> String {
    let names =
        answer["results"].as_array().unwrap().iter().map(|host| host["display_name"].as_str().unwrap());
    names.collect()
}

#[tokio::test]
async fn hosts_are_found_and_ordered_by_what_applications_say() {
    for database in TestDatabase::both().await {
        let (world, _) = world(&database).await;
        for (query, expected) in [
            ("filter[advisor][recommendations][gte]=2", "ab"),
            ("filter[advisor][recommendations][ne]=2", "b"),
            ("filter[advisor][recommendations][nil]=true", "c"),
            ("filter[advisor][recommendations][eq][]=9&filter[advisor][recommendations][eq][]=2", "ab"),
            ("filter[malware][last_scan][lt]=2026-11-21", "c"),
            ("filter[malware][last_status]=Matched&filter[patch][template_name][eq]=t", "c"),
            ("filter[malware][last_status]=matched", ""),
            ("order_by=advisor:recommendations", "abc"),
            ("order_by=advisor:recommendations&order_how=DESC", "bac"),
            ("order_by=patch:advisories_total_installable", "bca"),
            ("order_by=patch:advisories_total_installable&order_how=DESC", "cba"),
            ("order_by=patch:template_name", "cba"),
            ("group_name=nobody&group_id=x", "abc"),
        ] {
            assert_eq!(names(&view(&world, query).await), expected, "{}: {query}", database.engine());
        }
        // The same filter holds wherever hosts are selected.
        let list =
            ask_as(&world, Some(&user("ours")), "GET /hosts?filter[advisor][recommendations][gt]=2", "")
                .await;
        assert_eq!(names(&list.json()), "b");
    }
}

#[tokio::test]
async fn a_later_message_changes_what_it_names_and_leaves_the_rest() {
    for database in TestDatabase::both().await {
        let (world, [a, ..]) = world(&database).await;
        say(&world, "ours", "advisor", &a, &json!({"low": 1})).await;
        let shown = view(&world, "fields[advisor]=recommendations,low").await;
        assert_eq!(shown["results"][0]["app_data"], json!({"advisor": {"recommendations": 2, "low": 1}}));
        say(&world, "ours", "advisor", &a, &json!({"recommendations": null})).await;
        let shown = view(&world, "filter[advisor][recommendations][not_nil]=true").await;
        assert_eq!(names(&shown), "b");
    }
}

#[tokio::test]
async fn nobody_says_anything_of_hosts_of_another_organisation() {
    for database in TestDatabase::both().await {
        let (world, [a, ..]) = world(&database).await;
        assert_eq!(say(&world, "theirs", "advisor", &a, &json!({"recommendations": 7})).await, 0);
        assert_eq!(view(&world, "").await["results"][0]["app_data"]["advisor"]["recommendations"], 2);
    }
}

#[tokio::test]
async fn what_is_said_of_a_host_goes_with_it() {
    for database in TestDatabase::both().await {
        let (world, [a, b, _]) = world(&database).await;
        let answer = ask_as(&world, Some(&user("ours")), &format!("DELETE /hosts/{a}"), "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(say(&world, "ours", "advisor", &a, &json!({"recommendations": 7})).await, 0);
        let org = ground::OrgId::parse("ours").unwrap();
        let ids = [a, b].map(|id| ground::HostId(id.parse().unwrap()));
        let left = world.fleet.app_data(&org, &ids).await.unwrap();
        assert_eq!(left.keys().collect::<Vec<_>>(), [&ids[1]]);
    }
}

#[tokio::test]
async fn a_caller_sees_what_is_said_of_the_hosts_of_their_groups() {
    let database = TestDatabase::embedded();
    let (mut world, [a, ..]) = world(&database).await;
    let made = ask_as(
        &world,
        Some(&user("ours")),
        "POST /groups",
        &json!({"name": "g", "host_ids": [a]}).to_string(),
    )
    .await;
    let group = made.json()["id"].clone();
    world.app.access.permissions =
        granting(json!([{"permission": "inventory:hosts:read", "resourceDefinitions": [
            {"attributeFilter": {"key": "group.id", "operation": "in", "value": [group]}}
        ]}]))
        .await;
    for query in ["", "order_by=advisor:recommendations", "filter[advisor][recommendations][gte]=1"] {
        let shown = view(&world, query).await;
        assert_eq!((names(&shown).as_str(), &shown["total"]), ("a", &json!(1)), "{query}");
    }
}
