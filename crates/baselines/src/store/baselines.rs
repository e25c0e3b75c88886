//! Baselines themselves.

use std::collections::HashSet;

use ::store::{ErrorKind, Rows, Sql, Tx};
use ground::{OrgId, Timestamp};
use uuid::Uuid;

use super::{Baseline, Baselines, Result, baseline, statements as statement};
use crate::rules::facts::Fact;

/// How often a write is tried again when another one came in between.
const TRIES: usize = 5;

/// A baseline to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBaseline {
    /// The account number of who makes it.
    pub account: Option<String>,
    /// Its name.
    pub display_name: String,
    /// Its facts, as [`crate::rules::facts::read`] gives them.
    pub facts: Vec<Fact>,
    /// Whether drift of its systems is told.
    pub notifications_enabled: bool,
}

/// What became of a baseline to be made.
#[derive(Debug, Clone, PartialEq)]
pub enum Placed {
    /// It is stored.
    Stored(Baseline),
    /// Another one of the organisation has its name.
    NameTaken,
}

/// What became of a patch.
#[derive(Debug, Clone, PartialEq)]
pub enum Patched<E> {
    /// It is done.
    Stored(Baseline),
    /// Another baseline of the organisation has the name.
    NameTaken,
    /// The organisation has no such baseline.
    Unknown,
    /// The facts cannot be changed so.
    Refused(E),
}

/// By what a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// By name, code point by code point.
    Name,
    /// By when they were made.
    Created,
    /// By when they were last changed.
    Updated,
}

/// In which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// A question for a page of baselines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery<'a> {
    /// Only these; with their facts.
    pub ids: Option<&'a [Uuid]>,
    /// Only those whose name contains this, whatever the case.
    pub name: Option<&'a str>,
    /// By what they are ordered; those that are equal then by their ids.
    pub order: (OrderBy, Order),
    /// How many are left out at the beginning.
    pub offset: i64,
    /// How many at the most.
    pub limit: i64,
}

/// A page of baselines.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Those of this page, in order.
    pub baselines: Vec<Baseline>,
    /// How many match, on all pages.
    pub count: i64,
    /// How many the organisation has.
    pub total: i64,
}

impl Baselines {
    /// A page of the baselines of an organisation.
    pub async fn list(&self, org: &OrgId, query: &ListQuery<'_>) -> Result<Page> {
        let with_facts = query.ids.is_some();
        let mut tx = self.db.snapshot().await?;
        let total = count(&mut tx, Sql::new(statement::COUNT_BASELINES).bind(org)).await?;
        let mut counting = Sql::new("SELECT COUNT(*)");
        matching(&mut counting, org, query);
        let count = count(&mut tx, counting).await?;
        let mut sql =
            Sql::new("SELECT id, account, display_name, created, updated, fact_count, notifications_enabled");
        sql.push(if with_facts { ", facts" } else { "" });
        matching(&mut sql, org, query);
        let column = match query.order.0 {
            OrderBy::Name => "display_name",
            OrderBy::Created => "created",
            OrderBy::Updated => "updated",
        };
        let direction = if query.order.1 == Order::Ascending { "ASC" } else { "DESC" };
        sql.push(&format!(" ORDER BY {column} {direction}, id {direction} LIMIT ")).push_bind(query.limit);
        sql.push(" OFFSET ").push_bind(query.offset);
        let rows = tx.fetch_all(sql).await?;
        let baselines = rows.iter().map(|row| baseline(org, row, with_facts)).collect::<Result<_>>()?;
        Ok(Page { baselines, count, total })
    }

    /// These baselines of an organisation, in no order; those that it does not have are left out.
    pub async fn get(&self, org: &OrgId, ids: &[Uuid]) -> Result<Vec<Baseline>> {
        let rows = Rows::new().column(ids.iter().copied());
        let rows = self.db.read(Sql::new(statement::BASELINES_BY_ID).bind(org).rows(rows)).await?;
        rows.iter().map(|row| baseline(org, row, true)).collect()
    }

    /// Those of these ids that the organisation has no baseline with, in their order.
    pub async fn missing(&self, org: &OrgId, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let rows = Rows::new().column(ids.iter().copied());
        let rows = self.db.read(Sql::new(statement::IDS_KNOWN).bind(org).rows(rows)).await?;
        let known = rows.iter().map(|row| row.get(0)).collect::<::store::Result<HashSet<Uuid>>>()?;
        Ok(ids.iter().copied().filter(|id| !known.contains(id)).collect())
    }

    /// Whether a baseline of the organisation has this name.
    pub async fn has_name(&self, org: &OrgId, name: &str) -> Result<bool> {
        Ok(self.db.read_one(Sql::new(statement::BASELINE_BY_NAME).bind(org).bind(name)).await?.is_some())
    }

    /// Makes a baseline.
    pub async fn create(&self, org: &OrgId, id: Uuid, new: &NewBaseline) -> Result<Placed> {
        let now = self.clock.now();
        self.put(&Baseline {
            id,
            org: org.clone(),
            account: new.account.clone(),
            display_name: new.display_name.clone(),
            created: now,
            updated: now,
            fact_count: new.facts.len() as i64,
            notifications_enabled: new.notifications_enabled,
            facts: new.facts.clone(),
        })
        .await
    }

