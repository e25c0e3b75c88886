//! The tables and the statements on them.

use std::collections::BTreeSet;

use store::Sql;

use crate::bed::{Bed, both};

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
