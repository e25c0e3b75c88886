//! Hosts as lists show them, as text, kept in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use fleet::{Host, HostRef, Staleness, WeightedLru};
use ground::{HostId, OrgId};

use super::{errors::Failure, host_out::HostOut};

/// How many bytes of texts are kept: those of some 20,000 hosts.
const LIMIT: usize = 40 << 20;
/// Most bytes of one entry.
const MOST_OF_ONE: usize = LIMIT / 64;
/// What an entry takes beside its text.
const ENTRY_OVERHEAD_BYTES: usize = 160;

/// The texts of hosts that were shown lately, each under the version of its host. Cheap to clone.
#[derive(Clone)]
pub struct ShownHosts(Arc<Mutex<Texts>>);

/// By organisation and host: what one organisation was shown is never found for another.
/// A text is right for the version of its host and the settings by which that ages.
type Texts = WeightedLru<(OrgId, HostId), ((i64, Staleness), Bytes)>;

impl Default for ShownHosts {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(WeightedLru::new(LIMIT))))
    }
}

impl ShownHosts {
    /// The text of a host of an organisation whose hosts age so.
    pub fn get(&self, org: &OrgId, staleness: Staleness, host: &HostRef) -> Option<Bytes> {
        let mut texts = self.lock();
        let (version, text) = texts.get(&(org.clone(), host.id))?;
        (*version == (host.version, staleness)).then(|| text.clone())
    }

    /// Writes the text of a host, and keeps it.
    pub fn write(
        &self,
        org: &OrgId,
        staleness: Staleness,
        of: &HostRef,
        host: &Host,
    ) -> Result<Bytes, Failure> {
        let text = text(host, staleness)?;
        let bytes = text.len() + ENTRY_OVERHEAD_BYTES;
        // A few of the largest would leave no room for all others.
        if bytes <= MOST_OF_ONE {
            self.lock().put((org.clone(), of.id), ((of.version, staleness), text.clone()), bytes);
        }
        Ok(text)
    }

    fn lock(&self) -> MutexGuard<'_, Texts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for ShownHosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownHosts")
    }
}

fn text(host: &Host, staleness: Staleness) -> Result<Bytes, Failure> {
    let text = serde_json::to_vec(&HostOut::new(host, staleness, None)).map_err(Failure::unwritable)?;
    // Without the room that was left to write on: there may be as much of it as of text.
    Ok(text.into_boxed_slice().into())
}
