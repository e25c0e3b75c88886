//! `/api/fleet/v1/regressions`: where benchmarks got worse. A part of the native API: who may is asked as there.

mod acknowledge;
mod get;
mod list;
mod series;
mod shown;
mod watches;

use std::collections::HashMap;

use access::{Access, GroupScope, Kind, Permission};
use axum::{
    Router,
    response::{IntoResponse, Response},
};
use fleet::Scope;
use ground::HostId;
use http::StatusCode;
use rest::{Api, Caller, Guarded, Operations, routes};
use utoipa::OpenApi;
use uuid::Uuid;
use web::{
    Problem,
    describe::{Identity, Refusals},
    openapi_routes,
};

use self::shown::{Names, RegressionOut, SeriesOut};
use crate::regressions::{
    App, Failed,
    found::{self, Regression, Series},
};

/// The base path of the native API, which the record has, too.
pub const BASE: &str = "/api/fleet/v1";

/// An answer other than success.
#[derive(Debug)]
pub struct Failure(Problem);

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self(rest::failed(&error, error.is_transient()))
    }
}

impl From<fleet::Error> for Failure {
    fn from(error: fleet::Error) -> Self {
        Self(rest::failed(&error, error.is_transient()))
    }
}

impl From<Failed> for Failure {
    fn from(error: Failed) -> Self {
        Self(rest::failed(&error, false))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl Api for App {
    type Error = Failure;
}

impl Guarded for App {
    fn access(&self) -> &Access {
        &self.access
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Regressions",
        description = "Where metrics of benchmarks got worse, on which machines, and what changed there: a part of the native API.",
        version = "1.0.0",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/fleet/v1")),
    security(("identity" = [])),
    tags((name = "regressions", description = "Regressions of benchmarks")),
    components(schemas(Problem)),
)]
struct Document;

/// The operations.
pub fn operations() -> Operations<App> {
    Operations::new(Document::openapi(), &[&Identity, &Refusals])
        .routes(routes!(list::handle))
        .routes(routes!(series::handle))
        .routes(routes!(watches::list, watches::put, watches::delete))
        .routes(routes!(get::handle))
        .routes(routes!(acknowledge::put, acknowledge::delete))
}

/// The operations beside the rest of the native API; their document is beside them.
pub fn router(app: &App) -> Router {
    let text = operations().document().to_json().unwrap_or_default();
    operations().routes_under(app, BASE).merge(openapi_routes(&format!("{BASE}/regressions"), text))
}

rest::parameters! {
    /// The regression that the path names.
    pub struct RegressionPath in Path {
        /// Its id.
        id: Uuid,
    }
}

/// The hosts that a caller reaches, as far as they were asked for.
struct Reach {
    scope: Scope,
    everything: bool,
    known: HashMap<HostId, bool>,
}

impl Reach {
    async fn of(app: &App, caller: &Caller) -> Result<Self, Failure> {
        let groups = caller.allowed(app, Permission::HostsRead).await?;
        let everything = groups == GroupScope::All && caller.identity.owner().is_none();
        Ok(Self { scope: Scope::reached(&caller.identity, groups), everything, known: HashMap::new() })
    }

    /// Whether the caller may see a series: results that are pinned to no machine are open to everybody.
    async fn sees(&mut self, app: &App, series: &Series) -> Result<bool, Failure> {
        let Some(host) = series.host.filter(|_| !self.everything) else { return Ok(true) };
        if let Some(reached) = self.known.get(&host) {
            return Ok(*reached);
        }
        let reached = app.fleet.reaches(&self.scope, host).await?;
        self.known.insert(host, reached);
        Ok(reached)
    }
}

/// Who changes what is watched or acknowledged: those who may change what is told, for all hosts.
async fn may_change(app: &App, caller: &Caller) -> Result<(), Failure> {
    match caller.allowed(app, Permission::NotificationsWrite).await? {
        GroupScope::All => Ok(()),
        GroupScope::Only { .. } => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "this is for all hosts of the organisation: a permission for some of them is not enough",
        )
        .into()),
    }
}

/// Who says something, for those who read it.
fn author(caller: &Caller) -> String {
    let name = match &caller.identity.kind {
        Kind::User(user) => user.username.as_deref().or(user.email.as_deref()),
        Kind::ServiceAccount { username, .. } => Some(username.as_str()),
        _ => None,
    };
    name.unwrap_or(access::UNNAMED).chars().take(255).collect()
}

async fn names(app: &App, caller: &Caller, hosts: impl Iterator<Item = HostId>) -> Result<Names, Failure> {
    let mut hosts: Vec<HostId> = hosts.collect();
    hosts.sort_unstable();
    hosts.dedup();
    if hosts.is_empty() {
        return Ok(Names::new());
    }
    let found = app.fleet.hosts_by_id(caller.org(), &hosts).await?;
    Ok(found.into_iter().map(|(_, host)| (host.id, host.display_name)).collect())
}

/// One that the caller may see.
async fn find(app: &App, caller: &Caller, id: Uuid) -> Result<(Regression, Reach), Failure> {
    let mut reach = Reach::of(app, caller).await?;
    let missing = || Problem::new(StatusCode::NOT_FOUND, format!("there is no regression {id}"));
    let found = found::get(&app.db, caller.org(), id).await?.ok_or_else(missing)?;
    if reach.sees(app, &found.series).await? { Ok((found, reach)) } else { Err(missing().into()) }
}
