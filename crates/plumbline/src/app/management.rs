//! Health, metrics and version on a port of their own: they answer also when the clients of the API hold every connection
//! that it has.

use std::net::SocketAddr;

use axum::Router;
use ground::Stop;
use settings::Settings;
use tokio::task::JoinHandle;

use super::listeners;
use crate::failure::Result;

/// Connections open at the same time; more wait.
const MAX_CONNECTIONS: usize = 64;

/// Serves them until it is told to stop; nothing when another program has the port, and nobody asked for this one.
pub async fn serve(
    management: Router,
    settings: &Settings,
    mut stop: Stop,
) -> Result<Option<JoinHandle<()>>> {
    let port = &settings.server.metrics_port;
    let address = SocketAddr::new(*settings.server.address, **port);
    match listeners::bind(address, "PLUMBLINE_SERVER_METRICS_PORT").await {
        Ok(listener) => {
            let limits = web::Limits { max_connections: MAX_CONNECTIONS, ..listeners::limits(settings) };
            Ok(Some(tokio::spawn(async move {
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
