//! `GET /api/fleet/v1/causes`.

use axum::{extract::State, response::Response};
use drift_common::{Failure, Query};
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::App;
use crate::{
    causes::{Cause, headline},
    rules::causes::{ignored, planned},
};

/// Causes, the last opened first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CausesOut {
    /// How many there are.
    pub total: usize,
    /// The first of them.
    pub causes: Vec<CauseOut>,
}

/// Why machines are no longer as a baseline says.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseOut {
    /// Its id.
    pub id: Uuid,
    /// In one line: `openssl 3.0.7 → 3.0.13 on 9412 hosts`.
    pub headline: String,
    /// The baseline that they deviate from.
    pub baseline_id: Uuid,
    /// Its name.
    pub baseline_name: String,
    /// The fact, with dots.
    pub fact: String,
    /// What the baseline says; empty for nothing.
    pub expected: String,
    /// What the machines say; empty for nothing.
    pub actual: String,
    /// `ours`, or `behind` for behind our back: a machine came to it outside of every change window.
    pub side: &'static str,
    /// How many machines there are.
    pub hosts: i64,
    /// How many of them came to it outside of every change window.
    pub unplanned_hosts: i64,
    /// When the first machine came to it.
    pub opened: String,
    /// When the latest one did.
    pub latest: String,
    /// When the last one left it; null while there are some.
    pub ended: Option<String>,
    /// When it was told; null when it was not.
    pub told: Option<String>,
    /// Why it is known of; null when it is not.
    pub known_by: Option<String>,
    /// Why it is ignored; null when it is not.
    pub ignored_by: Option<String>,
}

/// The causes of the organisation, the last opened first.
#[utoipa::path(
    get,
    path = "/causes",
    operation_id = "causes_of_drift",
    tag = "causes",
    params(
        ("state" = Option<String>, Query, description = "`open` (the default), `ended` or `all`"),
        ("side" = Option<String>, Query, description = "`ours`, or `behind` for behind our back"),
        ("baseline" = Option<Uuid>, Query, description = "Of this baseline only"),
        ("q" = Option<String>, Query, description = "Only facts with this in their names"),
        ("ignored" = Option<bool>, Query, description = "Whether those that a rule ignores are listed, too"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1_000, description = "So many at the most, 100 by default"),
    ),
    responses(
        (status = 200, description = "The causes", body = CausesOut),
        (status = 404, description = "The hosts are another inventory's"),
    ),
)]
pub async fn handle(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Failure> {
    let asked = Query::read(uri.query(), &["state", "side", "baseline", "q", "ignored", "limit"])?;
    let most = asked.whole("limit", 1, Some(1_000))?.unwrap_or(100) as usize;
    let with_ignored = asked.boolean("ignored")?.unwrap_or(false);
    let (state, side) = (asked.last("state").unwrap_or("open"), asked.last("side"));
    if !["open", "ended", "all"].contains(&state) {
        return Err(Failure::bad_request("`state` is open, ended or all"));
    }
    if side.is_some_and(|side| !["ours", "behind"].contains(&side)) {
        return Err(Failure::bad_request("`side` is ours or behind"));
    }
    let baseline = asked.last("baseline").map(Uuid::parse_str).transpose();
    let baseline = baseline.map_err(|_| Failure::bad_request("`baseline` is the id of a baseline"))?;
    let (causes, org, _) = super::admit(&app, &headers).await?;

    let now = causes.clock.now();
    let rules = causes.rules(&org).await.map_err(|error| Failure::internal(&error))?;
    let all = causes.list(&org).await.map_err(|error| Failure::internal(&error))?;
    let part = asked.last("q").unwrap_or_default();
    let shown = all.into_iter().filter(|cause| match state {
        "open" => cause.ended.is_none(),
        "ended" => cause.ended.is_some(),
        _ => true,
    });
    let shown = shown.filter(|cause| {
        baseline.is_none_or(|only| only == cause.baseline) && cause.deviation.fact.contains(part)
    });
    let shown = shown.filter_map(|cause| {
        let reason = |rule: &crate::rules::causes::Rule| rule.reason.clone();
        let ignored_by = ignored(&rules, cause.baseline, &cause.deviation, now).map(reason);
        let known_by = planned(&rules, cause.baseline, &cause.deviation, cause.opened).map(reason);
        (with_ignored || ignored_by.is_none()).then(|| CauseOut::new(cause, known_by, ignored_by))
    });
    let mut shown: Vec<CauseOut> = shown.filter(|cause| side.is_none_or(|only| only == cause.side)).collect();
    let total = shown.len();
    shown.truncate(most);
    Ok(rest::json(StatusCode::OK, &CausesOut { total, causes: shown }))
}

impl CauseOut {
    fn new(cause: Cause, known_by: Option<String>, ignored_by: Option<String>) -> Self {
        Self {
            id: cause.id,
            headline: headline(&cause),
            side: if cause.unplanned > 0 { "behind" } else { "ours" },
            baseline_id: cause.baseline,
            baseline_name: cause.baseline_name,
            fact: cause.deviation.fact,
            expected: cause.deviation.expected,
            actual: cause.deviation.actual,
            hosts: cause.hosts,
            unplanned_hosts: cause.unplanned,
            opened: cause.opened.to_string(),
            latest: cause.latest.to_string(),
            ended: cause.ended.map(|at| at.to_string()),
            told: cause.told.map(|at| at.to_string()),
            known_by,
            ignored_by,
        }
    }
}
