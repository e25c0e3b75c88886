//! Health, metrics and version on a port of their own: they answer also when the clients of the API hold every connection
//! that it has.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{Router, extract::Request, http::Uri};
use ground::Stop;
use settings::Settings;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use super::listeners;
use crate::failure::Result;

/// Connections open at the same time; more wait.
const MAX_CONNECTIONS: usize = 64;

/// Where a process listens for those who watch it.
pub fn address(settings: &Settings, has_api: bool) -> IpAddr {
    let server = &settings.server;
    let usual =
        if has_api || server.address.is_set() { *server.address } else { Ipv4Addr::UNSPECIFIED.into() };
    server.metrics_address.unwrap_or(usual)
}

/// Serves them until it is told to stop; nothing when another program has the port, and nobody asked for this one.
pub async fn serve(
    management: Router,
    settings: &Settings,
    has_api: bool,
    mut stop: Stop,
) -> Result<Option<JoinHandle<()>>> {
    let port = &settings.server.metrics_port;
    let address = SocketAddr::new(address(settings, has_api), **port);
    match listeners::bind(address, "PLUMBLINE_SERVER_METRICS_PORT").await {
        Ok(listener) => {
            let limits = web::Limits { max_connections: MAX_CONNECTIONS, ..listeners::limits(settings) };
            Ok(Some(tokio::spawn(async move {
                let management = with_metrics_on_any_path(management);
                web::serve(listener, None, management, limits, stop.asked()).await;
            })))
        }
        Err(problem) if port.is_set() => Err(problem),
        // Several processes on one machine are usual, and the port is nobody's choice then.
        Err(problem) => {
            tracing::warn!(%problem, "metrics are not served on a port of their own");
            Ok(None)
        }
    }
}

/// The contract has metrics on any path of this port: probes of older deployments ask for `/`, and Clowder names a path.
fn with_metrics_on_any_path(management: Router) -> Router {
    let metrics = management.clone();
    management.fallback(move |mut request: Request| async move {
        *request.uri_mut() = Uri::from_static("/mgmt/v0/metrics");
        metrics.oneshot(request).await
    })
}

#[cfg(test)]
mod tests {
    use settings::Inputs;

    use super::*;

    #[test]
    fn who_has_no_api_is_watched_from_other_machines_unless_an_address_is_set() {
        let with = |variable: &str, value: &str, has_api| {
            let env = |name: &str| (name == variable).then(|| value.to_owned());
            address(&Settings::load(&Inputs::new(&env)).unwrap(), has_api).to_string()
        };
        assert_eq!(with("", "", false), "0.0.0.0");
        assert_eq!(with("", "", true), "127.0.0.1");
        assert_eq!(with("PLUMBLINE_SERVER_ADDRESS", "10.0.0.5", false), "10.0.0.5");
        assert_eq!(with("PLUMBLINE_SERVER_METRICS_ADDRESS", "::1", true), "::1");
    }
}
