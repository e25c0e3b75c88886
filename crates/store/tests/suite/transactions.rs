//! What a transaction promises.

use std::time::Duration;

use ground::Transient;
use store::{Db, Dialect, ErrorKind, Options, Sql};
use testkit::{TestDatabase, eventually};

use crate::{both, make, number, run};

const COUNTER: &str = "CREATE TABLE counter (n BIGINT NOT NULL)";

async fn counter(db: &Db) {
    make(db, COUNTER, COUNTER).await;
    run(db, Sql::new("INSERT INTO counter VALUES (0)")).await.unwrap();
}

async fn increment(db: &Db) {
    run(db, Sql::new("UPDATE counter SET n = n + 1")).await.unwrap();
}

#[tokio::test]
async fn a_begin_that_is_given_up_leaves_no_transaction_open() {
    for database in TestDatabase::both().await {
        let few = Options { connections: 1, ..Options::default() };
        let db = Db::open(database.url(), &few).await.unwrap();
        let other = Db::open(database.url(), &few).await.unwrap();
        counter(&db).await;
        // Given up after a different number of steps each time: before, within and after the engine's answer.
        for steps in 0..300 {
            let given_up = async {
                for _ in 0..steps % 30 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                begun = db.begin() => drop(begun.unwrap()),
                () = given_up => {}
            }
        }
        // In a left-over transaction this would be a savepoint, which nobody else ever sees.
        for done in 1..=4 {
            increment(&db).await;
            assert_eq!(number(&other, "SELECT n FROM counter").await, done, "{}", database.engine());
        }
        increment(&other).await;
        if db.dialect() == Dialect::Postgres {
            let open = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
            eventually("no session is idle in a transaction", Duration::from_secs(5), || async {
                (number(&other, open).await == 0).then_some(())
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_or_rolled_back_changes_nothing() {
    for (database, db) in both().await {
        counter(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(Sql::new("UPDATE counter SET n = 7")).await.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        tx.execute(Sql::new("UPDATE counter SET n = 8")).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(number(&db, "SELECT n FROM counter").await, 0, "{}", database.engine());
    }
}

#[tokio::test]
async fn a_failed_statement_spoils_only_its_own_transaction() {
    for (database, db) in both().await {
        counter(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(Sql::new("UPDATE counter SET n = 7")).await.unwrap();
        let wrong = tx.execute(Sql::new("UPDATE nothing SET n = 7")).await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Statement, "{}", database.engine());
        assert!(!wrong.is_transient());
        drop(tx);
        increment(&db).await;
        assert_eq!(number(&db, "SELECT n FROM counter").await, 1, "{}", database.engine());
    }
}

#[tokio::test]
async fn writers_at_once_wait_for_one_another_and_all_succeed() {
    for (database, db) in both().await {
        counter(&db).await;
        let writers: Vec<_> = (0..20)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut tx = db.begin().await.unwrap();
                    let lock = Sql::new("SELECT n FROM counter{for update}");
                    let n: i64 = tx.fetch_one(lock).await.unwrap().unwrap().get(0).unwrap();
                    tokio::task::yield_now().await;
                    tx.execute(Sql::new("UPDATE counter SET n = $1").bind(n + 1)).await.unwrap();
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(number(&db, "SELECT n FROM counter").await, 20, "{}", database.engine());
    }
}

#[tokio::test]
async fn a_reader_does_not_wait_for_a_writer() {
    for (database, db) in both().await {
        counter(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(Sql::new("UPDATE counter SET n = 7")).await.unwrap();
        assert_eq!(number(&db, "SELECT n FROM counter").await, 0, "{}", database.engine());
        tx.commit().await.unwrap();
        assert_eq!(number(&db, "SELECT n FROM counter").await, 7, "{}", database.engine());
    }
}

#[tokio::test]
async fn a_snapshot_sees_one_state_whatever_is_committed_meanwhile() {
    for (database, db) in both().await {
        counter(&db).await;
        let mut snapshot = db.snapshot().await.unwrap();
        for _ in 0..3 {
            let row = snapshot.fetch_one(Sql::new("SELECT n FROM counter")).await.unwrap().unwrap();
            assert_eq!(row.get::<i64>(0).unwrap(), 0, "{}", database.engine());
            increment(&db).await;
        }
        drop(snapshot);
        assert_eq!(number(&db, "SELECT n FROM counter").await, 3, "{}", database.engine());
    }
}

#[tokio::test]
async fn a_snapshot_takes_no_writes() {
    for (database, db) in both().await {
        counter(&db).await;
        let mut snapshot = db.snapshot().await.unwrap();
        let refused = snapshot.execute(Sql::new("UPDATE counter SET n = 7")).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ReadOnly, "{}: {refused}", database.engine());
    }
}

#[tokio::test]
async fn the_reading_connections_of_a_file_refuse_writes() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    counter(&db).await;
    let refused = db.read(Sql::new("UPDATE counter SET n = 7")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ReadOnly, "{refused}");
    assert_eq!(number(&db, "SELECT n FROM counter").await, 0);
}

#[tokio::test]
async fn a_second_program_that_writes_to_the_file_is_waited_for() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let other = Db::open(database.url(), &Options::default()).await.unwrap();
    counter(&db).await;
    let mut tx = db.begin().await.unwrap();
    tx.execute(Sql::new("UPDATE counter SET n = 7")).await.unwrap();
    let waiting = tokio::spawn(async move { increment(&other).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished());
    tx.commit().await.unwrap();
    waiting.await.unwrap();
    assert_eq!(number(&db, "SELECT n FROM counter").await, 8);
}
