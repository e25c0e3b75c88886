//! Groups that another service makes and names.

use std::collections::BTreeSet;

use ground::{GroupId, OrgId, Timestamp};

use crate::{
    Fleet, Group, GroupOutcome, Origin, Result,
    write::{
        groups::{find, members},
        transaction::Writer,
    },
};

/// A group as another service has made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: GroupId,
    /// Its name, whatever it is; names need not differ.
    pub name: String,
    /// Whether it is the group of hosts without a group.
    pub ungrouped: bool,
    /// When it was made; `None`: now.
    pub created: Option<Timestamp>,
    /// When it was changed last; `None`: when it was made.
    pub modified: Option<Timestamp>,
}

impl Fleet {
    /// Takes over a group. `false`, and nothing is changed, when there is one with that id, or when it would be a second group of hosts
    /// without one.
    pub async fn put_workspace(
        &self,
        org: &OrgId,
        workspace: &Workspace,
        account: Option<&str>,
    ) -> Result<bool> {
        let mut writer = Writer::begin_one(self, org).await?;
        let is_second = workspace.ungrouped && writer.home(org).await?.is_some();
        if is_second || find(&mut writer.tx, org, workspace.id).await?.is_some() {
            return Ok(false);
        }
        let created = workspace.created.unwrap_or(writer.now);
        let group = Group {
            id: workspace.id,
            org: org.clone(),
            account: account.map(str::to_owned),
            name: workspace.name.clone(),
            ungrouped: workspace.ungrouped,
            created,
            updated: workspace.modified.unwrap_or(created),
            host_count: 0,
        };
        writer.put_group(&group).await?;
        writer.finish().await?;
        Ok(true)
    }

    /// Gives a group the name that another service has given it, at this moment or now. Every member gets a row in the log, also when the
    /// name is the same.
    pub async fn rename_workspace(
        &self,
        org: &OrgId,
        id: GroupId,
        name: &str,
        at: Option<Timestamp>,
        origin: &Origin,
    ) -> Result<GroupOutcome> {
        let mut writer = Writer::begin_one(self, org).await?;
        let Some(mut group) = find(&mut writer.tx, org, id).await? else {
            return Ok(GroupOutcome::NoGroup(vec![id]));
        };
        if group.ungrouped {
            return Ok(GroupOutcome::Ungrouped);
        }
        let members: Vec<_> = members(&mut writer, org, id).await?.into_iter().collect();
        name.clone_into(&mut group.name);
        group.updated = at.unwrap_or(writer.now);
        writer.put_group(&group).await?;
        let group = self.recount_members(&mut writer, group, &members, &BTreeSet::new(), origin).await?;
        writer.finish().await?;
        Ok(GroupOutcome::Done(Some(group)))
    }
}
