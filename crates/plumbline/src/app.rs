//! Settings become databases, clients, services and routers.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use access::{Access, Callers, Permissions, Rbac, RbacOptions, guard};
use axum::http::{HeaderMap, Method, Uri};
use bus::{
    Publisher,
    kafka::{Consumer, ConsumerSettings, KafkaConfig, OffsetReset, Producer, ProducerSettings, Sasl},
};
use fleet::{Fleet, FleetOptions, Matching, Staleness};
use ground::{Clock, Stop};
use inventory::{
    api,
    jobs::{
        ingress::{Ingress, Opened, Subject},
        relay::Relay,
    },
    messages::{Outlet, events::Events, notifications::Notifications, payload_tracker::PayloadTracker},
    rules::ingress::Rhsm,
};
use settings::{Inputs, Mode, OnUnchanged, Protocol, Settings, Synchronous};
use store::{Db, Durability, Migrations, Options};

use crate::{
    cli::Place,
    data_folder,
    failure::{Failure, Result},
    ingest_lines,
    pages::Pages,
};

/// The tables of every service of this program.
pub const MIGRATIONS: &[Migrations] = &[fleet::MIGRATIONS];

/// Reads the settings: defaults, file, Clowder, environment, and the flags of the command line.
pub fn settings(config: Option<&PathBuf>, flags: &[(&str, &str, String)]) -> Result<Settings> {
    let env = |name: &str| std::env::var(name).ok();
    let mut inputs = Inputs::new(&env);
    if let Some(file) = config {
        inputs = inputs.file(file);
    }
    for (flag, name, value) in flags {
        inputs = inputs.flag(flag, name, value);
    }
    Ok(Settings::load(&inputs)?)
}

/// The flags of a place, as settings.
pub fn place_flags(place: &Place) -> Vec<(&'static str, &'static str, String)> {
    place.database_url.iter().map(|url| ("--database-url", "database.url", url.clone())).collect()
}

/// The data folder that was asked for, or the usual one.
pub fn data_path(place: &Place) -> Result<PathBuf> {
    let usual = || data_folder::default_path(|name| std::env::var(name).ok());
    place.data.clone().or_else(usual).ok_or_else(|| {
        Failure::Usage("there is no home folder to keep data in; name a folder with --data DIR".to_owned())
    })
}

/// Opens a database.
pub async fn open(url: &str, settings: &Settings) -> Result<Db> {
    open_with(url, settings, Duration::ZERO, Duration::ZERO).await
}

async fn open_with(
    url: &str,
    settings: &Settings,
    statement_timeout: Duration,
    lock_timeout: Duration,
) -> Result<Db> {
    let options = Options {
        connections: *settings.database.pool_size,
        patience: *settings.database.pool_timeout,
        durability: match *settings.database.sqlite_synchronous {
            Synchronous::Full => Durability::Full,
            Synchronous::Normal => Durability::Normal,
        },
        schema: Some(settings.database.schema.to_string()),
        statement_timeout,
        lock_timeout,
    };
    Ok(Db::open(url, &options).await?)
}

/// Opens a database and applies the migrations that it lacks.
pub async fn open_migrated(url: &str, settings: &Settings) -> Result<Db> {
    let db = open(url, settings).await?;
    let steps = db.migrate(MIGRATIONS, Clock::system().now()).await?;
    if steps > 0 {
        tracing::info!(steps, "migrations applied");
    }
    Ok(db)
}

/// Opens a database that must have every migration; applying them is a decision of its own there.
pub async fn open_current(url: &str, settings: &Settings) -> Result<Db> {
    current(open(url, settings).await?).await
}

/// The same for the API, which has limits for statements and locks.
pub async fn open_for_requests(url: &str, settings: &Settings) -> Result<Db> {
    let millis = |setting: u32| Duration::from_millis(u64::from(setting));
    let database = &settings.database;
    let (statement, lock) = (millis(*database.statement_timeout_ms), millis(*database.lock_timeout_ms));
    current(open_with(url, settings, statement, lock).await?).await
}

async fn current(db: Db) -> Result<Db> {
    let missing = db.migration_status(MIGRATIONS).await?.iter().filter(|step| step.applied.is_none()).count();
    if missing > 0 {
        return Err(Failure::Trouble(format!(
            "the database lacks {missing} migrations; apply them with `plumbline migrate up`"
        )));
    }
    Ok(db)
}

