//! Groups (workspaces) of hosts. A host is in at most one; whoever leaves one goes to the group of hosts without.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use ::store::{Rows, Sql, Tx};
use ground::{GroupId, HostId, OrgId, Timestamp};
use uuid::Uuid;

use crate::{
    Cause, Direction, Fleet, Group, Kind, Origin, Result, Scope, Staleness,
    note::Note,
    rank::fold,
    store as statement,
    writer::{Writer, read_group},
};

/// Which groups a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupKind {
    /// Those that people made.
    #[default]
    Standard,
    /// The group of hosts without one.
    Ungrouped,
    /// All.
    All,
}

/// What groups are ordered by; ties go to the lower id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupOrder {
    /// By code point.
    #[default]
    Name,
    /// By the number of members that are not culled.
    HostCount,
    /// By the last change of name or members.
    Updated,
}

/// A question for a page of groups.
#[derive(Debug, Clone)]
pub struct GroupQuery {
    /// Whose groups; a scope within groups shows those only.
    pub scope: Scope,
    /// Part of the name, letters folded; `%` and `_` stand for any text and any character.
    pub name: Option<String>,
    /// Which kind.
    pub kind: GroupKind,
    /// One of these.
    pub ids: Option<Vec<GroupId>>,
    /// In which order.
    pub order: (GroupOrder, Direction),
    /// How many to leave out.
    pub offset: i64,
    /// How many at the most.
    pub limit: i64,
    /// By which settings hosts age.
    pub staleness: Staleness,
    /// When it is asked.
    pub now: Timestamp,
}

/// A page of groups.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// How many match, on all pages.
    pub total: i64,
    /// Those of this page, with the number of their members that are not culled.
    pub groups: Vec<Group>,
}

/// What came of a change to groups: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupOutcome {
    /// It was made; the group as it is now, where there is one.
    Done(Option<Group>),
    /// These groups do not exist.
    NoGroup(Vec<GroupId>),
    /// These hosts do not exist.
    NoHosts(Vec<HostId>),
    /// None of the hosts is a member.
    NotMembers,
    /// The group of hosts without one cannot be changed so.
    Ungrouped,
}

