//! `plumbline job`.

use std::{path::PathBuf, process::ExitCode};

use ground::Stopper;
use inventory::jobs::scheduled::PUSHED;
use uuid::Uuid;

use crate::{
    app::{self, running},
    cli::Place,
    commands::serve,
    failure::{Failure, Result},
    out, services,
    signals::StopSignals,
    world::{Messages, World},
};

/// Runs a job of a service once.
pub async fn run(config: Option<&PathBuf>, place: &Place, name: &str, json: bool) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    serve::init_logs(&settings)?;
    let db = app::database::open_current(&serve::database(&settings)?, &settings).await?;
    let recorded = app::routers::record_metrics(&settings)?;
    let (stopper, stop) = Stopper::new();
    let fleet = app::database::published_fleet(db.clone(), &settings);
    let world = World::new(fleet, &settings, &Messages::ByOthers, stop.clone())?;
    let ready = services::make(&services::named(&[]), &world)?;
    let Some(job) = ready.into_iter().flat_map(|service| service.jobs).find(|job| job.name == name) else {
        return Err(Failure::Usage(format!("there is no job `{name}`")));
    };
    let mut signals = StopSignals::catch()?;
    let asked = tokio::spawn(async move {
        signals.received().await;
        stopper.stop();
    });
    let done = running::once(&job, &world.fleet, &Uuid::new_v4().to_string(), &stop).await;
    let done = done.map_err(Failure::of_service);
    asked.abort();
    if let Some(pushed) = PUSHED.iter().find(|pushed| pushed.job == name) {
        app::pushgateway::push(pushed, &recorded, &settings).await;
    }
    db.close().await;
    let done = done?.unwrap_or_else(|| "another process runs it".to_owned());
    if json {
        out::json(&serde_json::json!({"job": name, "done": done}))?;
    } else {
        out::line(done)?;
    }
    Ok(ExitCode::SUCCESS)
}
