//! Up to where in a log something in memory follows profiles, and what has changed since.

use ::store::{Sql, Tx};
use ground::{HostId, OrgId};

use super::read::log_head;
use crate::{
    LogHead, Result,
    db::{columns::read_log_head, statements as statement},
};

/// Changed hosts that are caught up with; after more of them all are read anew.
const MAX_CHANGED: usize = 20_000;

/// Up to where in the log of an organisation something in memory has followed what happened to profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogPosition {
    seq: i64,
    /// The newest row up to there that tells of something new: as long as the log has it, this is a position in this log, and not
    /// in one that the database held before it was put back. Rows that say "seen" are removed early, and are not followed.
    news: LogHead,
}

/// What has happened to profiles since a position.
#[derive(Debug)]
pub(super) enum Since {
    Nothing,
    /// These hosts were written, or are gone.
    Hosts(Vec<HostId>),
    /// Nobody knows, or so much that everything is read anew.
    Everything,
}

impl LogPosition {
    /// What has happened since the position that is known, and the newest one: both as the transaction sees the database.
    pub(super) async fn since(tx: &mut Tx, org: &OrgId, known: Option<Self>) -> Result<(Since, Self)> {
        let seq = log_head(tx, org).await?.seq;
        let known = match known {
            Some(known) if known.seq <= seq && known.is_in_log(tx, org).await? => Some(known),
            _ => None,
        };
        if let Some(known) = known.filter(|known| known.seq == seq) {
            return Ok((Since::Nothing, known));
        }
        let newest = Self { seq, news: newest_news(tx, org).await? };
        let Some(known) = known else { return Ok((Since::Everything, newest)) };
        let sql = Sql::new(statement::PROFILES_CHANGED_AFTER).bind(org).bind(known.seq);
        let rows = tx.fetch_all(sql.bind(MAX_CHANGED as i64 + 1)).await?;
        if rows.len() > MAX_CHANGED {
            return Ok((Since::Everything, newest));
        }
        let changed = rows.iter().map(|row| Ok(HostId(row.get(0)?))).collect::<Result<_>>()?;
        Ok((Since::Hosts(changed), newest))
    }

    async fn is_in_log(self, tx: &mut Tx, org: &OrgId) -> Result<bool> {
        if self.news == LogHead::default() {
            return Ok(true);
        }
        let found = tx.fetch_one(Sql::new(statement::LOG_ROW).bind(org).bind(self.news.seq)).await?;
        Ok(found.map(|found| read_log_head(&found)).transpose()? == Some(self.news))
    }
}

/// The newest row that tells of something new.
async fn newest_news(tx: &mut Tx, org: &OrgId) -> Result<LogHead> {
    let found = tx.fetch_one(Sql::new(statement::NEWEST_NEWS).bind(org)).await?;
    found.map_or(Ok(LogHead::default()), |found| read_log_head(&found))
}
