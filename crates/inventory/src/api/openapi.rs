//! The OpenAPI document of the inventory.

use utoipa::OpenApi;

use super::routes::operations;

/// Body of most refusals (contract inventory-http §3, shape A).
pub use web::Problem;

/// The document. The committed `openapi/inventory.json` is its text.
pub fn openapi() -> utoipa::openapi::OpenApi {
    operations(true).document()
}

/// What stands around the operations in the document.
pub(super) fn around() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Host inventory",
        description = "Machines, what is known of them, and the groups they are in.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/inventory/v1")),
    security(("identity" = [])),
    tags(
        (name = "hosts", description = "Machines"),
        (name = "system_profile", description = "Values in the profiles of machines, counted"),
        (name = "tags", description = "Tags of machines"),
        (name = "groups", description = "Groups of machines; a machine is in at most one"),
        (name = "resource types", description = "What permissions may be bounded by"),
        (name = "views", description = "Saved views of machines"),
        (name = "staleness", description = "After what time without a report machines are stale, and as if deleted"),
    ),
    components(schemas(Problem)),
)]
struct Document;
