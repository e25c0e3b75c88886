//! Work that goes on beside requests.
//!
//! * [`ingress`]: reports from a topic or a file into the record.
//! * [`export`]: hosts for the export service.
//! * [`host_apps`]: what applications say of hosts, from a topic into the record.
//! * [`mod@outbox`]: rows of the log into the outbox of the database.
//! * [`relay`]: rows of the log out as events and notifications.
//! * [`send_queue`]: messages that hold nothing up.
//! * [`scheduled`]: jobs that end: culled hosts go, duplicates go, everybody is told again.
//! * [`upkeep`]: what nobody needs any more goes.
//! * [`workspaces`]: workspaces of another service, from topics into the record.

mod consume;
pub mod export;
pub mod host_apps;
pub mod ingress;
pub mod outbox;
mod publish;
mod published;
pub mod relay;
pub mod scheduled;
pub mod send_queue;
mod spans;
mod telemetry;
pub mod upkeep;
pub mod workspaces;

pub use ground::{Stop, Stopper};

/// How a role ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was told to.
    AsAsked,
    /// It cannot go on: whoever watches the process starts it again.
    Failed(String),
}

impl From<Ended> for Result<(), service::Error> {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::AsAsked => Ok(()),
            Ended::Failed(reason) => Err(reason.into()),
        }
    }
}
