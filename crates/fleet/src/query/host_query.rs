//! Questions about hosts, as types. What a caller may see is part of every question.

use ground::{GroupId, HostId, Timestamp};
use uuid::Uuid;

use crate::{Age, AppCondition, AppKey, Scope, Staleness, fold};

/// A pattern over folded text: its pieces stand in the text one after another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Vec<String>);

impl Pattern {
    /// Any text that contains `text`, letters folded; `*` stands for any run of characters, all else for itself.
    pub fn containing(text: &str) -> Self {
        Self(fold(text).split('*').map(str::to_owned).collect())
    }

    pub(crate) fn pieces(&self) -> &[String] {
        &self.0
    }

    /// For `LIKE … ESCAPE '\\'`.
    pub(crate) fn like(&self) -> String {
        let mut pattern = String::from("%");
        for piece in &self.0 {
            for character in piece.chars() {
                if matches!(character, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(character);
            }
            pattern.push('%');
        }
        pattern
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
    /// One of these is true of what applications say.
    AppData(Vec<AppCondition>),
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
