//! The hosts of an organisation as they were at a moment, from the log.
//!
//! The state of each host then is its newest row up to the moment, which is found by its number: one step down an index for each host
//! that is there, or has gone since. A host is there from the report that made it until it was deleted.

use std::collections::HashSet;

use ::store::{Sql, Tx};
use ground::{HostId, OrgId, Timestamp};
use profile::Section;
use serde_json::Value;

use crate::{Change, ChangeKind, Error, Fleet, Mistake, Question, Result, Scope, question::Untold};

mod overview;
mod packages;

pub use overview::OverviewThen;

/// More hosts than these are not looked at one by one.
const MOST_HOSTS: usize = 50_000;
/// Rows that are read at a time.
const ROWS_PER_READ: usize = 1_000;

/// Hosts at a moment.
#[derive(Debug, Clone)]
pub struct HostsThen {
    /// How many there were.
    pub total: usize,
    /// The page that was asked for, by name: the row with the state of each.
    pub hosts: Vec<Change>,
}

/// Why nothing is told of a moment.
#[derive(Debug, thiserror::Error)]
pub enum NotThen {
    /// The question cannot be read.
    #[error(transparent)]
    Mistake(#[from] Mistake),
    /// The log does not tell what is asked for.
    #[error(transparent)]
    Untold(#[from] Untold),
    /// There are too many hosts.
    #[error(
        "there are more than {MOST_HOSTS} hosts, and each of them would be looked at: ask for one host at a time"
    )]
    TooMany,
    /// It cannot be looked up.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// A row of the log with the state of a host, and whether the host has gone since.
struct StateRow {
    seq: i64,
    is_gone: bool,
}

impl Fleet {
    /// The hosts that there were at a moment, for which a question was true then; by name, those from `offset` on. As in the feed, of
    /// hosts that are there the scope has to reach them now, and of those that are gone the group that they were in.
    pub async fn hosts_as_of(
        &self,
        scope: &Scope,
        question: Option<&str>,
        at: Timestamp,
        offset: usize,
        limit: usize,
    ) -> std::result::Result<HostsThen, NotThen> {
        let mut found = Vec::new();
        let keep = |change: Change, _: Value| {
            found.push((change.host.display_name.clone(), change.host.id, change.seq));
        };
        self.each_as_of(scope, question, at, false, keep).await?;
        self.page_as_of(scope, found, offset, limit).await
    }

    /// A page, by name, of hosts by name, id and the row of their state.
    async fn page_as_of(
        &self,
        scope: &Scope,
        mut found: Vec<(String, HostId, i64)>,
        offset: usize,
        limit: usize,
    ) -> std::result::Result<HostsThen, NotThen> {
        found.sort_unstable();
        let page: Vec<i64> = found.iter().skip(offset).take(limit).map(|(_, _, seq)| *seq).collect();
        let mut hosts = self.rows(scope.org(), &page).await?;
        hosts.sort_by_key(|change| page.iter().position(|seq| *seq == change.seq));
        Ok(HostsThen { total: found.len(), hosts })
    }

    /// Looks at each host that there was at a moment, for which a question was true then; at its facts where they are asked for.
    async fn each_as_of(
        &self,
        scope: &Scope,
        question: Option<&str>,
        at: Timestamp,
        with_facts: bool,
        mut look: impl FnMut(Change, Value),
    ) -> std::result::Result<(), NotThen> {
        let question = question.map(|text| Question::parse(text, at)).transpose()?;
        question.as_ref().map_or(Ok(()), Question::check_past)?;
        let places = self.places(scope, at).await?;
        if places.len() > MOST_HOSTS {
            return Err(NotThen::TooMany);
        }
        let with_facts = with_facts || question.as_ref().is_some_and(Question::asks_for_facts);
        for some in places.chunks(ROWS_PER_READ) {
            for (change, facts) in self.states_at(scope, some, with_facts).await? {
                if question.as_ref().is_none_or(|question| question.was_true_of(&change.host, &facts)) {
                    look(change, facts);
                }
            }
        }
        Ok(())
    }

