//! How a database behaves, on both engines: transactions, opening, order, batches, migrations, a full disk.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod batches;
mod disk_full;
mod migrations;
mod opening;
mod order;
mod tls;
mod transactions;

use store::{Db, Dialect, Options, Result, Sql};
use testkit::TestDatabase;

/// An empty database of each engine, open. The first of each pair keeps the file.
async fn both() -> Vec<(TestDatabase, Db)> {
    let mut open = Vec::new();
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        open.push((database, db));
    }
    open
}

/// Runs one statement in a transaction of its own.
async fn run(db: &Db, sql: Sql) -> Result<u64> {
    let mut tx = db.begin().await?;
    let changed = tx.execute(sql).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Makes a table with the text that its engine reads.
async fn make(db: &Db, embedded: &str, server: &str) {
    let text = match db.dialect() {
        Dialect::Sqlite => embedded,
        Dialect::Postgres => server,
    };
    run(db, Sql::new(text)).await.unwrap();
}

/// The first column of the first row.
async fn number(db: &Db, text: &str) -> i64 {
    db.read_one(Sql::new(text)).await.unwrap().unwrap().get(0).unwrap()
}
