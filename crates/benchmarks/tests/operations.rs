//! What the operations do, on both engines.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod support;

use access::is_public;
use benchmarks::STATEMENTS;
use ground::{HostId, OrgId};
use serde_json::{Value, json};
use support::{Answer, World};
use testkit::TestDatabase;

const ADMIN: Option<&str> = Some("tok-admin");
const USER1: Option<&str> = Some("tok-user1");
const USER2: Option<&str> = Some("tok-user2");

/// What a world usually has: three users, an approved benchmark, and an approved flavor of an approved site.
struct Fixture {
    world: World,
    benchmark: String,
    site: String,
    flavor: String,
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn benchmark(image: &str, schema: &Value) -> Value {
    json!({"docker_image": image, "docker_tag": "1.0", "url": "https://example.org", "json_schema": schema})
}

impl Fixture {
    async fn new(database: &TestDatabase) -> Self {
        let world = World::new(database).await;
        for token in [ADMIN, USER1, USER2] {
            assert_eq!(world.ask("POST", "/users:register", token, None).await.status, 201);
        }
        let schema = json!({"properties": {"n": {"type": "integer"}}});
        let benchmark =
            id(&world.ask("POST", "/benchmarks", USER1, Some(benchmark("org/b0", &schema))).await);
        let site = json!({"name": "site0", "address": "1 Way"});
        let site = id(&world.ask("POST", "/sites", USER1, Some(site)).await);
        let flavor = json!({"name": "flavor0"});
        let flavor = id(&world.ask("POST", &format!("/sites/{site}/flavors"), USER1, Some(flavor)).await);
        for path in
            [format!("/benchmarks/{benchmark}"), format!("/sites/{site}"), format!("/flavors/{flavor}")]
        {
            assert_eq!(world.ask("POST", &format!("{path}:approve"), ADMIN, None).await.status, 204);
        }
        Self { world, benchmark, site, flavor }
    }

    async fn send(&self, document: Value) -> Answer {
        let path = format!(
            "/results?execution_datetime=2026-05-21T10:31:00.000%2B03:00&benchmark_id={}&flavor_id={}",
            self.benchmark, self.flavor
        );
        self.world.ask("POST", &path, USER1, Some(document)).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.world.ask("GET", path, ADMIN, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// The documents of a list of results.
    async fn documents(&self, query: &str) -> Vec<Value> {
        let page = self.get(&format!("/results?{query}")).await;
        page["items"].as_array().unwrap().iter().map(|item| item["json"].clone()).collect()
    }

    async fn mails(&self) -> Vec<String> {
        let rows =
            self.world.db.read(store::Sql::new("SELECT subject, address FROM notification ORDER BY subject"));
        let rows = rows.await.unwrap();
        rows.iter()
            .map(|row| format!("{} to {}", row.get::<String>(0).unwrap(), row.get::<String>(1).unwrap()))
            .collect()
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn both_engines_know_every_statement() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let refused = store::prepare_all(&world.db, STATEMENTS).await.unwrap();
        assert!(refused.is_empty(), "{}: {refused:#?}", database.engine());
    }
}

#[tokio::test]
async fn a_rejected_claim_shows_the_result_again_unless_another_one_stands() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let result = id(&fixture.send(json!({"n": 1})).await);
        let claim = async |token| {
            let path = format!("/results/{result}:claim");
            id(&fixture.world.ask("POST", &path, token, Some(json!({"message": "wrong"}))).await)
        };
        let (one, other) = (claim(USER1).await, claim(USER2).await);
        assert!(fixture.documents("").await.is_empty());
        let submits = fixture.get("/reports/submits?resource_type=claim").await;
        assert_eq!(submits["total"], 2);
        let shown = fixture.get(&format!("/reports/claims/{one}")).await;
        assert_eq!(shown["resource_id"], json!(result));

        let reject = async |claim: &str| {
            fixture.world.ask("POST", &format!("/reports/claims/{claim}:reject"), ADMIN, None).await.status
        };
        assert_eq!(reject(&one).await, 204);
        assert!(fixture.documents("").await.is_empty(), "another claim stands");
        assert_eq!(reject(&other).await, 204);
        assert_eq!(fixture.documents("").await, [json!({"n": 1})]);
        assert_eq!(reject(&other).await, 404);
        let mails = fixture.mails().await;
        assert!(mails.contains(&format!("Result restored: {result} to user1@example.com")), "{mails:#?}");
        assert!(mails.contains(&format!("Resource rejected: {other} to user2@example.com")), "{mails:#?}");
    }
}

#[tokio::test]
async fn an_approved_claim_hides_the_result_for_good() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let result = id(&fixture.send(json!({"n": 1})).await);
        let path = format!("/results/{result}:claim");
        let claim = id(&fixture.world.ask("POST", &path, USER2, Some(json!({"message": ""}))).await);
        let path = format!("/reports/claims/{claim}:approve");
        assert_eq!(fixture.world.ask("POST", &path, ADMIN, None).await.status, 204);
        let again = fixture.world.ask("POST", &path, ADMIN, None).await;
        assert_eq!(again.status, 422);
        assert!(again.json()["errors"]["error"].as_str().unwrap().ends_with("was already approved"));
        assert!(fixture.documents("").await.is_empty());
        assert_eq!(fixture.get(&format!("/results/{result}")).await["json"], json!({"n": 1}));
        let own = fixture.world.ask("GET", &format!("/results/{result}/claims"), USER1, None).await;
        assert_eq!(own.json()["total"], 1);
        assert_eq!(
            fixture.world.ask("GET", &format!("/results/{result}/claims"), USER2, None).await.status,
            403
        );
    }
}

