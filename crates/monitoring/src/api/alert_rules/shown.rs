//! An alert as answers show it.

use ground::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    alerting::{ActiveSeries, Counts, KeptRule},
    rules::alert_rule::AlertRule,
};

/// An alert, and what it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertOut {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub rule: AlertRule,
    /// `firing` when a series fires, else `pending` or `inactive`.
    pub state: &'static str,
    /// How many series fire.
    pub firing: i64,
    /// How many series are about to.
    pub pending: i64,
    /// Up to when it is evaluated.
    #[schema(format = DateTime)]
    pub evaluated: String,
    /// Why it could not be evaluated the last time.
    pub error: Option<String>,
    /// The series that are pending or fire, the longest first: at most a hundred.
    pub active: Vec<ActiveOut>,
}

/// What an alert is for a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActiveOut {
    /// The labels of the series.
    #[schema(value_type = Object)]
    pub labels: Value,
    /// `pending` or `firing`.
    pub state: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: String,
    /// The last value, as the query API writes it.
    pub value: String,
}

/// A time in milliseconds, for people.
pub fn time(millis: i64) -> String {
    Timestamp::from_micros(millis * 1_000).to_string()
}

impl AlertOut {
    /// Of an alert, how many series it has, and those of them that are shown.
    pub fn new(kept: KeptRule, counts: Counts, active: Vec<ActiveSeries>) -> Self {
        let active = active.into_iter().map(|series| ActiveOut {
            labels: serde_json::from_str(&series.labels).unwrap_or_default(),
            state: series.phase,
            since: time(series.since),
            value: series.value,
        });
        Self {
            id: kept.id,
            state: counts.phase().name(),
            firing: counts.firing,
            pending: counts.pending,
            evaluated: time(kept.evaluated),
            error: kept.error,
            active: active.collect(),
            rule: kept.rule,
        }
    }
}
