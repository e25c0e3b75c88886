//! `plumbline consume`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use futures::{StreamExt as _, stream::FuturesUnordered};
use ground::{Stop, Stopper};
use service::ReadyRole;
use settings::Settings;
use tokio::task::JoinHandle;
use web::Health;

use crate::{
    app::{
        self, running,
        world::{Messages, World},
    },
    cli::Place,
    commands::serve,
    failure::{Failure, Result},
    out, services,
    signals::StopSignals,
};

/// Runs roles of services until it is told to stop; what is under way is finished first. A role that ends unasked ends the
/// process, with an exit code that says so: whoever watches it starts it again.
pub async fn run(config: Option<&PathBuf>, place: &Place, named: &[String]) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    serve::init_logs(&settings)?;
    let mut signals = StopSignals::catch()?;
    let db = app::database::open_current(&serve::database(&settings)?, &settings).await?;
    let fleet = app::database::published_fleet(db.clone(), &settings);
    let (stopper, stop) = Stopper::new();
    let health = Health::default();
    let management = serve_management(&settings, &health, stop.clone()).await?;
    let world = World::new(fleet, &settings, &Messages::Published, stop.clone())?;
    let ready = services::make(&services::named(&[]), &world)?;
    let mut running = FuturesUnordered::new();
    for role in wanted(ready.into_iter().flat_map(|service| service.roles), named)? {
        out::line(announcement(&role))?;
        running.push(tokio::spawn(running::role(role, health.clone(), stop.clone())));
    }
    let ended = tokio::select! {
        () = signals.received() => None,
        ended = running.next() => ended,
    };
    health.drain();
    stopper.stop();
    while running.next().await.is_some() {}
    if let Some(management) = management {
        let _ = management.await;
    }
    db.close().await;
    match ended {
        None => Ok(ExitCode::SUCCESS),
        Some(Ok((_, Err(error)))) if error.is::<Failure>() => Err(Failure::of_service(error)),
        Some(Ok((role, Err(error)))) => Err(Failure::Runtime(format!("{role} has ended unasked: {error}"))),
        Some(Ok((role, Ok(())))) => Err(Failure::Runtime(format!("{role} has ended unasked"))),
        Some(Err(error)) => Err(Failure::Runtime(format!("a role has ended unasked: {error}"))),
    }
}

/// The roles that were named, all that have something to do when none was.
fn wanted(roles: impl Iterator<Item = ReadyRole>, named: &[String]) -> Result<Vec<ReadyRole>> {
    let mut wanted = Vec::new();
    for role in roles {
        let is_named = named.iter().any(|name| name == role.name);
        match role.idle {
            Some(reason) if is_named => return Err(Failure::Usage(format!("{}: {reason}", role.name))),
            None if is_named || named.is_empty() => wanted.push(role),
            _ => {}
        }
    }
    Ok(wanted)
}

fn announcement(role: &ReadyRole) -> String {
    match (role.reads.as_slice(), role.writes.as_slice()) {
        ([], []) => format!("plumbline runs {}", role.name),
        ([], topics) => format!("plumbline publishes to topic {}", topics.join(", ")),
        (topics, _) => format!("plumbline reads topic {}", topics.join(", ")),
    }
}

/// Serves health and metrics; nothing when somebody else has the port, and nobody asked for it.
async fn serve_management(
    settings: &Settings,
    health: &Health,
    mut stop: Stop,
) -> Result<Option<JoinHandle<()>>> {
    let port = &settings.server.metrics_port;
    let router = app::routers::management(settings, health.clone())?;
    let address = SocketAddr::new(*settings.server.address, **port);
    match app::listeners::bind(address, "PLUMBLINE_SERVER_METRICS_PORT").await {
        Ok(listener) => {
            let limits = app::listeners::limits(settings);
            Ok(Some(tokio::spawn(async move { web::serve(listener, router, limits, stop.asked()).await })))
        }
        Err(problem) if port.is_set() => Err(problem),
        // Several consumers on one machine are usual, and the port is nobody's choice then.
        Err(problem) => {
            tracing::warn!(%problem, "metrics are not served");
            Ok(None)
        }
    }
}
