//! Every operation and where it is found (contract inventory-http §1).

use axum::{
    Router,
    http::Uri,
    routing::{MethodRouter, delete, get, patch},
};
use web::{Routes, openapi_routes};

use super::{
    App, caller::Caller, errors::Failure, groups, hosts, openapi::openapi, path::PathIds, system_profile,
    tags,
};

/// All operations, the document and its reader under each of these base paths, which begin with a slash and end without
/// one.
pub fn router(app: &App, bases: &[String]) -> Router {
    let document = openapi().to_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the document of the API cannot be written");
        String::new()
    });
    bases.iter().fold(Router::new(), |router, base| {
        let operations = operations(app, base).with_state(app.clone());
        router.merge(operations).merge(openapi_routes(base, document.clone()))
    })
}

fn operations(app: &App, base: &str) -> Router<App> {
    let list = get(hosts::list::handle);
    let list = if app.post_hosts { list.post(hosts::create::handle) } else { list };
    Routes::under(base)
        .route("/hosts", list)
        .route("/hosts/checkin", no_ids().post(hosts::check_in::handle))
        .route(
            "/hosts/{host_id_list}",
            get(hosts::get::handle).patch(hosts::patch::handle).delete(hosts::delete::handle),
        )
        .route(
            "/hosts/{host_id_list}/facts/{namespace}",
            patch(hosts::facts_merge::handle).put(hosts::facts_replace::handle),
        )
        .route("/hosts/{host_id_list}/system_profile", get(hosts::system_profile::handle))
        .route("/hosts/{host_id_list}/tags", get(hosts::tags::handle))
        .route("/hosts/{host_id_list}/tags/count", get(hosts::tags_count::handle))
        .route("/host_exists", get(hosts::exists::handle))
        .route("/system_profile/operating_system", get(system_profile::operating_system::handle))
        .route("/system_profile/sap_sids", get(system_profile::sap_sids::handle))
        .route("/system_profile/sap_system", get(system_profile::sap_system::handle))
        .route("/tags", get(tags::handle))
        .route("/groups", get(groups::list::handle).post(groups::create::handle))
        .route(
            "/groups/{group_id_list}",
            get(groups::get::handle).patch(groups::patch::handle).delete(groups::delete::handle),
        )
        .route("/groups/{group_id}/hosts", get(groups::list_hosts::handle).post(groups::add_hosts::handle))
        .route("/groups/{group_id}/hosts/{host_id_list}", delete(groups::remove_hosts::handle))
        .route("/groups/hosts/{host_id_list}", delete(groups::remove_from_any::handle))
        .into_router()
}

/// The operations on hosts by id, under a fixed path that is no list of ids: they refuse it as any other text.
fn no_ids() -> MethodRouter<App> {
    async fn refuse(_caller: Caller, uri: Uri) -> Failure {
        let segment = uri.path().rsplit('/').next().unwrap_or_default();
        PathIds::parse(segment)
            .map_or_else(|refusal| refusal, |_| Failure::default(http::StatusCode::NOT_FOUND))
    }
    get(refuse).patch(refuse).delete(refuse)
}
