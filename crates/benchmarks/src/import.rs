//! Takes over the tables of the original service (contract benchmarks §5).
//!
//! What is there already stays as it is, so an import that was cut off is done again.

use ground::Timestamp;
use serde_json::Value;
use store::{Db, Row, Sql, Tx};
use uuid::Uuid;

use crate::{
    rules::{json::wire, values::places},
    store::{
        entries::{Benchmark, Flavor, Site},
        results::{self, NewResult},
        tags::{self, Tag},
        users::{self, User},
    },
};

/// The newest migration of the original, and the one before, whose benchmarks have no `url`.
const VERSIONS: [&str; 2] = ["112055db4eff", "7fc773c5907d"];

/// Why nothing, or not everything, was taken over.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The tables are of another version.
    #[error(
        "the database has version `{0}` of the original's tables: upgrade it to 112055db4eff with the original first"
    )]
    Version(String),
    /// A document or schema cannot be read.
    #[error("the JSON of {0} cannot be read: {1}")]
    Json(Uuid, serde_json::Error),
    /// One of the databases failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// How many of each kind the original had.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Users.
    pub users: usize,
    /// Benchmarks.
    pub benchmarks: usize,
    /// Sites.
    pub sites: usize,
    /// Flavors.
    pub flavors: usize,
    /// Tags.
    pub tags: usize,
    /// Results, also hidden ones.
    pub results: usize,
    /// Claims.
    pub claims: usize,
}

/// Takes over everything in one transaction.
pub async fn import(from: &Db, to: &Db) -> Result<Imported, Failed> {
    let version = from.read_one(Sql::new("SELECT CAST(version_num AS TEXT) FROM alembic_version")).await?;
    let version: String = version.map_or(Ok(String::new()), |row| row.get(0))?;
    if !VERSIONS.contains(&version.as_str()) {
        return Err(Failed::Version(version));
    }
    let mut tx = to.begin().await?;
    let imported = Imported {
        users: import_users(from, &mut tx).await?,
        benchmarks: import_benchmarks(from, &mut tx, version == VERSIONS[0]).await?,
        sites: import_sites(from, &mut tx).await?,
        flavors: import_flavors(from, &mut tx).await?,
        tags: import_tags(from, &mut tx).await?,
        results: import_results(from, &mut tx).await?,
        claims: import_claims(from, &mut tx).await?,
    };
    tx.commit().await?;
    Ok(imported)
}

/// A time of the original as microseconds.
fn micros(column: &str) -> String {
    format!("CAST(EXTRACT(EPOCH FROM {column}) * 1000000 AS BIGINT)")
}

fn time(row: &Row, at: usize) -> store::Result<Timestamp> {
    row.get(at).map(Timestamp::from_micros)
}

/// Who sent something: two columns, from `at` on.
fn uploader(row: &Row, at: usize) -> store::Result<User> {
    let (iss, sub) = (row.get(at)?, row.get(at + 1)?);
    Ok(User { iss, sub, email: String::new(), registered: Timestamp::default() })
}

