//! Alerts: what is kept of them, and their evaluation.
//!
//! An alert is asked for as a panel has it ([`AlertRule`]). The job `alerts` evaluates each at the steps that a chart of the same
//! interval has, those that were missed included, moves the state of each series on, keeps what changed as its history, and
//! tells of it by the queue of notifications.

mod evaluate;
mod statements;
mod tell;

use std::collections::HashMap;

use store::{Db, Result, Row, Sql, Tx};
use uuid::Uuid;

use crate::{
    batch::Tenant,
    rules::{alert_rule::AlertRule, alert_state::Phase},
};

pub use evaluate::{evaluate, run};

/// Every static statement, for the test that has both engines prepare them.
pub use statements::ALL as STATEMENTS;

use statements as statement;

/// More alerts of an organisation are not kept.
pub const MOST_RULES: i64 = 500;
/// History is kept for so long, in milliseconds.
const KEPT: i64 = 90 * 86_400_000;

/// An alert that is kept. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRule {
    /// Whose.
    pub tenant: Tenant,
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub rule: AlertRule,
    /// When it was made.
    pub created: i64,
    /// When it was last changed.
    pub updated: i64,
    /// Up to when it is evaluated.
    pub evaluated: i64,
    /// Why it could not be evaluated the last time.
    pub error: Option<String>,
}

/// What an alert is for a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveSeries {
    /// The labels of the series, a JSON object.
    pub labels: String,
    /// `pending` or `firing`.
    pub phase: String,
    /// Since when, in milliseconds.
    pub since: i64,
    /// The last value, as the query API writes it; empty when there was none.
    pub value: String,
}

/// How many series an alert has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// That fire.
    pub firing: i64,
    /// That are about to.
    pub pending: i64,
}

impl Counts {
    /// What the alert is all in all.
    pub const fn phase(self) -> Phase {
        match (self.firing, self.pending) {
            (0, 0) => Phase::Inactive,
            (0, _) => Phase::Pending,
            _ => Phase::Firing,
        }
    }
}

/// A change of what an alert is for a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertEvent {
    /// When, in milliseconds.
    pub at: i64,
    /// The labels of the series, a JSON object.
    pub labels: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub phase: String,
    /// The value of that time.
    pub value: String,
}

/// What became of an alert that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is kept.
    Yes,
    /// Another alert has this name.
    NameTaken,
    /// There are too many.
    TooMany,
}

fn read(row: &Row) -> Result<KeptRule> {
    let damaged = |problem: String| store::Error::damaged(format!("an alert cannot be read: {problem}"));
    let tenant = Tenant::stored(&row.get::<String>(0)?, &row.get::<String>(1)?);
    let tenant = tenant.ok_or_else(|| damaged("nobody has such a name".to_owned()))?;
    Ok(KeptRule {
        tenant,
        id: row.get(2)?,
        rule: serde_json::from_str(&row.get::<String>(3)?).map_err(|error| damaged(error.to_string()))?,
        created: row.get(4)?,
        updated: row.get(5)?,
        evaluated: row.get(6)?,
        error: row.get(7)?,
    })
}

/// The alerts of a tenant by name.
pub async fn rules(db: &Db, tenant: &Tenant) -> Result<Vec<KeptRule>> {
    let sql = Sql::new(statement::RULES).bind(tenant.org.as_str()).bind(&*tenant.scope);
    db.read(sql).await?.iter().map(read).collect()
}

/// The alert of a tenant with this id.
pub async fn rule(db: &Db, tenant: &Tenant, id: Uuid) -> Result<Option<KeptRule>> {
    Ok(rules(db, tenant).await?.into_iter().find(|rule| rule.id == id))
}

async fn count(tx: &mut Tx, sql: Sql) -> Result<i64> {
    tx.fetch_one(sql).await?.map_or(Ok(0), |row| row.get(0))
}

/// Keeps an alert that was checked, new or changed; it is evaluated from now on, and its states begin anew.
pub async fn save(db: &Db, tenant: &Tenant, id: Uuid, rule: &AlertRule, now: i64) -> Result<Saved> {
    let (org, scope) = (tenant.org.as_str(), &*tenant.scope);
    let text = serde_json::to_string(rule).map_err(|error| store::Error::damaged(error.to_string()))?;
    let mut tx = db.begin().await?;
    let same = Sql::new(statement::SAME_NAME).bind(org).bind(scope).bind(&rule.name).bind(id);
    if count(&mut tx, same).await? > 0 {
        return Ok(Saved::NameTaken);
    }
    tx.execute(Sql::new(statement::REMOVE_SERIES).bind(org).bind(id)).await?;
    let save = Sql::new(statement::SAVE_RULE).bind(org).bind(scope).bind(id).bind(&rule.name).bind(text);
    let step = rule.every_seconds * 1_000;
    tx.execute(save.bind(now).bind(rule.due(now) - step)).await?;
    if count(&mut tx, Sql::new(statement::COUNT_RULES).bind(org)).await? > MOST_RULES {
        return Ok(Saved::TooMany);
    }
    tx.commit().await?;
    Ok(Saved::Yes)
}

/// Removes an alert with its history; `false` when there is none.
pub async fn remove(db: &Db, tenant: &Tenant, id: Uuid) -> Result<bool> {
    let org = tenant.org.as_str();
    let mut tx = db.begin().await?;
    let removed = Sql::new(statement::REMOVE_RULE).bind(org).bind(&*tenant.scope).bind(id);
    let removed = tx.execute(removed).await? > 0;
    if removed {
        tx.execute(Sql::new(statement::REMOVE_SERIES).bind(org).bind(id)).await?;
        tx.execute(Sql::new(statement::REMOVE_EVENTS).bind(org).bind(id)).await?;
    }
    tx.commit().await?;
    Ok(removed)
}

/// How many series of each alert fire or are pending; alerts without any are not among them.
pub async fn counts(db: &Db, tenant: &Tenant) -> Result<HashMap<Uuid, Counts>> {
    let mut counts: HashMap<Uuid, Counts> = HashMap::new();
    for row in db.read(Sql::new(statement::COUNT_PHASES).bind(tenant.org.as_str())).await? {
        let own = counts.entry(row.get(0)?).or_default();
        let (phase, count) = (row.get::<String>(1)?, row.get(2)?);
        if phase == Phase::Firing.name() {
            own.firing = count;
        } else if phase == Phase::Pending.name() {
            own.pending = count;
        }
    }
    Ok(counts)
}

/// The series of an alert that are pending or fire, the longest first.
pub async fn active(db: &Db, rule: &KeptRule, most: i64) -> Result<Vec<ActiveSeries>> {
    let sql = Sql::new(statement::ACTIVE).bind(rule.tenant.org.as_str()).bind(rule.id).bind(most);
    let read = |row: &Row| {
        Ok(ActiveSeries { labels: row.get(0)?, phase: row.get(1)?, since: row.get(2)?, value: row.get(3)? })
    };
    db.read(sql).await?.iter().map(read).collect()
}

/// The history of an alert before a time, the last first.
pub async fn events(db: &Db, rule: &KeptRule, before: i64, most: i64) -> Result<Vec<AlertEvent>> {
    let sql =
        Sql::new(statement::EVENTS).bind(rule.tenant.org.as_str()).bind(rule.id).bind(before).bind(most);
    let read = |row: &Row| {
        Ok(AlertEvent {
            at: row.get(0)?,
            labels: row.get(1)?,
            before: row.get(2)?,
            phase: row.get(3)?,
            value: row.get(4)?,
        })
    };
    db.read(sql).await?.iter().map(read).collect()
}
