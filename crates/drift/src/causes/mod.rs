//! Causes of drift: one for each fact that machines have come to say otherwise than a baseline, with the machines behind it.
//!
//! A report that deviates makes its machine join the causes of its deviations; a report that no longer does makes it leave
//! them. A cause is told once, a while after the first machine joined it, so that one patch day is one event.

mod told;

pub use told::headline;

use std::collections::{BTreeMap, BTreeSet};

use ground::{Clock, HostId, Timestamp};
use notify::Queue;
use store::{Db, Result, Row, Rows, Sql};
use uuid::Uuid;

use crate::{
    rules::causes::{self, Deviation, Rule, RuleKind, cause_id},
    store as statement,
};

/// More deviations of a machine from one baseline are not looked at.
pub const MOST_DEVIATIONS: usize = 500;
/// More causes of an organisation are not kept at a time.
pub const MOST_CAUSES: i64 = 20_000;
/// More rules of an organisation are not kept.
pub const MOST_RULES: i64 = 500;
/// A cause that nobody had for so long is a new one when it comes back.
const OVER: i64 = 86_400;
/// Causes that are over, and rules, are kept for so long.
const KEPT: i64 = 90 * 86_400;

/// The causes of all organisations. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Causes {
    /// Where they are kept.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Who is told.
    pub queue: Queue,
    /// How long after its first machine a cause is told, in seconds.
    pub settle: i64,
    /// What is said of the product when it is told.
    pub bundle: String,
}

/// A machine that reported, with all that is not as its baselines say now; empty for one that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Which.
    pub host: HostId,
    /// When it reported.
    pub at: Timestamp,
    /// Deviations from each baseline, which has an id and a name.
    pub deviations: Vec<(Uuid, String, Vec<Deviation>)>,
}

/// A cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Whose.
    pub org: String,
    /// Its id.
    pub id: Uuid,
    /// The baseline that machines deviate from.
    pub baseline: Uuid,
    /// Its name.
    pub baseline_name: String,
    /// How.
    pub deviation: Deviation,
    /// When the first machine did.
    pub opened: Timestamp,
    /// When the latest machine did.
    pub latest: Timestamp,
    /// When the last machine no longer did.
    pub ended: Option<Timestamp>,
    /// How many machines do now.
    pub hosts: i64,
    /// How many of them came to it outside of every rule: behind our back.
    pub unplanned: i64,
    /// When it was told.
    pub told: Option<Timestamp>,
}

/// A machine behind a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// Which.
    pub host: HostId,
    /// Since when.
    pub since: Timestamp,
    /// Whether a rule knew of it.
    pub planned: bool,
}

/// What is joined, counted for the whole batch.
struct Joined<'a> {
    baseline: Uuid,
    name: &'a str,
    deviation: &'a Deviation,
    first: Timestamp,
    last: Timestamp,
    hosts: i64,
    unplanned: i64,
}

impl Causes {
    /// Takes machines that reported into account, all of one organisation. To do so twice is to do so once.
    pub async fn follow(&self, org: &str, arrivals: &[Arrival]) -> Result<()> {
        // Of several reports of a machine the last one counts.
        let arrivals: BTreeMap<Uuid, &Arrival> =
            arrivals.iter().map(|arrival| (arrival.host.0, arrival)).collect();
        let hosts = Rows::new().column(arrivals.keys().copied());
        let before = self.db.read(Sql::new(statement::BEFORE).bind(org).rows(hosts)).await?;
        if before.is_empty() && arrivals.values().all(|arrival| arrival.deviations.is_empty()) {
            return Ok(());
        }
        let rules = self.rules(org).await?;
        let mut gone: BTreeMap<(Uuid, Uuid), bool> = BTreeMap::new();
        for row in &before {
            gone.insert((row.get(0)?, row.get(1)?), row.get(2)?);
        }
        let mut causes: BTreeMap<Uuid, Joined<'_>> = BTreeMap::new();
        let mut joins: Vec<(Uuid, Uuid, Timestamp, bool)> = Vec::new();
        for (host, arrival) in &arrivals {
            for (baseline, name, deviations) in &arrival.deviations {
                for deviation in deviations.iter().take(MOST_DEVIATIONS) {
                    let id = cause_id(org, *baseline, deviation);
                    if gone.remove(&(*host, id)).is_some() {
                        continue;
                    }
                    let planned = causes::planned(&rules, *baseline, deviation, arrival.at).is_some();
                    joins.push((*host, id, arrival.at, planned));
                    let (first, last) = (arrival.at, arrival.at);
                    let new =
                        Joined { baseline: *baseline, name, deviation, first, last, hosts: 0, unplanned: 0 };
                    let cause = causes.entry(id).or_insert(new);
                    cause.first = cause.first.min(arrival.at);
                    cause.last = cause.last.max(arrival.at);
                    cause.hosts += 1;
                    cause.unplanned += i64::from(!planned);
                }
            }
        }
        self.bound(org, &mut causes).await?;
        joins.retain(|(_, cause, ..)| causes.contains_key(cause));
        self.write(org, &causes, &joins, &gone).await
    }

