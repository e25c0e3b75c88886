//! `GET /changes`: what happened, as a feed or newest first.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{ChangeQuery, Start};
use serde::Serialize;
use utoipa::ToSchema;
use web::Params;

use super::{
    App,
    caller::Caller,
    change_out::ChangeOut,
    failure::{Failure, json},
    params,
};

/// Rows of the log, and how to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes<'a> {
    /// The rows.
    pub changes: Vec<ChangeOut<'a>>,
    /// The number to give as the same parameter for the rows that follow: as `after` always there, as `before` null
    /// when there are no more.
    pub next: Option<i64>,
}

/// Rows of the log about hosts that the caller may see. With `after` oldest first: a feed without gaps, for who asks
/// again and again after `next`. Otherwise newest first.
#[utoipa::path(
    get,
    path = "/changes",
    operation_id = "changes",
    tag = "changes",
    params(
        ("after" = Option<i64>, Query, description = "The rows after this number, oldest first"),
        ("before" = Option<i64>, Query, description = "The rows before this number, newest first; not with `after`"),
        ("kind" = Option<Vec<String>>, Query, description = "`created`, `updated`, `seen`, `deleted`; all by default"),
        ("limit" = Option<i64>, Query, description = "1 to 1,000, 100 by default"),
    ),
    responses((status = 200, description = "Rows of the log", body = Changes)),
)]
pub async fn handle(State(app): State<App>, caller: Caller, asked: Params) -> Result<Response, Failure> {
    let start = match (
        params::number(&asked, "after", params::NUMBERS)?,
        params::number(&asked, "before", params::NUMBERS)?,
    ) {
        (None, None) => Start::Before(i64::MAX),
        (None, Some(seq)) => Start::Before(seq),
        (Some(seq), None) => Start::After(seq),
        (Some(_), Some(_)) => {
            return Err(Failure::bad_request(
                "the parameters `after` and `before` ask for opposite directions: give one of them",
            ));
        }
    };
    let kinds = params::kinds(&asked)?;
    let limit = params::number(&asked, "limit", 1..=1_000)?.unwrap_or(100);
    let scope = caller.hosts(&app, Permission::HostsRead).await?;

    let query = ChangeQuery { kinds, start, limit, ..ChangeQuery::newest(scope) };
    let feed = app.fleet.feed(&query).await?;
    Ok(json(&Changes { changes: feed.changes.iter().map(ChangeOut::from).collect(), next: feed.next }))
}
