//! Results.

use ground::{HostId, OrgId, Timestamp};
use store::{Db, Result, Row, Rows, Sql, Tx};
use uuid::Uuid;

use super as statement;
use super::{
    entries::{Benchmark, Flavor, Site},
    list::{List, push_found},
    tags::{self, Tag},
    users::{self, User},
};
use crate::{
    machines::Pin,
    rules::{
        filter::{Filter, Wanted},
        values::Place,
    },
};

/// A result, with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// Its id.
    pub id: Uuid,
    /// When it was sent.
    pub uploaded: Timestamp,
    /// When the benchmark ran.
    pub executed: Timestamp,
    /// The document, as answers show it.
    pub document: String,
    /// Of which benchmark.
    pub benchmark: Benchmark,
    /// Where it ran.
    pub site: Site,
    /// On which kind of machine.
    pub flavor: Flavor,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
}

/// A result that comes in.
#[derive(Debug, Clone)]
pub struct NewResult<'r> {
    /// Its id.
    pub id: Uuid,
    /// Of which benchmark.
    pub benchmark: Uuid,
    /// Where it ran.
    pub site: Uuid,
    /// On which kind of machine.
    pub flavor: Uuid,
    /// The document, as answers show it.
    pub document: &'r str,
    /// What stands where in it.
    pub places: &'r [Place],
    /// When the benchmark ran.
    pub executed: Timestamp,
    /// When it was sent.
    pub uploaded: Timestamp,
    /// Its tags, each once.
    pub tags: &'r [Uuid],
    /// The machine it ran on, and the row of its log with the state then.
    pub host: Option<&'r Pin>,
}

/// Fields that results are sorted by; `json` is the document, and `json.PATH` a place in it.
pub const SORTED_BY: &[&str] = &[
    "id",
    "execution_datetime",
    "upload_datetime",
    "benchmark_id",
    "benchmark_name",
    "site_id",
    "site_name",
    "site_address",
    "flavor_id",
    "flavor_name",
    "json",
];

const COLUMNS: &str = "r.id, r.uploaded, r.executed, r.document,
    b.id, b.docker_image, b.docker_tag, b.url, b.json_schema, b.description, b.uploaded,
    s.id, s.name, s.address, s.description, s.uploaded, f.id, f.name, f.description, f.uploaded";
const FROM: &str = "benchmark_result r JOIN benchmark b ON b.id = r.benchmark_id
    JOIN benchmark_site s ON s.id = r.site_id JOIN benchmark_flavor f ON f.id = r.flavor_id";

/// All results, also those that are hidden.
pub fn list() -> List {
    let term = |field: &str| match field {
        "execution_datetime" => "r.executed",
        "upload_datetime" => "r.uploaded",
        "benchmark_id" => "r.benchmark_id",
        "benchmark_name" => {
            "(SELECT b.docker_image || ':' || b.docker_tag FROM benchmark b WHERE b.id = r.benchmark_id)"
        }
        "site_id" => "r.site_id",
        "site_name" => "(SELECT s.name FROM benchmark_site s WHERE s.id = r.site_id)",
        "site_address" => "(SELECT s.address FROM benchmark_site s WHERE s.id = r.site_id)",
        "flavor_id" => "r.flavor_id",
        "flavor_name" => "(SELECT f.name FROM benchmark_flavor f WHERE f.id = r.flavor_id)",
        _ => "r.id",
    };
    List::new(COLUMNS, FROM, "r.uploaded, r.id", term).found_in("benchmark_result r", "r.id")
}

/// Results that are not hidden.
pub fn shown() -> List {
    let mut list = list();
    list.equal("r.hidden", Some(false));
    list
}

/// Only results that have this tag.
pub fn with_tag(list: &mut List, tag: Uuid) {
    list.with(move |sql| {
        sql.push("r.id IN (SELECT result_id FROM benchmark_result_tag WHERE tag_id = ")
            .push_bind(tag)
            .push(")");
    });
}

/// Only results whose document fulfils a condition.
pub fn with_filter(list: &mut List, filter: Filter) {
    list.with(move |sql| {
        sql.push("r.id IN (SELECT v.result_id FROM benchmark_value v WHERE v.path_id = ");
        sql.push("(SELECT id FROM benchmark_path WHERE path = ").push_bind(&filter.pointer).push(") AND v.");
        let column = match filter.wanted {
            Wanted::Number(_) => "number",
            Wanted::Truth(_) => "truth",
            Wanted::Text(_) => "text",
        };
        sql.push(column).push(" ").push(filter.operator.sql()).push(" ");
        match &filter.wanted {
            Wanted::Number(number) => sql.push_bind(*number),
            Wanted::Truth(truth) => sql.push_bind(*truth),
            Wanted::Text(text) => sql.push_bind(text),
        };
        sql.push(")");
    });
}

/// Only results that have each term in what they belong to, or as the name of a tag.
pub fn with_terms(list: &mut List, terms: Vec<String>) {
    const OF: [(&str, &str, &[&str]); 3] = [
        ("r.benchmark_id", "benchmark", &["docker_image || ':' || docker_tag"]),
        ("r.site_id", "benchmark_site", &["name", "address"]),
        ("r.flavor_id", "benchmark_flavor", &["name"]),
    ];
    for term in terms.into_iter().filter(|term| !term.is_empty()) {
        list.with(move |sql| {
            sql.push("(r.id IN (SELECT rt.result_id FROM benchmark_result_tag rt JOIN benchmark_tag t ON t.id = rt.tag_id WHERE t.name = ");
            sql.push_bind(term.as_str()).push(")");
            for (column, table, texts) in OF {
                sql.push(" OR ").push(column).push(" IN (SELECT id FROM ").push(table).push(" WHERE ");
                push_found(sql, texts, &term);
                sql.push(")");
            }
            sql.push(")");
        });
    }
}

