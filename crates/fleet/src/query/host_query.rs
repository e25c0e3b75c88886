//! Questions about hosts, as types. What a caller may see is part of every question.

use ground::{GroupId, HostId, Timestamp};
use uuid::Uuid;

use super::{Pattern, Tree};
use crate::{Age, AppCondition, AppKey, Scope, Staleness};

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

/// Tags that are alike. Of a text of which only the beginning is given, anything may follow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TagPattern {
    /// Any namespace, or none, where nothing is given.
    pub namespace: Option<TagText>,
    /// The key.
    pub key: TagText,
    /// Any value, or none, where nothing is given.
    pub value: Option<TagText>,
}

/// A text of a tag.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TagText {
    /// This one.
    Is(String),
    /// It begins so.
    Begins(String),
}

impl TagText {
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Is(known) => known == text,
            Self::Begins(beginning) => text.starts_with(beginning.as_str()),
        }
    }
}

impl TagPattern {
    /// Whether a tag is so, as its row has it.
    pub(crate) fn matches(&self, namespace: &str, key: &str, value: &str) -> bool {
        self.namespace.as_ref().is_none_or(|text| text.matches(namespace))
            && self.key.matches(key)
            && self.value.as_ref().is_none_or(|text| text.matches(value))
    }
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
    /// In a group with such a name; hosts in the group of those without one are in none.
    GroupNamed(Pattern),
    /// In one of these groups.
    GroupIds(Vec<GroupId>),
    /// Of one of these ages.
    Ages(Vec<Age>),
    /// Not yet culled.
    NotCulled,
    /// With at least one of these tags.
    Tags(Vec<TagMatch>),
    /// With a tag that is so.
    TagLike(TagPattern),
    /// Registered in one of these ways.
    Registered(Vec<Registration>),
    /// Of one of these types.
    HostTypes(Vec<String>),
    /// One of these is true of what applications say.
    AppData(Vec<AppCondition>),
    /// Several conditions, joined.
    Tree(Box<Tree<Self>>),
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
    /// A value of an application.
    AppData(AppKey),
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
