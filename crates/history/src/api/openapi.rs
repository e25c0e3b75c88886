//! The OpenAPI document of the operations.

use utoipa::{Modify as _, OpenApi};
use web::{
    Problem,
    describe::{Identity, OlderRefusals},
};

use super::{profiles, systems, version};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Historical system profiles",
        version = "1.0.0",
        description = "What machines were. Callers are known by `x-rh-identity`; refusals are `{\"message\": …}` or a problem \
                       document."
    ),
    components(schemas(Problem)),
    security(("identity" = [])),
    servers((url = "/api/historical-system-profiles/v1")),
    paths(version::handle, systems::handle, profiles::handle)
)]
struct Document;

/// The document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    Identity.modify(&mut document);
    OlderRefusals.modify(&mut document);
    document
}
