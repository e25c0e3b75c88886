//! `/regressions/watches`: what is watched beside what results of tools say themselves.

use access::Permission;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use rest::{Caller, Json, Query, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::may_change;
use crate::{
    regressions::{
        App,
        watches::{self, MOST_WATCHES, Wanted},
    },
    rules::{filter::keys, measures::direction},
    store::results,
};

/// No path is longer, in bytes.
const LONGEST: usize = 300;

/// What is watched.
#[derive(Debug, Serialize, ToSchema)]
pub struct Watches {
    /// By benchmark and path.
    pub watches: Vec<WatchOut>,
}

/// A place in the documents of a benchmark.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegressionWatch)]
pub struct WatchOut {
    /// The benchmark.
    pub benchmark_id: Uuid,
    /// Its image and tag.
    pub benchmark_name: String,
    /// The path, or the metric.
    pub path: String,
    /// `lower`, `higher`, or `none` where it is not watched.
    pub better: String,
    /// Who said so.
    pub author: String,
    /// When.
    #[schema(format = DateTime)]
    pub written: String,
}

/// What is to be watched, or not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchIn {
    /// The benchmark.
    benchmark_id: Uuid,
    /// A path as filters have it (`machine.score`, `runs.-1`), or the name of a metric in results of tools (`time`).
    path: String,
    /// Which way is better: `lower` or `higher`; `none` when it is not to be watched.
    better: String,
}

rest::parameters! {
    /// Which is meant.
    pub struct ThatWatch in Query {
        /// The benchmark.
        benchmark: Uuid,
        /// The path, or the metric.
        path: String,
    }
}

/// What the organisation has said; what results of tools say themselves is watched without it.
#[utoipa::path(
    get, path = "/regressions/watches", operation_id = "regression_watches", tag = "regressions",
    responses((status = 200, description = "What is watched", body = Watches)),
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    caller.allowed(&app, Permission::HostsRead).await?;
    let all = watches::list(&app.db, caller.org()).await?.into_iter().map(|(one, benchmark_name)| WatchOut {
        benchmark_id: one.benchmark,
        benchmark_name,
        path: one.path,
        better: one.better,
        author: one.author,
        written: one.written.to_string(),
    });
    Ok(json(StatusCode::OK, &Watches { watches: all.collect() }))
}

/// Has a place of the documents of a benchmark watched, or a metric not. Results that are there are read, too.
#[utoipa::path(
    put, path = "/regressions/watches", operation_id = "put_regression_watch", tag = "regressions", request_body = WatchIn,
    responses((status = 204, description = "So it is"), (status = 404, description = "There is no such benchmark", body = Problem)),
)]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Json(given): Json<WatchIn>,
) -> Result<Response, Problem> {
    if given.path.len() > LONGEST || keys(&given.path).is_none() {
        return Err(Problem::bad_request(format!(
            "`path` is a path as filters have it, at most {LONGEST} bytes: keys with dots between them"
        )));
    }
    if given.better != "none" && direction(&given.better).is_none() {
        return Err(Problem::bad_request("`better` is lower, higher or none"));
    }
    may_change(&app, &caller).await?;
    if results::schema(&app.db, given.benchmark_id).await?.is_none() {
        let detail = format!("there is no benchmark {}", given.benchmark_id);
        return Err(Problem::new(StatusCode::NOT_FOUND, detail));
    }
    let wanted = Wanted {
        benchmark: given.benchmark_id,
        path: given.path,
        better: given.better,
        author: caller.name(),
        written: app.clock.now(),
    };
    if !watches::put(&app.db, caller.org(), &wanted).await? {
        let detail = format!("there are {MOST_WATCHES} already: remove some first");
        return Err(Problem::bad_request(detail));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Forgets what was said of a place, with what was found there.
#[utoipa::path(
    delete, path = "/regressions/watches", operation_id = "remove_regression_watch", tag = "regressions", params(ThatWatch),
    responses((status = 204, description = "It is forgotten"), (status = 404, description = "Nothing was said of it", body = Problem)),
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ThatWatch>,
) -> Result<Response, Problem> {
    may_change(&app, &caller).await?;
    if watches::remove(&app.db, caller.org(), asked.benchmark, &asked.path).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Problem::new(StatusCode::NOT_FOUND, "nothing was said of that path of that benchmark"))
}