/// The results of rows of [`list`], with their tags.
pub async fn with_tags(db: &Db, rows: &[Row]) -> Result<Vec<StoredResult>> {
    let mut results = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    let ids: Vec<Uuid> = results.iter().map(|result| result.id).collect();
    if !ids.is_empty() {
        let mut tags = tags::of(db, &ids).await?;
        for result in &mut results {
            result.tags = tags.remove(&result.id).unwrap_or_default();
        }
    }
    Ok(results)
}

fn read(row: &Row) -> Result<StoredResult> {
    const BENCHMARK: usize = 4;
    const SITE: usize = BENCHMARK + Benchmark::COLUMNS;
    Ok(StoredResult {
        id: row.get(0)?,
        uploaded: Timestamp::from_micros(row.get(1)?),
        executed: Timestamp::from_micros(row.get(2)?),
        document: row.get(3)?,
        benchmark: Benchmark::read(row, BENCHMARK)?,
        site: Site::read(row, SITE)?,
        flavor: Flavor::read(row, SITE + Site::COLUMNS)?,
        tags: Vec::new(),
    })
}

/// The result of this id, also when it is hidden.
pub async fn get(db: &Db, id: Uuid) -> Result<Option<StoredResult>> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM {FROM} WHERE r.id = "));
    sql.push_bind(id);
    let rows = db.read(sql).await?;
    Ok(with_tags(db, &rows).await?.into_iter().next())
}

/// Who sent a result.
pub async fn uploader(db: &Db, id: Uuid) -> Result<Option<User>> {
    let row = db.read_one(Sql::new(statement::UPLOADER_OF_RESULT).bind(id)).await?;
    row.map(|row| users::read(&row, 0)).transpose()
}

/// The schema of a benchmark as it was sent, and whether it is approved.
pub async fn schema(db: &Db, benchmark: Uuid) -> Result<Option<(String, bool)>> {
    let row = db.read_one(Sql::new(statement::GET_SCHEMA).bind(benchmark)).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// The site of a flavor, and whether the flavor is approved.
pub async fn place(db: &Db, flavor: Uuid) -> Result<Option<(Uuid, bool)>> {
    let row = db.read_one(Sql::new(statement::GET_PLACE).bind(flavor)).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// Those of these results that are pinned to machines of the organisation, with the host and the row of its log.
pub async fn pinned(db: &Db, org: &OrgId, ids: &[Uuid]) -> Result<Vec<(Uuid, HostId, i64)>> {
    let sql = Sql::new(statement::PINNED_RESULTS).bind(org).rows(Rows::new().column(ids.iter().copied()));
    let rows = db.read(sql).await?;
    rows.iter().map(|row| Ok((row.get(0)?, HostId(row.get(1)?), row.get(2)?))).collect()
}

/// Adds a result with what is compared of it. A conflict: something that it belongs to went meanwhile.
pub async fn add(tx: &mut Tx, new: &NewResult<'_>, uploader: &User) -> Result<()> {
    let (org, host, seq) = match new.host {
        Some(Pin { org, host, seq }) => (Some(org), Some(*host), Some(*seq)),
        None => (None, None, None),
    };
    let sql =
        Sql::new(statement::ADD_RESULT).bind(new.id).bind(new.benchmark).bind(new.site).bind(new.flavor);
    let sql =
        sql.bind(new.document).bind(new.executed).bind(new.uploaded).bind(&uploader.iss).bind(&uploader.sub);
    tx.execute(sql.bind(org).bind(host).bind(seq)).await?;
    if !new.tags.is_empty() {
        tags::put_on(tx, new.id, new.tags).await?;
    }
    add_places(tx, new.id, new.places).await?;
    add_news(tx, new.id).await
}

/// Has whoever follows results look at this one.
async fn add_news(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.execute(Sql::new(statement::ADD_NEWS).bind(id)).await.map(drop)
}

async fn add_places(tx: &mut Tx, id: Uuid, places: &[Place]) -> Result<()> {
    let paths = || Rows::new().column(places.iter().map(|place| place.pointer.as_str()));
    // Most documents of a benchmark have the places of the others.
    let known = tx.fetch_all(Sql::new(statement::PATHS_KNOWN).rows(paths())).await?;
    if known.len() < places.len() {
        tx.execute(Sql::new(statement::PUT_PATHS).rows(paths())).await?;
    }
    let rows = paths()
        .column(places.iter().map(|place| place.number))
        .column(places.iter().map(|place| place.truth))
        .column(places.iter().map(|place| place.text.as_deref()))
        .column(places.iter().map(|place| place.rank.as_deref()));
    tx.execute(Sql::new(statement::PUT_VALUES).bind(id).rows(rows)).await.map(drop)
}

/// Hides a result; `false` when there is none of this id.
pub async fn hide(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let is_there = tx.execute(Sql::new(statement::HIDE_RESULT).bind(id)).await? > 0;
    if is_there {
        add_news(tx, id).await?;
    }
    Ok(is_there)
}

/// Shows a result again against which nothing is held any more. Who sent it, when it was hidden and is shown now.
pub async fn restore(tx: &mut Tx, id: Uuid) -> Result<Option<User>> {
    if tx.execute(Sql::new(statement::RESTORE_RESULT).bind(id)).await? == 0 {
        return Ok(None);
    }
    add_news(tx, id).await?;
    let row = tx.fetch_one(Sql::new(statement::UPLOADER_OF_RESULT).bind(id)).await?;
    row.map(|row| users::read(&row, 0)).transpose()
}
