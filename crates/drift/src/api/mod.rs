//! The operations over HTTP.
//!
//! One file an operation, named after it. The checks stand in the order of the contract: parameters and body, then who
//! is calling, then what is asked for.

pub mod admin_status;
pub mod causes;
pub mod comparison_report;
pub mod first_api;
mod gather;
pub mod outliers;
pub mod version;

use std::sync::Arc;

use axum::{Router, routing::get};
use drift_common::{Check, Failure, Gate, Requirement};
use ground::Clock;
use http::HeaderMap;
use rest::{Api, Operations, routes};
use utoipa::OpenApi;
use uuid::Uuid;
use web::{
    Problem, Routes,
    describe::{Identity, OlderRefusals},
    openapi_routes,
};

use crate::{Machines, Sources, causes::Causes};

/// In this order a caller is looked at.
pub const CHECKS: &[Check] = &[Check::Entitlement, Check::Permission, Check::Org];
/// What everything needs.
pub const REQUIREMENT: Requirement = Requirement(&[&["drift:*:*"], &["drift:comparisons:read"]]);

/// What the operations work on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Who is let in.
    pub gate: Gate,
    /// Where records come from.
    pub sources: Arc<dyn Sources>,
    /// The machines of this program's own inventory, when it is the one that is asked.
    pub machines: Option<Machines>,
    /// Causes of drift; none where the hosts are another inventory's.
    pub causes: Option<Causes>,
    /// What time it is.
    pub clock: Clock,
    /// Makes what is random.
    pub random: fn() -> Uuid,
    /// Whether the API of 2019 compares facts that are made up for trying out.
    pub trial: bool,
    /// The base path of the API of 2019.
    pub first_base: String,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("trial", &self.trial).finish_non_exhaustive()
    }
}

impl Api for App {
    type Error = Failure;
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Comparison reports",
        description = "What differs between machines, baselines and past states.",
        version = "1.1.0",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/drift/v1")),
    security(("identity" = [])),
    tags((name = "reports", description = "Comparisons")),
    components(schemas(Problem)),
)]
struct Document;

fn operations() -> Operations<App> {
    Operations::new(Document::openapi(), &[&Identity, &OlderRefusals])
        .routes(routes!(version::handle))
        .routes(routes!(comparison_report::get_report, comparison_report::post_report))
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Causes of drift, and odd hosts",
        description = "Why machines are no longer as their baselines say, and which of many are unlike the others: a part of the native API.",
        version = "1.0.0",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/fleet/v1")),
    security(("identity" = [])),
    tags((name = "causes", description = "Causes of drift"), (name = "outliers", description = "Odd hosts")),
    components(schemas(Problem)),
)]
struct NativeDocument;

/// The base path of the native API, which the record has, too.
pub const NATIVE_BASE: &str = "/api/fleet/v1";

fn native() -> Operations<App> {
    Operations::new(NativeDocument::openapi(), &[&Identity, &OlderRefusals])
        .routes(routes!(outliers::handle))
        .routes(routes!(causes::list::handle))
        .routes(routes!(causes::hosts::handle))
        .routes(routes!(causes::rules::list, causes::rules::add))
        .routes(routes!(causes::rules::remove))
}

/// The document of what is native.
pub fn native_document() -> utoipa::openapi::OpenApi {
    native().document()
}

/// Causes of drift and odd hosts under the native API; their document is beside the causes.
pub fn native_router(app: &App) -> Router {
    let text = native_document().to_json().unwrap_or_default();
    native().routes_under(app, NATIVE_BASE).merge(openapi_routes(&format!("{NATIVE_BASE}/causes"), text))
}

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    operations().document()
}

/// The operations under each base path, the status for operators beside them, and the API of 2019 under its own.
pub fn router(app: &App, bases: &[String]) -> Router {
    let mut router = operations().router(app, bases.iter().map(String::as_str));
    for base in bases {
        let beside = base.trim_end_matches('/').rsplit_once('/').map_or("", |(beside, _)| beside);
        let admin = format!("{beside}/admin");
        let routes = Routes::under(&admin).route("/status", get(admin_status::handle)).into_router();
        router = router.merge(routes.with_state(app.clone())).merge(openapi_routes(&admin, text()));
    }
    let first =
        Routes::under(&app.first_base).route("/comparison_report", get(first_api::handle)).into_router();
    router.merge(first.with_state(app.clone()))
}

fn text() -> String {
    document().to_json().unwrap_or_default()
}

/// Who is calling.
async fn caller(app: &App, headers: &HeaderMap) -> Result<drift_common::Caller, Failure> {
    let caller = app.gate.admit(headers).await?;
    if let Some(user) = caller.identity.username.as_deref() {
        tracing::debug!("username/associate from identity header: {user}");
    }
    Ok(caller)
}
