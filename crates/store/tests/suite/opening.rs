//! Opening a database, and what is said when that fails.

use std::{path::Path, time::Duration};

use ground::Transient;
use store::{Db, Durability, Error, ErrorKind, Options, Sql, Tx};
use testkit::{TestDatabase, free_port};

use crate::{make, number, run};

async fn pragma(tx: &mut Tx, name: &str) -> i64 {
    tx.fetch_one(Sql::new(format!("PRAGMA {name}"))).await.unwrap().unwrap().get(0).unwrap()
}

async fn refused(url: &str) -> Error {
    let hasty = Options { acquire_timeout: Duration::from_millis(500), ..Options::default() };
    Db::open(url, &hasty).await.unwrap_err()
}

#[tokio::test]
async fn a_file_is_opened_with_the_settings_that_keep_data_safe() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let mut writer = db.begin().await.unwrap();
    let row = writer.fetch_one(Sql::new("PRAGMA journal_mode")).await.unwrap().unwrap();
    assert_eq!(row.get::<String>(0).unwrap(), "wal");
    let mut reader = db.snapshot().await.unwrap();
    for (tx, query_only) in [(&mut writer, 0), (&mut reader, 1)] {
        assert_eq!(pragma(tx, "synchronous").await, 2, "full");
        assert_eq!(pragma(tx, "foreign_keys").await, 1);
        assert_eq!(pragma(tx, "busy_timeout").await, 5_000);
        assert_eq!(pragma(tx, "query_only").await, query_only);
    }
}

#[tokio::test]
async fn an_operator_may_lower_the_durability() {
    let database = TestDatabase::embedded();
    let lower = Options { durability: Durability::Normal, ..Options::default() };
    let db = Db::open(database.url(), &lower).await.unwrap();
    assert_eq!(pragma(&mut db.begin().await.unwrap(), "synchronous").await, 1);
}

#[tokio::test]
async fn what_was_committed_is_there_after_closing_and_opening() {
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        let table = "CREATE TABLE kept AS SELECT CAST(7 AS BIGINT) AS n";
        make(&db, table, table).await;
        db.close().await;
        let closed = db.begin().await.unwrap_err();
        assert_eq!(closed.kind(), ErrorKind::Unavailable, "{}", database.engine());

        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        assert_eq!(number(&db, "SELECT n FROM kept").await, 7, "{}", database.engine());
    }
}

#[tokio::test]
async fn closing_writes_the_log_back_into_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plumbline.db");
    let db = Db::open_file(&path, &Options::default()).await.unwrap();
    make(&db, "CREATE TABLE t (n BIGINT)", "").await;
    db.close().await;
    let left: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["plumbline.db"]);
}

#[tokio::test]
async fn a_url_of_no_known_kind_is_refused_with_what_would_do() {
    let error = refused("mysql://user:secret@host/plumbline").await;
    assert_eq!(error.kind(), ErrorKind::Statement);
    assert_eq!(error.to_string(), "a database url starts with postgres:// or sqlite:, this one with `mysql`");
}

#[tokio::test]
async fn a_url_that_cannot_be_read_is_refused_without_its_password() {
    for url in ["postgres://user:secret@host:port/plumbline", "postgres://user:secret@[/plumbline"] {
        let error = refused(url).await;
        assert_eq!(error.kind(), ErrorKind::Statement, "{error}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("postgres://user:password@host:port/name"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_the_password() {
    let port = free_port();
    let error = refused(&format!("postgres://user:secret@127.0.0.1:{port}/plumbline")).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.is_transient());
    let shown = format!("{error} {error:?}");
    for part in ["plumbline", "127.0.0.1", &port.to_string(), "no connection within 500ms"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_database_that_the_server_does_not_have_is_named() {
    let server = TestDatabase::server().await;
    let (place, _) = server.url().rsplit_once('/').unwrap();
    let error = refused(&format!("{place}/no_such_database")).await.to_string();
    assert!(error.contains("cannot open the database `no_such_database`"), "{error}");
    assert!(error.contains("does not exist"), "{error}");
}

#[tokio::test]
async fn a_folder_that_takes_no_files_is_named() {
    // Nobody may write there, root neither.
    let error = Db::open_file(Path::new("/proc/plumbline.db"), &Options::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().starts_with("cannot open /proc/plumbline.db: "), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear machine, ".repeat(100)).unwrap();
    let error = Db::open_file(&path, &Options::default()).await.unwrap_err().to_string();
    assert!(error.contains("letter.txt") && error.contains("not a database"), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear machine, "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_the_embedded_store_stays_small_also_while_somebody_always_reads() {
    const LIMIT: u64 = 2 << 20;
    let database = TestDatabase::embedded();
    let options = Options { max_wal_bytes: LIMIT, ..Options::default() };
    let db = Db::open(database.url(), &options).await.unwrap();
    make(&db, "CREATE TABLE t (bytes BLOB)", "").await;
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers: Vec<_> = (0..4)
        .map(|n| {
            let (db, done) = (db.clone(), done.clone());
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(n * 7)).await;
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    let mut tx = db.snapshot().await.unwrap();
                    tx.fetch_all(Sql::new("SELECT COUNT(*) FROM t")).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
            })
        })
        .collect();
    let path = database.url().trim_start_matches("sqlite:").to_owned() + "-wal";
    let length = || std::fs::metadata(&path).map_or(0, |file| file.len());
    let (mut before, mut has_shrunk) = (0, false);
    for _ in 0..400 {
        run(&db, Sql::new("INSERT INTO t VALUES ($1)").bind(vec![7u8; 256 << 10])).await.unwrap();
        has_shrunk |= length() < before;
        before = length();
        if has_shrunk {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(has_shrunk, "{before} bytes");
}
