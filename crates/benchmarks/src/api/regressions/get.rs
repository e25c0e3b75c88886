//! `GET /regressions/{id}`.

use axum::{extract::State, response::Response};
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Path, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{RegressionOut, RegressionPath, find, names};
use crate::regressions::{App, changes_between, found};

/// So many points on each side of the change.
const POINTS: i64 = 60;
/// So many changes of the host, the last first.
const CHANGES: i64 = 50;

/// Something that was found, with what stands around it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegressionDetail {
    /// What was found.
    #[serde(flatten)]
    pub regression: RegressionOut,
    /// Points of the series around the change, oldest first.
    pub points: Vec<PointOut>,
    /// What changed on the host from the last result before up to that with which it was found, the last first; at most 50.
    pub changes: Vec<HostChange>,
}

/// A point of a series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegressionPoint)]
pub struct PointOut {
    /// The result.
    pub result_id: Uuid,
    /// When it ran.
    #[schema(format = DateTime)]
    pub at: String,
    /// What was measured.
    pub value: f64,
    /// The row of the log that began the state of the machine that it ran in; 0 where that is not known.
    pub environment: i64,
}

/// A change of a host.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostChange {
    /// The row of the log.
    pub seq: i64,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// `created`, `updated` or `deleted`.
    pub kind: &'static str,
    /// Which fields of the host differ from before.
    pub fields: Vec<&'static str>,
    /// Which sections of its profile do.
    pub sections: Vec<&'static str>,
}

/// One finding, its points, and what changed on the host since the last good result.
#[utoipa::path(
    get, path = "/regressions/{id}", operation_id = "regression", tag = "regressions", params(RegressionPath),
    responses(
        (status = 200, description = "The finding", body = RegressionDetail),
        (status = 404, description = "There is none", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(RegressionPath { id }): Path<RegressionPath>,
) -> Result<Response, Problem> {
    let (found, reach) = find(&app, &caller, id).await?;
    let points = found::around(&app.db, caller.org(), found.series.id, found.at, POINTS).await?;
    let points = points.into_iter().map(|point| PointOut {
        result_id: point.result,
        at: Timestamp::from_micros(point.executed).to_string(),
        value: point.value,
        environment: point.environment,
    });
    let mut changes = Vec::new();
    if let (Some(host), Some(after), Some(upto)) = (found.series.host, found.good_seq, found.found_seq) {
        let mut query = changes_between(reach.scope, host, after, upto);
        query.limit = CHANGES;
        let (steps, _) = app.fleet.timeline(&query).await?;
        changes.extend(steps.into_iter().map(|step| HostChange {
            seq: step.change.seq,
            at: step.change.at.to_string(),
            kind: step.change.kind.name(),
            sections: step.sections.iter().map(|section| section.name()).collect(),
            fields: step.fields,
        }));
    }
    let names = names(&app, &caller, found.series.host.into_iter()).await?;
    let regression = RegressionOut::new(found, &names);
    Ok(json(StatusCode::OK, &RegressionDetail { regression, points: points.collect(), changes }))
}
