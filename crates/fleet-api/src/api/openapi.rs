//! Every operation, and the document of all of them.

use rest::{Operations, routes};
use utoipa::OpenApi;
use web::{
    Problem,
    describe::{Identity, Refusals},
};

use super::{App, causes, changes, comparability, hosts, overview, packages, stream};

/// Every operation: the routes and the document come from this list.
pub fn operations() -> Operations<App> {
    Operations::new(Document::openapi(), &[&Identity, &Refusals])
        .routes(routes!(overview::handle))
        .routes(routes!(changes::handle))
        .routes(routes!(comparability::handle))
        .routes(routes!(causes::handle))
        .routes(routes!(causes::hosts))
        .routes(routes!(stream::handle))
        .routes(routes!(packages::handle))
        .routes(routes!(packages::versions))
        .routes(routes!(packages::hosts))
        .routes(routes!(hosts::last_change::handle))
        .routes(routes!(hosts::timeline::handle))
        .routes(routes!(hosts::state::handle))
        .routes(routes!(hosts::diff::handle))
        .routes(routes!(hosts::tags::handle))
}

/// The document. The committed `openapi/fleet.json` is its text.
pub fn openapi() -> utoipa::openapi::OpenApi {
    operations().document()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Fleet",
        description = "The fleet at a glance, what changes in it, and what it was.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/fleet/v1")),
    security(("identity" = [])),
    tags(
        (name = "fleet", description = "All hosts together"),
        (name = "changes", description = "The log: what happened, in order"),
        (name = "hosts", description = "One host and its past"),
        (name = "packages", description = "Which packages are on which hosts"),
    ),
    components(schemas(Problem)),
)]
struct Document;
