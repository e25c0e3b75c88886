//! `GET /api/v1/metrics/{table}/{environment}/{application}/{metric}`.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::StatusCode;
use rest::Caller;
use serde_json::{Value, json};
use series::bins::{self, Cell, Wanted};

use crate::{
    api::{App, failure::LegacyFailure},
    legacy::{Key, MetricRef},
    rules::{
        columns::{self, Table},
        moments, times,
    },
};

/// How many rows are wanted when the request does not say.
const DEFAULT_SIZE: u64 = 1000;

const DAY: i64 = 86_400_000;

/// The rows of a metric, reduced when there are more than wanted.
#[utoipa::path(
    get, path = "/api/v1/metrics/{table}/{environment}/{application}/{metric}", operation_id = "metric_data", tag = "metrics",
    params(
        ("table" = String, Path), ("environment" = String, Path), ("application" = String, Path), ("metric" = String, Path),
        ("columns" = String, Query, description = "Names with commas between them"),
        ("size" = Option<String>, Query, description = "How many rows are wanted; 1000 otherwise"),
        ("start_timestamp" = Option<String>, Query), ("end_timestamp" = Option<String>, Query)
    ),
    responses((status = 200, description = "Rows: time, then the columns in the order of the request"),
              (status = 400, description = "A parameter is wrong"), (status = 404, description = "No such table or column"))
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path((table, environment, application, metric)): Path<(String, String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, LegacyFailure> {
    let bad = |text: &str| LegacyFailure::error(StatusCode::BAD_REQUEST, text);
    let missing = |text: String| LegacyFailure::error(StatusCode::NOT_FOUND, text);
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let get = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let names = columns::listed(get("columns").unwrap_or_default());
    if names.is_empty() {
        return Err(bad("You must specify at least one column"));
    }
    let time =
        |name: &str| get(name).map(|text| times::parse(text).ok_or_else(|| bad(&format!("Invalid {name}"))));
    let given_start = time("start_timestamp").transpose()?;
    let end = time("end_timestamp").transpose()?.unwrap_or_else(|| app.now());
    let start = given_start.unwrap_or(end - DAY);
    let table = Table::named(&table).ok_or_else(|| missing(columns::unknown_table(&table)))?;
    let asked = columns::columns(table, &names)
        .map_err(|unknown| missing(columns::unknown_columns(table, &unknown)))?;
    let size = size(get("size")).ok_or_else(|| bad("size must be greater than 0"))?;
    let key = Key { environment, application, metric };
    let metric = MetricRef { org: caller.org(), table, key: &key };
    let rows = app.tables.rows(metric, &asked, (start, end)).await?;
    let times: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let cells: Vec<bins::Column> = asked
        .iter()
        .map(|column| bins::Column {
            aggregate: column.aggregate(),
            cells: rows.iter().map(|(_, row)| row.cell(*column)).collect(),
        })
        .collect();
    let reduced = bins::bin(&times, &cells, Wanted { start, end, size });
    let shown: Vec<Value> = (0..reduced.times.len())
        .map(|n| {
            let values = reduced.columns.iter().map(|column| value(column[n]));
            [Value::from(moments::iso(reduced.times[n]))].into_iter().chain(values).collect()
        })
        .collect();
    let body = json!({"data": {
        "application": key.application, "columns": names, "environment": key.environment, "metric": key.metric,
        "rows": shown, "table": table.name(),
    }});
    Ok(web::json_response(StatusCode::OK, "application/json", body.to_string()))
}

/// How many rows are wanted: what is no whole number is the default; `None` for one that is not positive.
fn size(text: Option<&str>) -> Option<u64> {
    let text = text.unwrap_or_default().trim().replace('_', "");
    let Ok(size) = text.parse::<i64>() else { return Some(DEFAULT_SIZE) };
    u64::try_from(size).ok().filter(|size| *size > 0)
}

/// A cell as JSON; what is no finite number is null.
pub(super) fn value(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(value) => value.into(),
        Cell::Float(value) => serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_is_no_number_is_the_default() {
        assert_eq!(size(None), Some(1000));
        assert_eq!(
            (size(Some("1.5")), size(Some("abc")), size(Some(" +7 "))),
            (Some(1000), Some(1000), Some(7))
        );
        assert_eq!((size(Some("0")), size(Some("-3"))), (None, None));
    }
}
