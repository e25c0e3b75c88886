//! `plumbline consume`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use inventory::jobs::{Ended, Stop, Stopper, upkeep::Upkeep};
use settings::Settings;
use tokio::task::JoinSet;
use web::Health;

use crate::{
    app,
    cli::{Place, Role},
    commands::serve,
    failure::{Failure, Result},
    out,
    siblings::{self, World},
    signals::StopSignals,
};

/// Reads reports, publishes events, or both, until it is told to stop; the batch under way is finished first. A role that ends
/// unasked ends the process, with an exit code that says so: whoever watches it starts it again.
pub async fn run(config: Option<&PathBuf>, place: &Place, roles: &[Role]) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    serve::init_logs(&settings)?;
    let mut signals = StopSignals::catch()?;
    let db = app::database::open_current(&serve::database(&settings)?, &settings).await?;
    let fleet = app::database::published_fleet(db.clone(), &settings);
    let publisher = app::kafka::publisher(&settings)?;
    let wanted = |role| roles.is_empty() || roles.contains(&role);
    let (stopper, stop) = Stopper::new();
    let health = Health::default();
    let mut running = Running::default();
    serve_management(&settings, &health, stop.clone(), &mut running).await?;
    if wanted(Role::Ingress) {
        let subject = app::kafka::subject(&settings)?;
        let ingress = app::kafka::ingress(fleet.clone(), publisher.clone(), subject, &settings);
        let consumer = app::kafka::consumer(ingress.clone(), &settings)?;
        let (stop, health) = (stop.clone(), health.role("ingress"));
        running.start("ingress", async move { ingress.run(consumer, &health, stop).await });
        out::line(format!("plumbline reads topic {}", settings.topics.consumed.value))?;
    }
    if wanted(Role::Relay) {
        let relay = app::kafka::relay(fleet.clone(), publisher.clone(), &settings);
        let followers = relay.followers();
        let (relay_stop, role) = (stop.clone(), health.clone());
        running.start("relay", async move { relay.run(&role, relay_stop).await });
        let upkeep = Upkeep { fleet: fleet.clone(), followers };
        let upkeep_stop = stop.clone();
        running.start("upkeep", async move { upkeep.run(upkeep_stop).await });
        let siblings = siblings::beside(&fleet, &settings, stop.clone());
        running.start("siblings", async move {
            siblings.await.map_or_else(|error| Ended::Failed(error.to_string()), |()| Ended::AsAsked)
        });
        out::line(format!("plumbline publishes to topic {}", settings.topics.events.value))?;
    }
    if wanted(Role::Archive) {
        let world = World { fleet: &fleet, settings: &settings };
        match siblings::history::archive(world, publisher)? {
            Some(archive) => {
                let consumer = app::kafka::events_of_another_inventory(&settings)?;
                running.start("archive", async move {
                    archive.run(consumer, stop).await;
                    Ended::AsAsked
                });
                out::line(format!("plumbline reads topic {}", settings.history.topic.value))?;
            }
            None if roles.is_empty() => {}
            None => {
                return Err(Failure::Usage(
                    "history is the log of this inventory; set INVENTORY_SVC_URL to read the events of another one"
                        .to_owned(),
                ));
            }
        }
    }
    let ended = tokio::select! {
        () = signals.received() => None,
        ended = running.first_to_end() => Some(ended),
    };
    health.drain();
    stopper.stop();
    running.all_ended().await;
    db.close().await;
    match ended {
        None => Ok(ExitCode::SUCCESS),
        Some((role, reason)) => Err(Failure::Runtime(format!("{role} has ended unasked: {reason}"))),
    }
}

/// Serves health and metrics.
async fn serve_management(
    settings: &Settings,
    health: &Health,
    mut stop: Stop,
    running: &mut Running,
) -> Result<()> {
    let port = &settings.server.metrics_port;
    let router = app::routers::management(settings, health.clone())?;
    let address = SocketAddr::new(*settings.server.address, **port);
    match app::listeners::bind(address, "PLUMBLINE_SERVER_METRICS_PORT").await {
        Ok(listener) => {
            let limits = app::listeners::limits(settings);
            running.start("management", async move {
                web::serve(listener, router, limits, stop.asked()).await;
                Ended::AsAsked
            });
            Ok(())
        }
        Err(problem) if port.is_set() => Err(problem),
        // Several consumers on one machine are usual, and the port is nobody's choice then.
        Err(problem) => {
            tracing::warn!(%problem, "metrics are not served");
            Ok(())
        }
    }
}

/// The work that goes on in this process.
#[derive(Default)]
struct Running(JoinSet<(&'static str, Ended)>);

impl Running {
    fn start(&mut self, role: &'static str, work: impl Future<Output = Ended> + Send + 'static) {
        self.0.spawn(async move { (role, work.await) });
    }

    /// The first role to end, and why.
    async fn first_to_end(&mut self) -> (&'static str, String) {
        match self.0.join_next().await {
            Some(Ok((role, Ended::AsAsked))) => (role, "it had nothing more to do".to_owned()),
            Some(Ok((role, Ended::Failed(reason)))) => (role, reason),
            Some(Err(error)) => ("a role", error.to_string()),
            None => ("the process", "no role was asked for".to_owned()),
        }
    }

    async fn all_ended(mut self) {
        while let Some(ended) = self.0.join_next().await {
            match ended {
                Ok((_, Ended::AsAsked)) => {}
                Ok((role, Ended::Failed(reason))) => tracing::error!(role, reason, "ended with a failure"),
                Err(error) => tracing::error!(%error, "ended with a failure"),
            }
        }
    }
}
