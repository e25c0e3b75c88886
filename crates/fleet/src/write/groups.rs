//! Groups (workspaces) of hosts change. A host is in at most one; whoever leaves one goes to the group of hosts without.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use ::store::{Rows, Sql, Tx};
use ground::{GroupId, HostId, OrgId, Timestamp};
use uuid::Uuid;

use crate::{
    Cause, ChangeKind, Fleet, Group, Host, Origin, Result, Scope,
    db::{columns::read_group, statements as statement},
    write::{change_row::NewChange, edit::in_order, transaction::Writer},
};

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
    /// Some of the hosts are in a group that the caller may not change.
    OutOfReach,
    /// The group of hosts without one cannot be changed so.
    Ungrouped,
}

impl Fleet {
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
        let group =
            self.recount_members(&mut writer, group, &in_order(hosts), &BTreeSet::new(), origin).await?;
        writer.finish().await?;
        Ok(Ok(group))
    }

    /// Renames a group, or replaces its members, or both. Hosts join from groups within the scope only.
    pub async fn change_group(
        &self,
        scope: impl Into<Scope>,
        id: GroupId,
        name: Option<&str>,
        hosts: Option<&[HostId]>,
        account: Option<&str>,
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let scope = scope.into();
        let org = scope.org();
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
        if !may_take(&mut writer, &scope, id, hosts.unwrap_or_default())? {
            return Ok(GroupOutcome::OutOfReach);
        }
        let before = members(&mut writer, org, id).await?;
        let renamed = name.is_some_and(|name| name != group.name);
        if let Some(name) = name {
            name.clone_into(&mut group.name);
        }
        let (joining, leaving) = match hosts {
            None => (if renamed { before.into_iter().collect() } else { Vec::new() }, BTreeSet::new()),
            Some(hosts) => {
                let after = in_order(hosts);
                let leaving: BTreeSet<_> = before.iter().copied().filter(|id| !after.contains(id)).collect();
                let new = after.iter().copied().filter(|id| !before.contains(id)).collect();
                (if renamed { after } else { new }, leaving)
            }
        };
        if renamed || hosts.is_some() {
            group.updated = writer.now;
            writer.put_group(&group).await?;
        }
        let home = if leaving.is_empty() { None } else { Some(writer.ungrouped(org, account).await?) };
        let group = self.recount_members(&mut writer, group, &joining, &leaving, origin).await?;
        if let Some(home) = home {
            let joining = joining.into_iter().collect();
            self.recount_members(&mut writer, home, &listed(&leaving), &joining, origin).await?;
        }
        writer.finish().await?;
        Ok(GroupOutcome::Done(Some(group)))
    }

    /// Moves hosts into a group, out of whichever they are in; that must be within the scope.
    pub async fn add_to_group(
        &self,
        scope: impl Into<Scope>,
        id: GroupId,
        hosts: &[HostId],
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let scope = scope.into();
        let org = scope.org();
        let mut writer = Writer::begin_one(self, org).await?;
        let Some(mut group) = find(&mut writer.tx, org, id).await? else {
            return Ok(GroupOutcome::NoGroup(vec![id]));
        };
        if let Err(missing) = load_all(&mut writer, org, hosts).await? {
            return Ok(GroupOutcome::NoHosts(missing));
        }
        if !may_take(&mut writer, &scope, id, hosts)? {
            return Ok(GroupOutcome::OutOfReach);
        }
        group.updated = writer.now;
        writer.put_group(&group).await?;
        let group =
            self.recount_members(&mut writer, group, &in_order(hosts), &BTreeSet::new(), origin).await?;
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
        let members = members(&mut writer, org, id).await?;
        let leaving: Vec<_> = in_order(hosts).into_iter().filter(|id| members.contains(id)).collect();
        if leaving.is_empty() {
            return Ok(GroupOutcome::NotMembers);
        }
        group.updated = writer.now;
        writer.put_group(&group).await?;
        let home = writer.ungrouped(org, account).await?;
        self.recount_members(&mut writer, home, &leaving, &BTreeSet::new(), origin).await?;
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
        let leaving: Vec<_> = in_order(hosts).into_iter().filter(|id| groups.contains_key(id)).collect();
        self.recount_members(&mut writer, home, &leaving, &BTreeSet::new(), origin).await?;
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
            self.recount_members(&mut writer, home, &listed(&leaving), &BTreeSet::new(), origin).await?;
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
    pub(super) async fn recount_members(
        &self,
        writer: &mut Writer<'_>,
        mut group: Group,
        joining: &[HostId],
        leaving: &BTreeSet<HostId>,
        origin: &Origin,
    ) -> Result<Group> {
        let org = group.org.clone();
        let now = writer.now;
        let alive = writer.org(&org)?.staleness.culled_before(now);
        let stored: BTreeSet<HostId> = member_ids(&mut writer.tx, &org, group.id, alive).await?;
        let entries = &writer.org(&org)?.entries;
        let living = |id: &&HostId| entries.get(*id).is_some_and(|e| e.host.times.last_check_in > alive);
        let staying = &stored - leaving;
        group.host_count = staying.union(&joining.iter().filter(living).copied().collect()).count() as i64;
        for &id in joining {
            let entry = writer.org(&org)?.entries.get(&id);
            if entry.is_none_or(|entry| entry.host.group.as_ref() == Some(&group)) {
                continue;
            }
            let updated = writer.stamp();
            let host = Arc::make_mut(&mut writer.org(&org)?.entry(id)?.host);
            host.group = Some(group.clone());
            host.times.updated = updated;
            let change = NewChange {
                kind: ChangeKind::Updated,
                cause: Cause::Group,
                reporter: None,
                matched: None,
                origin,
            };
            writer.append(&org, id, &change)?;
        }
        Ok(group)
    }
}

fn listed(ids: &BTreeSet<HostId>) -> Vec<HostId> {
    ids.iter().copied().collect()
}

/// Whether each of these loaded hosts may be taken out of its group, or is in this one already.
fn may_take(writer: &mut Writer<'_>, scope: &Scope, group: GroupId, hosts: &[HostId]) -> Result<bool> {
    let entries = &writer.org(scope.org())?.entries;
    let stays = |host: &Host| host.group.as_ref().is_some_and(|own| own.id == group);
    Ok(hosts
        .iter()
        .filter_map(|id| entries.get(id))
        .all(|entry| stays(&entry.host) || scope.may_take(&entry.host)))
}

pub(crate) async fn find(tx: &mut Tx, org: &OrgId, id: GroupId) -> Result<Option<Group>> {
    let row =
        tx.fetch_one(Sql::new(statement::GROUPS_BY_ID).bind(org).rows(Rows::new().column([id]))).await?;
    row.map(|row| read_group(org, &row)).transpose()
}

/// Loads the members of a group, culled ones too.
pub(super) async fn members(writer: &mut Writer<'_>, org: &OrgId, id: GroupId) -> Result<BTreeSet<HostId>> {
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