#[tokio::test]
async fn what_is_removed_takes_along_what_belongs_to_it() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let result = id(&fixture.send(json!({"n": 1})).await);
        let world = &fixture.world;
        assert_eq!(world.ask("DELETE", &format!("/sites/{}", fixture.site), ADMIN, None).await.status, 204);
        for gone in [format!("/flavors/{}", fixture.flavor), format!("/results/{result}")] {
            assert_eq!(world.ask("GET", &gone, None, None).await.status, 404, "{gone}");
        }
        assert_eq!(
            world.ask("GET", &format!("/benchmarks/{}", fixture.benchmark), None, None).await.status,
            200
        );
        let removed = world.ask("POST", "/users:remove?email=user1@example.com", ADMIN, None).await;
        assert_eq!(removed.status, 204);
        assert_eq!(
            world.ask("GET", &format!("/benchmarks/{}", fixture.benchmark), None, None).await.status,
            404
        );
        assert_eq!(world.ask("POST", "/users:remove", ADMIN, None).await.status, 422);
        let left = world
            .db
            .read_one(store::Sql::new("SELECT COUNT(*) FROM benchmark_value"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(left.get::<i64>(0).unwrap(), 0);
    }
}

#[tokio::test]
async fn reviews_are_made_once_and_told() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let world = &fixture.world;
        let path = format!("/sites/{}", fixture.site);
        for verb in ["approve", "reject"] {
            let again = world.ask("POST", &format!("{path}:{verb}"), ADMIN, None).await;
            let expected = format!("Site {} was already approved", fixture.site);
            assert_eq!((again.status, &again.json()["errors"]["error"]), (422, &json!(expected)));
        }
        let waiting =
            id(&world.ask("POST", "/benchmarks", USER2, Some(benchmark("org/b1", &json!({})))).await);
        assert_eq!(fixture.get("/benchmarks").await["total"], 1);
        assert_eq!(fixture.get("/benchmarks?status=on_review").await["items"][0]["id"], json!(waiting));
        assert_eq!(
            world.ask("POST", &format!("/benchmarks/{waiting}:reject"), ADMIN, None).await.status,
            204
        );
        assert_eq!(world.ask("GET", &format!("/benchmarks/{waiting}"), None, None).await.status, 404);
        let mails = fixture.mails().await;
        assert!(mails.contains(&format!("New benchmark resource submitted: {waiting} to user2@example.com")));
        assert!(mails.contains(&format!("Resource rejected: {waiting} to user2@example.com")));
    }
}

