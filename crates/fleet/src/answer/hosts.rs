//! Pages of hosts.

use std::collections::HashMap;

use ::store::{Row, Rows, Sql, Tx};
use ground::{HostId, OrgId};
use serde_json::{Map, Value};

use super::HostRef;
use crate::{
    Fleet, Host, HostQuery, Result,
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

/// The hosts of a page as rows of `state, updated, last_check_in, reporter, reporters, facts, sections`, in the order of the
/// page; those that are gone by now are left out.
pub(super) async fn read_page(tx: &mut Tx, org: &OrgId, page: &[HostRef]) -> Result<Vec<Row>> {
    let ids = Rows::new().column(page.iter().map(|host| host.id));
    let rows = tx.fetch_all(Sql::new(statement::HOSTS_LISTED).bind(org).rows(ids)).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        found.insert(HostId(row.get(7)?), row);
    }
    Ok(page.iter().filter_map(|host| found.remove(&host.id)).collect())
}

impl Fleet {
    /// A page of the hosts that match.
    pub async fn list(&self, query: &HostQuery) -> Result<Page> {
        let page = self.refs(query).await?;
        let mut tx = self.db().snapshot_by_key().await?;
        let rows = read_page(&mut tx, query.scope.org(), &page.hosts).await?;
        let (mut states, mut facts) = (self.states().unpacker()?, self.facts().unpacker()?);
        let host = |row: &Row| {
            let facts = facts.unpack(&row.get::<Vec<u8>>(5)?)?;
            Ok(HostRow { host: read_host(row, &mut states)?, facts })
        };
        Ok(Page { total: page.total, hosts: rows.iter().map(host).collect::<Result<_>>()? })
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
pub(super) fn read_host(row: &Row, unpacker: &mut Unpacker<'_>) -> Result<Host> {
    let mut host: Host = unpacker.unpack(&row.get::<Vec<u8>>(0)?)?;
    host.times = read_times(row, 1)?;
    Ok(host)
}
