//! Reports become hosts.

mod app_data;
pub(crate) mod batch;
pub(crate) mod consumer_offsets;
mod host_size;
mod import;
pub(crate) mod known_hosts;
pub(crate) mod prepared_report;
pub(crate) mod profile_update;
pub(crate) mod recent_profiles;
mod rehearsal;

pub use batch::StoredReport;
pub use consumer_offsets::{ConsumerOffsets, PartitionOffset, SourceMessage};
pub use import::{ImportRefused, ImportResult, ImportedPart};
pub use prepared_report::PreparedReport;
