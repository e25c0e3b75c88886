//! Answers to questions about hosts.

use std::{collections::HashMap, sync::Arc};

use ::store::{Row, Rows, Sql, Tx};
use ground::HostId;
use serde_json::{Map, Value};

use crate::{
    Condition, Error, Fleet, Host, HostQuery, Result,
    answers::{Answer, Asked},
    codec::Unpacker,
    conditions::FROM,
    refs::can_be_kept,
    store as statement,
    tags::NO_NAMESPACE,
    writer::read_times,
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

/// A tag and on how many hosts it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// `None` for tags without a namespace.
    pub namespace: Option<String>,
    /// The key.
    pub key: String,
    /// `None` for a key without a value.
    pub value: Option<String>,
    /// How many hosts.
    pub count: i64,
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

    /// Every tag of the hosts that match, with the number of those hosts. In no order. Kept in memory as lists are
    /// ([`Fleet::refs`]).
    pub async fn tags(&self, query: &HostQuery) -> Result<Arc<[TagCount]>> {
        if !can_be_kept(query) {
            return Ok(self.count_tags(query).await?.into());
        }
        let seq = self.sequence(query.scope.org()).await?;
        let tags = async { Ok(self.count_tags(query).await?.into()) };
        let form = (Answer::Tags, Answer::tags);
        self.answered_once(query, seq, Asked::tags(query), form, tags).await
    }

    async fn count_tags(&self, query: &HostQuery) -> Result<Vec<TagCount>> {
        let org = query.scope.org();
        let mut sql = Sql::new("SELECT t.namespace, t.key, t.value, counted.hosts FROM (");
        if query.scope.whole_org().is_some() && query.conditions == [Condition::NotCulled] {
            // Nearly every host counts: all, from the index alone, without the few that are culled.
            sql.push("SELECT tag, CAST(SUM(many) AS BIGINT) AS hosts FROM (");
            sql.push("SELECT tag, COUNT(*) AS many FROM host_tag WHERE org_id = ").push_bind(org);
            sql.push(" GROUP BY tag UNION ALL SELECT t.tag, -COUNT(*) FROM host_checkin c CROSS JOIN host_tag t WHERE c.org_id = ");
            sql.push_bind(org)
                .push(" AND c.last_check_in <= ")
                .push_bind(query.staleness.culled_before(query.now));
            sql.push(" AND t.org_id = ").push_bind(org).push(" AND t.host_id = c.host_id GROUP BY t.tag");
            sql.push(") AS counts GROUP BY tag HAVING SUM(many) > 0");
        } else {
            sql.push("SELECT tag, COUNT(*) AS hosts FROM host_tag WHERE org_id = ").push_bind(org);
            sql.push(" AND host_id IN (SELECT c.host_id");
            query.add_checkins(&mut sql, false);
            sql.push(") GROUP BY tag");
        }
        sql.push(") AS counted JOIN tag t ON t.tag = counted.tag AND t.org_id = ").push_bind(org);
        let rows = self.db().read(sql).await?;
        rows.iter()
            .map(|row| {
                let namespace: String = row.get(0)?;
                let value: String = row.get(2)?;
                Ok(TagCount {
                    namespace: (namespace != NO_NAMESPACE).then_some(namespace),
                    key: row.get(1)?,
                    value: (!value.is_empty()).then_some(value),
                    count: row.get(3)?,
                })
            })
            .collect()
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
