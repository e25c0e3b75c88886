//! Settings become routers: everything that is served over HTTP.

use std::time::Duration;

use access::{
    Access, Callers, Permissions, Rbac, RbacOptions, guard,
    oidc::{Identities, Oidc},
};
use axum::{
    extract::Request,
    http::{HeaderMap, Method, Uri},
    middleware::{Next, from_fn},
    response::IntoResponse,
};
use benchmarks::SERVICE;
use bus::Publisher;
use fleet::Fleet;
use ground::Stop;
use inventory::{api, jobs::ingress::Subject};
use settings::{Mode, Settings};
use web::Health;

use crate::{
    app::{self, kafka::ingress},
    failure::{Failure, Result},
    ingest_lines,
    pages::Pages,
    siblings::{self, World},
};

/// Health, metrics and version; metrics are recorded from now on.
pub fn management(settings: &Settings, health: Health) -> Result<axum::Router> {
    let metrics = web::telemetry::init_metrics().map_err(|error| Failure::Runtime(error.to_string()))?;
    tokio::spawn(web::telemetry::keep_up(metrics.clone()));
    let inventory = &settings.inventory;
    Ok(web::management_routes(&inventory.management_prefix, &inventory.build_commit, metrics, health))
}

/// Where the native API is served.
const FLEET_API: &str = "/api/fleet/v1";

/// Everything that is served over HTTP. Answers without an end end when `stop` is asked.
pub fn router(fleet: &Fleet, settings: &Settings, health: &Health, stop: Stop) -> Result<axum::Router> {
    let local = *settings.server.mode == Mode::Local;
    let by_token = *settings.server.mode == Mode::Oidc;
    let permissions = if by_token {
        Permissions::Roles
    } else if local || *settings.rbac.bypass {
        Permissions::Bypass
    } else {
        let options = RbacOptions {
            endpoint: settings.rbac.endpoint.to_string(),
            retries: *settings.rbac.retries,
            timeout: *settings.rbac.timeout,
            backoff: Duration::from_secs(1),
        };
        Permissions::Rbac(Rbac::new(options).map_err(|error| Failure::Runtime(error.to_string()))?)
    };
    let callers = if local {
        Callers::local().map_err(|error| Failure::Runtime(error.to_string()))?
    } else {
        Callers::Gateway
    };
    let inventory = &settings.inventory;
    let access = Access { callers, permissions, read_only: *inventory.read_only };
    let metrics = monitoring::App::over(fleet.db().clone(), access.clone());
    let native = fleet_api::api::App::new(fleet.clone(), access.clone(), stop);
    let hosts = api::App {
        fleet: fleet.clone(),
        access,
        post_hosts: *inventory.rest_post_enabled,
        shown: api::ShownHosts::default(),
    };
    let mut router = management(settings, health.clone())?;
    router = router.merge(api::router(&hosts, &inventory.base_path(), inventory.legacy_path().as_deref()));
    router = router.merge(fleet_api::api::openapi::operations().router(&native, [FLEET_API]));
    router = router.merge(monitoring::api::router(&metrics));
    router = router.merge(siblings::router(World { fleet, settings })?);
    if local {
        router = router.merge(ingest_lines::router(ingress(
            fleet.clone(),
            Publisher::Discard,
            Subject::Hosts,
            settings,
        )));
    }
    let oidc = app::benchmarks::oidc(settings);
    if by_token {
        router = known_by_token(router, oidc.clone(), app::benchmarks::identities(settings));
    }
    let benchmarks = app::benchmarks::app(fleet.db(), settings, oidc);
    router = router.merge((SERVICE.router)(&benchmarks, &(SERVICE.bases)(settings)));
    let shell = web::Shell {
        request_timeout: *settings.server.request_timeout,
        max_requests: *settings.server.max_requests as usize,
        max_body_bytes: *settings.server.max_body_bytes as usize,
        body_timeout: *settings.server.body_timeout,
    };
    let legacy = inventory.legacy_path();
    let pages = Pages::new(
        &inventory.base_path(),
        [Some(inventory.management_prefix.as_str()), legacy.as_deref()].into_iter().flatten(),
    );
    let router = shell.around_with(router, move |method: Method, uri: Uri, headers: HeaderMap| async move {
        pages.answer(&method, &uri, &headers)
    });
    let router = web::close_when_draining(router, health.clone());
    let from_here = |headers: &HeaderMap| {
        guard::check_headers(headers)
            .map_err(|foreign| web::Problem::new(axum::http::StatusCode::FORBIDDEN, foreign.to_string()))
    };
    Ok(if local { web::gate(router, from_here) } else { router })
}

/// The router behind the gateway that this program is itself: tokens become identities. A token that is no good is refused
/// also where nobody asks who is calling.
fn known_by_token(router: axum::Router, oidc: Oidc, identities: Identities) -> axum::Router {
    router.layer(from_fn(move |mut request: Request, next: Next| {
        let (oidc, identities) = (oidc.clone(), identities.clone());
        async move {
            match identities.apply(&oidc, request.headers_mut()).await {
                Ok(()) => next.run(request).await,
                Err(refused) => web::Problem::unauthorized(refused.to_string()).into_response(),
            }
        }
    }))
}
