//! Settings become an open database, and the record in it.

use std::time::Duration;

use fleet::{Fleet, FleetOptions, Matching, Staleness};
use ground::Clock;
use profile::Volatile;
use settings::{Settings, SslMode, Synchronous};
use store::{Authorities, Db, Dialect, Durability, Options, Sql, Tls, TlsCheck};
use web::Dependency;

use crate::{
    failure::{Failure, Result},
    services,
};

/// Opens a database.
pub async fn open(url: &str, settings: &Settings) -> Result<Db> {
    open_with(url, settings, Duration::ZERO, Duration::ZERO).await
}

/// Opens a database to apply migrations: without a limit for statements, with one for locks, so that a step that waits for a
/// long reader does not keep everybody else waiting behind it.
pub async fn open_to_migrate(url: &str, settings: &Settings) -> Result<Db> {
    let lock = Duration::from_millis(u64::from(*settings.database.lock_timeout_ms));
    open_with(url, settings, Duration::ZERO, lock).await
}

/// Applies what a database lacks, where the settings say so.
pub async fn migrate_on_start(url: &str, settings: &Settings) -> Result<()> {
    if settings.database.migrate_on_start.0 {
        let db = open_to_migrate(url, settings).await?;
        let steps = db.migrate(services::migrations(), Clock::system().now()).await?;
        tracing::info!(steps, "migrations applied");
        db.close().await;
    }
    Ok(())
}

async fn open_with(
    url: &str,
    settings: &Settings,
    statement_timeout: Duration,
    lock_timeout: Duration,
) -> Result<Db> {
    let options = Options {
        connections: *settings.database.pool_size,
        acquire_timeout: *settings.database.pool_timeout,
        durability: match *settings.database.sqlite_synchronous {
            Synchronous::Full => Durability::Full,
            Synchronous::Normal => Durability::Normal,
        },
        schema: Some(settings.database.schema.to_string()),
        tls: tls(settings),
        statement_timeout,
        lock_timeout,
        ..Options::default()
    };
    let db = Db::open(url, &options).await?;
    refuse_original(&db).await?;
    Ok(db)
}

/// The database as something that a process is not ready without.
pub fn dependency(db: Db) -> Dependency {
    Dependency::new("database", move || {
        let db = db.clone();
        async move {
            db.read_one(Sql::new("SELECT 1")).await.map(|_| ()).map_err(|error| {
                tracing::warn!(%error, "the database does not answer a probe");
                "cannot be asked; the log says why".to_owned()
            })
        }
    })
}

/// Refuses a database that holds the tables of a service that Plumbline replaces: those are taken over, not shared.
async fn refuse_original(db: &Db) -> Result<()> {
    if db.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let found = Sql::new(
        "SELECT schemaname::text, EXISTS (SELECT 1 FROM pg_tables h WHERE h.schemaname = t.schemaname AND h.tablename = 'hosts')
            FROM pg_tables t WHERE tablename = 'alembic_version' AND (schemaname = current_schema()
                OR (EXISTS (SELECT 1 FROM pg_tables h WHERE h.schemaname = t.schemaname AND h.tablename = 'hosts')
                    AND NOT EXISTS (SELECT 1 FROM pg_tables m WHERE m.schemaname = current_schema() AND m.tablename = 'migration')))
            LIMIT 1",
    );
    let Some(row) = db.read_one(found).await? else { return Ok(()) };
    let (schema, has_hosts): (String, bool) = (row.get(0)?, row.get(1)?);
    let what = if has_hosts { "hosts" } else { "baselines|historical-profiles|benchmarks" };
    Err(Failure::Runtime(format!(
        "this is the database of a service that Plumbline replaces (it has `{schema}.alembic_version`): give Plumbline a database \
         of its own and take the rows over with `plumbline import {what}`"
    )))
}

/// What the connection to a server has to be; the words for less than encryption ask for nothing.
fn tls(settings: &Settings) -> Option<Tls> {
    let database = &settings.database;
    let check = match (*database.ssl_mode)? {
        SslMode::Disable | SslMode::Allow | SslMode::Prefer => return None,
        SslMode::Require => TlsCheck::Encryption,
        SslMode::VerifyCa => TlsCheck::Authority,
        SslMode::VerifyFull => TlsCheck::Host,
    };
    let file = Some(database.ssl_cert.as_str()).filter(|path| !path.is_empty());
    let text = Some(database.ssl_ca_pem.as_str()).filter(|text| !text.is_empty());
    let authorities = file.map(|path| Authorities::File(path.into()));
    Some(Tls {
        check,
        authorities: authorities.or_else(|| text.map(|text| Authorities::Text(text.to_owned()))),
    })
}

/// Opens a database and applies the migrations that it lacks.
pub async fn open_migrated(url: &str, settings: &Settings) -> Result<Db> {
    let db = open_to_migrate(url, settings).await?;
    let steps = db.migrate(services::migrations(), Clock::system().now()).await?;
    if steps > 0 {
        tracing::info!(steps, "migrations applied");
    }
    Ok(db)
}

/// The same for a process that also serves requests: migrations have no limits, what follows has.
pub async fn open_migrated_for_requests(url: &str, settings: &Settings) -> Result<Db> {
    open_migrated(url, settings).await?.close().await;
    open_for_requests(url, settings).await
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
    let missing = db
        .migration_status(services::migrations())
        .await?
        .iter()
        .filter(|step| step.applied.is_none())
        .count();
    if missing > 0 {
        return Err(Failure::Runtime(format!(
            "the database lacks {missing} migrations; apply them with `plumbline migrate up`"
        )));
    }
    Ok(db)
}

/// Tells in the metrics how many connections of a database are open, and how many of these nobody uses.
pub fn watch_connections(db: Db) {
    const CONNECTIONS: &str = "plumbline_database_connections";
    metrics::describe_gauge!(
        CONNECTIONS,
        "Connections to the database: open ones, and those that nobody uses"
    );
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            let (open, idle) = db.connections();
            metrics::gauge!(CONNECTIONS, "state" => "open").set(f64::from(open));
            metrics::gauge!(CONNECTIONS, "state" => "idle").set(idle as f64);
        }
    });
}

/// The record in a database whose log is published: what could not be is refused.
pub fn published_fleet(db: Db, settings: &Settings) -> Fleet {
    let max = *settings.producer.message_max_bytes as usize;
    open_fleet(db, settings, Some(max))
}

/// The record in a database.
pub fn fleet(db: Db, settings: &Settings) -> Fleet {
    open_fleet(db, settings, None)
}

fn open_fleet(db: Db, settings: &Settings, max_event_bytes: Option<usize>) -> Fleet {
    let inventory = &settings.inventory;
    let options = FleetOptions {
        staleness: Staleness {
            stale: i64::from(*inventory.stale_seconds),
            warning: i64::from(*inventory.stale_warning_seconds),
            delete: i64::from(*inventory.delete_seconds),
        },
        matching: if *inventory.use_subman_id {
            Matching::SubscriptionManagerIdOnly
        } else if *inventory.match_hardware {
            Matching::AllFactsAndHardware
        } else {
            Matching::AllFacts
        },
        volatile: Volatile::new(inventory.volatile_facts.iter().cloned()),
        index_memory: (*inventory.index_memory as usize) << 20,
        max_event_bytes,
        ..FleetOptions::default()
    };
    Fleet::open(db, Clock::system(), options)
}
