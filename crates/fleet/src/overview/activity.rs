//! What happened in each of the last hours.

use ::store::{Sql, Tx};
use ground::Timestamp;

use crate::{HostQuery, Result, Scope};

const HOUR: i64 = 3_600_000_000;
/// How many hours of activity are shown, the one under way included.
const HOURS: i64 = 24;

/// How much happened in an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HourlyActivity {
    /// New hosts.
    pub created: i64,
    /// Changes of hosts.
    pub updated: i64,
    /// Removed hosts.
    pub deleted: i64,
}

/// What happened in the hours before a moment.
pub(crate) struct Activity {
    /// When the first hour begins.
    pub(crate) from: Timestamp,
    /// Each hour, the oldest first; the last one is under way at the moment.
    pub(crate) bins: Vec<HourlyActivity>,
}

/// When the hour after this moment begins.
pub(super) fn next_hour(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros() - at.micros().rem_euclid(HOUR) + HOUR)
}

impl Activity {
    /// Up to now: what a clock that runs ahead has dated into the future belongs to the hour under way.
    pub(super) async fn until_now(
        tx: &mut Tx,
        scope: &Scope,
        some: Option<&HostQuery>,
        now: Timestamp,
    ) -> Result<Self> {
        Self::read(tx, scope, some, now, None).await
    }

    /// Up to a moment of the past.
    pub(crate) async fn before(
        tx: &mut Tx,
        scope: &Scope,
        some: Option<&HostQuery>,
        at: Timestamp,
    ) -> Result<Self> {
        Self::read(tx, scope, some, at, Some(at)).await
    }

    /// What happened to some hosts or to all, in hours of which the last has this moment in it; of hosts that are gone only for who
    /// sees everything.
    async fn read(
        tx: &mut Tx,
        scope: &Scope,
        some: Option<&HostQuery>,
        at: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<Self> {
        let from = Timestamp::from_micros(next_hour(at).micros() - HOURS * HOUR);
        let bins = bins(tx, scope, some, from, until).await?;
        Ok(Self { from, bins })
    }
}

async fn bins(
    tx: &mut Tx,
    scope: &Scope,
    some: Option<&HostQuery>,
    from: Timestamp,
    until: Option<Timestamp>,
) -> Result<Vec<HourlyActivity>> {
    let mut sql = Sql::new("SELECT bin, kind, COUNT(*) FROM (SELECT (c.at - ");
    sql.push_bind(from).push(") / ").push_bind(HOUR).push(" AS bin, c.kind AS kind FROM host_change c");
    if scope.is_limited() {
        sql.push(" JOIN host h ON h.org_id = c.org_id AND h.id = c.host_id");
    }
    sql.push(" WHERE c.org_id = ")
        .push_bind(scope.org())
        .push(" AND c.kind <> 'seen' AND c.cause <> 'volatile' AND c.at >= ")
        .push_bind(from);
    if let Some(until) = until {
        sql.push(" AND c.at <= ").push_bind(until);
    }
    // Numbers are given in the order of time: the last row before the first hour bounds the search.
    sql.push(" AND c.seq > COALESCE((SELECT p.seq FROM host_change p WHERE p.org_id = ")
        .push_bind(scope.org());
    sql.push(" AND p.kind <> 'seen' AND p.at < ").push_bind(from);
    sql.push(" ORDER BY p.seq DESC LIMIT 1), 0)");
    if scope.is_limited() {
        sql.push(" AND ");
        scope.restrict(&mut sql);
    }
    if let Some(hosts) = some {
        hosts.add_of_change(&mut sql);
    }
    sql.push(") AS news GROUP BY bin, kind");
    let mut bins = vec![HourlyActivity::default(); HOURS as usize];
    for row in tx.fetch_all(sql).await? {
        let last = bins.len() - 1;
        let bin = &mut bins[(row.get::<i64>(0)?.max(0) as usize).min(last)];
        let count = row.get::<i64>(2)?;
        match row.get::<String>(1)?.as_str() {
            "created" => bin.created += count,
            "deleted" => bin.deleted += count,
            _ => bin.updated += count,
        }
    }
    Ok(bins)
}
