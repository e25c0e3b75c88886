//! The words that every floor uses.
//!
//! Floor 0 of the house: ids that cannot be mixed up ([`OrgId`], [`HostId`], [`GroupId`]), one type for a point
//! in time ([`Timestamp`]), the only place that reads the machine's clock ([`Clock`]), how work is told to end
//! ([`Stop`]), failures that pass ([`Transient`]), and what says nothing of anybody ([`placeholder`]). It knows nothing of storage, wire formats or rules. A type belongs here when at least two crates of different floors name it.

mod clock;
mod ids;
pub mod placeholder;
mod stop;
mod timestamp;
mod transient;

pub use clock::Clock;
pub use ids::{BadOrgId, GroupId, HostId, OrgId, any_uuid};
pub use stop::{Stop, Stopper};
pub use timestamp::{BadTimestamp, Timestamp};
pub use transient::Transient;
