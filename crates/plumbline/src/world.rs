//! What the services of a process are made from: settings become callers, permissions, flags and Kafka clients.

pub mod export;
pub mod flags;
pub mod jobs;
pub mod kafka;
pub mod notifications;
pub mod tokens;
pub mod trust;

use access::{Access, Callers, Permissions, Rbac, RbacOptions, oidc::Oidc};
use bus::Publisher;
use enrolment::Enrolment;
use fleet::Fleet;
use ground::{OrgId, Stop};
use inventory::flags::Flags;
use login::Sessions;
use notify::Queue;
use settings::{Mode, Settings};

use crate::failure::{Failure, Result};

/// What the services of a process are made from. Cheap to clone but for the settings.
#[derive(Clone)]
pub struct World {
    /// The settings in force.
    pub settings: Settings,
    /// The record, in a database with the tables of every service ([`Fleet::db`]).
    pub fleet: Fleet,
    /// Who is let in.
    pub access: Access,
    /// What is switched on for which organisations.
    pub flags: Flags,
    /// Who is known by tokens.
    pub oidc: Oidc,
    /// Who is logged in to the pages; nobody where there is no log-in.
    pub sessions: Option<Sessions>,
    /// Where messages go.
    pub publisher: Publisher,
    /// Whose tokens machines report with.
    pub enrolment: Enrolment,
    /// What is to be told.
    pub queue: Queue,
    /// Whether the log is published, by this process or by others.
    pub is_published: bool,
    /// Ends answers that have no end of their own.
    pub stop_streams: Stop,
}

/// What becomes of the messages of services.
pub enum Messages {
    /// There are no brokers: nobody publishes.
    Nowhere,
    /// Other processes publish what stands in the log.
    ByOthers,
    /// This process publishes.
    Published,
}

impl World {
    /// The world of a process.
    pub fn new(fleet: Fleet, settings: &Settings, messages: &Messages, stop_streams: Stop) -> Result<Self> {
        let publisher = match messages {
            Messages::Nowhere | Messages::ByOthers => Publisher::Discard,
            Messages::Published => kafka::publisher(settings)?,
        };
        let is_published = !matches!(messages, Messages::Nowhere) && !*settings.kafka.replica_namespace;
        let queue = notifications::queue(fleet.db(), settings, is_published)?;
        let oidc = tokens::oidc(settings)?;
        Ok(Self {
            settings: settings.clone(),
            access: access(settings)?,
            sessions: tokens::sessions(settings, fleet.db(), fleet.clock(), &oidc)?,
            oidc,
            enrolment: Enrolment::new(fleet.db().clone(), fleet.clock().clone()),
            fleet,
            flags: flags::of(settings)?,
            publisher,
            queue,
            is_published,
            stop_streams,
        })
    }

    /// The settings in force.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// The organisation of people whom no identity names one for.
pub fn organisation(settings: &Settings) -> Result<OrgId> {
    OrgId::parse(&settings.oidc.organisation)
        .map_err(|error| Failure::Usage(format!("oidc.organisation: {error}")))
}

/// Who says what callers may, in this mode.
pub fn permissions(settings: &Settings, mode: Mode) -> Result<Permissions> {
    Ok(if mode == Mode::Oidc {
        Permissions::Roles
    } else if mode == Mode::Local || *settings.rbac.bypass {
        Permissions::Bypass
    } else {
        let options = RbacOptions {
            retries: *settings.rbac.retries,
            timeout: *settings.rbac.timeout,
            trust: trust::of_services(settings)?,
            metrics: inventory::RBAC_METRICS,
            ..RbacOptions::new(settings.rbac.endpoint.to_string())
        };
        Permissions::Rbac(Rbac::new(options).map_err(|error| Failure::Runtime(error.to_string()))?)
    })
}

fn access(settings: &Settings) -> Result<Access> {
    let mode = *settings.server.mode;
    let permissions = permissions(settings, mode)?;
    let callers = if mode == Mode::Local {
        Callers::local().map_err(|error| Failure::Runtime(error.to_string()))?
    } else {
        Callers::Gateway
    };
    Ok(Access { callers, permissions, read_only: *settings.inventory.read_only })
}
