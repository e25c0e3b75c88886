//! The OpenAPI document of the operations.

use utoipa::OpenApi;

use super::{profiles, systems, version};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Historical system profiles",
        version = "1.0.0",
        description = "What machines were. Callers are known by `x-rh-identity`; refusals are `{\"message\": …}` or a problem \
                       document."
    ),
    servers((url = "/api/historical-system-profiles/v1")),
    paths(version::handle, systems::handle, profiles::handle)
)]
struct Document;

/// The document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