#[tokio::test]
async fn names_are_taken_once() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let world = &fixture.world;
        let again = world.ask("POST", "/benchmarks", USER2, Some(benchmark("org/b0", &json!({})))).await;
        assert_eq!(again.json()["errors"]["error"], "Benchmark org/b0:1.0 already submitted/exists");
        let other = id(&world.ask("POST", "/tags", USER1, Some(json!({"name": "a"}))).await);
        id(&world.ask("POST", "/tags", USER1, Some(json!({"name": "b"}))).await);
        let conflict = world.ask("PUT", &format!("/tags/{other}"), ADMIN, Some(json!({"name": "b"}))).await;
        assert_eq!(
            (conflict.status, conflict.json()["errors"]["error"].as_str()),
            (409, Some("Changes conflict submitted/existing tag"))
        );
        let itself = json!({"name": "a", "description": "d", "id": other});
        assert_eq!(world.ask("PUT", &format!("/tags/{other}"), ADMIN, Some(itself)).await.status, 204);
        assert_eq!(
            world.ask("PUT", &format!("/tags/{other}"), ADMIN, Some(json!({"name": "a"}))).await.status,
            204
        );
        assert_eq!(fixture.get(&format!("/tags/{other}")).await["description"], "d");
    }
}

#[tokio::test]
async fn images_are_looked_for_when_a_benchmark_comes_in_and_after_it_is_found() {
    let database = TestDatabase::embedded();
    let fixture = Fixture::new(&database).await;
    let refused =
        fixture.world.ask("POST", "/benchmarks", USER1, Some(benchmark("org/missing", &json!({})))).await;
    assert_eq!(
        refused.json()["errors"]["error"],
        "Could not validate container image: Error: manifest not found"
    );
    let unknown = format!("/benchmarks/{}", uuid::Uuid::nil());
    let first = fixture.world.ask("PUT", &unknown, ADMIN, Some(benchmark("org/missing", &json!({})))).await;
    assert_eq!(first.status, 404);
    assert!(!is_public("127.0.0.1".parse().unwrap()));
}

#[tokio::test]
async fn results_are_held_against_the_schema() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let wrong = fixture.send(json!({"n": "10"})).await;
        let expected = json!({"error": "'10' is not of type 'integer'", "path": "deque(['n'])"});
        assert_eq!((wrong.status, &wrong.json()["errors"]), (422, &expected));
        let schema = json!({"type": "zz"});
        let wrong = fixture.world.ask("POST", "/benchmarks", USER1, Some(benchmark("org/b2", &schema))).await;
        assert_eq!(wrong.json()["errors"]["error"], "'zz' is not valid under any of the given schemas");
        let good = fixture.send(json!({"n": 11.0, "é": null})).await;
        assert_eq!(good.status, 201);
        assert!(good.text.contains(r#""json":{"n":11.0,"\u00e9":null}"#), "{}", good.text);
        assert_eq!(good.json()["execution_datetime"], "2026-05-21T07:31:00");
    }
}

#[tokio::test]
async fn a_result_is_pinned_to_the_machine_that_it_ran_on() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let send = async |at: &str, host: &str| {
            let (benchmark, flavor) = (&fixture.benchmark, &fixture.flavor);
            let path = format!(
                "/results?execution_datetime={at}&benchmark_id={benchmark}&flavor_id={flavor}&host_id={host}"
            );
            fixture.world.ask("POST", &path, USER1, Some(json!({"n": 1}))).await
        };
        let (known, unknown) = (support::MACHINE, "00000000-0000-0000-0000-0000000000bb");
        let pinned = send("2023-01-01T00:00:00Z", known).await;
        assert_eq!(pinned.status, 201, "{pinned:?}");
        let result: uuid::Uuid = id(&pinned).parse().unwrap();
        let of = async |org: &str| {
            benchmarks::pinned(&fixture.world.db, &OrgId::parse(org).unwrap(), &[result]).await.unwrap()
        };
        assert_eq!(of("ours").await, [(result, HostId(known.parse().unwrap()), 7)]);
        assert_eq!(of("theirs").await, []);

        let before = send("2021-12-31T23:59:59Z", known).await;
        let expected =
            format!("Host {known}: the caller reaches no such host, or nothing was known of it at that time");
        assert_eq!((before.status, &before.json()["errors"]["error"]), (422, &json!(expected)));
        assert_eq!(send("2023-01-01T00:00:00Z", unknown).await.status, 422);
        assert_eq!(send("2023-01-01T00:00:00Z", "x").await.status, 422);
        assert_eq!(fixture.documents("").await.len(), 1);
    }
}

