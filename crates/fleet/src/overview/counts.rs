//! Hosts by everything that an overview shows.

use std::collections::HashMap;

use ::store::{Rows, Sql, Tx};
use ground::{GroupId, OrgId, Timestamp};
use uuid::Uuid;

use crate::{
    Result, Scope, Staleness, SystemCount,
    db::statements as statement,
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

/// Hosts by everything that is asked for.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) ages: [i64; 3],
    systems: HashMap<(Option<String>, String), i64>,
    reporters: HashMap<String, i64>,
    pub(super) groups: HashMap<Option<GroupId>, i64>,
    /// When the next host becomes older.
    pub(super) next_border: Option<Timestamp>,
}

impl Counts {
    /// Counts hosts that are not culled: those of an organisation part by part, each from a narrow table or an index;
    /// for who may not see all of them in one pass over those that they may see.
    pub(super) async fn of(tx: &mut Tx, scope: &Scope, staleness: Staleness, now: Timestamp) -> Result<Self> {
        let mut counts = Self::default();
        if scope.is_limited() {
            let mut sql = Sql::new("SELECT h.os, ");
            sql.push(RELEASE).push(", h.group_id, c.reporter, ");
            add_age(&mut sql, staleness, now);
            sql.push(" AS age, c.last_check_in AS last_check_in").push(FROM).push(" WHERE ");
            scope.restrict(&mut sql);
            sql.push(" AND c.org_id = ").push_bind(scope.org());
            sql.push(" AND c.last_check_in > ").push_bind(staleness.culled_before(now));
            for row in tx.fetch_all(sql).await? {
                counts.add_what(&row.get::<String>(0)?, row.get(1)?, row.get(2)?, 1);
                counts.add_check_in(staleness, row.get(3)?, row.get(4)?, 1, row.get(5)?);
            }
            return Ok(counts);
        }
        let mut sql = Sql::new(
            "SELECT reporter, age, COUNT(*), MIN(last_check_in) FROM (SELECT c.reporter AS reporter, ",
        );
        add_age(&mut sql, staleness, now);
        sql.push(" AS age, c.last_check_in AS last_check_in FROM host_checkin c WHERE c.org_id = ");
        // A sign keeps the planner from the index by time: nearly every row is wanted, and the table is narrow.
        sql.push_bind(scope.org()).push(" AND +c.last_check_in > ").push_bind(staleness.culled_before(now));
        sql.push(") AS living GROUP BY reporter, age");
        for row in tx.fetch_all(sql).await? {
            counts.add_check_in(staleness, row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        }
        let org = scope.org();
        for row in tx.fetch_all(Sql::new(statement::HOSTS_BY_OS).bind(org)).await? {
            counts.add_system(&row.get::<String>(0)?, row.get(1)?, row.get(2)?);
        }
        for row in tx.fetch_all(Sql::new(statement::HOSTS_BY_GROUP).bind(org)).await? {
            counts.add_group(row.get(0)?, row.get(1)?);
        }
        // Those two count everybody; the culled are few, and are found by their age.
        let culled = Sql::new(statement::CULLED_HOSTS).bind(org).bind(staleness.culled_before(now));
        for row in tx.fetch_all(culled).await? {
            counts.add_what(&row.get::<String>(0)?, row.get(1)?, row.get(2)?, -row.get::<i64>(3)?);
        }
        Ok(counts)
    }

    fn add_what(&mut self, os: &str, release: Option<String>, group: Option<Uuid>, hosts: i64) {
        self.add_system(os, release, hosts);
        self.add_group(group, hosts);
    }

    fn add_system(&mut self, os: &str, release: Option<String>, hosts: i64) {
        *self.systems.entry(system(os, release)).or_insert(0) += hosts;
    }

    fn add_group(&mut self, group: Option<Uuid>, hosts: i64) {
        *self.groups.entry(group.map(GroupId)).or_insert(0) += hosts;
    }

    fn add_check_in(&mut self, staleness: Staleness, reporter: String, age: i64, hosts: i64, oldest: i64) {
        let age = age.clamp(0, 2) as usize;
        *self.reporters.entry(reporter).or_insert(0) += hosts;
        self.ages[age] += hosts;
        let lasts = [staleness.stale, staleness.warning, staleness.delete][age];
        let border = Timestamp::from_micros(oldest).plus_seconds(lasts);
        self.next_border = Some(self.next_border.map_or(border, |known| known.min(border)));
    }

    /// Operating systems, most hosts first.
    pub(super) fn systems(&self) -> Vec<SystemCount> {
        let counted = self.systems.iter().filter(|(_, hosts)| **hosts > 0);
        let mut systems: Vec<_> = counted
            .map(|((name, version), hosts)| SystemCount {
                name: name.clone(),
                version: version.clone(),
                hosts: *hosts,
            })
            .collect();
        systems.sort_by(|a, b| (b.hosts, &a.name, &a.version).cmp(&(a.hosts, &b.name, &b.version)));
        systems
    }

    /// Reporters, most hosts first.
    pub(super) fn reporters(&self) -> Vec<(String, i64)> {
        let mut reporters: Vec<_> = self.reporters.clone().into_iter().collect();
        reporters.sort_by(|(a, a_hosts), (b, b_hosts)| (b_hosts, a).cmp(&(a_hosts, b)));
        reporters
    }
}

/// The release of a host whose operating system is not known otherwise.
const RELEASE: &str = "CASE WHEN h.os < '!' THEN h.os_release END";

/// Adds the age of `c` as a number.
fn add_age(sql: &mut Sql, staleness: Staleness, now: Timestamp) {
    sql.push("CASE WHEN c.last_check_in > ").push_bind(now.plus_seconds(-staleness.stale));
    sql.push(" THEN CAST(0 AS BIGINT) WHEN c.last_check_in > ")
        .push_bind(now.plus_seconds(-staleness.warning));
    sql.push(" THEN 1 ELSE 2 END");
}

/// The largest of them with their names.
pub(super) async fn groups(
    tx: &mut Tx,
    org: &OrgId,
    counts: &HashMap<Option<GroupId>, i64>,
) -> Result<Vec<GroupCount>> {
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
            None => groups.push(GroupCount {
                id: None,
                name: "Ungrouped Hosts".to_owned(),
                ungrouped: true,
                hosts: *hosts,
            }),
        }
    }
    groups.retain(|group| group.hosts > 0);
    groups.sort_by(|a, b| (b.hosts, &a.name, a.id).cmp(&(a.hosts, &b.name, b.id)));
    groups.truncate(MAX_SHOWN);
    Ok(groups)
}
