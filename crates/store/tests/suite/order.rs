//! Both engines sort alike.

use store::{Db, Rows, Sql};
use uuid::Uuid;

use crate::{both, make, run};

async fn texts(db: &Db, order: &str) -> Vec<Option<String>> {
    let rows = db.read(Sql::new(format!("SELECT name FROM t ORDER BY {order}"))).await.unwrap();
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

async fn table_of_texts(db: &Db, names: &[Option<&str>]) {
    make(db, "CREATE TABLE t (name TEXT)", "CREATE TABLE t (name TEXT COLLATE \"C\")").await;
    let rows = Rows::new().column(names.iter().copied());
    run(db, Sql::new("INSERT INTO t SELECT name FROM ({rows: name text}) AS batch").rows(rows))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_null_sorts_where_the_statement_says() {
    for (database, db) in both().await {
        table_of_texts(&db, &[Some("b"), None, Some("a"), Some("")]).await;
        let (none, empty, a, b) = (None, Some(String::new()), Some("a".to_owned()), Some("b".to_owned()));
        for (order, sorted) in [
            ("name ASC NULLS FIRST", [&none, &empty, &a, &b]),
            ("name ASC NULLS LAST", [&empty, &a, &b, &none]),
            ("name DESC NULLS FIRST", [&none, &b, &a, &empty]),
            ("name DESC NULLS LAST", [&b, &a, &empty, &none]),
        ] {
            let found = texts(&db, order).await;
            assert_eq!(found.iter().collect::<Vec<_>>(), sorted, "{order}, {}", database.engine());
        }
    }
}

#[tokio::test]
async fn texts_sort_by_code_point() {
    let names = ["", "A", "Z", "a", "z", "zz", "Ä", "ß", "ä", "\u{ffff}", "\u{1f600}"];
    for (database, db) in both().await {
        let turned: Vec<_> = names.iter().rev().copied().map(Some).collect();
        table_of_texts(&db, &turned).await;
        let found: Vec<String> = texts(&db, "name").await.into_iter().flatten().collect();
        assert_eq!(found, names, "{}", database.engine());
    }
}

#[tokio::test]
async fn ids_sort_by_their_bytes() {
    for (database, db) in both().await {
        make(&db, "CREATE TABLE t (id BLOB)", "CREATE TABLE t (id UUID)").await;
        // Spread over the whole range: first bits set and not set.
        let mut ids: Vec<_> =
            (1..=50u128).map(|n| Uuid::from_u128(n.wrapping_mul(u128::MAX / 7 * 3))).collect();
        let rows = Rows::new().column(ids.clone());
        let insert = Sql::new("INSERT INTO t SELECT id FROM ({rows: id uuid}) AS batch").rows(rows);
        run(&db, insert).await.unwrap();
        ids.sort();
        let rows = db.read(Sql::new("SELECT id FROM t ORDER BY id")).await.unwrap();
        let found: Vec<Uuid> = rows.iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(found, ids, "{}", database.engine());
        let above = Sql::new("SELECT COUNT(*) FROM t WHERE id > $1").bind(ids[19]);
        let row = db.read_one(above).await.unwrap().unwrap();
        assert_eq!(row.get::<i64>(0).unwrap(), 30, "{}", database.engine());
    }
}
