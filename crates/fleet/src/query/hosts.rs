//! Pages of hosts.

use std::collections::HashMap;

use ::store::{Row, Rows, Sql, Tx};
use ground::HostId;
use serde_json::{Map, Value};

use crate::{
    Error, Fleet, Host, HostQuery, Result,
    db::{codec::Unpacker, columns::read_times, statements as statement},
    query::sql::FROM,
};

/// A page of hosts.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many hosts match, on all pages.
    pub total: i64,
    /// Those of this page, in order.
    pub hosts: Vec<HostRow>,
}

/// A host as a list shows it.
#[derive(Debug, Clone)]
pub struct HostRow {
    /// The host.
    pub host: Host,
    /// The small facts of its profile (everything but the lists).
    pub facts: Map<String, Value>,
}

/// What asks how many hosts match.
pub(crate) fn count_sql(query: &HostQuery) -> Sql {
    let mut sql = Sql::new("SELECT COUNT(*)");
    query.add_checkins(&mut sql, false);
    sql
}

/// States with their section maps, as they are stored, by the number of their row of the log.
pub(crate) struct States(HashMap<i64, (Vec<u8>, Vec<u8>)>);

impl States {
    /// That of the host of a row that begins with its `seq`.
    pub(crate) fn take(&mut self, row: &Row) -> Result<(Vec<u8>, Vec<u8>)> {
        let seq = row.get(0)?;
        self.0.remove(&seq).ok_or_else(|| Error::damaged(format!("row {seq} of the log is missing")))
    }
}

/// The page that a query asks for as rows of `seq, updated, last_check_in, reporter, reporters, facts`, and the states of its
/// hosts. These are found once it is known which hosts are on the page: they are not carried through its ordering.
pub(crate) async fn read_page(tx: &mut Tx, query: &HostQuery) -> Result<(Vec<Row>, States)> {
    let mut sql =
        Sql::new("SELECT h.seq, c.updated, c.last_check_in, c.reporter, c.reporters{text}, h.facts");
    sql.push(FROM).push(query.group_join());
    query.add_where(&mut sql, true);
    query.add_order(&mut sql);
    query.add_page(&mut sql);
    let page = tx.fetch_all(sql).await?;
    let numbers = page.iter().map(|row| row.get::<i64>(0)).collect::<::store::Result<Vec<_>>>()?;
    let sql = Sql::new(statement::STATES).bind(query.scope.org()).rows(Rows::new().column(numbers));
    let rows = tx.fetch_all(sql).await?;
    let states = rows.iter().map(|row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).collect::<Result<_>>();
    Ok((page, States(states?)))
}

impl Fleet {
    /// A page of the hosts that match.
    pub async fn list(&self, query: &HostQuery) -> Result<Page> {
        let total = self.count(query).await?;
        if total == 0 {
            return Ok(Page { total, hosts: Vec::new() });
        }
        let mut tx = self.db().snapshot().await?;
        let (rows, mut states) = read_page(&mut tx, query).await?;
        let (mut unpacker, mut facts) = (self.states().unpacker()?, self.facts().unpacker()?);
        let hosts = rows
            .iter()
            .map(|row| {
                let (state, _) = states.take(row)?;
                let facts = facts.unpack(&row.get::<Vec<u8>>(5)?)?;
                Ok(HostRow { host: host(&state, row, &mut unpacker)?, facts })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Page { total, hosts })
    }

    /// How many hosts match, on all pages.
    pub async fn count(&self, query: &HostQuery) -> Result<i64> {
        let row = self.db().read_one(count_sql(query)).await?;
        Ok(row.map_or(Ok(0), |row| row.get(0))?)
    }

    /// The ids of all hosts that match, on all pages.
    pub async fn ids(&self, query: &HostQuery) -> Result<Vec<HostId>> {
        let mut sql = Sql::new("SELECT h.id");
        sql.push(FROM);
        query.add_where(&mut sql, false);
        let rows = self.db().read(sql).await?;
        rows.iter().map(|row| Ok(HostId(row.get(0)?))).collect()
    }
}

/// Reads `state, updated, last_check_in, reporter, reporters`.
pub(crate) fn read_host(row: &Row, unpacker: &mut Unpacker<'_>) -> Result<Host> {
    host(&row.get::<Vec<u8>>(0)?, row, unpacker)
}

/// The host with a state and the times in the columns after the first.
pub(crate) fn host(state: &[u8], row: &Row, unpacker: &mut Unpacker<'_>) -> Result<Host> {
    let mut host: Host = unpacker.unpack(state)?;
    host.times = read_times(row, 1)?;
    Ok(host)
}
