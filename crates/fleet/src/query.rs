//! Questions about hosts, as types. What a caller may see is part of every question.

use std::collections::BTreeSet;

use ground::{GroupId, HostId, OrgId, Timestamp};
use store::Sql;
use uuid::Uuid;

use crate::{Host, Staleness, rank};

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
    pub(crate) fn is_limited(&self) -> bool {
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

/// How old a host's last check-in is (contract inventory-http §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// It reports as it should.
    Fresh,
    /// It has missed a report.
    Stale,
    /// It will be culled.
    StaleWarning,
}

/// A pattern over folded text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(String);

impl Pattern {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Any text that contains `text`, letters folded; `*` stands for any run of characters, all else for itself.
    pub fn containing(text: &str) -> Self {
        let mut pattern = String::from("%");
        for character in rank::fold(text).chars() {
            match character {
                '*' => pattern.push('%'),
                '%' | '_' | '\\' => pattern.extend(['\\', character]),
                other => pattern.push(other),
            }
        }
        pattern.push('%');
        Self(pattern)
    }
}

/// A tag to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TagMatch {
    /// `None`: tags without a namespace.
    pub namespace: Option<String>,
    /// Exactly this key.
    pub key: String,
    /// This value, or any or none.
    pub value: Option<String>,
}

/// By whom a host is registered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Registration {
    /// It has an insights id.
    WithInsightsId,
    /// One of these reporters has been heard within the time to delete.
    By(Vec<String>),
    /// None of these has been heard within that time, and the host is not culled.
    NotBy(Vec<String>),
}

/// One condition on hosts. All of a query's conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition {
    /// One of these hosts.
    Ids(Vec<HostId>),
    /// The display name.
    DisplayName(Pattern),
    /// The FQDN, letters folded.
    Fqdn(String),
    /// The display name or the FQDN, or the id.
    AnyName(Pattern, Option<HostId>),
    /// The insights id.
    InsightsId(Uuid),
    /// The subscription manager id.
    SubscriptionManagerId(String),
    /// The provider's id, letters folded.
    ProviderId(String),
    /// The provider.
    ProviderType(String),
    /// Written within these bounds, both included.
    Updated(Option<Timestamp>, Option<Timestamp>),
    /// Reported within these bounds, both included.
    LastCheckIn(Option<Timestamp>, Option<Timestamp>),
    /// In a group with one of these names (letters folded), or, if so asked, in none.
    GroupNames {
        /// The names.
        names: Vec<String>,
        /// Also hosts without a group or in the group of those.
        ungrouped: bool,
    },
    /// In one of these groups.
    GroupIds(Vec<GroupId>),
    /// Of one of these ages.
    Ages(Vec<Age>),
    /// Not yet culled.
    NotCulled,
    /// With at least one of these tags.
    Tags(Vec<TagMatch>),
    /// Registered in one of these ways.
    Registered(Vec<Registration>),
    /// Of one of these types.
    HostTypes(Vec<String>),
}

/// What hosts are ordered by. Ties go to the newer `updated`, then to the higher id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum OrderBy {
    /// When it was last written.
    #[default]
    Updated,
    /// By code point.
    DisplayName,
    /// When it last reported.
    LastCheckIn,
    /// Name, then version as numbers; hosts without one first.
    OperatingSystem,
    /// Hosts without a group first, then the group's name.
    GroupName,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Small to large.
    Ascending,
    /// Large to small.
    Descending,
}

/// A question for a page of hosts.
#[derive(Debug, Clone, PartialEq)]
pub struct HostQuery {
    /// Whose hosts.
    pub scope: Scope,
    /// Which of them.
    pub conditions: Vec<Condition>,
    /// In which order.
    pub order: (OrderBy, Direction),
    /// How many to leave out.
    pub offset: i64,
    /// How many at the most.
    pub limit: i64,
    /// By which settings hosts age.
    pub staleness: Staleness,
    /// When it is asked.
    pub now: Timestamp,
}

impl HostQuery {
    /// The first 50 of all hosts in the scope, newest first.
    pub fn new(scope: Scope, staleness: Staleness, now: Timestamp) -> Self {
        Self {
            scope,
            conditions: Vec::new(),
            order: (OrderBy::Updated, Direction::Descending),
            offset: 0,
            limit: 50,
            staleness,
            now,
        }
    }

    /// The same question with one more condition.
    #[must_use]
    pub fn with(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}
