//! The API on the wire: `routes.rs` is the list of operations, and each of them is a file in the folder of its area.

mod answer;
mod benchmarks;
mod call;
mod caller;
mod document;
mod entries;
mod flavors;
mod page;
mod refusal;
pub mod regressions;
mod reports;
mod results;
mod review;
mod routes;
mod show;
mod sites;
mod tags;
mod users;

use std::sync::Arc;

use access::oidc::Oidc;
use axum::Router;
use ground::Clock;
use store::Db;

use crate::{images::Images, machines::Machines, schemas::Schemas};

pub use document::document;
pub use routes::{Level, OPERATIONS, Operation};

/// What the operations work with. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// Where everything is kept.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Who is calling.
    pub callers: Callers,
    /// Entitlements of administrators; of none, nobody is one.
    pub admins: Vec<String>,
    /// Whether container images exist.
    pub images: Images,
    /// On which machines results may have run.
    pub machines: Arc<dyn Machines>,
    /// Schemas that are prepared, and where documents are held against them.
    pub schemas: Schemas,
}

/// Where callers are taken from.
#[derive(Debug)]
pub enum Callers {
    /// Bearer tokens.
    Tokens(Oidc),
    /// Who has no token is the local administrator. Only safe where nobody else can connect.
    Local(Oidc),
}

impl App {
    /// The operations over these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The routes under `base`, as `/api/v1`.
pub fn router(app: &App, base: &str) -> Router {
    routes::router(app, base)
}
