//! The record of machines, as far as results are pinned to them.

use futures::future::BoxFuture;
use ground::{HostId, OrgId, Timestamp};
use http::HeaderMap;

/// A machine in the state that it had at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its organisation.
    pub org: OrgId,
    /// The host.
    pub host: HostId,
    /// The row of the log with its state.
    pub seq: i64,
}

/// Why a result cannot be pinned to a machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPinned {
    /// The caller reaches no such machine, or it was not known at that moment.
    #[error("the caller reaches no such host, or nothing was known of it at that time")]
    Unknown,
    /// It cannot be told whether the caller reaches it.
    #[error("the record of hosts cannot be asked now")]
    Unavailable,
}

/// The record of machines.
pub trait Machines: std::fmt::Debug + Send + Sync {
    /// The machine as it was at a moment, when the caller of a request with these headers may see it.
    fn at<'a>(
        &'a self,
        headers: &'a HeaderMap,
        host: HostId,
        moment: Timestamp,
    ) -> BoxFuture<'a, Result<Pin, NotPinned>>;
}