    /// Leaves out new causes beyond the number that is kept.
    async fn bound(&self, org: &str, causes: &mut BTreeMap<Uuid, Joined<'_>>) -> Result<()> {
        let count = self.db.read_one(Sql::new(statement::COUNT_CAUSES).bind(org)).await?;
        let count: i64 = count.map_or(Ok(0), |row| row.get(0))?;
        let room = usize::try_from(MOST_CAUSES - count).unwrap_or(0);
        if causes.len() <= room {
            return Ok(());
        }
        let ids = Rows::new().column(causes.keys().copied());
        let known = self.db.read(Sql::new(statement::KNOWN_CAUSES).bind(org).rows(ids)).await?;
        let known: BTreeSet<Uuid> = known.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
        let new: Vec<Uuid> = causes.keys().copied().filter(|id| !known.contains(id)).skip(room).collect();
        if !new.is_empty() {
            tracing::warn!(
                org,
                left_out = new.len(),
                "too many causes of drift: baselines hold facts that each machine has its own of"
            );
        }
        for id in new {
            causes.remove(&id);
        }
        Ok(())
    }

    async fn write(
        &self,
        org: &str,
        causes: &BTreeMap<Uuid, Joined<'_>>,
        joins: &[(Uuid, Uuid, Timestamp, bool)],
        gone: &BTreeMap<(Uuid, Uuid), bool>,
    ) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let all = || causes.values();
        let rows = Rows::new()
            .column(causes.keys().copied())
            .column(all().map(|cause| cause.baseline))
            .column(all().map(|cause| cause.name))
            .column(all().map(|cause| cause.deviation.fact.as_str()))
            .column(all().map(|cause| cause.deviation.expected.as_str()))
            .column(all().map(|cause| cause.deviation.actual.as_str()))
            .column(all().map(|cause| cause.first))
            .column(all().map(|cause| cause.last))
            .column(all().map(|cause| cause.hosts))
            .column(all().map(|cause| cause.unplanned))
            .column(all().map(|_| now.plus_seconds(self.settle)));
        let join = Sql::new(statement::JOIN_CAUSES).bind(org).bind(now.plus_seconds(-OVER));
        tx.execute(join.rows(rows)).await?;
        let rows = Rows::new()
            .column(joins.iter().map(|join| join.0))
            .column(joins.iter().map(|join| join.1))
            .column(joins.iter().map(|join| join.2))
            .column(joins.iter().map(|join| join.3));
        tx.execute(Sql::new(statement::JOIN_HOSTS).bind(org).rows(rows)).await?;
        let rows = Rows::new()
            .column(gone.keys().map(|(host, _)| *host))
            .column(gone.keys().map(|(_, cause)| *cause));
        tx.execute(Sql::new(statement::LEAVE_HOSTS).bind(org).rows(rows)).await?;
        let mut left: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
        for ((_, cause), planned) in gone {
            let (hosts, unplanned) = left.entry(*cause).or_default();
            *hosts += 1;
            *unplanned += i64::from(!planned);
        }
        for (cause, (hosts, unplanned)) in left {
            let leave = Sql::new(statement::LEAVE_CAUSE).bind(org).bind(cause);
            tx.execute(leave.bind(hosts).bind(unplanned).bind(now)).await?;
        }
        tx.commit().await
    }

    /// The causes of an organisation, the last opened first.
    pub async fn list(&self, org: &str) -> Result<Vec<Cause>> {
        let all = Sql::new(statement::CAUSES).bind(org).bind(MOST_CAUSES);
        self.db.read(all).await?.iter().map(read).collect()
    }

    /// Machines behind a cause, the first ones first.
    pub async fn hosts(&self, org: &str, cause: Uuid, most: i64, offset: i64) -> Result<Vec<Behind>> {
        let sql = Sql::new(statement::HOSTS).bind(org).bind(cause).bind(most).bind(offset);
        let read = |row: &Row| {
            let (host, since) = (HostId(row.get(0)?), Timestamp::from_micros(row.get(1)?));
            Ok(Behind { host, since, planned: row.get(2)? })
        };
        self.db.read(sql).await?.iter().map(read).collect()
    }

    /// What is known of changes in an organisation, the last first.
    pub async fn rules(&self, org: &str) -> Result<Vec<Rule>> {
        let read = |row: &Row| {
            let kind: String = row.get(1)?;
            Ok(Rule {
                id: row.get(0)?,
                kind: RuleKind::of_name(&kind)
                    .ok_or_else(|| store::Error::damaged(format!("`{kind}` is no kind of rule")))?,
                baseline: row.get(2)?,
                pattern: row.get(3)?,
                value: row.get(4)?,
                begins: Timestamp::from_micros(row.get(5)?),
                ends: row.get::<Option<i64>>(6)?.map(Timestamp::from_micros),
                reason: row.get(7)?,
                author: row.get(8)?,
            })
        };
        self.db.read(Sql::new(statement::RULES).bind(org)).await?.iter().map(read).collect()
    }

    /// Adds a rule that was checked; `false` when there are too many.
    pub async fn add_rule(&self, org: &str, rule: &Rule) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let add =
            Sql::new(statement::ADD_RULE).bind(org).bind(rule.id).bind(rule.kind.name()).bind(rule.baseline);
        let add = add.bind(&rule.pattern).bind(rule.value.clone()).bind(rule.begins).bind(rule.ends);
        tx.execute(add.bind(&rule.reason).bind(&rule.author)).await?;
        let count = tx.fetch_one(Sql::new(statement::COUNT_RULES).bind(org)).await?;
        if count.map_or(Ok(0), |row| row.get::<i64>(0))? > MOST_RULES {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Removes a rule; `false` when there is none.
    pub async fn remove_rule(&self, org: &str, id: Uuid) -> Result<bool> {
        Ok(self.db.execute(Sql::new(statement::REMOVE_RULE).bind(org).bind(id)).await? > 0)
    }

    /// Removes causes that are over, and rules, after 90 days; tells how many.
    pub async fn clean(&self) -> Result<u64> {
        let before = self.clock.now().plus_seconds(-KEPT);
        let mut tx = self.db.begin().await?;
        let removed = tx.execute(Sql::new(statement::CLEAN).bind(before)).await?
            + tx.execute(Sql::new(statement::CLEAN_RULES).bind(before)).await?;
        tx.commit().await?;
        Ok(removed)
    }
}

pub(crate) fn read(row: &Row) -> Result<Cause> {
    Ok(Cause {
        org: row.get(0)?,
        id: row.get(1)?,
        baseline: row.get(2)?,
        baseline_name: row.get(3)?,
        deviation: Deviation { fact: row.get(4)?, expected: row.get(5)?, actual: row.get(6)? },
        opened: Timestamp::from_micros(row.get(7)?),
        latest: Timestamp::from_micros(row.get(8)?),
        ended: row.get::<Option<i64>>(9)?.map(Timestamp::from_micros),
        hosts: row.get(10)?,
        unplanned: row.get(11)?,
        told: row.get::<Option<i64>>(12)?.map(Timestamp::from_micros),
    })
}
