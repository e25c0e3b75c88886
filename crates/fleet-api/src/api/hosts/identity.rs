//! `GET /hosts/{id}/identity`: by which facts a host is recognised, and which reports were.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{CanonicalFacts, Change, Hardware, MatchedOn};
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Path, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use crate::api::{
    App,
    change_out::shown,
    collisions::CollisionOut,
    failure::Failure,
    parameters::{HostPath, Id, Seq},
};

/// By which facts a host is recognised, and which reports were.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityOut<'a> {
    /// The facts that it has now, or had last.
    #[schema(value_type = Object)]
    pub facts: &'a CanonicalFacts,
    /// The reports that were taken for it, the newest first. Those that changed nothing are removed from the log early.
    pub matches: Vec<MatchOut<'a>>,
    /// The number to give as `before` for those that follow; null when there are no more.
    pub next: Option<i64>,
    /// Why it may be two machines; null when nothing says so.
    pub collision: Option<CollisionOut>,
}

/// A report that was taken for a host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Match)]
pub struct MatchOut<'a> {
    /// Its row of the log.
    pub seq: i64,
    /// When.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `created`, `updated` or `seen`.
    pub kind: &'static str,
    /// Why the row was written.
    pub cause: &'a str,
    /// Whose report it was.
    pub reporter: Option<&'a str>,
    /// On which fact it matched: `provider_id`, `subscription_manager_id`, `insights_id`, or `pinned` where somebody decided so; null
    /// for the report that made the host.
    pub matched: Option<&'static str>,
    /// What the machine said of its hardware.
    #[schema(value_type = Object)]
    pub hardware: Hardware,
}

rest::parameters! {
    /// Which reports are asked for.
    pub struct ListMatches in Query {
        /// Those before this number; the newest by default.
        before: Option<Seq>,
        /// 1 to 1,000, 50 by default.
        limit: Whole<1, 1_000> = 50.into(),
    }
}

/// By which facts a host is recognised, and which reports were, on which fact and when.
#[utoipa::path(
    get,
    path = "/hosts/{id}/identity",
    operation_id = "host_identity",
    tag = "hosts",
    params(HostPath, ListMatches),
    responses(
        (status = 200, description = "Facts and reports", body = IdentityOut),
        (status = 404, description = "No such host was ever known", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(HostPath { id: Id(id) }): Path<HostPath>,
    Query(asked): Query<ListMatches>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if !app.fleet.reaches(&scope, id).await? {
        return Err(super::unknown(id));
    }
    let limit = asked.limit.get();
    let before = asked.before.map_or(i64::MAX, Seq::get);
    let rows = app.fleet.changes_of(scope.org(), id, before, limit).await?;
    let next = rows.last().filter(|_| rows.len() as i64 == limit).map(|row| row.seq);
    let newest = app.fleet.newest_state(scope.org(), id).await?.ok_or_else(|| super::unknown(id))?;
    let (collisions, _) = app.fleet.collisions(&scope, Some(id), 1, 0).await?;
    let is_report =
        |row: &&Change| matches!(row.cause.as_str(), "report" | "profile" | "volatile" | "check-in");
    let matches = rows.iter().filter(is_report).map(MatchOut::from).collect();
    let collision = collisions.into_iter().next().map(CollisionOut::from);
    let answer = IdentityOut { facts: &newest.host.canonical_facts, matches, next, collision };
    Ok(json(StatusCode::OK, &answer))
}

impl<'a> From<&'a Change> for MatchOut<'a> {
    fn from(row: &'a Change) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            kind: row.kind.name(),
            cause: &row.cause,
            reporter: row.reporter.as_deref(),
            matched: row.matched.map(MatchedOn::name),
            hardware: Hardware::of(&row.host.canonical_facts, None),
        }
    }
}
