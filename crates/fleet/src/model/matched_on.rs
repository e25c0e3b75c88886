//! Why a report and a host are the same machine.

use serde::{Deserialize, Serialize};

/// The fact on which a report and a host were found to be the same machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedOn {
    /// The cloud's name for the machine, with its cloud.
    ProviderId,
    /// The subscription manager's id.
    SubscriptionManagerId,
    /// The client's id.
    InsightsId,
    /// A fact that somebody pinned to the host, by a merge or a split.
    Pinned,
}

impl MatchedOn {
    /// The name of the fact.
    pub fn name(self) -> &'static str {
        match self {
            Self::ProviderId => "provider_id",
            Self::SubscriptionManagerId => "subscription_manager_id",
            Self::InsightsId => "insights_id",
            Self::Pinned => "pinned",
        }
    }

    /// The fact of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::ProviderId, Self::SubscriptionManagerId, Self::InsightsId, Self::Pinned]
            .into_iter()
            .find(|fact| fact.name() == name)
    }
}
