//! Every operation, and the document of all of them.

use rest::{Operations, routes};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use web::{
    Problem,
    describe::{Identity, Refusals},
};

use super::{
    App, addresses, agents, audit, causes, changes, collisions, comparability, completions, hosts,
    identity_changes, overview, packages, stream, tokens,
};

/// Every operation: the routes and the document come from this list.
pub fn operations() -> Operations<App> {
    Operations::new(Document::openapi(), &[&Identity, &Tokens, &Refusals])
        .routes(routes!(overview::handle))
        .routes(routes!(changes::handle))
        .routes(routes!(comparability::handle))
        .routes(routes!(causes::handle))
        .routes(routes!(causes::hosts))
        .routes(routes!(stream::handle))
        .routes(routes!(packages::handle))
        .routes(routes!(packages::versions))
        .routes(routes!(packages::hosts))
        .routes(routes!(addresses::handle))
        .routes(routes!(completions::handle))
        .routes(routes!(hosts::list::handle))
        .routes(routes!(hosts::last_change::handle))
        .routes(routes!(hosts::timeline::handle))
        .routes(routes!(hosts::state::handle))
        .routes(routes!(hosts::diff::handle))
        .routes(routes!(hosts::tags::handle))
        .routes(routes!(hosts::identity::handle))
        .routes(routes!(collisions::list))
        .routes(routes!(collisions::settle))
        .routes(routes!(identity_changes::list, identity_changes::make))
        .routes(routes!(identity_changes::undo))
        .routes(routes!(audit::handle))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(agents::list))
        .routes(routes!(agents::revoke))
        .routes(routes!(agents::enrol))
        .routes(routes!(agents::report))
}

/// What machines ask that report themselves, and nothing else: no identity is asked for, only tokens.
pub fn operations_of_agents() -> Operations<App> {
    Operations::new(Document::openapi(), &[&Identity, &Tokens, &Refusals])
        .routes(routes!(agents::enrol))
        .routes(routes!(agents::report))
}

/// Says how machines are known: the scheme `token`.
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
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
        (name = "tokens", description = "Tokens that machines enrol with"),
        (name = "agents", description = "Machines that report themselves, each by a token of its own"),
        (name = "identity", description = "Which machine a host is: collisions, merges and splits"),
        (name = "audit", description = "What people and tokens changed"),
        (name = "packages", description = "Which packages are on which hosts"),
    ),
    components(schemas(Problem)),
)]
struct Document;
