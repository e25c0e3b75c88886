//! A fleet at a glance.

use std::collections::HashMap;

use ::store::{Rows, Sql, Tx};
use ground::{GroupId, OrgId, Timestamp};

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
        let counts = counts(&mut tx, scope, staleness, now).await?;
        let groups = groups(&mut tx, scope.org(), counts.groups).await?;
        let hour = Timestamp::from_micros(now.micros() - now.micros().rem_euclid(HOUR));
        let from = Timestamp::from_micros(hour.micros() - (HOURS - 1) * HOUR);
        let activity = activity(&mut tx, scope, from).await?;
        let next_hour = Timestamp::from_micros(hour.micros() + HOUR);
        Ok(Overview {
            seq: latest.newest,
            until: counts.next_border.map_or(next_hour, |border| border.min(next_hour)),
            ages: counts.ages,
            systems: counts.systems,
            groups,
            reporters: counts.reporters,
            activity_from: from,
            activity,
            latest: latest.changes,
        })
    }
}

#[derive(Default)]
struct Counts {
    ages: [i64; 3],
    systems: Vec<SystemCount>,
    reporters: Vec<(String, i64)>,
    groups: HashMap<Option<GroupId>, i64>,
    /// When the next host becomes older.
    next_border: Option<Timestamp>,
}

/// One pass over the hosts counts them by everything that is asked for.
async fn counts(tx: &mut Tx, scope: &Scope, staleness: Staleness, now: Timestamp) -> Result<Counts> {
    let before = |seconds: i64| now.plus_seconds(-seconds);
    let mut sql = Sql::new(
        "SELECT os, os_release, group_id, reporter, age, COUNT(*), MIN(last_check_in) FROM (SELECT h.os AS os,
            CASE WHEN h.os LIKE ' %' THEN CAST(h.facts ->> 'os_release' AS TEXT) END AS os_release, h.group_id AS group_id, c.reporter AS reporter,
            c.last_check_in AS last_check_in, CASE WHEN c.last_check_in > ",
    );
    sql.push_bind(before(staleness.stale)).push(" THEN CAST(0 AS BIGINT) WHEN c.last_check_in > ");
    sql.push_bind(before(staleness.warning)).push(" THEN 1 ELSE 2 END AS age").push(FROM).push(" WHERE ");
    scope.restrict(&mut sql);
    sql.push(" AND c.org_id = ").push_bind(scope.org());
    sql.push(" AND c.last_check_in > ").push_bind(staleness.culled_before(now));
    sql.push(") AS hosts GROUP BY os, os_release, group_id, reporter, age");
    let mut counts = Counts::default();
    let (mut systems, mut reporters) = (HashMap::new(), HashMap::new());
    for row in tx.fetch_all(sql).await? {
        let (os, release) = (row.get::<String>(0)?, row.get::<Option<String>>(1)?);
        let group = row.get::<Option<uuid::Uuid>>(2)?.map(GroupId);
        let (age, hosts) = (row.get::<i64>(4)?.clamp(0, 2) as usize, row.get::<i64>(5)?);
        *systems.entry(system(&os, release)).or_insert(0) += hosts;
        *reporters.entry(row.get::<String>(3)?).or_insert(0) += hosts;
        *counts.groups.entry(group).or_insert(0) += hosts;
        counts.ages[age] += hosts;
        let oldest = Timestamp::from_micros(row.get(6)?);
        let border = oldest.plus_seconds([staleness.stale, staleness.warning, staleness.delete][age]);
        counts.next_border = Some(counts.next_border.map_or(border, |known| known.min(border)));
    }
    counts.systems =
        systems.into_iter().map(|((name, version), hosts)| SystemCount { name, version, hosts }).collect();
    counts.systems.sort_by(|a, b| (b.hosts, &a.name, &a.version).cmp(&(a.hosts, &b.name, &b.version)));
    counts.reporters = reporters.into_iter().collect();
    counts.reporters.sort_by(|(a, a_hosts), (b, b_hosts)| (b_hosts, a).cmp(&(a_hosts, b)));
    Ok(counts)
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
async fn groups(tx: &mut Tx, org: &OrgId, counts: HashMap<Option<GroupId>, i64>) -> Result<Vec<GroupCount>> {
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
