//! Rows that go in and come out.

use store::{Db, ErrorKind, Rows, Sql};
use uuid::Uuid;

use crate::{both, make, number, run};

type Everything = (i64, Option<i64>, Option<String>, Option<Vec<u8>>, Option<Uuid>, Option<bool>);

/// Row `n`: each column is null in some rows, all are in some.
fn everything(n: i64) -> Everything {
    let there = |column: i64| n % 7 != column && n % 11 != 0;
    (
        n,
        there(0).then_some(n - 3),
        there(1).then(|| format!("text {n} ä \u{1f600}")),
        there(2).then(|| n.to_le_bytes()[..(n % 9) as usize].to_vec()),
        there(3).then(|| Uuid::from_u128(n as u128)),
        there(4).then_some(n % 2 == 0),
    )
}

async fn insert(db: &Db, rows: &[Everything]) -> u64 {
    let batch = Rows::new()
        .column(rows.iter().map(|row| row.0))
        .column(rows.iter().map(|row| row.1))
        .column(rows.iter().map(|row| row.2.clone()))
        .column(rows.iter().map(|row| row.3.clone()))
        .column(rows.iter().map(|row| row.4))
        .column(rows.iter().map(|row| row.5));
    let text = "INSERT INTO t SELECT $1, n, i, s, b, u, f
        FROM ({rows: n int, i int, s text, b bytes, u uuid, f bool}) AS batch";
    run(db, Sql::new(text).bind("org").rows(batch)).await.unwrap()
}

async fn select(db: &Db, wanted: impl IntoIterator<Item = i64>) -> Vec<Everything> {
    let text = "SELECT t.n, t.i, t.s, t.b, t.u, t.f FROM ({rows: n int}) AS wanted JOIN t ON t.n = wanted.n";
    let rows = db.read(Sql::new(text).rows(Rows::new().column(wanted))).await.unwrap();
    let mut found: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.get(0).unwrap(),
                row.get(1).unwrap(),
                row.get(2).unwrap(),
                row.get(3).unwrap(),
                row.get(4).unwrap(),
                row.get(5).unwrap(),
            )
        })
        .collect();
    found.sort_by_key(|row: &Everything| row.0);
    found
}

async fn table(db: &Db) {
    make(
        db,
        "CREATE TABLE t (org TEXT, n INTEGER PRIMARY KEY, i INTEGER, s TEXT, b BLOB, u BLOB, f INTEGER) STRICT",
        "CREATE TABLE t (org TEXT, n BIGINT PRIMARY KEY, i BIGINT, s TEXT, b BYTEA, u UUID, f BOOLEAN)",
    )
    .await;
}

#[tokio::test]
async fn a_batch_of_any_size_goes_in_and_comes_out_unchanged() {
    for (database, db) in both().await {
        table(&db).await;
        let mut next = 0;
        for size in [0, 1, 40_000] {
            let rows: Vec<_> = (next..next + size).map(everything).collect();
            assert_eq!(insert(&db, &rows).await, size as u64, "{}", database.engine());
            let found = select(&db, next..next + size).await;
            assert!(found == rows, "{size} rows, {}", database.engine());
            next += size;
        }
        assert_eq!(number(&db, "SELECT COUNT(*) FROM t WHERE org = 'org'").await, next);
    }
}

#[tokio::test]
async fn a_batch_goes_in_whole_or_not_at_all() {
    for (database, db) in both().await {
        table(&db).await;
        insert(&db, &[everything(20_000)]).await;
        let batch = Rows::new().column(0..40_000i64);
        let text = "INSERT INTO t (n) SELECT n FROM ({rows: n int}) AS batch";
        let twice = run(&db, Sql::new(text).rows(batch)).await.unwrap_err();
        assert!(matches!(twice.kind(), ErrorKind::Conflict | ErrorKind::Statement), "{twice}");
        assert_eq!(number(&db, "SELECT COUNT(*) FROM t").await, 1, "{}", database.engine());
    }
}

#[tokio::test]
async fn a_list_that_is_empty_matches_nothing() {
    for (database, db) in both().await {
        table(&db).await;
        insert(&db, &[everything(1), everything(2)]).await;
        for (list, expected) in [(vec![], 0), (vec![2], 1), (vec![1, 2, 2, 3], 2)] {
            let mut sql = Sql::new("SELECT COUNT(*) FROM t WHERE n IN ");
            sql.push_list("int", list).push(" AND org = ").push_bind("org");
            let row = db.read_one(sql).await.unwrap().unwrap();
            assert_eq!(row.get::<i64>(0).unwrap(), expected, "{}", database.engine());
        }
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_kind_is_an_error_and_no_panic() {
    for (database, db) in both().await {
        table(&db).await;
        let into_text = Sql::new("INSERT INTO t (n, s) VALUES (1, $1)").bind("a\0b");
        let nul = run(&db, into_text).await;
        // One engine keeps the character, the other refuses it as a value that does not fit.
        assert!(nul.is_ok_and(|_| true) || db.dialect() == store::Dialect::Postgres);
        let rows = db.read(Sql::new("SELECT s, n FROM t")).await.unwrap();
        assert!(rows.iter().all(|row| row.get::<i64>(0).is_err()), "{}", database.engine());
        assert!(rows.iter().all(|row| row.get::<i64>(9).is_err()), "{}", database.engine());
        let odd = Rows::new().column([1i64, 2]).column([1i64]);
        let text = "INSERT INTO t (n, i) SELECT a, b FROM ({rows: a int, b int}) AS batch";
        let error = run(&db, Sql::new(text).rows(odd)).await.unwrap_err();
        assert!(error.to_string().contains("differ in length"), "{error}");
    }
}
