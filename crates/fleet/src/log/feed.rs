//! The log as those see it who may see some hosts.

use std::collections::HashSet;

use ::store::{Row, Sql, Tx};
use ground::{HostId, Timestamp};

use crate::{Change, ChangeKind, Fleet, HostQuery, Result, Scope, db::statements as statement};

/// How often a page is refilled when rows of it are outside of the scope.
const MAX_REFILLS: usize = 20;

/// From where the log is read, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The rows after this number, oldest first.
    After(i64),
    /// The rows before this number, newest first.
    Before(i64),
}

/// A question for rows of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeQuery {
    /// Whose hosts, and which of them.
    pub scope: Scope,
    /// The rows of this host only.
    pub host: Option<HostId>,
    /// Only these kinds; none means all.
    pub kinds: Vec<ChangeKind>,
    /// From where.
    pub start: Start,
    /// No row with this number or a lower one.
    pub above: i64,
    /// Only rows written at this time or later.
    pub since: Option<Timestamp>,
    /// Only rows written before this time.
    pub until: Option<Timestamp>,
    /// Only rows of hosts that are there now and for which this is true now.
    pub hosts: Option<HostQuery>,
    /// Without reports in which nothing differs but volatile facts.
    pub without_volatile: bool,
    /// How many at the most.
    pub limit: i64,
}

/// Rows of the log, and how to go on.
#[derive(Debug, Clone)]
pub struct Feed {
    /// The rows, in the order asked for.
    pub changes: Vec<Change>,
    /// The number to go on from in the same direction; `None` when the beginning of the log is reached. Forward there
    /// is always one: the last number that there was when the answer was made.
    pub next: Option<i64>,
    /// The newest number of the organisation at that moment.
    pub newest: i64,
}

impl ChangeQuery {
    /// The newest hundred rows about the hosts of a scope.
    pub fn newest(scope: Scope) -> Self {
        Self {
            scope,
            host: None,
            kinds: Vec::new(),
            start: Start::Before(i64::MAX),
            above: 0,
            since: None,
            until: None,
            hosts: None,
            without_volatile: false,
            limit: 100,
        }
    }

    /// The newest hundred rows that tell of a change: no check-ins, and no reports of nothing but volatile facts.
    pub fn newest_changes(scope: Scope) -> Self {
        let kinds = vec![ChangeKind::Created, ChangeKind::Updated, ChangeKind::Deleted];
        Self { kinds, without_volatile: true, ..Self::newest(scope) }
    }
}

impl Fleet {
    /// Rows of the log about hosts that the scope reaches now, and of hosts that are gone those in which they were in
    /// a group that it reaches. Who is bound to hosts of one owner sees nothing of hosts that are gone.
    ///
    /// Forward it is a feed without gaps: whoever asks after [`Feed::next`] again and again sees every row once.
    pub async fn feed(&self, query: &ChangeQuery) -> Result<Feed> {
        let mut tx = self.db().snapshot().await?;
        self.feed_in(&mut tx, query).await
    }

    pub(crate) async fn feed_in(&self, tx: &mut Tx, query: &ChangeQuery) -> Result<Feed> {
        let org = query.scope.org();
        // In one state of the database: every row up to this number is seen.
        let newest = tx.fetch_one(Sql::new(statement::ORG_SEQ).bind(org)).await?;
        let newest = newest.map_or(Ok(0), |row| row.get(0))?;
        let mut changes = Vec::new();
        let mut start = query.start;
        for _ in 0..MAX_REFILLS {
            let limit = query.limit - changes.len() as i64;
            let rows = tx.fetch_all(rows_of(query, start, limit)).await?;
            let ended = (rows.len() as i64) < limit;
            let gone = rows.iter().map(is_gone).collect::<Result<Vec<_>>>()?;
            let found = self.complete(tx, org, rows).await?;
            if let Some(last) = found.last() {
                start = match start {
                    Start::After(_) => Start::After(last.seq),
                    Start::Before(_) => Start::Before(last.seq),
                };
            }
            let seen = |(change, gone): (Change, bool)| {
                (!gone || query.scope.allows_group_of(&change.host)).then_some(change)
            };
            changes.extend(found.into_iter().zip(gone).filter_map(seen));
            if ended {
                let next = match start {
                    Start::After(seq) => Some(seq.max(newest)),
                    Start::Before(_) => None,
                };
                return Ok(Feed { changes, next, newest });
            }
            if changes.len() as i64 >= query.limit {
                break;
            }
        }
        let (Start::After(seq) | Start::Before(seq)) = start;
        Ok(Feed { changes, next: Some(seq), newest })
    }

    /// How many rows the question has, up to `most` and whatever its limit. Rows of hosts that are gone count only for
    /// who sees everything.
    pub async fn count_changes(&self, query: &ChangeQuery, most: i64) -> Result<i64> {
        let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT c.seq");
        add_from(&mut sql, &query.scope);
        add_where(&mut sql, query, query.start, false);
        sql.push(" LIMIT ").push_bind(most).push(") AS counted");
        let row = self.db().read_one(sql).await?;
        Ok(row.map_or(Ok(0), |row| row.get(0))?)
    }

