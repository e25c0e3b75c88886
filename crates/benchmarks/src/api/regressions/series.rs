//! `GET /regressions/series`.

use axum::{extract::State, response::Response};
use http::StatusCode;
use rest::{Caller, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{SeriesOut, page};
use crate::regressions::{
    App,
    found::{self, Asked},
};

rest::parameters! {
    /// Which are asked for.
    pub struct ListSeries in Query {
        /// Only of this benchmark.
        benchmark: Option<Uuid>,
        /// Only of this host.
        host: Option<Uuid>,
        /// 1 to 200, 50 by default.
        limit: Whole<1, 200> = 50.into(),
        /// So many are passed over.
        offset: Whole<0, 1_000> = 0.into(),
    }
}

/// Series that are watched, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchedSeries {
    /// How many there are, of the first 1,000.
    pub total: usize,
    /// A page of them.
    pub series: Vec<SeriesOut>,
}

/// What is watched, and what can be seen in each series.
#[utoipa::path(
    get, path = "/regressions/series", operation_id = "regression_series", tag = "regressions", params(ListSeries),
    responses((status = 200, description = "A page", body = WatchedSeries)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListSeries>,
) -> Result<Response, Problem> {
    let wanted = Asked { benchmark: asked.benchmark, host: asked.host, ..Asked::default() };
    let series = found::series(&app.db, caller.org(), &wanted).await?;
    let window = (asked.offset.get(), asked.limit.get());
    let (total, series, names) = page(&app, &caller, series, |series| series.host, window).await?;
    let series = series.into_iter().map(|series| SeriesOut::new(series, &names)).collect();
    Ok(json(StatusCode::OK, &WatchedSeries { total, series }))
}