async fn import_users(from: &Db, tx: &mut Tx) -> Result<usize, Failed> {
    let rows = from
        .read(Sql::new(format!(r#"SELECT iss, sub, email, {} FROM "user""#, micros("registration_datetime"))))
        .await?;
    for row in &rows {
        let user = User { iss: row.get(0)?, sub: row.get(1)?, email: row.get(2)?, registered: time(row, 3)? };
        users::add(tx, &user).await?;
    }
    Ok(rows.len())
}

/// `approved` of a table, when the original says so of this one.
async fn approve(tx: &mut Tx, table: &str, id: Uuid, status: Option<String>) -> Result<(), Failed> {
    if status.as_deref() == Some("approved") {
        let mut sql = Sql::new(format!("UPDATE {table} SET approved = TRUE WHERE id = "));
        sql.push_bind(id);
        tx.execute(sql).await?;
    }
    Ok(())
}

async fn import_benchmarks(from: &Db, tx: &mut Tx, with_url: bool) -> Result<usize, Failed> {
    let url = if with_url { "url" } else { "'https://hub.docker.com/r/' || docker_image" };
    let rows = from
        .read(Sql::new(format!(
            "SELECT id, docker_image, docker_tag, {url}, CAST(json_schema AS TEXT), description, {},
                uploader_iss, uploader_sub, CAST(status AS TEXT) FROM benchmark",
            micros("upload_datetime")
        )))
        .await?;
    for row in &rows {
        let (id, given): (Uuid, String) = (row.get(0)?, row.get(4)?);
        let schema: Value = serde_json::from_str(&given).map_err(|error| Failed::Json(id, error))?;
        let benchmark = Benchmark {
            id,
            image: row.get(1)?,
            tag: row.get(2)?,
            url: row.get(3)?,
            schema: wire(&schema),
            description: row.get(5)?,
            uploaded: time(row, 6)?,
        };
        benchmark.add(tx, &given, &uploader(row, 7)?).await?;
        approve(tx, "benchmark", id, row.get(9)?).await?;
    }
    Ok(rows.len())
}

async fn import_sites(from: &Db, tx: &mut Tx) -> Result<usize, Failed> {
    let rows = from
        .read(Sql::new(format!(
            "SELECT id, name, address, description, {}, uploader_iss, uploader_sub, CAST(status AS TEXT) FROM site",
            micros("upload_datetime")
        )))
        .await?;
    for row in &rows {
        let site = Site::from_row(row)?;
        site.add(tx, &uploader(row, 5)?).await?;
        approve(tx, "benchmark_site", site.id, row.get(7)?).await?;
    }
    Ok(rows.len())
}

async fn import_flavors(from: &Db, tx: &mut Tx) -> Result<usize, Failed> {
    let rows = from
        .read(Sql::new(format!(
            "SELECT id, name, description, {}, uploader_iss, uploader_sub, site_id, CAST(status AS TEXT) FROM flavor",
            micros("upload_datetime")
        )))
        .await?;
    for row in &rows {
        let flavor = Flavor::from_row(row)?;
        flavor.add(tx, row.get(6)?, &uploader(row, 4)?).await?;
        approve(tx, "benchmark_flavor", flavor.id, row.get(7)?).await?;
    }
    Ok(rows.len())
}

async fn import_tags(from: &Db, tx: &mut Tx) -> Result<usize, Failed> {
    let rows = from.read(Sql::new("SELECT id, name, description FROM tag")).await?;
    for row in &rows {
        let tag: Tag = tags::from_row(row)?;
        tags::add(tx, &tag).await?;
    }
    Ok(rows.len())
}

async fn import_results(from: &Db, tx: &mut Tx) -> Result<usize, Failed> {
    const BATCH: i64 = 500;
    let mut count = 0;
    let mut after = None::<Uuid>;
    loop {
        let mut sql = Sql::new(format!(
            "SELECT id, benchmark_id, site_id, flavor_id, CAST(json AS TEXT), {}, {}, uploader_iss, uploader_sub, deleted
                FROM result WHERE TRUE",
            micros("execution_datetime"),
            micros("upload_datetime")
        ));
        if let Some(after) = after {
            sql.push(" AND id > ").push_bind(after);
        }
        sql.push(" ORDER BY id LIMIT ").push_bind(BATCH);
        let rows = from.read(sql).await?;
        for row in &rows {
            import_result(from, tx, row).await?;
        }
        count += rows.len();
        match rows.last() {
            Some(last) => after = Some(last.get(0)?),
            None => return Ok(count),
        }
    }
}

async fn import_result(from: &Db, tx: &mut Tx, row: &Row) -> Result<(), Failed> {
    let id: Uuid = row.get(0)?;
    let known = Sql::new("SELECT 1 FROM benchmark_result WHERE id = $1").bind(id);
    if tx.fetch_one(known).await?.is_some() {
        return Ok(());
    }
    let text: String = row.get(4)?;
    let document: Value = serde_json::from_str(&text).map_err(|error| Failed::Json(id, error))?;
    let tags = from.read(Sql::new("SELECT tag_id FROM result_tags WHERE result_id = $1").bind(id)).await?;
    let tags = tags.iter().map(|row| row.get(0)).collect::<store::Result<Vec<Uuid>>>()?;
    let new = NewResult {
        id,
        benchmark: row.get(1)?,
        site: row.get(2)?,
        flavor: row.get(3)?,
        document: &wire(&document),
        places: &places(&document),
        executed: time(row, 5)?,
        uploaded: time(row, 6)?,
        tags: &tags,
        host: None,
    };
    results::add(tx, &new, &uploader(row, 7)?).await?;
    if row.get(9)? {
        results::hide(tx, id).await?;
    }
    Ok(())
}

/// A claim of the original is known by its result, which knows its newest claim only: those before have none.
async fn import_claims(from: &Db, tx: &mut Tx) -> Result<usize, Failed> {
    let rows = from
        .read(Sql::new(format!(
            "SELECT c.id, r.id, c.message, {}, c.uploader_iss, c.uploader_sub, CAST(c.status AS TEXT)
                FROM claim c LEFT JOIN result r ON r._claim_report_id = c.id",
            micros("c.upload_datetime")
        )))
        .await?;
    for row in &rows {
        let result: Option<Uuid> = row.get(1)?;
        let approved = row.get::<Option<String>>(6)?.as_deref() == Some("approved");
        let sql = Sql::new(
            "INSERT INTO benchmark_claim (id, result_id, message, approved, uploaded, uploader_iss, uploader_sub)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        );
        let sql = sql.bind(row.get::<Uuid>(0)?).bind(result.unwrap_or_default()).bind(row.get::<String>(2)?);
        let sql =
            sql.bind(approved).bind(time(row, 3)?).bind(row.get::<String>(4)?).bind(row.get::<String>(5)?);
        tx.execute(sql).await?;
    }
    Ok(rows.len())
}
