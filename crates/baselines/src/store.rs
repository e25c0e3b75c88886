//! Baselines in the database.

mod baselines;
mod statements;
mod statistics;
mod systems;

use ::store::{Db, Row};
use ground::{Clock, OrgId, Timestamp, Transient};
use uuid::Uuid;

use crate::rules::facts::Fact;

pub use baselines::{ListQuery, NewBaseline, Order, OrderBy, Page, Patched, Placed};
pub use statements::ALL as STATEMENTS;
pub use statistics::Statistics;
pub use systems::{Added, GroupFilter, Reach, Removed};

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure that is not the caller's.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] ::store::Error),
    /// Stored facts that cannot be read back.
    #[error("stored facts are damaged: {0}")]
    Damaged(#[from] serde_json::Error),
}

impl Transient for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

/// All baselines. Cloning it gives another handle to the same.
#[derive(Debug, Clone)]
pub struct Baselines {
    db: Db,
    clock: Clock,
}

/// A baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Its id.
    pub id: Uuid,
    /// The organisation that it belongs to.
    pub org: OrgId,
    /// The account number of who made it.
    pub account: Option<String>,
    /// Its name: one of a kind in the organisation.
    pub display_name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When anything of it was last changed.
    pub updated: Timestamp,
    /// How many facts and categories it has.
    pub fact_count: i64,
    /// Whether drift of its systems is told.
    pub notifications_enabled: bool,
    /// Its facts, sorted.
    pub facts: Vec<Fact>,
}

impl Baselines {
    /// Those in a database whose migrations ([`crate::MIGRATIONS`]) have been applied.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// What time it is.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Reads `id, account, display_name, created, updated, fact_count, notifications_enabled`, and `facts` where they were
/// asked for.
fn baseline(org: &OrgId, row: &Row, with_facts: bool) -> Result<Baseline> {
    let facts = if with_facts { serde_json::from_str(&row.get::<String>(7)?)? } else { Vec::new() };
    Ok(Baseline {
        id: row.get(0)?,
        org: org.clone(),
        account: row.get(1)?,
        display_name: row.get(2)?,
        created: Timestamp::from_micros(row.get(3)?),
        updated: Timestamp::from_micros(row.get(4)?),
        fact_count: row.get(5)?,
        notifications_enabled: row.get(6)?,
        facts,
    })
}
