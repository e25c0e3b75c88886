//! A baseline as answers show it (contract baselines §2).

use ground::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Baseline, rules::facts::Fact};

/// A baseline as answers show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Baseline)]
pub struct BaselineOut<'a> {
    id: Uuid,
    /// An empty text when there is none.
    account: &'a str,
    org_id: &'a str,
    display_name: &'a str,
    fact_count: i64,
    created: String,
    updated: String,
    notifications_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_facts: Option<&'a [Fact]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mapped_system_count: Option<i64>,
}

impl<'a> BaselineOut<'a> {
    /// Without facts, as lists have it.
    pub fn new(baseline: &'a Baseline) -> Self {
        Self {
            id: baseline.id,
            account: baseline.account.as_deref().unwrap_or_default(),
            org_id: baseline.org.as_str(),
            display_name: &baseline.display_name,
            fact_count: baseline.fact_count,
            created: shown(baseline.created),
            updated: shown(baseline.updated),
            notifications_enabled: baseline.notifications_enabled,
            baseline_facts: None,
            mapped_system_count: None,
        }
    }

    /// With its facts.
    #[must_use]
    pub fn with_facts(mut self, baseline: &'a Baseline) -> Self {
        self.baseline_facts = Some(&baseline.facts);
        self
    }

    /// With the number of its systems.
    #[must_use]
    pub fn with_count(mut self, count: i64) -> Self {
        self.mapped_system_count = Some(count);
        self
    }
}

/// `2026-11-21T19:53:57.363790Z`, without the fraction when there is none.
fn shown(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{}Z", text.trim_end_matches("+00:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_end_with_z() {
        assert_eq!(shown(Timestamp::from_micros(1_500_000)), "1970-01-01T00:00:01.500000Z");
        assert_eq!(shown(Timestamp::from_micros(1_000_000)), "1970-01-01T00:00:01Z");
    }
}
