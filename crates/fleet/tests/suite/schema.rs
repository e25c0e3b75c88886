//! The tables and the statements on them.

use std::collections::BTreeSet;

use fleet::MIGRATIONS;
use ground::HostId;
use serde_json::Value;
use store::{Db, Migrations, Options, Rows, Sql};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::bed::{Bed, START, both};

#[tokio::test]
async fn both_engines_know_every_static_statement() {
    for bed in both().await {
        let refused = store::prepare_all(bed.fleet.db(), fleet::STATEMENTS).await.unwrap();
        assert!(refused.is_empty(), "{}: {}", bed.engine(), refused.join("\n"));
    }
}

/// Every column with whether it takes nulls.
async fn columns(bed: &Bed) -> BTreeSet<(String, String, bool)> {
    let catalogue = match bed.engine() {
        "embedded" => {
            "SELECT t.name, c.name, c.\"notnull\" = 0 AND c.pk = 0 FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
             WHERE t.schema = 'main' AND t.name NOT LIKE '%schema'"
        }
        _ => {
            "SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns
             WHERE table_schema = current_schema()"
        }
    };
    let rows = bed.fleet.db().read(Sql::new(catalogue)).await.unwrap();
    rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())).collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let [embedded, server] = both().await.try_into().unwrap_or_else(|_| panic!("two engines"));
    let (embedded, server) = (columns(&embedded).await, columns(&server).await);
    assert!(server.iter().any(|(table, column, _)| table == "host" && column == "display_name"));
    assert_eq!(embedded, server);
}

#[tokio::test]
async fn both_engines_have_the_same_indexes() {
    let mut found = Vec::new();
    for bed in both().await {
        let catalogue = match bed.engine() {
            "embedded" => {
                "SELECT i.name FROM pragma_table_list AS t, pragma_index_list(t.name) AS i WHERE i.origin = 'c'"
            }
            _ => {
                "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'"
            }
        };
        let rows = bed.fleet.db().read(Sql::new(catalogue)).await.unwrap();
        found.push(rows.iter().map(|row| row.get(0).unwrap()).collect::<BTreeSet<String>>());
    }
    assert!(found[0].len() > 10);
    assert_eq!(found[0], found[1]);
}

/// A database as it was after so many steps.
async fn after_steps(database: &TestDatabase, many: usize) -> Db {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let before = Migrations { owner: MIGRATIONS.owner, steps: &MIGRATIONS.steps[..many] };
    db.migrate(&[before], START).await.unwrap();
    db
}

#[tokio::test]
async fn tags_stored_with_their_texts_become_tags_stored_once() {
    for database in TestDatabase::both().await {
        let db = after_steps(&database, 4).await;
        let mut tx = db.begin().await.unwrap();
        for (org, host, key) in [("a", 1, "k"), ("a", 2, "k"), ("a", 2, "l"), ("b", 1, "k")] {
            let digest = vec![key.as_bytes()[0]; 16];
            let sql = Sql::new(
                "INSERT INTO host_tag (org_id, host_id, tag, pair, namespace, key, value) VALUES ($1, $2, $3, $4, 'n', $5, 'v')",
            );
            let host = HostId(Uuid::from_u128(host));
            tx.execute(sql.bind(org).bind(host).bind(digest.clone()).bind(digest).bind(key)).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.migrate(&[MIGRATIONS], START).await.unwrap();
        let found = db
            .read(Sql::new(
                "SELECT h.org_id, h.host_id, t.namespace, t.key, t.value FROM host_tag h JOIN tag t ON t.tag = h.tag AND t.org_id = h.org_id
                 ORDER BY h.org_id, h.host_id, t.key",
            ))
            .await
            .unwrap();
        let found: Vec<(String, u128, String)> = found
            .iter()
            .map(|row| (row.get(0).unwrap(), row.get::<Uuid>(1).unwrap().as_u128(), row.get(3).unwrap()))
            .collect();
        let expected = [("a", 1, "k"), ("a", 2, "k"), ("a", 2, "l"), ("b", 1, "k")];
        let found: Vec<_> =
            found.iter().map(|(org, host, key)| (org.as_str(), *host, key.as_str())).collect();
        assert_eq!(found, expected, "{}", database.engine());
        let tags = db.read_one(Sql::new("SELECT COUNT(*) FROM tag")).await.unwrap().unwrap();
        assert_eq!(tags.get::<i64>(0).unwrap(), 3, "{}", database.engine());
    }
}

#[tokio::test]
async fn facts_stored_as_json_are_read_on() {
    for database in TestDatabase::both().await {
        let db = after_steps(&database, 5).await;
        let mut tx = db.begin().await.unwrap();
        let facts = r#"{"arch": "x86_64", "os_release": "13"}"#;
        let sql = Sql::new(
            "INSERT INTO host (org_id, id, seq, profile_seq, display_name, display_name_fold, os, host_type, facts, sections, state)
             SELECT 'a', id, 1, 1, 'n', 'n', ' ', 'conventional', facts{json}, empty, empty
             FROM ({rows: id uuid, facts text, empty bytes}) AS batch",
        );
        let rows =
            Rows::new().column([Uuid::from_u128(1)].map(HostId)).column([facts]).column([Vec::<u8>::new()]);
        tx.execute(sql.rows(rows)).await.unwrap();
        tx.commit().await.unwrap();
        db.migrate(&[MIGRATIONS], START).await.unwrap();
        let row = db.read_one(Sql::new("SELECT facts, os_release FROM host")).await.unwrap().unwrap();
        let (text, release) = (row.get::<Vec<u8>>(0).unwrap(), row.get::<String>(1).unwrap());
        let (text, facts): (Value, Value) =
            (serde_json::from_slice(&text).unwrap(), serde_json::from_str(facts).unwrap());
        assert_eq!((text, release.as_str()), (facts, "13"), "{}", database.engine());
    }
}
