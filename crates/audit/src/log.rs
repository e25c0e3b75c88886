//! Entries, and what is done with them.

use ground::{Clock, OrgId, Timestamp};
use store::{Db, Result, Row, Sql};
use uuid::Uuid;

use crate::statements as statement;

/// Most bytes that are kept of a text; what somebody sends may be longer.
const MOST_BYTES: usize = 2_000;
/// So many entries are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 5_000;

/// The audit log of an installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Audit {
    db: Db,
    clock: Clock,
}

/// What somebody is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Whose data it changes.
    pub org: OrgId,
    /// Who: the name of a person, a service account or a certificate.
    pub actor: String,
    /// What the actor is: `person`, `service account`, `machine`, `associate` or `certificate`.
    pub actor_kind: &'static str,
    /// By what the actor is known: `local`, `gateway`, `token`, `session` or `command line`.
    pub via: &'static str,
    /// The service, as `inventory`.
    pub service: &'static str,
    /// The operation, by the name that it has in the document of the service.
    pub operation: String,
    /// What it is done to: method, path and query; a command of the command line.
    pub subject: String,
    /// The id of the request, when its sender gave one.
    pub request_id: Option<String>,
}

/// An act that is in the log, and whose outcome is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "its outcome has to be written"]
pub struct Begun {
    org: OrgId,
    at: Timestamp,
    id: Uuid,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it began.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub actor: String,
    /// What the actor is.
    pub actor_kind: String,
    /// By what the actor was known.
    pub via: String,
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What it was done to.
    pub subject: String,
    /// The id of the request.
    pub request_id: Option<String>,
    /// The status of the answer; `None` when there was none, and nobody knows whether it was done.
    pub status: Option<u16>,
    /// The id of what was made.
    pub made: Option<String>,
}

/// Which entries are asked for, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// From this time on.
    pub since: Timestamp,
    /// Up to this time, and of those of this very time what comes before this id.
    pub before: (Timestamp, Uuid),
    /// Of this actor only.
    pub actor: Option<String>,
    /// Of this operation only.
    pub operation: Option<String>,
    /// No more than so many.
    pub limit: i64,
}

impl Default for Query {
    /// The newest hundred.
    fn default() -> Self {
        Self {
            since: Timestamp::from_micros(0),
            before: (Timestamp::LAST, Uuid::max()),
            actor: None,
            operation: None,
            limit: 100,
        }
    }
}

impl Audit {
    /// The log in a database with the table of [`crate::MIGRATIONS`].
    pub const fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// Writes what somebody is about to do. On the disk when this returns.
    pub async fn begin(&self, act: &Act) -> Result<Begun> {
        let begun = Begun { org: act.org.clone(), at: self.clock.now(), id: Uuid::new_v4() };
        let sql = Sql::new(statement::BEGIN).bind(&begun.org).bind(begun.at).bind(begun.id);
        let sql = sql.bind(kept(&act.actor)).bind(act.actor_kind).bind(act.via).bind(act.service);
        let sql = sql.bind(kept(&act.operation)).bind(kept(&act.subject));
        self.db.execute(sql.bind(act.request_id.as_deref().map(kept))).await?;
        Ok(begun)
    }

    /// Writes the status of the answer, and the id of what was made. What was refused (4xx) or sent elsewhere (3xx)
    /// changed nothing, and goes.
    pub async fn answered(&self, begun: Begun, status: u16, made: Option<&str>) -> Result<()> {
        let refused = (300..500).contains(&status);
        let sql = Sql::new(if refused { statement::REFUSED } else { statement::ANSWERED });
        let sql = sql.bind(&begun.org).bind(begun.at).bind(begun.id);
        let sql = if refused { sql } else { sql.bind(i64::from(status)).bind(made.map(kept)) };
        self.db.execute(sql).await?;
        Ok(())
    }

    /// What was changed in an organisation.
    pub async fn entries(&self, org: &OrgId, query: &Query) -> Result<Vec<AuditEntry>> {
        let (before, id) = query.before;
        let sql = Sql::new(statement::ENTRIES).bind(org).bind(query.since).bind(before).bind(id);
        let sql = sql.bind(query.actor.as_deref()).bind(query.operation.as_deref()).bind(query.limit);
        self.db.read(sql).await?.iter().map(read).collect()
    }

    /// Removes what is older, of every organisation; how many entries those were. `go_on` says whether to.
    pub async fn forget(&self, older_than: Timestamp, go_on: impl Fn() -> bool) -> Result<u64> {
        let mut forgotten = 0;
        for org in self.orgs().await? {
            loop {
                let sql = Sql::new(statement::FORGET).bind(&org).bind(older_than).bind(FORGOTTEN_AT_ONCE);
                let removed = self.db.execute(sql).await?;
                forgotten += removed;
                if !go_on() {
                    return Ok(forgotten);
                }
                if removed < FORGOTTEN_AT_ONCE.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(forgotten)
    }

    /// The organisations that have entries, by name.
    pub async fn orgs(&self) -> Result<Vec<OrgId>> {
        let (mut orgs, mut last) = (Vec::new(), String::new());
        while let Some(row) = self.db.read_one(Sql::new(statement::NEXT_ORG).bind(&last)).await? {
            last = row.get(0)?;
            // Each was one when it was written.
            orgs.extend(OrgId::parse(&last));
        }
        Ok(orgs)
    }
}

/// What is kept of a text: no more than so many bytes, and nothing that an engine refuses.
fn kept(text: &str) -> String {
    text[..text.floor_char_boundary(MOST_BYTES)].replace('\0', "\u{fffd}")
}

fn read(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        at: Timestamp::from_micros(row.get(0)?),
        id: row.get(1)?,
        actor: row.get(2)?,
        actor_kind: row.get(3)?,
        via: row.get(4)?,
        service: row.get(5)?,
        operation: row.get(6)?,
        subject: row.get(7)?,
        request_id: row.get(8)?,
        status: row.get::<Option<i64>>(9)?.and_then(|status| u16::try_from(status).ok()),
        made: row.get(10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(kept("short"), "short");
        assert_eq!(kept("a\0b"), "a\u{fffd}b");
        let long = "é".repeat(MOST_BYTES);
        assert_eq!(kept(&long).len(), MOST_BYTES);
        assert_eq!(kept(&format!("x{long}")).len(), MOST_BYTES - 1);
    }
}
