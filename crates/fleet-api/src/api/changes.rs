//! `GET /changes`: what happened, as a feed or newest first.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{ChangeQuery, Start};
use http::StatusCode;
use rest::{Caller, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    App,
    change_out::ChangeOut,
    failure::Failure,
    parameters::{RowKind, Seq, kinds},
    selected::Happened,
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

rest::parameters! {
    /// Which rows are asked for.
    pub struct ListChanges in Query {
        /// The rows after this number, oldest first.
        after: Option<Seq>,
        /// The rows before this number, newest first; not with `after`.
        before: Option<Seq>,
        /// `created`, `updated`, `seen`, `deleted`; all by default.
        kind: Vec<RowKind>,
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
    } with { happened: Happened }
}

/// Rows of the log about hosts that the caller may see. With `after` oldest first: a feed without gaps, for who asks
/// again and again after `next`. Otherwise newest first. With `q` or `tag` only rows about hosts that are so now.
#[utoipa::path(
    get,
    path = "/changes",
    operation_id = "changes",
    tag = "changes",
    params(ListChanges),
    responses((status = 200, description = "Rows of the log", body = Changes)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListChanges>,
) -> Result<Response, Failure> {
    let start = match (asked.after, asked.before) {
        (None, None) => Start::Before(i64::MAX),
        (None, Some(seq)) => Start::Before(seq.get()),
        (Some(seq), None) => Start::After(seq.get()),
        (Some(_), Some(_)) => {
            return Err(Failure::bad_request(
                "the parameters `after` and `before` ask for opposite directions: give one of them",
            ));
        }
    };
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let (kinds, limit) = (kinds(&asked.kind), asked.limit.get());
    let hosts = asked.happened.hosts(&app, &scope).await?;
    let query = ChangeQuery { kinds, start, hosts, limit, ..ChangeQuery::newest(scope) };
    let feed = app.fleet.feed(&query).await?;
    Ok(json(
        StatusCode::OK,
        &Changes { changes: feed.changes.iter().map(ChangeOut::from).collect(), next: feed.next },
    ))
}
