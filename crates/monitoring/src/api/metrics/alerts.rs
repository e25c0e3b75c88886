//! `GET /api/v1/alerts/{environment}/{application}/{table}/{metric}`.

use axum::{
    extract::{FromRequest as _, Path, RawQuery, Request, State},
    response::Response,
};
use http::{StatusCode, header};
use rest::Caller;
use serde_json::{Map, Value, json};
use series::bins::Cell;
use web::AnyBody;

use super::data::value;
use crate::{
    api::{App, failure::LegacyFailure},
    legacy::{Key, MetricRef},
    rules::{
        alerts,
        columns::{self, Column, Table},
        moments,
    },
};

/// The most rows of an answer.
const MOST_ROWS: usize = 100_000;

/// The rows of a metric that reach a threshold: errors, and warnings below them.
#[utoipa::path(
    get, path = "/api/v1/alerts/{environment}/{application}/{table}/{metric}", operation_id = "threshold_breaches", tag = "metrics",
    params(
        ("environment" = String, Path), ("application" = String, Path), ("table" = String, Path), ("metric" = String, Path),
        ("measure" = String, Query), ("warning" = f64, Query), ("error" = f64, Query), ("start" = String, Query), ("end" = String, Query)
    ),
    responses((status = 200, description = "errors and warnings, by time"), (status = 400, description = "Parameters are wrong, all named"),
              (status = 404, description = "No such table or column"))
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path((environment, application, table, metric)): Path<(String, String, String, String)>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, LegacyFailure> {
    let body = json_body(request).await?;
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let get = |name: &str| {
        let own = pairs.iter().find(|(own, _)| own == name).map(|(_, value)| Value::from(value.as_str()));
        own.or_else(|| body.get(name).cloned())
    };
    let asked = alerts::read(get).map_err(LegacyFailure::fields)?;
    let missing = |text: String| LegacyFailure::error(StatusCode::NOT_FOUND, text);
    let table = Table::named(&table).ok_or_else(|| missing(columns::unknown_table(&table)))?;
    let column = Column::named(table, &asked.measure)
        .ok_or_else(|| missing(columns::unknown_columns(table, &[&asked.measure])))?;
    let key = Key { environment, application, metric };
    let metric = MetricRef { org: caller.org(), table, key: &key };
    let rows = app.tables.rows(metric, &[column], (asked.start, asked.end)).await?;
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let mut left_out = 0;
    for (time, row) in rows {
        let cell = row.cell(column);
        let number = match cell {
            Cell::Null => continue,
            Cell::Int(value) => value as f64,
            Cell::Float(value) => value,
        };
        let list = if number >= asked.error {
            &mut errors
        } else if number >= asked.warning {
            &mut warnings
        } else {
            continue;
        };
        if list.len() == MOST_ROWS {
            left_out += 1;
            continue;
        }
        list.push(json!({
            "metric_timestamp": moments::http_date(time), "timestamp": moments::iso(time), column.name(): value(cell),
        }));
    }
    let mut answer = json!({"errors": errors, "warnings": warnings});
    if left_out > 0 {
        answer["left_out"] = left_out.into();
    }
    Ok(web::json_response(StatusCode::OK, "application/json", answer.to_string()))
}

/// The members of a JSON body; none without one.
async fn json_body(request: Request) -> Result<Map<String, Value>, LegacyFailure> {
    if !is_json(request.headers()) {
        return Ok(Map::new());
    }
    let bad = |text: &str| LegacyFailure::error(StatusCode::BAD_REQUEST, text);
    let bytes = AnyBody::from_request(request, &()).await?.0;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(bad("the body must be a JSON object")),
        Err(problem) => Err(bad(&format!("Failed to decode JSON object: {problem}"))),
    }
}

/// Whether a request says that its body is JSON.
pub(in crate::api) fn is_json(headers: &http::HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}
