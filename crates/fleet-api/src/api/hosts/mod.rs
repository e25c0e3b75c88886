//! Operations on hosts.

pub mod diff;
pub mod identity;
pub mod last_change;
pub mod list;
pub mod listed;
pub mod state;
pub mod tags;
pub mod timeline;

use ground::HostId;

use super::failure::Failure;

/// 404 for a host that was never known, or is not the caller's to see.
fn unknown(id: HostId) -> Failure {
    Failure::not_found(format!("no host {id} is known"))
}
