//! Every operation and where it is found (contract inventory-http §1).

use std::time::Instant;

use axum::{
    Router,
    extract::Request,
    http::Uri,
    middleware::{self, Next},
    response::Response,
    routing::{MethodRouter, get, post},
};
use rest::{Operations, routes};
use web::{
    Routes,
    describe::{Identity, OlderRefusals},
};

use super::{
    App, account,
    caller::Caller,
    errors::{Exception, Failure},
    groups, hosts, openapi,
    path::PathIds,
    resource_types, system_profile, tags, validate_schema, views,
};

/// All operations, the document and its reader under each of these base paths, which begin with a slash and end without
/// one.
pub fn router(app: &App, bases: &[String]) -> Router {
    // Not under a base path (contract inventory-http §19).
    let root = Routes::under("").route("/tags", post(hosts::tag_many::handle));
    let root = root.into_router().with_state(app.clone());
    // Under the main base alone (contract inventory-http §22).
    let admin = bases.first().map_or_else(Router::new, |main| {
        Routes::under(main).route("/_admin/hosts", post(admin_hosts)).into_router()
    });
    let operations = operations(app.post_hosts).router(app, bases.iter().map(String::as_str));
    root.merge(admin).merge(operations).layer(middleware::from_fn(timed))
}

/// Takes the time of an operation.
async fn timed(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    metrics::histogram!("inventory_request_processing_seconds").record(began.elapsed());
    response
}

/// Every operation: the routes and the document come from this list. `POST /hosts` is among them where it is served.
pub(super) fn operations(post_hosts: bool) -> Operations<App> {
    let operations = Operations::new(openapi::around(), &[&Identity, &OlderRefusals]);
    let operations = if post_hosts { operations.routes(routes!(hosts::create::handle)) } else { operations };
    operations
        .routes(routes!(hosts::list::handle, hosts::delete_matching::handle))
        .routes(routes!(hosts::view::handle))
        .routes(routes!(hosts::delete_all::handle))
        .hidden("/hosts/all", no_ids())
        .routes(routes!(hosts::check_in::handle))
        .hidden("/hosts/checkin", no_ids().delete(refuse_ids))
        .routes(routes!(hosts::get::handle, hosts::patch::handle, hosts::delete::handle))
        .routes(routes!(hosts::facts_merge::handle, hosts::facts_replace::handle))
        .routes(routes!(hosts::system_profile::handle))
        .routes(routes!(hosts::tags::handle))
        .routes(routes!(hosts::tags_count::handle))
        .routes(routes!(hosts::exists::handle))
        .routes(routes!(system_profile::operating_system::handle))
        .routes(routes!(system_profile::sap_sids::handle))
        .routes(routes!(system_profile::sap_system::handle))
        .routes(routes!(tags::handle))
        .routes(routes!(groups::list::handle, groups::create::handle))
        .routes(routes!(groups::get::handle, groups::patch::handle, groups::delete::handle))
        .routes(routes!(groups::list_hosts::handle, groups::add_hosts::handle))
        .routes(routes!(groups::remove_hosts::handle))
        .routes(routes!(groups::remove_from_any::handle))
        .routes(routes!(
            account::get::handle,
            account::create::handle,
            account::patch::handle,
            account::delete::handle
        ))
        .routes(routes!(account::defaults::handle))
        .routes(routes!(resource_types::list::handle))
        .routes(routes!(resource_types::groups::handle))
        .routes(routes!(validate_schema::handle))
        .routes(routes!(views::list::handle, views::create::handle))
        .routes(routes!(views::get::handle, views::patch::handle, views::delete::handle))
        .routes(routes!(views::clone::handle))
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
