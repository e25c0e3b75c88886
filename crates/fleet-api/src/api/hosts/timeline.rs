//! `GET /hosts/{id}/timeline`: what happened to one host.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{ChangeQuery, Start, TimelineEntry};
use http::StatusCode;
use rest::{Caller, Path, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use crate::api::{
    App,
    change_out::ChangeOut,
    failure::Failure,
    parameters::{HostPath, Id, RowKind, Seq, kinds},
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

rest::parameters! {
    /// Which rows are asked for.
    pub struct ListTimeline in Query {
        /// The rows before this number; the newest by default.
        before: Option<Seq>,
        /// `created`, `updated`, `seen`, `deleted`; all by default.
        kind: Vec<RowKind>,
        /// Also reports in which nothing differs but volatile facts (setting `inventory.volatile_facts`).
        volatile: bool = true,
        /// 1 to 1,000, 50 by default.
        limit: Whole<1, 1_000> = 50.into(),
    }
}

/// What happened to one host, newest first; also to one that is gone.
#[utoipa::path(
    get,
    path = "/hosts/{id}/timeline",
    operation_id = "host_timeline",
    tag = "hosts",
    params(HostPath, ListTimeline),
    responses(
        (status = 200, description = "Rows of the log", body = Timeline),
        (status = 404, description = "No such host was ever known", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(HostPath { id: Id(id) }): Path<HostPath>,
    Query(asked): Query<ListTimeline>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if !app.fleet.reaches(&scope, id).await? {
        return Err(super::unknown(id));
    }
    let start = Start::Before(asked.before.map_or(i64::MAX, Seq::get));
    let (kinds, limit) = (kinds(&asked.kind), asked.limit.get());
    let without_volatile = !asked.volatile;
    let query =
        ChangeQuery { host: Some(id), kinds, start, limit, without_volatile, ..ChangeQuery::newest(scope) };
    let (steps, next) = app.fleet.timeline(&query).await?;
    Ok(json(StatusCode::OK, &Timeline { changes: steps.iter().map(StepOut::from).collect(), next }))
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