    /// Stores a baseline as it is.
    pub async fn put(&self, new: &Baseline) -> Result<Placed> {
        for _ in 0..TRIES {
            let mut tx = self.db.begin().await?;
            if id_of_name(&mut tx, &new.org, &new.display_name).await?.is_some() {
                return Ok(Placed::NameTaken);
            }
            let written = tx.execute(insert(new)?).await;
            match taken_meanwhile(written)? {
                Some(_) => {
                    tx.commit().await?;
                    return Ok(Placed::Stored(new.clone()));
                }
                None => tx.rollback().await?,
            }
        }
        Ok(Placed::NameTaken)
    }

    /// Changes a baseline. `facts` makes its new facts of the old ones, while nobody else changes it.
    pub async fn patch<E>(
        &self,
        org: &OrgId,
        id: Uuid,
        display_name: &str,
        notifications_enabled: Option<bool>,
        facts: impl Fn(&[Fact]) -> std::result::Result<Vec<Fact>, E>,
    ) -> Result<Patched<E>> {
        for _ in 0..TRIES {
            let mut tx = self.db.begin().await?;
            let of_name = id_of_name(&mut tx, org, display_name).await?;
            if of_name.is_some_and(|other| other != id) {
                return Ok(Patched::NameTaken);
            }
            let row = tx.fetch_one(Sql::new(statement::BASELINE_TO_CHANGE).bind(org).bind(id)).await?;
            let Some(row) = row else { return Ok(Patched::Unknown) };
            let mut patched = baseline(org, &row, true)?;
            patched.facts = match facts(&patched.facts) {
                Ok(facts) => facts,
                Err(refused) => return Ok(Patched::Refused(refused)),
            };
            patched.fact_count = patched.facts.len() as i64;
            display_name.clone_into(&mut patched.display_name);
            patched.notifications_enabled = notifications_enabled.unwrap_or(patched.notifications_enabled);
            patched.updated = later(self.clock.now(), patched.updated);
            let written = tx.execute(update(&patched)?).await;
            match taken_meanwhile(written)? {
                Some(_) => {
                    tx.commit().await?;
                    return Ok(Patched::Stored(patched));
                }
                None => tx.rollback().await?,
            }
        }
        Ok(Patched::NameTaken)
    }

    /// Deletes baselines with their associations: all of them or none. Returns those that the organisation does not
    /// have.
    pub async fn delete(&self, org: &OrgId, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let rows = || Rows::new().column(ids.iter().copied());
        let mut tx = self.db.begin().await?;
        let found = tx.fetch_all(Sql::new(statement::IDS_KNOWN).bind(org).rows(rows())).await?;
        let found = found.iter().map(|row| row.get(0)).collect::<::store::Result<HashSet<Uuid>>>()?;
        let missing: Vec<Uuid> = ids.iter().copied().filter(|id| !found.contains(id)).collect();
        if missing.is_empty() {
            tx.execute(Sql::new(statement::DROP_SYSTEMS_OF_BASELINES).bind(org).rows(rows())).await?;
            tx.execute(Sql::new(statement::DROP_BASELINES).bind(org).rows(rows())).await?;
            tx.execute(Sql::new(statement::DROP_UNUSED_GROUPS).bind(org)).await?;
            tx.commit().await?;
        }
        Ok(missing)
    }
}

fn matching(sql: &mut Sql, org: &OrgId, query: &ListQuery<'_>) {
    sql.push(" FROM baseline WHERE org_id = ").push_bind(org);
    if let Some(ids) = query.ids {
        sql.push(" AND id IN ").push_list("uuid", ids.iter().copied());
    }
    if let Some(name) = query.name {
        sql.push(" AND display_name_fold LIKE ").push_bind(contains(name)).push(" ESCAPE '\\'");
    }
}

/// The pattern of names that contain `part`, whatever the case.
fn contains(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(part).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// Letters folded, as the column `display_name_fold` has them.
fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// Now, and later than before also when the clock stands still: lists by the time of the last change show it.
fn later(now: Timestamp, before: Timestamp) -> Timestamp {
    now.max(Timestamp::from_micros(before.micros() + 1))
}

async fn count(tx: &mut Tx, sql: Sql) -> Result<i64> {
    Ok(tx.fetch_one(sql).await?.map_or(Ok(0), |row| row.get(0))?)
}

async fn id_of_name(tx: &mut Tx, org: &OrgId, name: &str) -> Result<Option<Uuid>> {
    let row = tx.fetch_one(Sql::new(statement::BASELINE_BY_NAME).bind(org).bind(name)).await?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

/// `None` when a transaction that was faster took the name.
fn taken_meanwhile(written: ::store::Result<u64>) -> Result<Option<u64>> {
    match written {
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(None),
        other => Ok(other.map(Some)?),
    }
}

fn insert(new: &Baseline) -> Result<Sql> {
    Ok(Sql::new(statement::PUT_BASELINE)
        .bind(&new.org)
        .bind(new.id)
        .bind(new.account.clone())
        .bind(&new.display_name)
        .bind(fold(&new.display_name))
        .bind(new.created)
        .bind(new.updated)
        .bind(new.fact_count)
        .bind(serde_json::to_string(&new.facts)?)
        .bind(new.notifications_enabled))
}

fn update(patched: &Baseline) -> Result<Sql> {
    Ok(Sql::new(statement::CHANGE_BASELINE)
        .bind(&patched.org)
        .bind(patched.id)
        .bind(&patched.display_name)
        .bind(fold(&patched.display_name))
        .bind(patched.updated)
        .bind(patched.fact_count)
        .bind(serde_json::to_string(&patched.facts)?)
        .bind(patched.notifications_enabled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_patterns_stand_for_themselves() {
        assert_eq!(contains("A_b%\\"), "%a\\_b\\%\\\\%");
    }
}