#[tokio::test]
async fn a_result_needs_a_time_with_a_zone_that_is_over() {
    let database = TestDatabase::embedded();
    let fixture = Fixture::new(&database).await;
    let send = async |query: &str| {
        let answer = fixture.world.ask("POST", &format!("/results?{query}"), USER1, Some(json!({}))).await;
        (answer.status, answer.json()["errors"].clone())
    };
    let ids = format!("&benchmark_id={}&flavor_id={}", fixture.benchmark, fixture.flavor);
    let error = |text: &str| (422, json!({"error": text}));
    assert_eq!(
        send(&format!("execution_datetime=2020-05-21T10:31:00{ids}")).await,
        error("Execution date must include timezone")
    );
    assert_eq!(
        send(&format!("execution_datetime=9999-05-21T10:31:00Z{ids}")).await,
        error("Execution date cannot be in future")
    );
    let missing = ["benchmark_id", "execution_datetime", "flavor_id"]
        .map(|name| (name, json!(["Missing data for required field."])));
    assert_eq!(
        send("").await,
        (
            422,
            json!({"query": Value::Object(missing.into_iter().map(|(name, text)| (name.to_owned(), text)).collect())})
        )
    );
    let nil = uuid::Uuid::nil();
    let unknown = format!("execution_datetime=2020-05-21T10:31:00Z&benchmark_id={nil}&flavor_id={nil}");
    assert_eq!(send(&unknown).await, (404, json!({"error": format!("Benchmark {nil} not in database")})));
    let tagged = format!("execution_datetime=2020-05-21T10:31:00Z&tags_ids={nil}{ids}");
    assert_eq!(send(&tagged).await, (404, json!({"error": format!("Tag {nil} not in database")})));
}

