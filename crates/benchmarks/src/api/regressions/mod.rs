//! `/api/fleet/v1/regressions`: where benchmarks got worse. A part of the native API: who may is asked as there.

mod acknowledge;
mod get;
mod list;
mod series;
mod shown;
mod watches;

use access::{Access, Permission};
use axum::Router;
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
    App,
    found::{self, Regression},
};

/// The base path of the native API, which the record has, too.
pub const BASE: &str = "/api/fleet/v1";

impl Api for App {
    type Error = Problem;
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

/// What a caller may see: results that are pinned to no machine are open to everybody.
struct Reach {
    scope: Scope,
    everything: bool,
}

impl Reach {
    async fn of(app: &App, caller: &Caller) -> Result<Self, Problem> {
        let groups = caller.allowed(app, Permission::HostsRead).await?;
        let scope = Scope::reached(&caller.identity, groups);
        Ok(Self { everything: !scope.is_limited(), scope })
    }

    /// Those of these that the caller may see.
    async fn seen<T>(
        &self,
        app: &App,
        mut all: Vec<T>,
        host: fn(&T) -> Option<HostId>,
    ) -> Result<Vec<T>, Problem> {
        let hosts = distinct(all.iter().filter_map(host));
        if !self.everything && !hosts.is_empty() {
            let reached = app.fleet.reached(&self.scope, &hosts).await?;
            all.retain(|one| host(one).is_none_or(|host| reached.contains(&host)));
        }
        Ok(all)
    }
}

/// A page of what the caller may see, with how much that is and the names of its hosts.
async fn page<T>(
    app: &App,
    caller: &Caller,
    all: Vec<T>,
    host: fn(&T) -> Option<HostId>,
    (offset, limit): (i64, i64),
) -> Result<(usize, Vec<T>, Names), Problem> {
    let seen = Reach::of(app, caller).await?.seen(app, all, host).await?;
    let total = seen.len();
    let page: Vec<T> = seen.into_iter().skip(offset as usize).take(limit as usize).collect();
    let names = names(app, caller, page.iter().filter_map(host)).await?;
    Ok((total, page, names))
}

fn distinct(hosts: impl Iterator<Item = HostId>) -> Vec<HostId> {
    let mut hosts: Vec<HostId> = hosts.collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// Who changes what is watched or acknowledged: those who may change what is told, for all hosts.
async fn may_change(app: &App, caller: &Caller) -> Result<(), Problem> {
    const DETAIL: &str =
        "this is for all hosts of the organisation: a permission for some of them is not enough";
    caller.allowed_for_all(app, Permission::NotificationsWrite, DETAIL).await
}

async fn names(app: &App, caller: &Caller, hosts: impl Iterator<Item = HostId>) -> Result<Names, Problem> {
    let hosts = distinct(hosts);
    if hosts.is_empty() {
        return Ok(Names::new());
    }
    let found = app.fleet.hosts_by_id(caller.org(), &hosts).await?;
    Ok(found.into_iter().map(|(_, host)| (host.id, host.display_name)).collect())
}

/// One that the caller may see.
async fn find(app: &App, caller: &Caller, id: Uuid) -> Result<(Regression, Reach), Problem> {
    let reach = Reach::of(app, caller).await?;
    let found: Vec<_> = found::get(&app.db, caller.org(), id).await?.into_iter().collect();
    match reach.seen(app, found, |found| found.series.host).await?.pop() {
        Some(found) => Ok((found, reach)),
        None => Err(Problem::new(StatusCode::NOT_FOUND, format!("there is no regression {id}"))),
    }
}
