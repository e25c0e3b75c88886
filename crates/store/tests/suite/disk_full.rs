//! A disk without space, played by a limit on the pages of the file.

use ground::Transient;
use store::{Db, ErrorKind, Options, Sql};
use testkit::TestDatabase;

use crate::{make, number, run};

/// Limits the file to the pages it has and `more`.
async fn limit(db: &Db, more: i64) {
    let mut tx = db.begin().await.unwrap();
    let pages: i64 = tx.fetch_one(Sql::new("PRAGMA page_count")).await.unwrap().unwrap().get(0).unwrap();
    tx.fetch_all(Sql::new(format!("PRAGMA max_page_count = {}", pages + more))).await.unwrap();
    tx.commit().await.unwrap();
}

fn large() -> Sql {
    Sql::new("INSERT INTO t VALUES ($1)").bind(vec![7u8; 1 << 20])
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_over_when_there_is_space() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    make(&db, "CREATE TABLE t (bytes BLOB)", "").await;
    run(&db, large()).await.unwrap();

    for _ in 0..3 {
        // A connection that failed is replaced, and the limit is the connection's.
        limit(&db, 4).await;
        let full = run(&db, large()).await.unwrap_err();
        assert_eq!(full.kind(), ErrorKind::DiskFull, "{full}");
        assert!(full.is_transient());
    }
    assert_eq!(number(&db, "SELECT COUNT(*) FROM t").await, 1);

    run(&db, large()).await.unwrap();
    let other = Db::open(database.url(), &Options::default()).await.unwrap();
    assert_eq!(number(&other, "SELECT COUNT(*) FROM t").await, 2, "in one transaction, seen by all");
    assert_eq!(number(&other, "SELECT SUM(LENGTH(bytes)) FROM t").await, 2 << 20);
}

#[tokio::test]
async fn a_disk_that_fills_up_in_the_middle_of_a_transaction_takes_all_of_it_back() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    make(&db, "CREATE TABLE t (bytes BLOB)", "").await;
    limit(&db, 8).await;
    let mut tx = db.begin().await.unwrap();
    tx.execute(Sql::new("INSERT INTO t VALUES ($1)").bind(vec![1u8; 100])).await.unwrap();
    assert_eq!(tx.execute(large()).await.unwrap_err().kind(), ErrorKind::DiskFull);
    drop(tx);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM t").await, 0);
    run(&db, Sql::new("INSERT INTO t VALUES ($1)").bind(vec![1u8; 100])).await.unwrap();
    assert_eq!(number(&db, "SELECT COUNT(*) FROM t").await, 1);
}
