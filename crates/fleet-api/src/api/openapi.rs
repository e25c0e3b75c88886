//! The OpenAPI document of the native API.

use utoipa::OpenApi;
use web::{
    Problem,
    describe::{Identity, Refusals},
};

use super::{changes, hosts, overview, stream};

/// The document. The committed `openapi/fleet.json` is its text.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
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
    ),
    paths(
        overview::handle,
        changes::handle,
        stream::handle,
        hosts::timeline::handle,
        hosts::state::handle,
        hosts::diff::handle,
        hosts::tags::handle,
    ),
    components(schemas(Problem)),
    modifiers(&Identity, &Refusals),
)]
struct Document;
