//! Hosts by everything that an overview shows.

use std::collections::HashMap;

use ::store::{Rows, Sql, Tx};
use ground::{GroupId, OrgId, Timestamp};
use uuid::Uuid;

use crate::{
    Age, Group, HostQuery, Result, Staleness, SystemCount,
    db::statements as statement,
    index::IndexCounts,
    overview::{MAX_SHOWN, systems::system},
    query::sql::FROM,
};

/// A group and how many hosts of it are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCount {
    /// The group; `None` for hosts without any.
    pub id: Option<GroupId>,
    /// Its name.
    pub name: String,
    /// Whether it is the group of hosts without a group.
    pub ungrouped: bool,
    /// How many hosts.
    pub hosts: i64,
}

impl GroupCount {
    /// No host of a group, or of none.
    pub(crate) fn empty(group: Option<&Group>) -> Self {
        Self {
            id: group.map(|group| group.id),
            name: group.map_or_else(|| "Ungrouped Hosts".to_owned(), |group| group.name.clone()),
            ungrouped: group.is_none_or(|group| group.ungrouped),
            hosts: 0,
        }
    }
}

/// Hosts that are not culled, by everything that is asked for.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) ages: [i64; 3],
    systems: HashMap<(Option<String>, String), i64>,
    reporters: HashMap<String, i64>,
    pub(super) groups: HashMap<Option<GroupId>, i64>,
    /// When the next host becomes older.
    pub(super) next_border: Option<Timestamp>,
}

impl From<IndexCounts> for Counts {
    fn from(counts: IndexCounts) -> Self {
        let mut systems = HashMap::new();
        for (known, hosts) in counts.systems {
            *systems.entry(system(&known.os, known.release)).or_insert(0) += hosts as i64;
        }
        Self {
            ages: counts.ages.map(|hosts| hosts as i64),
            systems,
            reporters: counts.reporters.into_iter().map(|(name, hosts)| (name, hosts as i64)).collect(),
            groups: counts.groups.into_iter().map(|(id, hosts)| (id, hosts as i64)).collect(),
            next_border: counts.next_border,
        }
    }
}

impl Counts {
    /// Counts in the database, of a question that leaves out culled hosts.
    pub(super) async fn in_database(tx: &mut Tx, hosts: &HostQuery) -> Result<Self> {
        let (staleness, now) = (hosts.staleness, hosts.now);
        let mut counts = Self::default();
        let mut sql = Sql::new(
            "SELECT os, release, group_id, reporter, age, COUNT(*), MIN(last_check_in) FROM (SELECT h.os AS os, ",
        );
        sql.push(RELEASE).push(" AS release, h.group_id AS group_id, c.reporter AS reporter, ");
        add_age(&mut sql, staleness, now);
        sql.push(" AS age, c.last_check_in AS last_check_in").push(FROM);
        hosts.add_where(&mut sql, false);
        sql.push(") AS living GROUP BY os, release, group_id, reporter, age");
        for row in tx.fetch_all(sql).await? {
            let hosts: i64 = row.get(5)?;
            *counts.systems.entry(system(&row.get::<String>(0)?, row.get(1)?)).or_insert(0) += hosts;
            *counts.groups.entry(row.get::<Option<Uuid>>(2)?.map(GroupId)).or_insert(0) += hosts;
            *counts.reporters.entry(row.get(3)?).or_insert(0) += hosts;
            let age = row.get::<i64>(4)?.clamp(0, 2) as usize;
            counts.ages[age] += hosts;
            let lasts = [staleness.stale, staleness.warning, staleness.delete][age];
            let border = Timestamp::from_micros(row.get(6)?).plus_seconds(lasts);
            counts.next_border = Some(counts.next_border.map_or(border, |known| known.min(border)));
        }
        Ok(counts)
    }

    /// Operating systems, most hosts first.
    pub(super) fn systems(&self) -> Vec<SystemCount> {
        most_hosts_first(&self.systems)
    }

    /// Reporters, most hosts first.
    pub(super) fn reporters(&self) -> Vec<(String, i64)> {
        let mut reporters: Vec<_> = self.reporters.clone().into_iter().collect();
        reporters.sort_by(|(a, a_hosts), (b, b_hosts)| (b_hosts, a).cmp(&(a_hosts, b)));
        reporters
    }
}

/// Operating systems by name and version, those with most hosts first.
pub(crate) fn most_hosts_first(systems: &HashMap<(Option<String>, String), i64>) -> Vec<SystemCount> {
    let mut systems: Vec<_> = systems
        .iter()
        .map(|((name, version), hosts)| SystemCount {
            name: name.clone(),
            version: version.clone(),
            hosts: *hosts,
        })
        .collect();
    systems.sort_by(|a, b| (b.hosts, &a.name, &a.version).cmp(&(a.hosts, &b.name, &b.version)));
    systems
}

/// The largest groups; and how many others there are, with how many hosts.
pub(crate) fn largest(mut groups: Vec<GroupCount>) -> (Vec<GroupCount>, (i64, i64)) {
    groups.retain(|group| group.hosts > 0);
    groups.sort_by(|a, b| (b.hosts, &a.name, a.id).cmp(&(a.hosts, &b.name, b.id)));
    let others = groups.split_off(groups.len().min(MAX_SHOWN));
    let hosts = others.iter().map(|group| group.hosts).sum();
    (groups, (others.len() as i64, hosts))
}

/// The release of a host whose operating system is not known otherwise.
const RELEASE: &str = "CASE WHEN h.os < '!' THEN h.os_release END";

/// Adds the age of `c` as its place in [`Age::ALL`]; culled hosts count as the oldest.
fn add_age(sql: &mut Sql, staleness: Staleness, now: Timestamp) {
    sql.push("CASE");
    for (age, number) in [(Age::Fresh, " THEN CAST(0 AS BIGINT)"), (Age::Stale, " THEN 1")] {
        sql.push(" WHEN c.last_check_in > ").push_bind(staleness.check_ins(age, now).0).push(number);
    }
    sql.push(" ELSE 2 END");
}

/// The largest of them with their names; and how many others there are, with how many hosts.
pub(super) async fn groups(
    tx: &mut Tx,
    org: &OrgId,
    counts: &HashMap<Option<GroupId>, i64>,
) -> Result<(Vec<GroupCount>, (i64, i64))> {
    let ids = Rows::new().column(counts.keys().flatten().copied());
    let rows = tx.fetch_all(Sql::new(statement::GROUPS_BY_ID).bind(org).rows(ids)).await?;
    let mut groups = rows
        .iter()
        .map(|row| {
            let id = GroupId(row.get(0)?);
            let hosts = counts.get(&Some(id)).copied().unwrap_or_default();
            Ok(GroupCount { id: Some(id), name: row.get(1)?, ungrouped: row.get(3)?, hosts })
        })
        .collect::<Result<Vec<_>>>()?;
    if let Some(hosts) = counts.get(&None) {
        match groups.iter_mut().find(|group| group.ungrouped) {
            Some(group) => group.hosts += hosts,
            None => groups.push(GroupCount { hosts: *hosts, ..GroupCount::empty(None) }),
        }
    }
    Ok(largest(groups))
}