    /// Those of these hosts that the scope reaches: ones that are there now, and ones that are gone and were reached at their end.
    pub async fn reached(&self, scope: &Scope, ids: &[HostId]) -> Result<HashSet<HostId>> {
        let mut reached = self.present(scope, ids).await?;
        let mut others: Vec<_> = ids.iter().copied().filter(|id| !reached.contains(id)).collect();
        if others.is_empty() {
            return Ok(reached);
        }
        others.sort_unstable();
        others.dedup();
        let out_of_reach = self.present(&Scope::of(scope.org().clone()), &others).await?;
        for gone in others.into_iter().filter(|id| !out_of_reach.contains(id)) {
            if self.reached_at_its_end(scope, gone).await? {
                reached.insert(gone);
            }
        }
        Ok(reached)
    }

    /// Whether the scope reaches this host, as [`Fleet::reached`] says of many.
    pub async fn reaches(&self, scope: &Scope, id: HostId) -> Result<bool> {
        Ok(!self.reached(scope, &[id]).await?.is_empty())
    }

    /// Those of these hosts that are there now, within the scope.
    async fn present(&self, scope: &Scope, ids: &[HostId]) -> Result<HashSet<HostId>> {
        let mut sql = Sql::new("SELECT h.id FROM host h WHERE ");
        scope.restrict(&mut sql);
        sql.push(" AND h.id IN ").push_list("uuid", ids.iter().copied());
        self.db().read(sql).await?.iter().map(|row| Ok(HostId(row.get(0)?))).collect()
    }

    async fn reached_at_its_end(&self, scope: &Scope, id: HostId) -> Result<bool> {
        let Some(last) = self.changes_of(scope.org(), id, i64::MAX, 1).await?.pop() else {
            return Ok(false);
        };
        if !scope.allows_group_of(&last.host) {
            return Ok(false);
        }
        if scope.owner().is_none() {
            return Ok(true);
        }
        let profile = self.profiles_of(scope.org(), std::slice::from_ref(&last)).await?.pop();
        Ok(profile.as_ref().and_then(|profile| profile::owner_id(&profile.facts)) == scope.owner())
    }
}

/// The statement for some rows: those of [`Change`], then whether the host is gone, then the number of the host's state
/// before when one host is asked for.
pub(super) fn rows_of(query: &ChangeQuery, start: Start, limit: i64) -> Sql {
    let mut sql = Sql::new(
        "SELECT c.seq, c.host_id, c.at, c.kind, c.cause, c.reporter, c.matched, c.base_seq, c.request_id, c.by_frontend, c.metadata,
            c.times, c.sections, c.state",
    );
    sql.push(if query.scope.is_limited() { ", h.id IS NULL" } else { ", FALSE" });
    if query.host.is_some() {
        sql.push(
            ", (SELECT MAX(p.seq) FROM host_change p WHERE p.org_id = c.org_id AND p.host_id = c.host_id AND p.seq < c.seq AND p.kind <> 'seen')",
        );
    }
    add_from(&mut sql, &query.scope);
    add_where(&mut sql, query, start, true);
    sql.push(match start {
        Start::After(_) => " ORDER BY c.seq ASC LIMIT ",
        Start::Before(_) => " ORDER BY c.seq DESC LIMIT ",
    });
    sql.push_bind(limit);
    sql
}

fn is_gone(row: &Row) -> Result<bool> {
    Ok(row.get(14)?)
}

fn add_from(sql: &mut Sql, scope: &Scope) {
    sql.push(" FROM host_change c");
    if scope.is_limited() {
        sql.push(" LEFT JOIN host h ON h.org_id = c.org_id AND h.id = c.host_id");
    }
}

fn add_where(sql: &mut Sql, query: &ChangeQuery, start: Start, gone_too: bool) {
    sql.push(" WHERE c.org_id = ").push_bind(query.scope.org());
    match start {
        Start::After(seq) => sql.push(" AND c.seq > ").push_bind(seq),
        Start::Before(seq) => sql.push(" AND c.seq < ").push_bind(seq),
    };
    if query.above > 0 {
        sql.push(" AND c.seq > ").push_bind(query.above);
    }
    if let Some(since) = query.since {
        sql.push(" AND c.at >= ").push_bind(since);
        // Numbers are given in the order of time: the last row before bounds the search.
        sql.push(" AND c.seq > COALESCE((SELECT p.seq FROM host_change p WHERE p.org_id = ");
        sql.push_bind(query.scope.org()).push(" AND p.kind <> 'seen' AND p.at < ").push_bind(since);
        sql.push(" ORDER BY p.seq DESC LIMIT 1), 0)");
    }
    if let Some(until) = query.until {
        sql.push(" AND c.at < ").push_bind(until);
    }
    if query.without_volatile {
        sql.push(" AND c.cause <> 'volatile'");
    }
    if let Some(host) = query.host {
        sql.push(" AND c.host_id = ").push_bind(host);
    }
    if let Some(hosts) = &query.hosts {
        hosts.add_of_change(sql);
    }
    if !query.kinds.is_empty() {
        sql.push(" AND c.kind IN ").push_list("text", query.kinds.iter().map(|kind| kind.name()));
        if !query.kinds.contains(&ChangeKind::Seen) {
            // Said in the words of the index of news, so that it is taken.
            sql.push(" AND c.kind <> 'seen'");
        }
    }
    if query.scope.is_limited() && query.host.is_none() {
        sql.push(" AND (");
        query.scope.restrict(sql);
        if gone_too && query.scope.owner().is_none() {
            sql.push(" OR h.id IS NULL");
        }
        sql.push(")");
    }
}
