//! The operations over HTTP, one file each.

mod answer;
pub mod begin;
pub mod come_back;
pub mod log_out;
pub mod session;

use access::oidc::Identities;
use axum::{Router, routing::get};
use rest::{Api, Operations, routes};
use utoipa::OpenApi;
use web::{Problem, describe::Refusals};

use crate::Sessions;

/// Where the operations are.
pub const BASE: &str = "/api/login/v1";

/// Where providers send browsers back to; the address that clients of EOSC Performance have registered.
pub const COME_BACK: &str = "/oidc-redirect";

/// What the operations work on. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// How callers become known: `local`, `gateway` or `oidc`.
    pub mode: &'static str,
    /// Sessions; none where nobody logs in.
    pub sessions: Option<Sessions>,
    /// What people are here.
    pub identities: Identities,
    /// Pairs of an issuer and what people know it by.
    pub names: Vec<(String, String)>,
}

impl App {
    /// What people know an issuer by: its host where nothing else is said.
    fn name_of(&self, issuer: &str) -> String {
        let same = |named: &str| named.trim_end_matches('/') == issuer.trim_end_matches('/');
        let said = self.names.iter().find(|(named, _)| same(named)).map(|(_, name)| name.clone());
        let host = || issuer.split("://").nth(1)?.split('/').next().map(str::to_owned);
        said.or_else(host).unwrap_or_else(|| issuer.to_owned())
    }

    /// Removes sessions that have ended.
    pub async fn remove_ended(&self) -> store::Result<u64> {
        match &self.sessions {
            Some(sessions) => sessions.remove_ended().await,
            None => Ok(0),
        }
    }
}

impl Api for App {
    type Error = Problem;
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Log-in",
        description = "Logging in to the pages. Programs send a bearer token with each request instead.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/login/v1")),
    tags((name = "login", description = "Who is logged in")),
    components(schemas(Problem)),
)]
struct Document;

/// Every operation.
pub fn operations() -> Operations<App> {
    Operations::new(Document::openapi(), &[&Refusals])
        .routes(routes!(session::handle, log_out::handle))
        .routes(routes!(begin::handle))
}

/// The routes under each base, and the address that providers send browsers back to.
pub fn router(app: &App, bases: &[String]) -> Router {
    let come_back = Router::new().route(COME_BACK, get(come_back::handle)).with_state(app.clone());
    operations().router(app, bases.iter().map(String::as_str)).merge(come_back)
}
