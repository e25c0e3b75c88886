//! Which hosts a caller reaches.

use std::collections::BTreeSet;

use ::store::Sql;
use access::{GroupScope, Identity};
use ground::{GroupId, OrgId, any_uuid};

use crate::Host;

/// Whose hosts a question is about and which of them the caller may see. No query can be built without one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    org: OrgId,
    owner: Option<String>,
    groups: Option<GroupLimit>,
}

/// The groups that a caller may see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct GroupLimit {
    /// Hosts in these.
    pub ids: BTreeSet<GroupId>,
    /// And hosts that are in no group, or in the group of those.
    pub ungrouped: bool,
}

impl Scope {
    /// All hosts of an organisation.
    pub fn of(org: OrgId) -> Self {
        Self { org, owner: None, groups: None }
    }

    /// Only hosts whose profile names this owner.
    #[must_use]
    pub fn owned_by(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Only hosts in these groups.
    #[must_use]
    pub fn within(mut self, groups: GroupLimit) -> Self {
        self.groups = Some(groups);
        self
    }

    /// The organisation.
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// Whether a group's hosts may be seen.
    pub fn allows_group(&self, group: GroupId) -> bool {
        self.groups.as_ref().is_none_or(|limit| limit.ids.contains(&group))
    }

    /// Whose hosts only, if there is such a limit.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// Whether there are hosts of the organisation that it may not reach.
    pub fn is_limited(&self) -> bool {
        self.owner.is_some() || self.groups.is_some()
    }

    /// Whether a host in the group of this state may be seen.
    pub(crate) fn allows_group_of(&self, host: &Host) -> bool {
        let Some(limit) = &self.groups else { return true };
        match &host.group {
            None => limit.ungrouped,
            Some(group) => limit.ids.contains(&group.id) || (limit.ungrouped && group.ungrouped),
        }
    }

    /// The groups whose hosts may be seen, if there is such a limit.
    pub(crate) fn group_limit(&self) -> Option<&GroupLimit> {
        self.groups.as_ref()
    }

    /// Whether a caller of this scope may write a host that they have recognised by its facts. One without an owner is
    /// anybody's.
    pub(crate) fn may_write(&self, host: &Host, owner: Option<&str>) -> bool {
        let is_theirs = match (&self.owner, owner) {
            (Some(own), Some(owner)) => own.eq_ignore_ascii_case(owner),
            _ => true,
        };
        is_theirs && self.allows_group_of(host)
    }

    /// Whether a caller of this scope may make a host: it has no group yet.
    pub(crate) fn may_create(&self) -> bool {
        self.groups.as_ref().is_none_or(|limit| limit.ungrouped)
    }

    /// Whether a host may be taken out of the group that it is in.
    pub(crate) fn may_take(&self, host: &Host) -> bool {
        host.group.as_ref().is_none_or(|group| group.ungrouped || self.allows_group(group.id))
    }

    /// The only groups that may be seen, if there is such a limit.
    pub(crate) fn group_ids(&self) -> Option<&BTreeSet<GroupId>> {
        self.groups.as_ref().map(|limit| &limit.ids)
    }

    /// Adds the conditions on `h` (host) that keep an answer within the scope. The one place where a tenant's
    /// condition is written.
    pub(crate) fn restrict(&self, sql: &mut Sql) {
        sql.push("h.org_id = ").push_bind(&self.org);
        if let Some(owner) = &self.owner {
            sql.push(" AND h.owner_id = ").push_bind(owner);
        }
        if let Some(limit) = &self.groups {
            sql.push(" AND (");
            if limit.ungrouped {
                sql.push("h.group_id IS NULL OR h.group_id IN (SELECT id FROM host_group WHERE org_id = ")
                    .push_bind(&self.org)
                    .push(" AND ungrouped) OR ");
            }
            sql.push("h.group_id IN ").push_list("uuid", limit.ids.iter().copied());
            sql.push(")");
        }
    }

    /// The organisation, when the caller may see all of its hosts: who asks for those need not look at each.
    pub(crate) fn whole_org(&self) -> Option<&OrgId> {
        (self.owner.is_none() && self.groups.is_none()).then_some(&self.org)
    }
}

impl From<&OrgId> for Scope {
    /// All hosts of the organisation.
    fn from(org: &OrgId) -> Self {
        Self::of(org.clone())
    }
}

impl Scope {
    /// The hosts that are a caller's whatever their permissions: all of the organisation, for a machine those that it
    /// owns. A common name that is no UUID owns nothing.
    pub fn own(identity: &Identity) -> Self {
        let scope = Self::of(identity.org.clone());
        match identity.owner() {
            Some(cn) => scope.owned_by(any_uuid(cn).map_or_else(|| cn.to_owned(), |id| id.to_string())),
            None => scope,
        }
    }

    /// Those of a caller's hosts that are in the groups of an allowed access.
    pub fn reached(identity: &Identity, groups: GroupScope) -> Self {
        match groups {
            GroupScope::All => Self::own(identity),
            GroupScope::Only { ids, ungrouped } => Self::own(identity).within(GroupLimit { ids, ungrouped }),
        }
    }
}
