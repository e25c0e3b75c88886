//! Every operation and where it is found.

use axum::{
    Router,
    routing::{get, patch},
};
use web::{Routes, openapi_routes};

use super::{App, changes, hosts, openapi::openapi, overview, stream};

/// All operations, the document and its reader under `base`, which begins with a slash and ends without one.
pub fn router(app: &App, base: &str) -> Router {
    let document = openapi().to_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the document of the API cannot be written");
        String::new()
    });
    Routes::under(base)
        .route("/overview", get(overview::handle))
        .route("/changes", get(changes::handle))
        .route("/changes/stream", get(stream::handle))
        .route("/hosts/{ids}/timeline", get(hosts::timeline::handle))
        .route("/hosts/{ids}/state", get(hosts::state::handle))
        .route("/hosts/{ids}/diff", get(hosts::diff::handle))
        .route("/hosts/{ids}/tags", patch(hosts::tags::handle))
        .into_router()
        .with_state(app.clone())
        .merge(openapi_routes(base, document))
}
