//! Lists of host references: which hosts match, in order, each with its version.

use ::store::{Sql, Tx};
use ground::{HostId, OrgId};

use crate::{
    Fleet, HostQuery, LogHead, Result, Staleness,
    query::sql::{COUNT, REFS},
};

/// A reference to a host in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostRef {
    /// Its id.
    pub id: HostId,
    /// The newest row of the log about it. As long as this stands, everything of the host does.
    pub version: i64,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct RefPage {
    /// How many hosts match, on all pages.
    pub total: i64,
    /// The hosts of this page, in order.
    pub hosts: Vec<HostRef>,
}

impl Fleet {
    /// The newest row of an organisation's log, as it is in the database now: rows that any process has committed before
    /// this is asked are seen. Asking is cheap when many ask at once.
    pub async fn log_head(&self, org: &OrgId) -> Result<LogHead> {
        Ok(self.sequences().newest(self.db(), org).await?.head)
    }

    /// By which settings the hosts of an organisation age: its own, else those of this installation. What any process has
    /// changed before this is asked is seen, as with [`Fleet::log_head`].
    pub async fn staleness(&self, org: &OrgId) -> Result<Staleness> {
        let own = self.sequences().newest(self.db(), org).await?.staleness;
        Ok(own.unwrap_or_else(|| self.default_staleness()))
    }

    /// A page of the hosts that match, each by its id and version.
    pub async fn refs(&self, query: &HostQuery) -> Result<RefPage> {
        let asked = query.clone();
        if let Some(page) = self.indexed(query.scope.org(), move |index| index.page(&asked)).await? {
            let hosts = page.hosts.into_iter().map(|(id, version)| HostRef { id, version });
            return Ok(RefPage { total: page.total as i64, hosts: hosts.collect() });
        }
        let mut sql = Sql::new(REFS);
        query.add_checkins(&mut sql, true);
        query.add_order(&mut sql);
        query.add_page(&mut sql);
        let mut tx = self.db().snapshot().await?;
        let total = count_in(&mut tx, query).await?;
        let rows = tx.fetch_all(sql).await?;
        let hosts = rows.iter().map(|row| Ok(HostRef { id: HostId(row.get(0)?), version: row.get(1)? }));
        Ok(RefPage { total, hosts: hosts.collect::<Result<_>>()? })
    }

    /// How many hosts match, on all pages.
    pub async fn count(&self, query: &HostQuery) -> Result<i64> {
        let asked = query.clone();
        match self.indexed(query.scope.org(), move |index| index.total(&asked)).await? {
            Some(total) => Ok(total as i64),
            None => count_in(&mut self.db().snapshot().await?, query).await,
        }
    }
}

async fn count_in(tx: &mut Tx, query: &HostQuery) -> Result<i64> {
    let mut sql = Sql::new(COUNT);
    query.add_checkins(&mut sql, false);
    let row = tx.fetch_one(sql).await?;
    Ok(row.map_or(Ok(0), |row| row.get(0))?)
}
