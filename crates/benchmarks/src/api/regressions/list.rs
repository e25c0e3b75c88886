//! `GET /regressions`.

use axum::{extract::State, response::Response};
use http::StatusCode;
use rest::{Caller, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{RegressionOut, page};
use crate::regressions::{
    App,
    found::{self, Asked},
};

rest::words! {
    /// Which of them.
    pub enum Standing {
        /// Neither over nor acknowledged.
        Open = "open",
        /// Acknowledged.
        Acknowledged = "acknowledged",
        /// All of them.
        All = "all",
    }
}

rest::words! {
    /// What a finding is.
    pub enum Kind {
        /// A step to the worse.
        Regression = "regression",
        /// A slow drift to the worse.
        Drift = "drift",
        /// A step where the machine changed.
        Machine = "machine",
        /// To the better.
        Improvement = "improvement",
        /// To a level that the series has gone to before.
        Bimodal = "bimodal",
    }
}

rest::parameters! {
    /// Which are asked for.
    pub struct ListRegressions in Query {
        /// `open` (neither over nor acknowledged), `acknowledged`, or `all`.
        state: Standing = Standing::Open,
        /// Only of this kind.
        kind: Option<Kind>,
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

/// Findings, the last found first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Regressions {
    /// How many there are, of the newest 1,000.
    pub total: usize,
    /// A page of them.
    pub regressions: Vec<RegressionOut>,
}

/// What was found in series of results, the last found first.
#[utoipa::path(
    get, path = "/regressions", operation_id = "regressions", tag = "regressions", params(ListRegressions),
    responses((status = 200, description = "A page", body = Regressions)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListRegressions>,
) -> Result<Response, Problem> {
    let wanted = Asked {
        benchmark: asked.benchmark,
        host: asked.host,
        kind: asked.kind.map(|kind| kind.as_str().to_owned()),
        acknowledged: match asked.state {
            Standing::Open => Some(false),
            Standing::Acknowledged => Some(true),
            Standing::All => None,
        },
    };
    let found = found::list(&app.db, caller.org(), &wanted).await?;
    let window = (asked.offset.get(), asked.limit.get());
    let (total, found, names) = page(&app, &caller, found, |found| found.series.host, window).await?;
    let regressions = found.into_iter().map(|found| RegressionOut::new(found, &names)).collect();
    Ok(json(StatusCode::OK, &Regressions { total, regressions }))
}