impl Fleet {
    /// A page of the groups that match.
    pub async fn groups(&self, query: &GroupQuery) -> Result<GroupPage> {
        let mut total = Sql::new("SELECT COUNT(*) FROM host_group g");
        add_where(&mut total, query);
        let mut page = Sql::new(
            "SELECT g.id, g.name, g.account, g.ungrouped, g.created, g.updated, COALESCE(m.count, 0) FROM host_group g LEFT JOIN (
                SELECT h.group_id, COUNT(*) AS count FROM host h JOIN host_checkin c ON c.org_id = h.org_id AND c.host_id = h.id WHERE h.org_id = ",
        );
        page.push_bind(query.scope.org()).push(" AND c.last_check_in > ");
        page.push_bind(query.staleness.culled_before(query.now))
            .push(" GROUP BY h.group_id) m ON m.group_id = g.id");
        add_where(&mut page, query);
        let how = match query.order.1 {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let key = match query.order.0 {
            GroupOrder::Name => "g.name",
            GroupOrder::HostCount => "COALESCE(m.count, 0)",
            GroupOrder::Updated => "g.updated",
        };
        page.push(" ORDER BY ")
            .push(key)
            .push(" ")
            .push(how)
            .push(", g.id ASC LIMIT ")
            .push_bind(query.limit);
        page.push(" OFFSET ").push_bind(query.offset);
        let mut tx = self.db().snapshot().await?;
        let total = tx.fetch_one(total).await?.map_or(Ok(0), |row| row.get(0))?;
        let rows = tx.fetch_all(page).await?;
        let groups = rows
            .iter()
            .map(|row| Ok(Group { host_count: row.get(6)?, ..read_group(query.scope.org(), row)? }))
            .collect::<Result<Vec<_>>>()?;
        Ok(GroupPage { total, groups })
    }

    /// Makes a group with these members. `Err` names hosts that do not exist; nothing was made then.
    pub async fn create_group(
        &self,
        org: &OrgId,
        name: &str,
        account: Option<&str>,
        hosts: &[HostId],
        origin: &Origin,
    ) -> Result<std::result::Result<Group, Vec<HostId>>> {
        let mut writer = Writer::begin_one(self, org).await?;
        if let Err(missing) = load_all(&mut writer, org, hosts).await? {
            return Ok(Err(missing));
        }
        let now = writer.now;
        let group = Group {
            id: GroupId(Uuid::new_v4()),
            org: org.clone(),
            account: account.map(str::to_owned),
            name: name.to_owned(),
            ungrouped: false,
            created: now,
            updated: now,
            host_count: 0,
        };
        writer.put_group(&group).await?;
        let group = self
            .settle(&mut writer, group, &hosts.iter().copied().collect(), &BTreeSet::new(), origin)
            .await?;
        writer.finish().await?;
        Ok(Ok(group))
    }

    /// Renames a group, or replaces its members, or both.
    pub async fn change_group(
        &self,
        org: &OrgId,
        id: GroupId,
        name: Option<&str>,
        hosts: Option<&[HostId]>,
        account: Option<&str>,
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let mut writer = Writer::begin_one(self, org).await?;
        let Some(mut group) = find(&mut writer.tx, org, id).await? else {
            return Ok(GroupOutcome::NoGroup(vec![id]));
        };
        if group.ungrouped {
            return Ok(GroupOutcome::Ungrouped);
        }
        if let Some(hosts) = hosts
            && let Err(missing) = load_all(&mut writer, org, hosts).await?
        {
            return Ok(GroupOutcome::NoHosts(missing));
        }
        let before = members(&mut writer, org, id).await?;
        let renamed = name.is_some_and(|name| name != group.name);
        if let Some(name) = name {
            name.clone_into(&mut group.name);
        }
        let (joining, leaving) = match hosts {
            None => (if renamed { before } else { BTreeSet::new() }, BTreeSet::new()),
            Some(hosts) => {
                let after: BTreeSet<HostId> = hosts.iter().copied().collect();
                let leaving: BTreeSet<_> = before.difference(&after).copied().collect();
                let new: BTreeSet<_> = after.difference(&before).copied().collect();
                (if renamed { after } else { new }, leaving)
            }
        };
        if renamed || hosts.is_some() {
            group.updated = writer.now;
            writer.put_group(&group).await?;
        }
        let home = if leaving.is_empty() { None } else { Some(writer.ungrouped(org, account).await?) };
        let group = self.settle(&mut writer, group, &joining, &leaving, origin).await?;
        if let Some(home) = home {
            self.settle(&mut writer, home, &leaving, &joining, origin).await?;
        }
        writer.finish().await?;
        Ok(GroupOutcome::Done(Some(group)))
    }

    /// Moves hosts into a group, out of whichever they are in.
    pub async fn add_to_group(
        &self,
        org: &OrgId,
        id: GroupId,
        hosts: &[HostId],
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let mut writer = Writer::begin_one(self, org).await?;
        let Some(mut group) = find(&mut writer.tx, org, id).await? else {
            return Ok(GroupOutcome::NoGroup(vec![id]));
        };
        if let Err(missing) = load_all(&mut writer, org, hosts).await? {
            return Ok(GroupOutcome::NoHosts(missing));
        }
        group.updated = writer.now;
        writer.put_group(&group).await?;
        let group = self
            .settle(&mut writer, group, &hosts.iter().copied().collect(), &BTreeSet::new(), origin)
            .await?;
        writer.finish().await?;
        Ok(GroupOutcome::Done(Some(group)))
    }

    /// Moves those of `hosts` that are members out of a group.
    pub async fn remove_from_group(
        &self,
        org: &OrgId,
        id: GroupId,
        hosts: &[HostId],
        account: Option<&str>,
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let mut writer = Writer::begin_one(self, org).await?;
        let Some(mut group) = find(&mut writer.tx, org, id).await? else {
            return Ok(GroupOutcome::NoGroup(vec![id]));
        };
        if group.ungrouped {
            return Ok(GroupOutcome::Ungrouped);
        }
        let asked: BTreeSet<_> = hosts.iter().copied().collect();
        let leaving: BTreeSet<_> =
            members(&mut writer, org, id).await?.intersection(&asked).copied().collect();
        if leaving.is_empty() {
            return Ok(GroupOutcome::NotMembers);
        }
        group.updated = writer.now;
        writer.put_group(&group).await?;
        let home = writer.ungrouped(org, account).await?;
        self.settle(&mut writer, home, &leaving, &BTreeSet::new(), origin).await?;
        writer.finish().await?;
        Ok(GroupOutcome::Done(None))
    }

    /// Moves hosts out of whichever group they are in.
    pub async fn remove_from_any(
        &self,
        org: &OrgId,
        hosts: &[HostId],
        account: Option<&str>,
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let mut writer = Writer::begin_one(self, org).await?;
        if let Err(missing) = load_all(&mut writer, org, hosts).await? {
            return Ok(GroupOutcome::NoHosts(missing));
        }
        let entries = &writer.org(org)?.entries;
        let groups: HashMap<HostId, Group> =
            hosts.iter().filter_map(|id| Some((*id, entries.get(id)?.host.group.clone()?))).collect();
        if groups.values().any(|group| group.ungrouped) {
            return Ok(GroupOutcome::Ungrouped);
        }
        if groups.is_empty() {
            return Ok(GroupOutcome::NotMembers);
        }
        let left: BTreeSet<GroupId> = groups.values().map(|group| group.id).collect();
        for id in left {
            if let Some(mut group) = find(&mut writer.tx, org, id).await? {
                group.updated = writer.now;
                writer.put_group(&group).await?;
            }
        }
        let home = writer.ungrouped(org, account).await?;
        self.settle(&mut writer, home, &groups.into_keys().collect(), &BTreeSet::new(), origin).await?;
        writer.finish().await?;
        Ok(GroupOutcome::Done(None))
    }

    /// Deletes groups; their hosts stay.
    pub async fn delete_groups(
        &self,
        org: &OrgId,
        ids: &[GroupId],
        account: Option<&str>,
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let mut writer = Writer::begin_one(self, org).await?;
        let rows = Rows::new().column(ids.iter().copied());
        let found = writer.tx.fetch_all(Sql::new(statement::GROUPS_BY_ID).bind(org).rows(rows)).await?;
        let found = found.iter().map(|row| read_group(org, row)).collect::<Result<Vec<_>>>()?;
        let missing: Vec<_> =
            ids.iter().filter(|id| !found.iter().any(|group| group.id == **id)).copied().collect();
        if !missing.is_empty() {
            return Ok(GroupOutcome::NoGroup(missing));
        }
        if found.iter().any(|group| group.ungrouped) {
            return Ok(GroupOutcome::Ungrouped);
        }
        let mut leaving = BTreeSet::new();
        for group in &found {
            leaving.extend(members(&mut writer, org, group.id).await?);
        }
        if !leaving.is_empty() {
            let home = writer.ungrouped(org, account).await?;
            self.settle(&mut writer, home, &leaving, &BTreeSet::new(), origin).await?;
        }
        let rows = Rows::new().column(found.iter().map(|group| group.id));
        writer.tx.execute(Sql::new(statement::DROP_GROUPS).bind(org).rows(rows)).await?;
        writer.finish().await?;
        Ok(GroupOutcome::Done(None))
    }
}

impl Fleet {
    /// Puts loaded hosts into a group and counts its members as they will be, without those that are leaving it. Every
    /// host whose stored group differs gets a row in the log.
    async fn settle(
        &self,
        writer: &mut Writer<'_>,
        mut group: Group,
        joining: &BTreeSet<HostId>,
        leaving: &BTreeSet<HostId>,
        origin: &Origin,
    ) -> Result<Group> {
        let org = group.org.clone();
        let now = writer.now;
        let alive = self.staleness().culled_before(now);
        let stored: BTreeSet<HostId> = member_ids(&mut writer.tx, &org, group.id, alive).await?;
        let entries = &writer.org(&org)?.entries;
        let living = |id: &&HostId| entries.get(*id).is_some_and(|e| e.host.times.last_check_in > alive);
        let staying = &stored - leaving;
        group.host_count = staying.union(&joining.iter().filter(living).copied().collect()).count() as i64;
        for &id in joining {
            let entry = writer.org(&org)?.entries.get_mut(&id);
            let Some(entry) = entry.filter(|entry| entry.host.group.as_ref() != Some(&group)) else {
                continue;
            };
            let host = Arc::make_mut(&mut entry.host);
            host.group = Some(group.clone());
            host.times.updated = now;
            let note =
                Note { kind: Kind::Updated, cause: Cause::Group, reporter: None, matched: None, origin };
            writer.note(&org, id, &note)?;
        }
        Ok(group)
    }
}

fn add_where(sql: &mut Sql, query: &GroupQuery) {
    sql.push(" WHERE g.org_id = ").push_bind(query.scope.org());
    match query.kind {
        GroupKind::Standard => drop(sql.push(" AND NOT g.ungrouped")),
        GroupKind::Ungrouped => drop(sql.push(" AND g.ungrouped")),
        GroupKind::All => {}
    }
    if let Some(name) = &query.name {
        let pattern = fold(name).replace('\\', "\\\\");
        sql.push(" AND g.name_fold LIKE ").push_bind(format!("%{pattern}%")).push(" ESCAPE '\\'");
    }
    if let Some(ids) = &query.ids {
        sql.push(" AND g.id IN ").push_list("uuid", ids.iter().copied());
    }
    if let Some(ids) = query.scope.group_ids() {
        sql.push(" AND g.id IN ").push_list("uuid", ids.iter().copied());
    }
}

async fn find(tx: &mut Tx, org: &OrgId, id: GroupId) -> Result<Option<Group>> {
    let row =
        tx.fetch_one(Sql::new(statement::GROUPS_BY_ID).bind(org).rows(Rows::new().column([id]))).await?;
    row.map(|row| read_group(org, &row)).transpose()
}

/// Loads the members of a group, culled ones too.
async fn members(writer: &mut Writer<'_>, org: &OrgId, id: GroupId) -> Result<BTreeSet<HostId>> {
    let ids = member_ids(&mut writer.tx, org, id, Timestamp::from_micros(i64::MIN)).await?;
    let listed: Vec<_> = ids.iter().copied().collect();
    writer.load_ids(org, &listed).await?;
    Ok(ids)
}

async fn member_ids(tx: &mut Tx, org: &OrgId, id: GroupId, alive: Timestamp) -> Result<BTreeSet<HostId>> {
    let rows = tx.fetch_all(Sql::new(statement::MEMBERS).bind(org).bind(id).bind(alive)).await?;
    rows.iter().map(|row| Ok(HostId(row.get(0)?))).collect()
}

/// Loads hosts, culled ones too; `Err` names those that do not exist.
async fn load_all(
    writer: &mut Writer<'_>,
    org: &OrgId,
    ids: &[HostId],
) -> Result<std::result::Result<(), Vec<HostId>>> {
    let found: BTreeSet<HostId> = writer.load_ids(org, ids).await?.into_iter().collect();
    let missing: Vec<_> = ids.iter().filter(|id| !found.contains(id)).copied().collect();
    Ok(if missing.is_empty() { Ok(()) } else { Err(missing) })
}
