//! How tables come into a database.

use ground::{Timestamp, Transient};
use store::{Db, ErrorKind, Migration, Migrations, Options, Sql};
use testkit::TestDatabase;

use crate::{both, number, run};

const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

const fn step(number: i64, name: &'static str, text: &'static str) -> Migration {
    Migration { number, name, sqlite: text, postgres: text }
}

const FIRST: Migration = step(1, "a table", "CREATE TABLE a (n BIGINT); CREATE INDEX a_n ON a (n);");
const SECOND: Migration = step(2, "a row", "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);");
const OTHER: Migration = step(1, "another table", "CREATE TABLE b (n BIGINT)");

const OLD: Migrations = Migrations { owner: "one", steps: &[FIRST] };
const NEW: Migrations = Migrations { owner: "one", steps: &[FIRST, SECOND] };
const NEIGHBOUR: Migrations = Migrations { owner: "other", steps: &[OTHER] };

#[tokio::test]
async fn every_step_is_applied_once_and_new_ones_later() {
    for (database, db) in both().await {
        let before = db.migration_status(&[NEW]).await.unwrap();
        assert!(before.iter().all(|standing| standing.applied.is_none()), "{before:?}");
        assert_eq!(db.migrate(&[OLD, NEIGHBOUR], NOW).await.unwrap(), 2, "{}", database.engine());
        assert_eq!(db.migrate(&[OLD, NEIGHBOUR], NOW).await.unwrap(), 0, "{}", database.engine());
        let half = db.migration_status(&[NEW, NEIGHBOUR]).await.unwrap();
        let applied: Vec<_> =
            half.iter().map(|s| (s.owner.as_str(), s.number, s.name.as_str(), s.applied)).collect();
        let expected = [
            ("one", 1, "a table", Some(NOW)),
            ("one", 2, "a row", None),
            ("other", 1, "another table", Some(NOW)),
        ];
        assert_eq!(applied, expected, "{}", database.engine());
        assert_eq!(db.migrate(&[NEW, NEIGHBOUR], NOW).await.unwrap(), 1, "{}", database.engine());
        assert_eq!(number(&db, "SELECT COUNT(*) FROM a").await, 2, "{}", database.engine());
    }
}

#[tokio::test]
async fn runners_at_once_apply_every_step_once() {
    for database in TestDatabase::both().await {
        let runners: Vec<_> = (0..6)
            .map(|_| {
                let url = database.url().to_owned();
                tokio::spawn(async move {
                    let db = Db::open(&url, &Options::default()).await.unwrap();
                    db.migrate(&[NEW, NEIGHBOUR], NOW).await.unwrap()
                })
            })
            .collect();
        let mut applied = 0;
        for runner in runners {
            applied += runner.await.unwrap();
        }
        assert_eq!(applied, 3, "{}", database.engine());
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        assert_eq!(number(&db, "SELECT COUNT(*) FROM a").await, 2, "{}", database.engine());
    }
}

#[tokio::test]
async fn a_step_that_fails_takes_all_others_back() {
    const BROKEN: Migrations = Migrations {
        owner: "one",
        steps: &[FIRST, step(2, "a mistake", "CREATE TABLE c (n BIGINT); INSERT INTO nowhere VALUES (1);")],
    };
    for (database, db) in both().await {
        let error = db.migrate(&[BROKEN], NOW).await.unwrap_err().to_string();
        assert!(error.starts_with("step 2 (a mistake) of `one` failed: "), "{error}");
        assert!(error.contains("nowhere"), "{error}");
        assert_eq!(db.migrate(&[NEW], NOW).await.unwrap(), 2, "{}", database.engine());
        assert!(run(&db, Sql::new("INSERT INTO c VALUES (1)")).await.is_err(), "{}", database.engine());
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_as_it_is() {
    for (database, db) in both().await {
        db.migrate(&[NEW], NOW).await.unwrap();
        for refused in [
            db.migrate(&[OLD, NEIGHBOUR], NOW).await.unwrap_err(),
            db.migration_status(&[OLD]).await.unwrap_err(),
        ] {
            assert_eq!(refused.kind(), ErrorKind::Newer, "{}", database.engine());
            assert!(!refused.is_transient());
            assert_eq!(
                refused.to_string(),
                "the database has step 2 (a row) of `one`, which this version does not know: \
                 use the newer version that made it, or another data folder"
            );
        }
        assert_eq!(db.migrate(&[NEW, NEIGHBOUR], NOW).await.unwrap(), 1, "{}", database.engine());
    }
}

#[tokio::test]
async fn a_step_that_was_changed_after_its_release_is_refused() {
    const CHANGED: Migrations =
        Migrations { owner: "one", steps: &[step(1, "a table", "CREATE TABLE a (n BIGINT, m BIGINT)")] };
    for (database, db) in both().await {
        db.migrate(&[OLD], NOW).await.unwrap();
        let refused = db.migrate(&[CHANGED], NOW).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Newer, "{}", database.engine());
        assert!(refused.to_string().contains("step 1 (a table) of `one`"), "{refused}");
    }
}
