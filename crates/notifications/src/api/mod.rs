//! The operations over HTTP. One file an operation, named after it.

pub mod channels;
pub mod dead_letters;

use access::{Access, GroupScope, Permission};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use notify::Queue;
use rest::{Api, Caller, Guarded, Operations, routes};
use utoipa::OpenApi;
use web::{
    Problem,
    describe::{Identity, Refusals},
};

/// What the operations work on. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The queue and its channels.
    pub queue: Queue,
    /// Who is let in.
    pub access: Access,
}

impl App {
    /// Refuses who may not for the whole organisation: notifications are about all of its hosts.
    pub(crate) async fn admit(&self, caller: &Caller, permission: Permission) -> Result<(), Failure> {
        match caller.allowed(self, permission).await? {
            GroupScope::All => Ok(()),
            GroupScope::Only { .. } => Err(Problem::new(
                StatusCode::FORBIDDEN,
                "notifications are about all hosts of the organisation: a permission for some groups is not enough",
            )
            .into()),
        }
    }
}

/// An answer other than success; always `application/problem+json`.
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
        title = "Notifications",
        description = "Where an organisation is told what happened, and what could not be delivered.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/notifications/v1")),
    security(("identity" = [])),
    tags(
        (name = "channels", description = "Where notifications go"),
        (name = "dead letters", description = "What could not be delivered"),
    ),
    components(schemas(Problem)),
)]
struct Document;

/// Every operation: the routes and the document come from this list.
pub fn operations() -> Operations<App> {
    Operations::new(Document::openapi(), &[&Identity, &Refusals])
        .routes(routes!(channels::list))
        .routes(routes!(channels::put, channels::delete))
        .routes(routes!(channels::test))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::resend))
        .routes(routes!(dead_letters::delete))
}
