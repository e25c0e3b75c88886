//! Every operation and where it is found (contract inventory-http §1).

use axum::{
    Router,
    http::Uri,
    routing::{MethodRouter, delete, get, patch, post},
};
use web::{Routes, openapi_routes};

use super::{
    App, account,
    caller::Caller,
    errors::{Exception, Failure},
    groups, hosts,
    openapi::openapi,
    path::PathIds,
    resource_types, system_profile, tags, validate_schema, views,
};

/// All operations, the document and its reader under each of these base paths, which begin with a slash and end without
/// one.
pub fn router(app: &App, bases: &[String]) -> Router {
    let document = openapi().to_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the document of the API cannot be written");
        String::new()
    });
    // Not under a base path (contract inventory-http §19).
    let root = Routes::under("").route("/tags", post(hosts::tag_many::handle));
    let root = root.into_router().with_state(app.clone());
    // Under the main base alone (contract inventory-http §22).
    let admin = bases.first().map_or_else(Router::new, |main| {
        Routes::under(main).route("/_admin/hosts", post(admin_hosts)).into_router()
    });
    let root = root.merge(admin);
    bases.iter().fold(root, |router, base| {
        let operations = operations(app, base).with_state(app.clone());
        router.merge(operations).merge(openapi_routes(base, document.clone()))
    })
}

fn operations(app: &App, base: &str) -> Router<App> {
    let list = get(hosts::list::handle);
    let list = if app.post_hosts { list.post(hosts::create::handle) } else { list };
    let list = list.delete(hosts::delete_matching::handle);
    Routes::under(base)
        .route("/hosts", list)
        .route("/hosts/all", no_ids().delete(hosts::delete_all::handle))
        .route("/hosts/checkin", no_ids().delete(refuse_ids).post(hosts::check_in::handle))
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
        .route("/beta/hosts-view", get(hosts::view::handle))
        .route("/tags", get(tags::handle))
        .route("/groups", get(groups::list::handle).post(groups::create::handle))
        .route(
            "/groups/{group_id_list}",
            get(groups::get::handle).patch(groups::patch::handle).delete(groups::delete::handle),
        )
        .route("/groups/{group_id}/hosts", get(groups::list_hosts::handle).post(groups::add_hosts::handle))
        .route("/groups/{group_id}/hosts/{host_id_list}", delete(groups::remove_hosts::handle))
        .route("/groups/hosts/{host_id_list}", delete(groups::remove_from_any::handle))
        .route(
            "/account/staleness",
            get(account::get::handle)
                .post(account::create::handle)
                .patch(account::patch::handle)
                .delete(account::delete::handle),
        )
        .route("/account/staleness/defaults", get(account::defaults::handle))
        .route("/resource-types", get(resource_types::list::handle))
        .route("/resource-types/inventory-groups", get(resource_types::groups::handle))
        .route("/system_profile/validate_schema", post(validate_schema::handle))
        .route("/beta/views", get(views::list::handle).post(views::create::handle))
        .route(
            "/beta/views/{view_id}",
            get(views::get::handle).patch(views::patch::handle).delete(views::delete::handle),
        )
        .route("/beta/views/{view_id}/clone", post(views::clone::handle))
        .into_router()
}

/// The operations on hosts by id, under a fixed path that is no list of ids: they refuse it as any other text.
fn no_ids() -> MethodRouter<App> {
    get(refuse_ids).patch(refuse_ids)
}

/// The original lets anybody in the network write hosts of every organisation here when it is told to; ours never is.
async fn admin_hosts() -> Failure {
    Failure::Exception(Exception {
        detail: "Admin hosts endpoint is disabled".to_owned(),
        not_found_ids: None,
        status: 403,
        title: Some("Forbidden"),
        kind: "about:blank",
    })
}

async fn refuse_ids(_caller: Caller, uri: Uri) -> Failure {
    let segment = uri.path().rsplit('/').next().unwrap_or_default();
    PathIds::parse(segment).map_or_else(|refusal| refusal, |_| Failure::default(http::StatusCode::NOT_FOUND))
}
