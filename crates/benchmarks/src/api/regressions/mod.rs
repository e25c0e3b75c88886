//! `/api/fleet/v1/regressions`: where benchmarks got worse. A part of the native API: who may is asked as there.

mod acknowledge;
mod get;
mod list;
mod series;
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
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;
use web::{
    Problem,
    describe::{Identity, Refusals},
    openapi_routes,
};

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

/// A series: one metric of one benchmark on one machine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegressionSeries)]
pub struct SeriesOut {
    /// Its id.
    pub id: Uuid,
    /// The benchmark.
    pub benchmark_id: Uuid,
    /// Its image and tag.
    pub benchmark_name: String,
    /// The host that the results are pinned to; null where they are pinned to none.
    pub host_id: Option<Uuid>,
    /// The name of that host; null where it is gone.
    pub host_name: Option<String>,
    /// The flavor, where the results are pinned to no host.
    pub flavor_id: Option<Uuid>,
    /// The name of that flavor.
    pub flavor_name: Option<String>,
    /// What was measured, with its parameters; empty where the benchmark measures one thing.
    pub name: String,
    /// The metric, or the path in the documents.
    pub metric: String,
    /// The unit; empty where it is not known.
    pub unit: String,
    /// `lower` or `higher`.
    pub better: String,
    /// The level now; null while nothing was read.
    pub level: Option<f64>,
    /// How far points scatter, as a share of the level.
    pub noise: Option<f64>,
    /// The step that is found within ten points nine times in ten, as a share of the level; null while there are too few points.
    pub visible: Option<f64>,
    /// Whether the last points stand beyond everything before: worth another run.
    pub suspected: bool,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Regression)]
pub struct RegressionOut {
    /// Its id.
    pub id: Uuid,
    /// `regression` (a step), `drift` (slowly), `machine` (a step where the machine changed), `improvement`, `bimodal` (to a level that
    /// the series has gone to before).
    pub kind: String,
    /// In which series.
    pub series: SeriesOut,
    /// When the first changed result ran.
    #[schema(format = DateTime)]
    pub at: String,
    /// When the result ran with which it was found.
    #[schema(format = DateTime)]
    pub found: String,
    /// The level before.
    pub before: f64,
    /// The level after.
    pub after: f64,
    /// The change in percent of the level before; null where that is 0.
    pub change_percent: Option<f64>,
    /// The last result before; null where there is none.
    pub good_result_id: Option<Uuid>,
    /// The first changed result.
    pub bad_result_id: Uuid,
    /// How many changes of the host there were from the last result before up to that with which it was found.
    pub host_changes: i64,
    /// Since when the old level is back; null while it is not.
    #[schema(format = DateTime)]
    pub ended: Option<String>,
    /// When somebody acknowledged it; null while nobody did.
    #[schema(format = DateTime)]
    pub acknowledged: Option<String>,
    /// Who did.
    pub acknowledged_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

type Names = HashMap<HostId, String>;

impl SeriesOut {
    fn new(series: Series, names: &Names) -> Self {
        Self {
            id: series.id,
            benchmark_id: series.benchmark,
            benchmark_name: series.benchmark_name,
            host_id: series.host.map(|host| host.0),
            host_name: series.host.and_then(|host| names.get(&host).cloned()),
            flavor_id: series.flavor,
            flavor_name: series.flavor_name,
            name: series.name,
            metric: series.metric,
            unit: series.unit,
            better: series.better,
            level: series.level,
            noise: series.noise,
            visible: series.visible,
            suspected: series.suspected,
        }
    }
}

impl RegressionOut {
    fn new(found: Regression, names: &Names) -> Self {
        let change_percent = found.percent();
        let (acknowledged, acknowledged_by, reason) = match found.acknowledged {
            Some((when, who, why)) => (Some(when.to_string()), Some(who), Some(why)),
            None => (None, None, None),
        };
        Self {
            id: found.id,
            kind: found.kind,
            series: SeriesOut::new(found.series, names),
            at: found.at.to_string(),
            found: found.found.to_string(),
            before: found.before,
            after: found.after,
            change_percent,
            good_result_id: found.good,
            bad_result_id: found.bad,
            host_changes: found.host_changes,
            ended: found.ended.map(|at| at.to_string()),
            acknowledged,
            acknowledged_by,
            reason,
        }
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
