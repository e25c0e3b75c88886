//! Configuration in layers, and where each value came from.
//!
//! A value is looked for in this order, and the first layer that has it wins: command line flag, our own variable
//! (`PLUMBLINE_…`), the Clowder document (with `CLOWDER_ENABLED=true`, the file named by `ACG_CONFIG`), an older variable, the
//! configuration file (TOML), default. Three older variables win over the document, as the contracts have it. The [`Source`]
//! stays with the value ([`Sourced`]), so that [`Settings::rows`] can print what
//! is in force and why. Every bad value is reported, not only the first ([`BadSettings`]).
//!
//! Each part of the program has one section, in one file: [`Server`], [`Inventory`], [`Database`], [`Kafka`],
//! [`Topics`], [`Consumer`], [`Producer`], [`Rbac`], [`Outgoing`], [`Tracker`], [`Siblings`], [`History`], [`Baselines`], [`Drift`], [`Agent`],
//! [`Enrolment`], [`Audit`], [`Notifications`], [`Export`], [`Jobs`]. `default.toml` ([`DEFAULT_FILE`]) is the
//! defaults and their documentation; a test renders it from the declarations and compares.
//!
//! # To add a setting
//!
//! Write one entry into the `section!` of its section: doc comment, name, type, default, older variable names.
//! The variable `PLUMBLINE_<SECTION>_<NAME>` exists by itself. Then write the default file anew:
//! `cargo run -p settings --example default_file > crates/settings/default.toml`. A value that Clowder knows also
//! gets a line in `clowder.rs`.
//!
//! A variable of an original that has no setting stands in `originals.tsv`, with the reason. The table of all, `docs/settings.md`, is
//! written anew by `cargo run -p settings --example table > docs/settings.md`.
//!
//! # To add a section
//!
//! A file with one `section!`, and one line in `sections!` below.

mod agent;
mod audit;
mod baselines;
mod benchmarks;
mod choice;
mod clowder;
mod database;
mod default_file;
mod drift;
mod enrolment;
mod error;
mod export;
mod flags;
mod history;
mod inventory;
mod jobs;
mod kafka;
mod layers;
mod mail;
mod metrics;
mod metrics_server;
mod notifications;
mod oidc;
mod originals;
mod outgoing;
mod producer;
mod rbac;
mod secret;
mod section;
mod server;
mod siblings;
mod source;
mod topics;
mod traces;
mod tracker;
mod value;

pub use agent::Agent;
pub use audit::Audit;
pub use baselines::Baselines;
pub use benchmarks::{Benchmarks, FalseAlarms};
pub use database::{Database, DatabaseUrl, MigratesOnStart, SslMode, Synchronous};
pub use default_file::DEFAULT_FILE;
pub use drift::Drift;
pub use enrolment::Enrolment;
pub use error::{BadSetting, BadSettings};
pub use export::Export;
pub use flags::Flags;
pub use history::{Days, History, Minutes};
pub use inventory::{Inventory, OnUnchanged};
pub use jobs::Jobs;
pub use kafka::{Consumer, Kafka, Mechanism, OffsetReset, Protocol};
pub use layers::Inputs;
pub use mail::Mail;
pub use metrics::{Consistency, MetricStore, Metrics};
pub use notifications::Notifications;
pub use oidc::Oidc;
pub use outgoing::Outgoing;
pub use producer::{Acks, Producer};
pub use rbac::Rbac;
pub use secret::Secret;
pub use section::Row;
pub use server::{Environment, LogFormat, LogLevel, Mode, Server};
pub use siblings::Siblings;
pub use source::{Source, Sourced};
pub use topics::{Topic, Topics};
pub use traces::Traces;
pub use tracker::Tracker;
pub use value::{Filled, Share, Value, Words};

use layers::Layers;
use section::{Entry, sections};

sections! {
    /// Everything that can be set, section by section.
    pub struct Settings {
        /// How requests come in, and how the program logs.
        server: Server,
        /// Rules of the inventory service.
        inventory: Inventory,
        /// The relational store.
        database: Database,
        /// The broker.
        kafka: Kafka,
        /// Names of topics.
        topics: Topics,
        /// Reading from topics.
        consumer: Consumer,
        /// Writing to topics.
        producer: Producer,
        /// The service that says who may do what.
        rbac: Rbac,
        /// How other services of the platform are asked.
        outgoing: Outgoing,
        /// Spans for OpenTelemetry.
        traces: Traces,
        /// Feature flags.
        flags: Flags,
        /// Hosts for the export service.
        export: Export,
        /// Jobs of the inventory that run when they are asked to.
        jobs: Jobs,
        /// Reports of progress to the payload tracker.
        tracker: Tracker,
        /// Baselines, history and drift among themselves.
        siblings: Siblings,
        /// Historical profiles.
        history: History,
        /// Baselines.
        baselines: Baselines,
        /// Comparison reports.
        drift: Drift,
        /// Reports of the machine that the program runs on.
        agent: Agent,
        /// Machines that report themselves.
        enrolment: Enrolment,
        /// OpenID providers that callers have tokens of.
        oidc: Oidc,
        /// Rules of the benchmarks service.
        benchmarks: Benchmarks,
        /// How e-mail goes out.
        mail: Mail,
        /// Where the operator is told what happens in all organisations.
        notifications: Notifications,
        /// Counters, timers and dashboards.
        metrics: Metrics,
        /// What people and tokens changed.
        audit: Audit,
    }
}

impl Settings {
    /// Reads every layer and gives the values in force, or every reason why they cannot be.
    pub fn load(inputs: &Inputs<'_>) -> Result<Self, BadSettings> {
        let mut problems = Vec::new();
        let layers = Layers::read(inputs, &Self::entries(), &mut problems);
        let mut settings = Self::read(&layers, &mut problems);
        if let Some(clowder) = layers.clowder() {
            settings.topics.translate(clowder);
            settings.export.translate(clowder);
            settings.tracker.translate(clowder);
            settings.history.translate(clowder);
            settings.drift.translate(clowder);
            settings.notifications.translate(clowder);
        }
        if problems.is_empty() { Ok(settings) } else { Err(BadSettings(problems)) }
    }
}

impl Default for Settings {
    /// The values of a program that was told nothing.
    fn default() -> Self {
        Self::read(&Layers::default(), &mut Vec::new())
    }
}