    /// Where the states of the hosts that are reached stand in the log; of one host too many the rest is left out.
    async fn places(&self, scope: &Scope, at: Timestamp) -> Result<Vec<StateRow>> {
        let mut tx = self.db().snapshot().await?;
        let end = end(&mut tx, scope.org(), at).await?;
        let mut sql = Sql::new("SELECT (SELECT c.seq FROM host_change c WHERE c.org_id = ");
        sql.push_bind(scope.org()).push(" AND c.host_id = known.id AND c.seq < ").push_bind(end);
        sql.push(" AND c.at <= ").push_bind(at).push(" ORDER BY c.seq DESC LIMIT 1), known.gone FROM (");
        sql.push("SELECT h.id AS id, FALSE AS gone FROM host h WHERE ");
        scope.restrict(&mut sql);
        if scope.owner().is_none() {
            sql.push(" UNION ALL SELECT DISTINCT g.host_id AS id, TRUE AS gone FROM host_change g WHERE g.org_id = ");
            sql.push_bind(scope.org()).push(" AND g.seq >= ").push_bind(end);
            sql.push(" AND g.kind = 'deleted' AND g.kind <> 'seen' AND NOT EXISTS (SELECT 1 FROM host o WHERE o.org_id = ");
            sql.push_bind(scope.org()).push(" AND o.id = g.host_id)");
        }
        sql.push(" LIMIT ").push_bind(MOST_HOSTS as i64 + 1).push(") AS known");
        let rows = tx.fetch_all(sql).await?;
        let place = |seq: Option<i64>, is_gone| seq.map(|seq| StateRow { seq, is_gone });
        let places = rows.iter().map(|row| Ok(place(row.get(0)?, row.get(1)?)));
        Ok(places.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// The states at these places of hosts that were there then, with their facts where they are asked for.
    async fn states_at(
        &self,
        scope: &Scope,
        places: &[StateRow],
        with_facts: bool,
    ) -> Result<Vec<(Change, Value)>> {
        let numbers: Vec<i64> = places.iter().map(|place| place.seq).collect();
        let mut changes = self.rows(scope.org(), &numbers).await?;
        let gone: HashSet<i64> = places.iter().filter(|place| place.is_gone).map(|place| place.seq).collect();
        changes.retain(|change| {
            let is_seen = !gone.contains(&change.seq) || scope.allows_group_of(&change.host);
            change.kind != ChangeKind::Deleted && is_seen
        });
        let digest = |change: &Change| Some(change.sections.get(&Section::Facts)?.content);
        let digests = changes.iter().filter(|_| with_facts);
        let texts = self.section_texts(scope.org(), digests.filter_map(digest).collect()).await?;
        let beside_facts = |change: Change| {
            let text = digest(&change).and_then(|digest| texts.get(&digest));
            let facts = text.map_or(Ok(Value::Null), |text| serde_json::from_str(text))?;
            Ok((change, facts))
        };
        changes.into_iter().map(beside_facts).collect()
    }
}

/// The number of the first row that tells of something new after a moment: the states of the moment stand before it.
async fn end(tx: &mut Tx, org: &OrgId, at: Timestamp) -> Result<i64> {
    let mut sql = Sql::new("SELECT p.seq FROM host_change p WHERE p.kind <> 'seen' AND p.org_id = ");
    sql.push_bind(org).push(" AND p.at <= ").push_bind(at).push(" ORDER BY p.seq DESC LIMIT 1");
    let last: i64 = tx.fetch_one(sql).await?.map_or(Ok(0), |row| row.get(0))?;
    let mut sql = Sql::new("SELECT p.seq FROM host_change p WHERE p.kind <> 'seen' AND p.org_id = ");
    sql.push_bind(org).push(" AND p.seq > ").push_bind(last).push(" ORDER BY p.seq LIMIT 1");
    Ok(tx.fetch_one(sql).await?.map_or(Ok(i64::MAX), |row| row.get(0))?)
}