#[tokio::test]
async fn filters_compare_what_stands_in_documents() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        for document in [
            json!({"n": 10, "type": "AMD", "cpu": {"base.clock": 2.5, "brand": "EPYC 7302"}, "labels": ["a", "b"]}),
            json!({"n": 11, "flag": true, "text": "11", "labels": ["b"]}),
            json!({"n": 12, "type": "Intel", "text": "x", "flag": false}),
        ] {
            id(&fixture.send(document).await);
        }
        let found = async |filters: &[&str]| {
            let query: Vec<String> =
                filters.iter().map(|filter| format!("filters={}", encoded(filter))).collect();
            let documents = fixture.documents(&format!("{}&sort_by=%2Bjson.n", query.join("&"))).await;
            documents.iter().map(|document| document["n"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        for (filters, expected) in [
            (&["n >= 11"][..], &[11, 12][..]),
            (&["n == 11"], &[11]),
            (&["n > 10", "n < 12"], &[11]),
            (&["n <= 10"], &[10]),
            (&["text > 5"], &[11]),
            (&["text == x"], &[12]),
            (&["type > AMD"], &[12]),
            (&["type > 5"], &[]),
            (&["flag == True"], &[11]),
            (&["flag < true"], &[12]),
            (&["labels.0 == b"], &[11]),
            (&["labels.-1 == b"], &[10, 11]),
            (&["missing == 1"], &[]),
            (&[r#"cpu."base.clock" > 2"#], &[10]),
            (&[r#"cpu.brand == "EPYC 7302""#], &[10]),
        ] {
            assert_eq!(found(filters).await, expected, "{}: {filters:?}", database.engine());
        }
    }
}

#[tokio::test]
async fn lists_are_sorted_by_mixed_values_and_pages_do_not_overlap() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        for other in [json!(1.0), json!("two"), json!(null), json!([1]), json!({"a": 1}), json!(true)] {
            id(&fixture.send(json!({"other": other})).await);
        }
        id(&fixture.send(json!({"n": 1})).await);
        let others = async |query: &str| {
            fixture
                .documents(query)
                .await
                .iter()
                .map(|document| document.get("other").cloned())
                .collect::<Vec<_>>()
        };
        let sorted = [json!(null), json!("two"), json!(1.0), json!(true), json!([1]), json!({"a": 1})];
        let mut expected: Vec<Option<Value>> = sorted.into_iter().map(Some).collect();
        expected.push(None);
        assert_eq!(others("sort_by=%2Bjson.other").await, expected, "{}", database.engine());
        expected.reverse();
        assert_eq!(others("sort_by=-json.other").await, expected, "{}", database.engine());

        // All have one execution time: the id makes the order whole.
        let mut seen = Vec::new();
        for page in 1..=7 {
            let answer = fixture.get(&format!("/results?per_page=1&page={page}")).await;
            seen.push(answer["items"][0]["id"].clone());
        }
        let mut each_once = seen.clone();
        each_once.sort_by_key(Value::to_string);
        each_once.dedup();
        assert_eq!((each_once.len(), seen.len()), (7, 7));
        let behind = fixture.world.ask("GET", &format!("/results?page={}", i64::MAX), None, None).await;
        assert_eq!((behind.status, behind.text.as_str()), (404, "{\"code\":404,\"status\":\"Not Found\"}\n"));
    }
}

#[tokio::test]
async fn search_takes_every_character_as_it_is() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        for name in ["50%", "a_b", "ab", "A"] {
            id(&fixture.world.ask("POST", "/tags", USER1, Some(json!({"name": name}))).await);
        }
        let found = async |terms: &str| {
            let page = fixture.get(&format!("/tags:search?{terms}&sort_by=%2Bname")).await;
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|tag| tag["name"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("terms=%25").await, ["50%"]);
        assert_eq!(found("terms=_").await, ["a_b"]);
        assert_eq!(found("terms=a&terms[]=b").await, ["a_b", "ab"]);
        assert_eq!(found("terms=").await.len(), 4);
    }
}

#[tokio::test]
async fn tags_of_a_result_are_replaced_by_its_owner() {
    for database in TestDatabase::both().await {
        let fixture = Fixture::new(&database).await;
        let result = id(&fixture.send(json!({"n": 1})).await);
        let path = format!("/results/{result}/tags");
        let tag = id(&fixture.world.ask("POST", "/tags", USER1, Some(json!({"name": "a"}))).await);
        let put = async |token, body: Value| fixture.world.ask("PUT", &path, token, Some(body)).await.status;
        assert_eq!(put(USER1, json!({"tags_ids": [tag, tag]})).await, 204);
        assert_eq!(fixture.documents(&format!("tags_ids={tag}")).await.len(), 1);
        assert_eq!(put(USER1, json!({})).await, 204);
        assert_eq!(fixture.documents(&format!("tags_ids={tag}")).await.len(), 1);
        assert_eq!(put(USER2, json!({})).await, 403);
        assert_eq!(put(USER1, json!({"tags_ids": [uuid::Uuid::nil()]})).await, 404);
        assert_eq!(put(USER2, json!({"tags": []})).await, 422);
        assert_eq!(put(ADMIN, json!({"tags_ids": []})).await, 204);
        assert_eq!(fixture.documents(&format!("tags_ids={tag}")).await.len(), 0);
    }
}

#[tokio::test]
async fn own_results_include_hidden_ones_and_take_all_filters() {
    let database = TestDatabase::embedded();
    let fixture = Fixture::new(&database).await;
    let hidden = id(&fixture.send(json!({"n": 1})).await);
    id(&fixture.send(json!({"n": 2})).await);
    assert_eq!(fixture.world.ask("DELETE", &format!("/results/{hidden}"), ADMIN, None).await.status, 204);
    let own = async |query: &str| {
        fixture.world.ask("GET", &format!("/users/self/results?{query}"), USER1, None).await.json()["total"]
            .clone()
    };
    assert_eq!(own("").await, 2);
    assert_eq!(own("filters=n%20%3D%3D%201").await, 1);
    assert_eq!(own("execution_after=2026-06-01").await, 0);
    assert_eq!(fixture.documents("").await.len(), 1);
}

#[tokio::test]
async fn other_methods_are_told_what_is_allowed() {
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    let answer = world.ask("PATCH", "/tags", None, None).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (405, "{\"code\":405,\"status\":\"Method Not Allowed\"}\n")
    );
    assert_eq!(answer.headers["allow"], "GET, HEAD, POST, OPTIONS");
    let answer = world.ask("OPTIONS", "/tags", None, None).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(world.ask("HEAD", "/tags", None, None).await.status, 200);
    for path in ["/tags/", "/tags/bad", "/nope"] {
        assert_eq!(world.ask("GET", path, None, None).await.status, 404, "{path}");
    }
}
