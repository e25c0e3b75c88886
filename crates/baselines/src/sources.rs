//! What a baseline is made from: hosts of the inventory, and historical profiles.

use drift_common::{Caller, PeerError, Peers, Profile, System};
use futures::future::BoxFuture;

/// Where hosts and historical profiles are found, in the name of a caller: in this process, or over HTTP by
/// [`Peers`].
pub trait Sources: Send + Sync {
    /// Hosts with their groups, tags and profiles, in the order of the ids. Nothing when one of them is not there.
    fn systems<'a>(
        &'a self,
        caller: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<System>, PeerError>>;

    /// Historical profiles, in the order of the ids. Nothing when one of them is not there.
    fn profiles<'a>(
        &'a self,
        caller: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Profile>, PeerError>>;
}

impl Sources for Peers {
    fn systems<'a>(
        &'a self,
        caller: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<System>, PeerError>> {
        Box::pin(Self::systems(self, caller, ids))
    }

    fn profiles<'a>(
        &'a self,
        caller: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Profile>, PeerError>> {
        Box::pin(Self::profiles(self, caller, ids))
    }
}
