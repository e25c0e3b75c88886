//! `POST /write` and `POST /api/v2/write`: Influx line protocol (contract metrics §14.6).

use axum::{
    extract::{RawQuery, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use web::Problem;

use super::{body, encoding, keep, reasons};
use crate::{
    api::{App, caller::Of},
    batch::Refused,
    doors::{BadBody, line, unpack},
};

/// Points of a client of `InfluxDB` 1. Lines that cannot be read are named; the others are kept.
#[utoipa::path(
    post, path = "/write", operation_id = "influx_write_v1", tag = "in",
    params(("precision" = Option<String>, Query, description = "n, u, ms, s, m or h; nanoseconds otherwise")),
    request_body(content_type = "text/plain", description = "Lines", content = String),
    responses((status = 204, description = "All points are stored"), (status = 400, description = "Some lines were refused"))
)]
pub async fn handle_v1(
    State(app): State<App>,
    Of(tenant): Of,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let outcome = write(&app, tenant, query.as_deref(), &headers, request).await?;
    Ok(match outcome {
        Ok(refused) if refused.is_empty() => StatusCode::NO_CONTENT.into_response(),
        Ok(refused) => answer(&json!({"error": format!("partial write: {}", reasons(&refused))})),
        Err(problem) => answer(&json!({"error": problem.0})),
    })
}

/// Points of a client of `InfluxDB` 2.
#[utoipa::path(
    post, path = "/api/v2/write", operation_id = "influx_write_v2", tag = "in",
    params(("precision" = Option<String>, Query, description = "ns, us, ms or s")),
    request_body(content_type = "text/plain", description = "Lines", content = String),
    responses((status = 204, description = "All points are stored"), (status = 400, description = "Some lines were refused"))
)]
pub async fn handle_v2(
    State(app): State<App>,
    Of(tenant): Of,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let outcome = write(&app, tenant, query.as_deref(), &headers, request).await?;
    let refusal = |message: String| answer(&json!({"code": "invalid", "message": message}));
    Ok(match outcome {
        Ok(refused) if refused.is_empty() => StatusCode::NO_CONTENT.into_response(),
        Ok(refused) => refusal(format!("partial write: {}", reasons(&refused))),
        Err(problem) => refusal(problem.0),
    })
}

/// Whether somebody is there, as clients ask before they write.
#[utoipa::path(
    get, path = "/ping", operation_id = "influx_ping", tag = "in",
    responses((status = 204, description = "Somebody is there"))
)]
pub async fn ping(_: Of) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn write(
    app: &App,
    tenant: crate::batch::Tenant,
    query: Option<&str>,
    headers: &HeaderMap,
    request: Request,
) -> Result<Result<Vec<Refused>, BadBody>, Problem> {
    let named = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("precision="))
        .filter(|precision| !precision.is_empty());
    let Some(precision) = line::precision(named) else {
        return Ok(Err(BadBody(format!(
            "precision {:?} is not known: ns, us, ms or s",
            named.unwrap_or_default()
        ))));
    };
    let bytes = body(app, request).await?;
    let plain = match encoding(headers) {
        "" | "identity" => bytes.to_vec(),
        "gzip" => match unpack::gzip(&bytes) {
            Ok(plain) => plain,
            Err(problem) => return Ok(Err(problem)),
        },
        _ => return Ok(Err(BadBody("the content encoding must be gzip or none".to_owned()))),
    };
    let Ok(text) = String::from_utf8(plain) else {
        return Ok(Err(BadBody("the lines must be UTF-8".to_owned())));
    };
    let batch = line::read(&text, precision, app.now(), &app.limits);
    keep(app, tenant, batch).await.map(Ok)
}

fn answer(body: &serde_json::Value) -> Response {
    web::json_response(StatusCode::BAD_REQUEST, "application/json", body.to_string())
}
