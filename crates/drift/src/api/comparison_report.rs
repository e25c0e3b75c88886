//! `GET` and `POST /comparison_report`: what differs between machines, baselines and past states.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{FromRequest, Request, State},
    response::Response,
};
use drift_common::{Failure, Query, body};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use web::{Problem, json_response};

use super::{App, gather};
use crate::rules::request::RawRequest;

/// A report with more cells than this is refused: it would take some 400 megabytes.
const MOST_CELLS: usize = 4_000_000;

/// What is compared.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes what is read member by member")]
pub struct Comparison {
    /// Ids of hosts.
    system_ids: Option<Vec<String>>,
    /// Ids of baselines.
    baseline_ids: Option<Vec<String>>,
    /// Ids of historical profiles.
    historical_system_profile_ids: Option<Vec<String>>,
    /// The record that all others are compared with; empty for none.
    reference_id: Option<String>,
    /// Whether only what the baseline names is of interest.
    short_circuit: Option<bool>,
}

/// What differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonReport {
    /// Facts, and groups of facts with `comparisons`, by name.
    #[schema(value_type = Vec<Object>)]
    facts: Value,
    /// The hosts, by name.
    #[schema(value_type = Vec<Object>)]
    systems: Value,
    /// The baselines, by name.
    #[schema(value_type = Vec<Object>)]
    baselines: Value,
    /// The historical profiles, the newest first.
    #[schema(value_type = Vec<Object>)]
    historical_system_profiles: Value,
    /// Whether a fact of the baseline is not so any more; only told with a short circuit.
    drift_event_notify: bool,
}

/// What differs between machines, baselines and past states; as CSV where `text/csv` is accepted.
#[utoipa::path(
    get,
    path = "/comparison_report",
    operation_id = "get_comparison_report",
    tag = "reports",
    params(
        ("system_ids[]" = Option<Vec<String>>, Query, description = "Ids of hosts"),
        ("baseline_ids[]" = Option<Vec<String>>, Query, description = "Ids of baselines"),
        ("historical_system_profile_ids[]" = Option<Vec<String>>, Query, description = "Ids of historical profiles"),
        ("reference_id" = Option<String>, Query, description = "The record that all others are compared with"),
        ("short_circuit" = Option<bool>, Query, description = "Whether only what the baseline names is of interest"),
    ),
    responses((status = 200, description = "What differs", body = ComparisonReport)),
)]
pub async fn get_report(State(app): State<App>, request: Request) -> Result<Response, Failure> {
    let asked = RawRequest::of_query(request.uri().query());
    answer(&app, request.headers(), asked).await
}

/// The same, for lists of ids that are too long for an address.
#[utoipa::path(
    post,
    path = "/comparison_report",
    operation_id = "post_comparison_report",
    tag = "reports",
    request_body = Comparison,
    responses((status = 200, description = "What differs", body = ComparisonReport)),
)]
pub async fn post_report(State(app): State<App>, request: Request) -> Result<Response, Failure> {
    let strict = Query::read(request.uri().query(), &[]);
    let headers = request.headers().clone();
    let asked = match strict {
        Err(failure) => Err(failure),
        Ok(_) => of_body(&headers, request).await,
    };
    answer(&app, &headers, asked).await
}

async fn of_body(headers: &HeaderMap, request: Request) -> Result<RawRequest, Failure> {
    let bytes = axum::body::Bytes::from_request(request, &()).await.map_err(|refused| {
        Failure::from(Problem::new(refused.status(), "the request body could not be read, or is too long"))
    })?;
    RawRequest::of_body(&body::json(headers, &bytes)?)
}

async fn answer(
    app: &App,
    headers: &HeaderMap,
    asked: Result<RawRequest, Failure>,
) -> Result<Response, Failure> {
    let begin = Instant::now();
    let result = report(app, headers, asked).await;
    metrics::histogram!("drift_comparison_report_requests").record(begin.elapsed().as_secs_f64());
    if result.is_err() {
        metrics::counter!("drift_api_exceptions_total").increment(1);
    }
    result
}

async fn report(
    app: &App,
    headers: &HeaderMap,
    asked: Result<RawRequest, Failure>,
) -> Result<Response, Failure> {
    let asked = asked?;
    let caller = super::caller(app, headers).await?;
    let request = asked.checked()?;
    let records = gather::records(app, &caller, &request).await?;
    let accepted = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let (csv, now) = (accepted.contains("text/csv"), app.clock.now());
    metrics::histogram!("drift_systems_compared").record(request.systems.len() as f64);
    // As much work as the report is long: not on a thread that answers others meanwhile.
    let made = tokio::task::spawn_blocking(move || {
        let report = records.report(&request);
        let cells = report.len().saturating_mul(report.columns().len());
        if cells > MOST_CELLS {
            let text = format!(
                "the report has {cells} values, at most {MOST_CELLS} are answered: compare fewer records"
            );
            return Err(Failure::Message(StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        Ok(if csv { records.csv(&report).into_bytes() } else { records.json(&report, now) })
    });
    let body = made.await.map_err(|error| Failure::internal(&error))??;
    if !csv {
        return Ok(json_response(StatusCode::OK, "application/json", body));
    }
    let mut response = json_response(StatusCode::OK, "text/csv", Body::from(body));
    let attached = HeaderValue::from_static("attachment; filename=export.csv");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, attached);
    Ok(response)
}
