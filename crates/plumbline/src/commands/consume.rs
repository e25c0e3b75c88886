//! `plumbline consume`.

use std::{path::PathBuf, process::ExitCode};

use futures::{StreamExt as _, stream::FuturesUnordered};
use ground::Stopper;
use service::ReadyRole;
use web::Health;

use crate::{
    app::{self, running},
    cli::Place,
    commands::serve,
    failure::{Failure, Result},
    out, services,
    signals::StopSignals,
    world::{Messages, World},
};

/// Runs roles of services until it is told to stop; what is under way is finished first. A role that ends unasked ends the
/// process, with an exit code that says so: whoever watches it starts it again.
pub async fn run(config: Option<&PathBuf>, place: &Place, named: &[String]) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    serve::init_logs(&settings)?;
    let mut signals = StopSignals::catch()?;
    let (stopper, stop) = Stopper::new();
    let spans = app::traces::start(&settings, app::traces::MESSAGES, stop.clone())?;
    let health = Health::starting("the database is opened");
    let management = app::routers::management(&settings, health.clone())?;
    let management = app::management::serve(management, &settings, false, stop.clone()).await?;
    let db = app::database::open_current(&serve::database(&settings)?, &settings).await?;
    health.depends_on(app::database::dependency(db.clone()));
    let fleet = app::database::published_fleet(db.clone(), &settings);
    app::database::watch_connections(db.clone());
    let world = World::new(fleet, &settings, &Messages::Published, stop.clone())?;
    let ready = services::make(&services::named(&[]), &world)?;
    let mut running = FuturesUnordered::new();
    for role in wanted(ready.into_iter().flat_map(|service| service.roles), named)? {
        let is_asleep = *settings.kafka.replica_namespace && !role.reads.is_empty();
        out::line(announcement(&role, is_asleep))?;
        running.push(if is_asleep {
            tokio::spawn(running::asleep(role.name, stop.clone()))
        } else {
            tokio::spawn(running::role(role, health.clone(), stop.clone()))
        });
    }
    health.started();
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
    app::traces::end(spans).await;
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

fn announcement(role: &ReadyRole, is_asleep: bool) -> String {
    match (role.reads.as_slice(), role.writes.as_slice()) {
        (topics, _) if is_asleep => {
            format!("plumbline does not read topic {}: kafka.replica_namespace is set", topics.join(", "))
        }
        ([], []) => format!("plumbline runs {}", role.name),
        ([], topics) => format!("plumbline publishes to topic {}", topics.join(", ")),
        (topics, _) => format!("plumbline reads topic {}", topics.join(", ")),
    }
}
