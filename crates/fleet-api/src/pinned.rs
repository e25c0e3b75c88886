//! Results of benchmarks, as far as this API needs them: on which machine each ran.

use futures::future::BoxFuture;
use ground::{HostId, OrgId};
use uuid::Uuid;

/// A result that is pinned to a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pinned {
    /// The result.
    pub result: Uuid,
    /// The machine that it ran on.
    pub host: HostId,
    /// The row of the log with the state of the machine then.
    pub seq: i64,
}

/// Knows on which machines results ran.
pub trait PinnedResults: std::fmt::Debug + Send + Sync {
    /// Those of the results that are pinned to machines of the organisation.
    fn pinned<'a>(
        &'a self,
        org: &'a OrgId,
        results: &'a [Uuid],
    ) -> BoxFuture<'a, Result<Vec<Pinned>, fleet::Error>>;
}
