//! The tables of the original, taken over.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod support;

use benchmarks::import::{Failed, Imported, import};
use serde_json::json;
use store::{Db, Options, Sql};
use support::World;
use testkit::TestDatabase;

/// What the original's second migration leaves, with a row or two in each table.
const ORIGINAL: &[&str] = &[
    "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('112055db4eff')",
    "CREATE TYPE resourcestatus AS ENUM ('on_review', 'approved')",
    r#"CREATE TABLE "user" (sub TEXT, iss TEXT, email TEXT NOT NULL, registration_datetime TIMESTAMP NOT NULL, PRIMARY KEY (sub, iss))"#,
    r#"INSERT INTO "user" VALUES ('user1', 'https://op', 'user1@example.org', '2022-01-01 10:00:00.5')"#,
    "CREATE TABLE benchmark (id UUID PRIMARY KEY, docker_image TEXT, docker_tag TEXT, url TEXT, json_schema JSON, description TEXT, status resourcestatus, uploader_sub TEXT, uploader_iss TEXT, upload_datetime TIMESTAMP)",
    "INSERT INTO benchmark VALUES ('00000000-0000-4000-8000-000000000001', 'org/b', '1', 'https://b', CAST($1 AS JSON), NULL, 'approved', 'user1', 'https://op', '2022-01-01')",
    "CREATE TABLE site (id UUID PRIMARY KEY, name TEXT, address TEXT, description TEXT, status resourcestatus, uploader_sub TEXT, uploader_iss TEXT, upload_datetime TIMESTAMP)",
    "INSERT INTO site VALUES ('00000000-0000-4000-8000-000000000002', 'site', 'way', 'd', 'on_review', 'user1', 'https://op', '2022-01-01')",
    "CREATE TABLE flavor (id UUID PRIMARY KEY, name TEXT, description TEXT, site_id UUID, status resourcestatus, uploader_sub TEXT, uploader_iss TEXT, upload_datetime TIMESTAMP)",
    "INSERT INTO flavor VALUES ('00000000-0000-4000-8000-000000000003', 'flavor', NULL, '00000000-0000-4000-8000-000000000002', 'approved', 'user1', 'https://op', '2022-01-01')",
    "CREATE TABLE tag (id UUID PRIMARY KEY, name TEXT, description TEXT)",
    "INSERT INTO tag VALUES ('00000000-0000-4000-8000-000000000004', 'gpu', NULL)",
    "CREATE TABLE result (id UUID PRIMARY KEY, json JSONB, execution_datetime TIMESTAMP, benchmark_id UUID, flavor_id UUID, site_id UUID, uploader_sub TEXT, uploader_iss TEXT, upload_datetime TIMESTAMP, deleted BOOLEAN, _claim_report_id UUID)",
    "INSERT INTO result VALUES ('00000000-0000-4000-8000-000000000005', CAST($1 AS JSONB), '2022-02-02 01:02:03', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002', 'user1', 'https://op', '2022-02-03', FALSE, NULL)",
    "INSERT INTO result VALUES ('00000000-0000-4000-8000-000000000006', CAST($1 AS JSONB), '2022-02-02', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002', 'user1', 'https://op', '2022-02-03', TRUE, '00000000-0000-4000-8000-000000000007')",
    "CREATE TABLE result_tags (result_id UUID, tag_id UUID)",
    "INSERT INTO result_tags VALUES ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000000004')",
    "CREATE TABLE claim (id UUID PRIMARY KEY, message TEXT, status resourcestatus, uploader_sub TEXT, uploader_iss TEXT, upload_datetime TIMESTAMP)",
    "INSERT INTO claim VALUES ('00000000-0000-4000-8000-000000000007', 'wrong', 'approved', 'user1', 'https://op', '2022-03-03')",
    "INSERT INTO claim VALUES ('00000000-0000-4000-8000-000000000008', 'older', 'approved', 'user1', 'https://op', '2022-03-02')",
];

/// The JSON values of those rows, in order.
const DOCUMENTS: [&str; 3] =
    [r#"{"type": "object", "properties": {}}"#, r#"{"n": 11.0, "labels": ["x"]}"#, r#"{"n": 12}"#];

async fn original() -> (TestDatabase, Db) {
    let database = TestDatabase::server().await;
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let mut documents = DOCUMENTS.iter();
    for statement in ORIGINAL {
        let mut sql = Sql::new(*statement);
        if statement.contains("$1") {
            sql = sql.bind(*documents.next().unwrap());
        }
        tx.execute(sql).await.unwrap();
    }
    tx.commit().await.unwrap();
    (database, db)
}

#[tokio::test]
async fn everything_is_taken_over_once() {
    let (_kept, from) = original().await;
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let expected =
            Imported { users: 1, benchmarks: 1, sites: 1, flavors: 1, tags: 1, results: 2, claims: 2 };
        for _ in 0..2 {
            assert_eq!(import(&from, &world.db).await.unwrap(), expected);
        }
        let results = world.ask("GET", "/results?filters=labels.0%20%3D%3D%20x", None, None).await.json();
        assert_eq!(results["total"], 1);
        let result = &results["items"][0];
        assert_eq!(result["json"], json!({"labels": ["x"], "n": 11.0}));
        assert_eq!(result["execution_datetime"], "2022-02-02T01:02:03");
        assert_eq!(
            (&result["tags"][0]["name"], &result["benchmark"]["url"]),
            (&json!("gpu"), &json!("https://b"))
        );
        assert_eq!(world.ask("GET", "/results", None, None).await.json()["total"], 1, "one is hidden");
        assert_eq!(world.ask("GET", "/sites", None, None).await.json()["total"], 0, "it is on review");
        let hidden = world.ask("GET", "/results/00000000-0000-4000-8000-000000000006", None, None).await;
        assert_eq!(hidden.json()["json"], json!({"n": 12}));
    }
}

#[tokio::test]
async fn tables_of_another_version_are_refused_with_the_remedy() {
    let (_kept, from) = original().await;
    let mut tx = from.begin().await.unwrap();
    tx.execute(Sql::new("UPDATE alembic_version SET version_num = 'x'")).await.unwrap();
    tx.commit().await.unwrap();
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    let refused = import(&from, &world.db).await.unwrap_err();
    assert!(matches!(refused, Failed::Version(_)) && refused.to_string().contains("upgrade it"), "{refused}");
}
