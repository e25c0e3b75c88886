//! `GET /hosts`: the hosts that a question is true of.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{Direction, HostQuery, HostsThen, OrderBy};
use http::StatusCode;
use rest::{Caller, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use super::listed::ListedHost;
use crate::api::{App, failure::Failure, selected::Selected};

/// Hosts, and how many there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedHosts {
    /// How many there are.
    pub total: i64,
    /// Those that were asked for, by name.
    pub hosts: Vec<ListedHost>,
}

rest::parameters! {
    /// Which hosts are asked for.
    pub struct ListHosts in Query {
        /// How many are left out at the beginning.
        offset: Whole<0, 1_000_000> = 0.into(),
        /// 0 to 100, 50 by default; 0 only counts them.
        limit: Whole<0, 100> = 50.into(),
    } with { selected: Selected }
}

/// The hosts that the caller may see for which a question is true, by name. Those that no longer report are not among them. With `as_of`
/// those that there were then, from the report that made them until they were deleted, as the log tells; a last check-in that changed
/// nothing may be missing there.
#[utoipa::path(
    get,
    path = "/hosts",
    operation_id = "hosts",
    tag = "hosts",
    params(ListHosts),
    responses(
        (status = 200, description = "The hosts", body = ListedHosts),
        (status = 400, description = "The text is no question: where, and what would be right; or the log does not tell that of the past", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListHosts>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if let Some((scope, question, at)) = asked.selected.then(&scope) {
        let (offset, limit) = (asked.offset.get() as usize, asked.limit.get() as usize);
        let hosts = app.fleet.hosts_as_of(scope, question, at, offset, limit).await?;
        return Ok(json(StatusCode::OK, &ListedHosts::of_states(&hosts)));
    }
    let mut query = app.selected(scope, &asked.selected).await?;
    (query.offset, query.limit) = (asked.offset.get(), asked.limit.get());
    Ok(json(StatusCode::OK, &ListedHosts::read(&app, query).await?))
}

impl ListedHosts {
    /// The page of hosts as they were at a moment.
    pub fn of_states(then: &HostsThen) -> Self {
        Self { total: then.total as i64, hosts: then.hosts.iter().map(ListedHost::of_state).collect() }
    }

    /// The page that a question asks for, by name.
    pub async fn read(app: &App, mut query: HostQuery) -> Result<Self, Failure> {
        query.order = (OrderBy::DisplayName, Direction::Ascending);
        let page = app.fleet.refs(&query).await?;
        let ids: Vec<_> = page.hosts.iter().map(|host| host.id).collect();
        let found = app.fleet.hosts_by_id(query.scope.org(), &ids).await?;
        let mut hosts: Vec<ListedHost> = found.iter().map(|(_, host)| host.into()).collect();
        hosts.sort_by_key(|host| ids.iter().position(|id| id.0 == host.id));
        Ok(Self { total: page.total, hosts })
    }
}
