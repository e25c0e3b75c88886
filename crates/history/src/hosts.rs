//! Present hosts of the inventory.

use drift_common::{Caller, PeerError, Peers, System};
use futures::future::BoxFuture;

/// Where the present names of hosts are found, in the name of a caller: in this process, or over HTTP by [`Peers`].
pub trait Hosts: Send + Sync {
    /// Hosts in the order of the ids. Nothing when one of them is not there.
    fn systems<'a>(
        &'a self,
        caller: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<System>, PeerError>>;
}

impl Hosts for Peers {
    fn systems<'a>(
        &'a self,
        caller: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<System>, PeerError>> {
        Box::pin(Self::systems(self, caller, ids))
    }
}
