//! Work that goes on beside requests.
//!
//! * [`ingress`]: reports from a topic or a file into the record.
//! * [`relay`]: rows of the log out as events.
//! * [`upkeep`]: what nobody needs any more goes.

pub mod ingress;
pub mod relay;
mod telemetry;
pub mod upkeep;

pub use ground::{Stop, Stopper};
