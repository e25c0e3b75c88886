//! Tags.

use std::collections::HashMap;

use store::{Db, Result, Row, Rows, Sql, Tx};
use uuid::Uuid;

use super as statement;
use super::list::List;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: Uuid,
    /// Its name; unique.
    pub name: String,
    /// What it means.
    pub description: Option<String>,
}

/// Fields that tags are sorted by.
pub const SORTED_BY: &[&str] = &["id", "name", "description"];

fn read(row: &Row, at: usize) -> Result<Tag> {
    Ok(Tag { id: row.get(at)?, name: row.get(at + 1)?, description: row.get(at + 2)? })
}

/// A row of [`list`].
pub fn from_row(row: &Row) -> Result<Tag> {
    read(row, 0)
}

/// All tags.
pub fn list() -> List {
    let term = |field: &str| match field {
        "name" => "t.name",
        "description" => "t.description",
        _ => "t.id",
    };
    List::new("t.id, t.name, t.description", "benchmark_tag t", "t.id", term)
}

/// A tag.
pub async fn get(db: &Db, id: Uuid) -> Result<Option<Tag>> {
    let row = db.read_one(Sql::new(statement::GET_TAG).bind(id)).await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// Adds a tag; `false` when the name is taken.
pub async fn add(tx: &mut Tx, tag: &Tag) -> Result<bool> {
    let sql = Sql::new(statement::ADD_TAG).bind(tag.id).bind(&tag.name).bind(tag.description.as_ref());
    Ok(tx.execute(sql).await? > 0)
}

/// Changes a tag; `false` when there is none of this id. A name that is taken is a conflict.
pub async fn set(tx: &mut Tx, tag: &Tag) -> Result<bool> {
    let sql = Sql::new(statement::SET_TAG).bind(tag.id).bind(&tag.name).bind(tag.description.as_ref());
    Ok(tx.execute(sql).await? > 0)
}

/// Removes a tag, also from results; `false` when there is none of this id.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<bool> {
    Ok(tx.execute(Sql::new(statement::DROP_TAG).bind(id)).await? > 0)
}

/// The first of these that is no tag.
pub async fn unknown(db: &Db, ids: &[Uuid]) -> Result<Option<Uuid>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let rows = db.read(Sql::new(statement::TAGS_KNOWN).rows(Rows::new().column(ids.iter().copied()))).await?;
    let known = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<Uuid>>>()?;
    Ok(ids.iter().find(|id| !known.contains(id)).copied())
}

/// Gives a result these tags and no others.
pub async fn put_on(tx: &mut Tx, result: Uuid, ids: &[Uuid]) -> Result<()> {
    tx.execute(Sql::new(statement::DROP_RESULT_TAGS).bind(result)).await?;
    let rows = Rows::new().column(ids.iter().copied());
    tx.execute(Sql::new(statement::PUT_RESULT_TAGS).bind(result).rows(rows)).await.map(drop)
}

/// The tags of results, by result, in the order of their names.
pub async fn of(db: &Db, results: &[Uuid]) -> Result<HashMap<Uuid, Vec<Tag>>> {
    let sql = Sql::new(statement::TAGS_OF_RESULTS).rows(Rows::new().column(results.iter().copied()));
    let mut tags: HashMap<Uuid, Vec<Tag>> = HashMap::new();
    for row in db.read(sql).await? {
        tags.entry(row.get(0)?).or_default().push(read(&row, 1)?);
    }
    Ok(tags)
}
