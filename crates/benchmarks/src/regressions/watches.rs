//! What an organisation wants watched, or not.

use ground::{OrgId, Timestamp};
use store::{Db, Result, Row, Sql};
use uuid::Uuid;

use super::statements as statement;

/// An organisation watches no more places.
pub const MOST_WATCHES: i64 = 500;

/// A place that is watched, or not.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The benchmark.
    pub benchmark: Uuid,
    /// The path or metric.
    pub path: String,
    /// `lower`, `higher` or `none`.
    pub better: String,
    /// Who says so.
    pub author: String,
    /// When.
    pub written: Timestamp,
}

/// What an organisation watches beside what results of tools say themselves, each with the image and tag of its benchmark.
pub async fn list(db: &Db, org: &OrgId) -> Result<Vec<(Wanted, String)>> {
    let read = |row: &Row| {
        let wanted = Wanted {
            benchmark: row.get(0)?,
            path: row.get(1)?,
            better: row.get(2)?,
            author: row.get(3)?,
            written: Timestamp::from_micros(row.get(4)?),
        };
        Ok((wanted, row.get(5)?))
    };
    db.read(Sql::new(statement::WATCHES).bind(org)).await?.iter().map(read).collect()
}

/// Watches a place, and reads the results that are there. `false` when there are too many.
pub async fn put(db: &Db, org: &OrgId, wanted: &Wanted) -> Result<bool> {
    let mut tx = db.begin().await?;
    let put = Sql::new(statement::PUT_WATCH).bind(org).bind(wanted.benchmark).bind(&wanted.path);
    tx.execute(put.bind(&wanted.better).bind(&wanted.author).bind(wanted.written)).await?;
    let count = tx.fetch_one(Sql::new(statement::COUNT_WATCHES).bind(org)).await?;
    if count.map_or(Ok(0), |row| row.get::<i64>(0))? > MOST_WATCHES {
        return Ok(false);
    }
    if wanted.better == "none" {
        let drop = Sql::new(statement::DROP_SERIES).bind(org).bind(wanted.benchmark).bind(&wanted.path);
        tx.execute(drop).await?;
    } else {
        tx.execute(Sql::new(statement::NEWS_OF_BENCHMARK).bind(wanted.benchmark)).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Forgets what was said of a place, and what was found there; results of tools say themselves again. `false` when nothing was.
pub async fn remove(db: &Db, org: &OrgId, benchmark: Uuid, path: &str) -> Result<bool> {
    let mut tx = db.begin().await?;
    let place = |text: &'static str| Sql::new(text).bind(org).bind(benchmark).bind(path);
    if tx.execute(place(statement::DROP_WATCH)).await? == 0 {
        return Ok(false);
    }
    tx.execute(place(statement::DROP_SERIES)).await?;
    tx.execute(Sql::new(statement::NEWS_OF_BENCHMARK).bind(benchmark)).await?;
    tx.commit().await?;
    Ok(true)
}
