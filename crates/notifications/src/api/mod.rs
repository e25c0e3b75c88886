//! The operations over HTTP. One file an operation, named after it.

pub mod channels;
pub mod dead_letters;

use access::{Access, Permission};
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
    pub(crate) async fn admit(&self, caller: &Caller, permission: Permission) -> Result<(), Problem> {
        const DETAIL: &str = "notifications are about all hosts of the organisation: a permission for some groups is not enough";
        caller.allowed_for_all(self, permission, DETAIL).await
    }
}

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
