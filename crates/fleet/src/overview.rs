//! A fleet at a glance.

use std::collections::HashMap;

use ::store::{Rows, Sql, Tx};
use ground::{GroupId, OrgId, Timestamp};
use uuid::Uuid;

use crate::{
    Change, ChangeQuery, Fleet, Kind, Result, Scope, Staleness, conditions::FROM, store as statement,
};

/// How many groups, and how many rows of the log, are shown.
const SHOWN: usize = 10;
const HOUR: i64 = 3_600_000_000;
/// How many hours of activity are shown, the one under way included.
const HOURS: i64 = 24;

/// The hosts of a scope and what happened to them lately.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The newest number of the organisation's log when it was made.
    pub seq: i64,
    /// It stays true until then, as long as that number stays.
    pub until: Timestamp,
    /// How many hosts report as they should, have missed a report, and will be culled.
    pub ages: [i64; 3],
    /// Operating systems, most hosts first.
    pub systems: Vec<SystemCount>,
    /// The largest groups.
    pub groups: Vec<GroupCount>,
    /// By whom hosts were last reported, most hosts first.
    pub reporters: Vec<(String, i64)>,
    /// When the first bin of the activity begins.
    pub activity_from: Timestamp,
    /// What happened in each hour, the oldest first; the last one is under way.
    pub activity: Vec<Bin>,
    /// The newest rows of the log that say more than "seen", newest first.
    pub latest: Vec<Change>,
}

/// An operating system and on how many hosts it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemCount {
    /// Its name; `None` when it is not known.
    pub name: Option<String>,
    /// Its version; empty when the name says it.
    pub version: String,
    /// How many hosts.
    pub hosts: i64,
}

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

/// How much happened in an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bin {
    /// New hosts.
    pub created: i64,
    /// Changes of hosts.
    pub updated: i64,
    /// Removed hosts.
    pub deleted: i64,
}

impl Fleet {
    /// The fleet at a glance. Each part is one statement over all hosts, and all parts are of one moment; who asks
    /// often keeps the answer until [`Overview::until`] or until the organisation's number moves.
    pub async fn overview(&self, scope: &Scope) -> Result<Overview> {
        let now = self.clock().now();
        let staleness = self.staleness();
        let mut tx = self.db().snapshot().await?;
        let query = ChangeQuery {
            kinds: vec![Kind::Created, Kind::Updated, Kind::Deleted],
            limit: SHOWN as i64,
            ..ChangeQuery::newest(scope.clone())
        };
        let latest = self.feed_in(&mut tx, &query).await?;
        let counts = Counts::of(&mut tx, scope, staleness, now).await?;
        let groups = groups(&mut tx, scope.org(), &counts.groups).await?;
        let hour = Timestamp::from_micros(now.micros() - now.micros().rem_euclid(HOUR));
        let from = Timestamp::from_micros(hour.micros() - (HOURS - 1) * HOUR);
        let activity = activity(&mut tx, scope, from).await?;
        let next_hour = Timestamp::from_micros(hour.micros() + HOUR);
        Ok(Overview {
            seq: latest.newest,
            until: counts.next_border.map_or(next_hour, |border| border.min(next_hour)),
            ages: counts.ages,
            systems: counts.systems(),
            groups,
            reporters: counts.reporters(),
            activity_from: from,
            activity,
            latest: latest.changes,
        })
    }
}

/// Hosts by everything that is asked for.
#[derive(Default)]
struct Counts {
    ages: [i64; 3],
    systems: HashMap<(Option<String>, String), i64>,
    reporters: HashMap<String, i64>,
    groups: HashMap<Option<GroupId>, i64>,
    /// When the next host becomes older.
    next_border: Option<Timestamp>,
}

impl Counts {
    /// Counts hosts that are not culled: those of an organisation part by part, each from a narrow table or an index;
    /// for who may not see all of them in one pass over those that they may see.
    async fn of(tx: &mut Tx, scope: &Scope, staleness: Staleness, now: Timestamp) -> Result<Self> {
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
    fn systems(&self) -> Vec<SystemCount> {
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
    fn reporters(&self) -> Vec<(String, i64)> {
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

/// Name and version from the text that hosts are sorted by, or else from the release.
fn system(os: &str, release: Option<String>) -> (Option<String>, String) {
    if os.starts_with(' ') {
        return (release.filter(|release| !release.is_empty()), String::new());
    }
    let (name, version) = os.rsplit_once(' ').unwrap_or((os, ""));
    let number = |text: &str| {
        let digits = text.trim_start_matches('0');
        if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
    };
    let parts: Vec<_> = version.split('.').map(number).collect();
    (Some(name.to_owned()), parts.join("."))
}

/// The largest of them with their names.
async fn groups(tx: &mut Tx, org: &OrgId, counts: &HashMap<Option<GroupId>, i64>) -> Result<Vec<GroupCount>> {
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
    groups.truncate(SHOWN);
    Ok(groups)
}

/// What happened in each hour since `from`; of hosts that are gone only for who sees everything.
async fn activity(tx: &mut Tx, scope: &Scope, from: Timestamp) -> Result<Vec<Bin>> {
    let mut sql = Sql::new("SELECT bin, kind, COUNT(*) FROM (SELECT (c.at - ");
    sql.push_bind(from).push(") / ").push_bind(HOUR).push(" AS bin, c.kind AS kind FROM host_change c");
    if scope.is_limited() {
        sql.push(" JOIN host h ON h.org_id = c.org_id AND h.id = c.host_id");
    }
    sql.push(" WHERE c.org_id = ")
        .push_bind(scope.org())
        .push(" AND c.kind <> 'seen' AND c.at >= ")
        .push_bind(from);
    // Numbers are given in the order of time: the last row before the first hour bounds the search.
    sql.push(" AND c.seq > COALESCE((SELECT p.seq FROM host_change p WHERE p.org_id = ")
        .push_bind(scope.org());
    sql.push(" AND p.kind <> 'seen' AND p.at < ").push_bind(from);
    sql.push(" ORDER BY p.seq DESC LIMIT 1), 0)");
    if scope.is_limited() {
        sql.push(" AND ");
        scope.restrict(&mut sql);
    }
    sql.push(") AS news GROUP BY bin, kind");
    let mut bins = vec![Bin::default(); HOURS as usize];
    for row in tx.fetch_all(sql).await? {
        let last = bins.len() - 1;
        // What a clock that runs ahead has dated into the future belongs to the hour under way.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_named_as_people_write_it() {
        assert_eq!(system("RHEL 009.004", None), (Some("RHEL".to_owned()), "9.4".to_owned()));
        assert_eq!(
            system("CentOS Linux 010.000", None),
            (Some("CentOS Linux".to_owned()), "10.0".to_owned())
        );
        let debian = Some("Debian GNU/Linux 12".to_owned());
        assert_eq!(system(" 000.000", debian.clone()), (debian, String::new()));
        assert_eq!(system(" 000.000", None), (None, String::new()));
    }
}
