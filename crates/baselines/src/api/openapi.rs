//! The OpenAPI document of the public operations.

use serde_json::Value;
use utoipa::{Modify as _, OpenApi, ToSchema};
use web::{
    Problem,
    describe::{Identity, OlderRefusals},
};

use super::{baselines, systems, version};
use crate::rules::facts::Fact;

/// What a baseline is made from: one of facts, a host and a historical profile; nothing of them makes an empty one.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes a body")]
pub struct NewBaselineIn {
    /// 1 to 200 characters; one of a kind in the organisation.
    display_name: String,
    /// Its facts.
    baseline_facts: Option<Vec<Fact>>,
    /// The host that it is made from.
    inventory_uuid: Option<String>,
    /// The historical profile that it is made from.
    hsp_uuid: Option<String>,
}

/// What becomes of a baseline.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes a body")]
pub struct PatchIn {
    /// Its name, also when it stays.
    display_name: String,
    /// A JSON patch (RFC 6902) of its facts, whose root is their list.
    #[schema(value_type = Vec<Object>)]
    facts_patch: Vec<Value>,
    /// Whether drift of its systems is told.
    notifications_enabled: Option<bool>,
}

/// Baselines.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes a body")]
pub struct BaselineIds {
    /// Their ids.
    baseline_ids: Vec<String>,
}

/// Systems.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes a body")]
pub struct SystemIds {
    /// Their ids.
    system_ids: Vec<String>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "System baselines",
        version = "1.1.0",
        description = "What machines should be, and for which machines. Callers are known by `x-rh-identity`; refusals are \
                       `{\"message\": …}` or a problem document."
    ),
    components(schemas(Problem)),
    security(("identity" = [])),
    servers((url = "/api/system-baseline/v1")),
    paths(
        version::handle,
        baselines::list::handle,
        baselines::create::handle,
        baselines::get::handle,
        baselines::copy::handle,
        baselines::patch::handle,
        baselines::delete::of_path,
        baselines::delete::of_body,
        systems::list::handle,
        systems::add::handle,
        systems::remove::of_path,
        systems::remove::of_body,
        systems::baselines::handle,
    )
)]
struct Document;

/// The document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    Identity.modify(&mut document);
    OlderRefusals.modify(&mut document);
    document
}
