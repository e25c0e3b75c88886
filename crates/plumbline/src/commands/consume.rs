//! `plumbline consume`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use inventory::jobs::{Stopper, upkeep::Upkeep};

use crate::{
    app,
    cli::{Place, Role},
    commands::serve,
    failure::{Failure, Result},
    out,
    siblings::{self, World},
    signals::StopSignals,
};

/// Reads reports, publishes events, or both, until it is told to stop; the batch under way is finished first.
pub async fn run(config: Option<&PathBuf>, place: &Place, roles: &[Role]) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    serve::init_logs(&settings)?;
    let mut signals = StopSignals::catch()?;
    let db = app::database::open_current(&serve::database(&settings)?, &settings).await?;
    let fleet = app::database::fleet(db.clone(), &settings);
    let publisher = app::kafka::publisher(&settings)?;
    let wanted = |role| roles.is_empty() || roles.contains(&role);
    let (stopper, stop) = Stopper::new();
    let mut running = Vec::new();
    let port = &settings.server.metrics_port;
    let router = app::routers::management(&settings)?;
    match app::listeners::bind(
        SocketAddr::new(*settings.server.address, **port),
        "PLUMBLINE_SERVER_METRICS_PORT",
    )
    .await
    {
        Ok(listener) => {
            let (limits, mut asked) = (app::listeners::limits(&settings), stop.clone());
            running
                .push(tokio::spawn(async move { web::serve(listener, router, limits, asked.asked()).await }));
        }
        Err(problem) if port.is_set() => return Err(problem),
        // Several consumers on one machine are usual, and the port is nobody's choice then.
        Err(problem) => tracing::warn!(%problem, "metrics are not served"),
    }
    if wanted(Role::Ingress) {
        let subject = app::kafka::subject(&settings)?;
        let ingress = app::kafka::ingress(fleet.clone(), publisher.clone(), subject, &settings);
        let consumer = app::kafka::consumer(ingress.clone(), &settings)?;
        let stop = stop.clone();
        running.push(tokio::spawn(async move { ingress.run(consumer, stop).await }));
        out::line(format!("plumbline reads topic {}", settings.topics.consumed.value))?;
    }
    if wanted(Role::Relay) {
        let relay = app::kafka::relay(fleet.clone(), publisher.clone(), &settings);
        let upkeep = Upkeep { fleet: fleet.clone() };
        running.push(siblings::beside(&fleet, &settings, stop.clone()));
        let stop = stop.clone();
        running.push(tokio::spawn(async move {
            tokio::join!(relay.run(stop.clone()), upkeep.run(stop));
        }));
        out::line(format!("plumbline publishes to topic {}", settings.topics.events.value))?;
    }
    if wanted(Role::Archive) {
        let world = World { fleet: &fleet, settings: &settings };
        match siblings::history::archive(world, publisher)? {
            Some(archive) => {
                let consumer = app::kafka::events_of_another_inventory(&settings)?;
                running.push(tokio::spawn(async move { archive.run(consumer, stop).await }));
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
    signals.received().await;
    stopper.stop();
    for job in running {
        let _ = job.await;
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