/// The record in a database.
pub fn fleet(db: Db, settings: &Settings) -> Fleet {
    let inventory = &settings.inventory;
    let options = FleetOptions {
        staleness: Staleness {
            stale: i64::from(*inventory.stale_seconds),
            warning: i64::from(*inventory.stale_warning_seconds),
            delete: i64::from(*inventory.delete_seconds),
        },
        matching: if *inventory.use_subman_id {
            Matching::SubscriptionManagerIdOnly
        } else {
            Matching::AllFacts
        },
        ..FleetOptions::default()
    };
    Fleet::open(db, Clock::system(), options)
}

fn kafka(settings: &Settings) -> KafkaConfig {
    let kafka = &settings.kafka;
    let named = matches!(*kafka.security_protocol, Protocol::SaslPlaintext | Protocol::SaslSsl);
    KafkaConfig {
        bootstrap: kafka.bootstrap_servers.to_string(),
        security_protocol: kafka.security_protocol.as_str().to_owned(),
        sasl: named.then(|| Sasl {
            mechanism: kafka.sasl_mechanism.as_str().to_owned(),
            username: kafka.sasl_username.to_string(),
            password: kafka.sasl_password.expose().to_owned(),
        }),
        ssl_ca: kafka.ssl_ca_file.as_ref().map(ToString::to_string),
        overrides: std::collections::BTreeMap::new(),
    }
}

/// A connection to the brokers, to publish.
pub fn publisher(settings: &Settings) -> Result<Publisher> {
    if *settings.kafka.replica_namespace {
        return Ok(Publisher::Discard);
    }
    let mut config = kafka(settings);
    config.overrides =
        settings.producer.properties().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let producer = Producer::start(&config, &ProducerSettings::default())
        .map_err(|error| Failure::Trouble(error.to_string()))?;
    Ok(Publisher::Kafka(producer))
}

/// What the messages of the topic that is read are about.
pub fn subject(settings: &Settings) -> Result<Subject> {
    let topics = &settings.topics;
    let topic = &*topics.consumed;
    Ok(if *topic == *topics.host_ingress {
        Subject::Hosts
    } else if *topic == *topics.system_profile {
        Subject::Profiles
    } else {
        return Err(Failure::Usage(format!(
            "cannot read topic `{topic}`: set kafka.topics.consumed to the topic of reports (`{}`) or of profiles (`{}`)",
            topics.host_ingress.value, topics.system_profile.value
        )));
    })
}

/// A member of the group that reads reports.
pub fn consumer(ingress: Ingress, settings: &Settings) -> Result<Consumer<Opened>> {
    let wanted = &settings.consumer;
    let member = ConsumerSettings {
        offset_reset: match *wanted.auto_offset_reset {
            settings::OffsetReset::Latest => OffsetReset::Latest,
            settings::OffsetReset::Earliest => OffsetReset::Earliest,
        },
        session_timeout: Duration::from_millis(u64::from(*wanted.session_timeout_ms)),
        heartbeat_interval: Duration::from_millis(u64::from(*wanted.heartbeat_interval_ms)),
        max_messages: *wanted.batch_max_messages as usize,
        max_wait: *wanted.batch_max_seconds,
        ..ConsumerSettings::new(wanted.group.to_string(), settings.topics.consumed.to_string())
    };
    Consumer::start(&kafka(settings), member, move |message| ingress.read(message))
        .map_err(|error| Failure::Trouble(error.to_string()))
}

fn outlet(topic: &settings::Topic) -> Outlet {
    Outlet { topic: (**topic).into(), producer: node_name().into() }
}

/// The name of this machine, for the header `producer` of messages.
fn node_name() -> String {
    let read = |path: &str| std::fs::read_to_string(path).map(|name| name.trim().to_owned()).ok();
    read("/proc/sys/kernel/hostname")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "plumbline".to_owned())
}

fn notifications(settings: &Settings) -> Notifications {
    Notifications {
        outlet: outlet(&settings.topics.notifications),
        console: settings.inventory.consoledot_hostname.to_string(),
    }
}

fn tracker(settings: &Settings) -> Option<PayloadTracker> {
    settings.tracker.enabled.then(|| PayloadTracker {
        topic: (**settings.tracker.topic).into(),
        service: settings.tracker.service_name.to_string().into(),
    })
}

