//! The OpenAPI document of the inventory.

use utoipa::OpenApi;
use web::describe::{Identity, Refusals};

use super::{account, groups, hosts, resource_types, system_profile, tags, validate_schema, views};

/// Body of most refusals (contract inventory-http §3, shape A).
pub use web::Problem;

/// The document. The committed `openapi/inventory.json` is its text.
pub fn openapi() -> utoipa::openapi::OpenApi {
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
    paths(
        hosts::list::handle,
        hosts::view::handle,
        views::list::handle,
        views::create::handle,
        views::get::handle,
        views::patch::handle,
        views::delete::handle,
        views::clone::handle,
        hosts::create::handle,
        hosts::check_in::handle,
        hosts::get::handle,
        hosts::patch::handle,
        hosts::delete::handle,
        hosts::delete_matching::handle,
        hosts::delete_all::handle,
        hosts::facts_merge::handle,
        hosts::facts_replace::handle,
        hosts::system_profile::handle,
        hosts::tags::handle,
        hosts::tags_count::handle,
        hosts::exists::handle,
        system_profile::operating_system::handle,
        system_profile::sap_sids::handle,
        system_profile::sap_system::handle,
        tags::handle,
        groups::list::handle,
        groups::create::handle,
        groups::get::handle,
        groups::patch::handle,
        groups::delete::handle,
        groups::list_hosts::handle,
        groups::add_hosts::handle,
        groups::remove_hosts::handle,
        groups::remove_from_any::handle,
        account::get::handle,
        account::create::handle,
        account::patch::handle,
        account::delete::handle,
        account::defaults::handle,
        resource_types::list::handle,
        resource_types::groups::handle,
        validate_schema::handle,
    ),
    components(schemas(Problem)),
    modifiers(&Identity, &Refusals),
)]
struct Document;
