//! `GET /hosts/{id}/timeline`: what happened to one host.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{ChangeQuery, Start, TimelineEntry};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Params, Problem};

use crate::api::{
    App,
    caller::Caller,
    change_out::ChangeOut,
    failure::{Failure, json},
    params::{self, PathHost},
};

/// Rows of the log about one host, and how to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline<'a> {
    /// The rows, newest first.
    pub changes: Vec<StepOut<'a>>,
    /// The number to give as `before` for those that follow; null when there are no more.
    pub next: Option<i64>,
}

/// A row of the log with what it changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub struct StepOut<'a> {
    /// The row.
    #[serde(flatten)]
    pub change: ChangeOut<'a>,
    /// Which fields of the host differ from before; of a new host those that are filled.
    #[schema(value_type = Vec<String>)]
    pub fields: &'a [&'static str],
    /// Which sections of its profile differ from before, whatever the order of their items.
    pub sections: Vec<&'static str>,
}

/// What happened to one host, newest first; also to one that is gone.
#[utoipa::path(
    get,
    path = "/hosts/{id}/timeline",
    operation_id = "host_timeline",
    tag = "hosts",
    params(
        ("id" = Uuid, Path, description = "The host"),
        ("before" = Option<i64>, Query, description = "The rows before this number; the newest by default"),
        ("kind" = Option<Vec<String>>, Query, description = "`created`, `updated`, `seen`, `deleted`; all by default"),
        ("limit" = Option<i64>, Query, description = "1 to 1,000, 50 by default"),
    ),
    responses(
        (status = 200, description = "Rows of the log", body = Timeline),
        (status = 404, description = "No such host was ever known", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    PathHost(id): PathHost,
    asked: Params,
) -> Result<Response, Failure> {
    let before = params::number(&asked, "before", params::NUMBERS)?.unwrap_or(i64::MAX);
    let kinds = params::kinds(&asked)?;
    let limit = params::number(&asked, "limit", 1..=1_000)?.unwrap_or(50);
    let scope = caller.hosts(&app, Permission::HostsRead).await?;

    if !app.fleet.reaches(&scope, id).await? {
        return Err(super::unknown(id));
    }
    let start = Start::Before(before);
    let query = ChangeQuery { host: Some(id), kinds, start, limit, ..ChangeQuery::newest(scope) };
    let (steps, next) = app.fleet.timeline(&query).await?;
    Ok(json(&Timeline { changes: steps.iter().map(StepOut::from).collect(), next }))
}

impl<'a> From<&'a TimelineEntry> for StepOut<'a> {
    fn from(step: &'a TimelineEntry) -> Self {
        Self {
            change: (&step.change).into(),
            fields: &step.fields,
            sections: step.sections.iter().map(|section| section.name()).collect(),
        }
    }
}
