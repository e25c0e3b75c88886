//! `plumbline up` and `plumbline serve`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use bus::Publisher;
use ground::{Stop, Stopper};
use inventory::{jobs::ingress::Subject, records::Style};
use service::ReadyJob;
use settings::{LogFormat, LogLevel, Mode, Settings};
use tokio::task::JoinHandle;
use web::Health;

use crate::{
    app::{self, running},
    cli::Place,
    data_folder::DataFolder,
    failure::{Failure, Result},
    out,
    self_report::SelfReport,
    services,
    signals::StopSignals,
    world::{Messages, World, kafka},
};

/// Serves everything from one process: the API, and the follower of the log. On the embedded store, unless a
/// database is named.
pub async fn up(
    config: Option<&PathBuf>,
    place: &Place,
    listen: Option<SocketAddr>,
    agents: Option<SocketAddr>,
    report: bool,
) -> Result<ExitCode> {
    let mut flags = flags(place, listen);
    flags.extend(agents.map(|address| ("--agents", "enrolment.listen", address.to_string())));
    if !report {
        flags.push(("--no-report", "agent.samples", "0".to_owned()));
    }
    let settings = app::config::load(config, &flags)?;
    init_logs(&settings)?;
    if app::listeners::tls_of_api(&settings)?.is_some() {
        return Err(Failure::Usage(
            "server.tls_certificate is for `plumbline serve`: other commands speak to `plumbline up` on this machine in plain HTTP; \
             for people elsewhere put a proxy that speaks TLS before it, for machines set enrolment.tls_certificate"
                .to_owned(),
        ));
    }
    let signals = StopSignals::catch()?;
    let mut folder = match settings.database.location() {
        Some(_) => None,
        None => Some(DataFolder::take_alone(&app::config::data_path(place)?)?),
    };
    let url = match (&folder, settings.database.location()) {
        (Some(folder), _) => folder.database_url()?,
        (None, Some(url)) => url.expose().to_owned(),
        (None, None) => return Err(Failure::Usage("name a data folder with --data DIR".to_owned())),
    };
    let listener = app::listeners::listen(settings.server.listen(), &settings).await?;
    let machines = app::agents::listen(&settings).await?;
    let db = app::database::open_migrated_for_requests(&url, &settings).await?;
    let address = listener.local_addr().map_err(|error| Failure::Runtime(error.to_string()))?;
    if let Some(folder) = &mut folder {
        folder.announce(address)?;
    }
    let (streams, stop_streams) = Stopper::new();
    let health = Health::default();
    health.depends_on(app::database::dependency(db.clone()));
    // Before the services are made, which begin what they count.
    let management = app::routers::management(&settings, health.clone())?;
    // Without brokers the same roles follow the log, and what they publish goes nowhere.
    let fleet = app::database::fleet(db.clone(), &settings);
    let world = World::new(fleet, &settings, &Messages::Nowhere, stop_streams)?;
    let served = services::named(&[]);
    let (stopper, stop) = Stopper::new();
    let spans = app::traces::start(&settings, app::traces::REQUESTS, stop.clone())?;
    let (mut routers, mut roles, mut jobs) = (Vec::new(), Vec::new(), Vec::new());
    for service in services::make(&served, &world)? {
        routers.push((service.router)());
        let in_up = service.roles.into_iter().filter(|role| role.in_up && role.idle.is_none());
        roles.extend(in_up.map(|role| tokio::spawn(running::role(role, health.clone(), stop.clone()))));
        jobs.extend(started(service.jobs, &world, &stop));
    }
    app::database::watch_connections(db.clone());
    let router = app::routers::router(&served, routers, management, &world, &health)?;
    let at = machines.as_ref().map(app::agents::Listening::url);
    let machines = machines.map(|machines| machines.serve(&world, stop.clone()));
    let mut reporting = None;
    if report {
        let ingress = kafka::ingress(world.fleet, Publisher::Discard, world.flags, Subject::Hosts, &settings);
        let reports = SelfReport::new(app::config::data_path(place).ok().as_deref())?;
        reporting = Some(tokio::spawn(reports.run(ingress, *settings.agent.interval, stop)));
    }
    out::line(format!("plumbline serves http://{address}/"))?;
    if let Some(at) = at {
        out::line(format!("machines with a token report to {at}"))?;
    }
    out::line(format!(
        "the API is read at http://{address}{}/ui/ · stop with Ctrl-C",
        settings.inventory.base_path()
    ))?;
    web::serve(
        listener,
        None,
        router,
        app::listeners::limits(&settings),
        asked_to_stop(signals, &settings, &health, streams),
    )
    .await;
    stopper.stop();
    for role in roles {
        let _ = role.await;
    }
    for job in jobs {
        let _ = job.await;
    }
    if let Some(reporting) = reporting {
        let _ = reporting.await;
    }
    if let Some(machines) = machines {
        let _ = machines.await;
    }
    app::traces::end(spans).await;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Serves APIs, behind a gateway unless the settings say otherwise, and does their jobs. Events are published by
/// `plumbline consume relay`.
pub async fn serve(
    config: Option<&PathBuf>,
    names: &[String],
    place: &Place,
    listen: Option<SocketAddr>,
) -> Result<ExitCode> {
    let mut flags = flags(place, listen);
    if !app::config::load(config, &flags)?.server.mode.is_set() {
        flags.push(("serve", "server.mode", "gateway".to_owned()));
    }
    let settings = app::config::load(config, &flags)?;
    init_logs(&settings)?;
    let signals = StopSignals::catch()?;
    let url = database(&settings)?;
    let tls = app::listeners::tls_of_api(&settings)?;
    let listener = app::listeners::listen(settings.server.listen(), &settings).await?;
    let machines = app::agents::listen(&settings).await?;
    let (stopper, stop) = Stopper::new();
    let spans = app::traces::start(&settings, app::traces::REQUESTS, stop.clone())?;
    let health = Health::starting("the database is opened");
    let management = app::routers::management(&settings, health.clone())?;
    let watched = app::management::serve(management.clone(), &settings, true, stop.clone()).await?;
    app::database::migrate_on_start(&url, &settings).await?;
    let db = app::database::open_for_requests(&url, &settings).await?;
    health.depends_on(app::database::dependency(db.clone()));
    let address = listener.local_addr().map_err(|error| Failure::Runtime(error.to_string()))?;
    let (streams, stop_streams) = Stopper::new();
    let fleet = app::database::published_fleet(db.clone(), &settings);
    let world = World::new(fleet, &settings, &Messages::ByOthers, stop_streams)?;
    let served = services::named(names);
    let (mut routers, mut jobs) = (Vec::new(), Vec::new());
    for service in services::make(&served, &world)? {
        routers.push((service.router)());
        jobs.extend(started(service.jobs, &world, &stop));
    }
    app::database::watch_connections(db.clone());
    let router = app::routers::router(&served, routers, management, &world, &health)?;
    let machines = machines.map(|machines| {
        tracing::info!(at = machines.url(), "machines with a token report there");
        machines.serve(&world, stop.clone())
    });
    let scheme = if tls.is_some() { "https" } else { "http" };
    for base in served.iter().filter_map(|service| (service.bases)(&settings).into_iter().next()) {
        out::line(format!("plumbline serves {scheme}://{address}{base}"))?;
    }
    health.started();
    let followed = tls.clone().map(|tls| tokio::spawn(tls.follow_files()));
    web::serve(
        listener,
        tls,
        router,
        app::listeners::limits(&settings),
        asked_to_stop(signals, &settings, &health, streams),
    )
    .await;
    followed.inspect(JoinHandle::abort);
    stopper.stop();
    for job in jobs {
        let _ = job.await;
    }
    for serving in [watched, machines].into_iter().flatten() {
        let _ = serving.await;
    }
    app::traces::end(spans).await;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Starts the jobs that are to run now and then.
fn started(jobs: Vec<ReadyJob>, world: &World, stop: &Stop) -> Vec<JoinHandle<()>> {
    jobs.into_iter().filter_map(|job| running::job(job, world.fleet.clone(), stop.clone())).collect()
}

/// The database that a role of its own works on.
pub fn database(settings: &Settings) -> Result<String> {
    match settings.database.location() {
        Some(url) => Ok(url.expose().to_owned()),
        None => Err(Failure::Usage(
            "name the database with --database-url postgres://user:password@host:port/name; \
             `plumbline up` serves an embedded one"
                .to_owned(),
        )),
    }
}

fn flags(place: &Place, listen: Option<SocketAddr>) -> Vec<(&'static str, &'static str, String)> {
    let mut flags = app::config::place_flags(place);
    if let Some(address) = listen {
        flags.push(("--listen", "server.address", address.ip().to_string()));
        flags.push(("--listen", "server.port", address.port().to_string()));
    }
    flags
}

/// Writes log records from now on, as the settings say.
pub fn init_logs(settings: &Settings) -> Result<()> {
    let format = match *settings.server.log_format {
        LogFormat::Text => web::telemetry::LogFormat::Text,
        LogFormat::Json => web::telemetry::LogFormat::Json,
        LogFormat::Logstash => web::telemetry::LogFormat::Logstash { host: kafka::node_name() },
    };
    let filter = match *settings.server.log_level {
        LogLevel::Error => "error",
        LogLevel::Warning => "warn",
        // A record of each host is for those whose pipelines know it.
        LogLevel::Info if *settings.server.log_format != LogFormat::Logstash => "info,inventory::hosts=off",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    };
    inventory::records::set_style(Style {
        profile_fields: settings.inventory.logged_profile_fields.to_vec(),
        access_rule: if *settings.rbac.bypass { "None" } else { "RBAC" },
    });
    web::telemetry::init_logs(format, filter).map_err(|error| Failure::Runtime(error.to_string()))
}

/// Ends when the process is asked to stop and gateways have had the time to send their requests elsewhere. Ends the streams
/// with it: the server waits for its answers, and theirs have no end of their own.
async fn asked_to_stop(mut signals: StopSignals, settings: &Settings, health: &Health, streams: Stopper) {
    signals.received().await;
    health.drain();
    if *settings.server.mode == Mode::Gateway {
        tracing::info!(seconds = settings.server.drain_time.as_secs_f64(), "asked to stop, draining");
        tokio::select! {
            () = tokio::time::sleep(*settings.server.drain_time) => {}
            () = signals.received() => {}
        }
    }
    streams.stop();
}
