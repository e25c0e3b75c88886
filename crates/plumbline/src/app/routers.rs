//! Settings become routers: everything that is served over HTTP.

use access::guard;
use axum::{
    Router,
    http::{HeaderMap, Method, StatusCode, Uri},
};
use bus::Publisher;
use inventory::jobs::ingress::Subject;
use service::{MetricKind, Registered};
use settings::{Mode, Settings};
use web::{Health, telemetry::PrometheusHandle};

use super::agents;
use crate::{
    failure::{Failure, Result},
    ingest_lines,
    pages::Pages,
    services,
    world::{World, kafka, tokens},
};

/// Health, metrics and version; metrics are recorded from now on.
pub fn management(settings: &Settings, health: Health) -> Result<Router> {
    let inventory = &settings.inventory;
    let handle = record_metrics(settings)?;
    Ok(web::management_routes(&inventory.management_prefix, &inventory.build_commit, handle, health))
}

/// Records metrics from now on.
pub fn record_metrics(settings: &Settings) -> Result<PrometheusHandle> {
    let metrics = services::all().iter().flat_map(|service| service.metrics);
    let histograms: Vec<_> = metrics
        .filter(|metric| matches!(metric.kind, MetricKind::Seconds | MetricKind::Sizes))
        .map(|metric| (metric.name, metric.buckets))
        .collect();
    let commit = &settings.inventory.build_commit;
    let handle = web::telemetry::init_metrics(&histograms, env!("CARGO_PKG_VERSION"), commit)
        .map_err(|error| Failure::Runtime(error.to_string()))?;
    tokio::spawn(web::telemetry::keep_up(handle.clone()));
    Ok(handle)
}

/// Everything that is served over HTTP: beside the routers of services the management routes, the pages, and
/// in local mode the place where lines are taken in.
pub fn router(
    served: &[&Registered<World>],
    routers: Vec<Router>,
    management: Router,
    world: &World,
    health: &Health,
) -> Result<Router> {
    let settings = &world.settings;
    let mode = *settings.server.mode;
    let local = mode == Mode::Local;
    let bases: Vec<String> = served.iter().flat_map(|service| (service.bases)(settings)).collect();
    served_once(&bases)?;
    let mut router = routers.into_iter().fold(management, Router::merge);
    if local {
        let ingress = kafka::ingress(
            world.fleet.clone(),
            Publisher::Discard,
            world.flags.clone(),
            Subject::Hosts,
            settings,
        );
        router = router.merge(ingest_lines::router(ingress));
    }
    if mode == Mode::Oidc {
        let known = tokens::Known {
            oidc: world.oidc.clone(),
            sessions: world.sessions.clone(),
            identities: tokens::identities(settings),
            own_words: vec![settings.benchmarks.base_path.to_string(), agents::paths()],
        };
        router = tokens::known(router, known);
    }
    let shell = shell(settings);
    inventory::HTTP_METRICS.describe();
    let others = bases.iter().map(String::as_str).chain([settings.inventory.management_prefix.as_str()]);
    let pages = Pages::new(&settings.inventory.base_path(), mode == Mode::Oidc, others);
    let router = shell.around_with(router, move |method: Method, uri: Uri, headers: HeaderMap| async move {
        pages.answer(&method, &uri, &headers)
    });
    let router = web::close_when_draining(router, health.clone());
    let from_here = |headers: &HeaderMap| {
        guard::check_headers(headers)
            .map_err(|foreign| web::Problem::new(StatusCode::FORBIDDEN, foreign.to_string()))
    };
    Ok(if local { web::gate(router, from_here) } else { router })
}

/// What stands around every request.
pub fn shell(settings: &Settings) -> web::Shell {
    web::Shell {
        request_timeout: *settings.server.request_timeout,
        max_requests: *settings.server.max_requests as usize,
        max_body_bytes: *settings.server.max_body_bytes as usize,
        body_timeout: *settings.server.body_timeout,
        metrics: inventory::HTTP_METRICS,
    }
}

/// Refuses base paths of which two are the same, but for the native API, to which several services belong.
pub fn served_once(bases: &[String]) -> Result<()> {
    served_twice(bases).map_or(Ok(()), |base| {
        Err(Failure::Usage(format!(
            "two services have the base path `{base}`: set inventory.path_prefix, inventory.app_name or inventory.legacy_url \
             to another one"
        )))
    })
}

/// A base path that stands there again.
fn served_twice(bases: &[String]) -> Option<&str> {
    let again = bases
        .iter()
        .enumerate()
        .find(|(place, base)| base.as_str() != fleet_api::BASE && bases[..*place].contains(base));
    again.map(|(_, base)| base.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_belongs_to_one_service() {
        let bases = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(served_twice(&bases(&["/a", "/b", ""])), None);
        assert_eq!(served_twice(&bases(&["/a", "/b", "/a"])), Some("/a"));
    }
}