/// What takes reports in.
pub fn ingress(fleet: Fleet, publisher: Publisher, subject: Subject, settings: &Settings) -> Ingress {
    Ingress {
        fleet,
        publisher,
        notifications: notifications(settings),
        tracker: tracker(settings),
        rhsm: if *settings.inventory.reject_rhsm_payloads { Rhsm::Rejected } else { Rhsm::Accepted },
        subject,
    }
}

/// What publishes the log.
pub fn relay(fleet: Fleet, publisher: Publisher, settings: &Settings) -> Relay {
    Relay {
        fleet,
        publisher,
        events: Events { outlet: outlet(&settings.topics.events) },
        notifications: notifications(settings),
        tracker: tracker(settings),
        on_unchanged: *settings.inventory.events_on_unchanged == OnUnchanged::Full,
    }
}

/// Health, metrics and version; metrics are recorded from now on.
pub fn management(settings: &Settings) -> Result<axum::Router> {
    let metrics = web::telemetry::init_metrics().map_err(|error| Failure::Trouble(error.to_string()))?;
    tokio::spawn(web::telemetry::keep_up(metrics.clone()));
    let inventory = &settings.inventory;
    Ok(web::management_routes(&inventory.management_prefix, &inventory.build_commit, metrics))
}

/// Where the native API is served.
const FLEET_API: &str = "/api/fleet/v1";

/// Everything that is served over HTTP. Answers without an end end when `stop` is asked.
pub fn router(fleet: &Fleet, settings: &Settings, stop: Stop) -> Result<axum::Router> {
    let local = *settings.server.mode == Mode::Local;
    let permissions = if local || *settings.rbac.bypass {
        Permissions::Bypass
    } else {
        let options = RbacOptions {
            endpoint: settings.rbac.endpoint.to_string(),
            retries: *settings.rbac.retries,
            timeout: *settings.rbac.timeout,
            backoff: Duration::from_secs(1),
        };
        Permissions::Rbac(Rbac::new(options).map_err(|error| Failure::Trouble(error.to_string()))?)
    };
    let callers = if local {
        Callers::local().map_err(|error| Failure::Trouble(error.to_string()))?
    } else {
        Callers::Gateway
    };
    let inventory = &settings.inventory;
    let access = Access { callers, permissions, read_only: *inventory.read_only };
    let native = fleet_api::api::App::new(fleet.clone(), access.clone(), stop);
    let app = api::App {
        fleet: fleet.clone(),
        access,
        post_hosts: *inventory.rest_post_enabled,
        shown: api::ShownHosts::default(),
    };
    let mut router = management(settings)?;
    router = router.merge(api::router(&app, &inventory.base_path(), inventory.legacy_path().as_deref()));
    router = router.merge(fleet_api::api::router(&native, FLEET_API));
    if local {
        router = router.merge(ingest_lines::router(ingress(
            fleet.clone(),
            Publisher::Discard,
            Subject::Hosts,
            settings,
        )));
    }
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
    let from_here = |headers: &HeaderMap| {
        guard::check_headers(headers)
            .map_err(|foreign| web::Problem::new(axum::http::StatusCode::FORBIDDEN, foreign.to_string()))
    };
    Ok(if local { web::gate(router, from_here) } else { router })
}

/// Begins to listen. In local mode only on this machine.
pub async fn listen(address: SocketAddr, settings: &Settings) -> Result<tokio::net::TcpListener> {
    if *settings.server.mode == Mode::Local {
        guard::check_listen(address).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    bind(address, "--listen ADDR:PORT").await
}

/// Takes an address; `setting` is what to change when that fails.
pub async fn bind(address: SocketAddr, setting: &str) -> Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await.map_err(|error| {
        let cause = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program uses that port".to_owned(),
            _ => error.to_string(),
        };
        Failure::Trouble(format!("cannot listen on {address}: {cause}; choose another with {setting}"))
    })
}

/// Limits of connections, from the settings.
pub fn limits(settings: &Settings) -> web::Limits {
    web::Limits {
        max_connections: *settings.server.max_connections as usize,
        header_timeout: *settings.server.header_timeout,
        max_headers: *settings.server.max_headers as usize,
        max_head_bytes: *settings.server.max_header_bytes as usize,
        answer_timeout: *settings.server.answer_timeout,
        stop_timeout: *settings.server.stop_timeout,
    }
}

/// The innermost reason of a failed request: the client's own text names the address only.
pub fn cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
