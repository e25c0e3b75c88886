//! Hosts as lists show them, as text, kept in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;
use fleet::{Fleet, Host, HostQuery, HostRef, Staleness, WeightedLru};
use ground::{HostId, OrgId};

use super::{errors::Failure, host_out::HostOut};

/// How many bytes of texts are kept: those of some 20,000 hosts.
const LIMIT: usize = 40 << 20;
/// Most bytes of one entry.
const MOST_OF_ONE: usize = LIMIT / 64;
/// What an entry takes beside its text.
const BESIDE: usize = 160;

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
    /// The texts of these hosts, found by a question, in their order; those that are gone by now are left out.
    pub async fn texts(
        &self,
        fleet: &Fleet,
        query: &HostQuery,
        hosts: &[HostRef],
    ) -> Result<Vec<(HostId, Bytes)>, Failure> {
        let (org, staleness) = (query.scope.org(), query.staleness);
        let mut found: Vec<Option<Bytes>> = {
            let mut texts = self.lock();
            let text = |host: &HostRef| {
                let (version, text) = texts.get(&(org.clone(), host.id))?;
                (*version == (host.version, staleness)).then(|| text.clone())
            };
            hosts.iter().map(text).collect()
        };
        let unknown: Vec<HostId> =
            hosts.iter().zip(&found).filter(|(_, text)| text.is_none()).map(|(host, _)| host.id).collect();
        if !unknown.is_empty() {
            let mut read: HashMap<HostId, Bytes> = HashMap::with_capacity(unknown.len());
            for (host, whole) in fleet.hosts_by_id(org, &unknown).await? {
                let text = text(&whole, staleness)?;
                let bytes = text.len() + BESIDE;
                // A few of the largest would leave no room for all others.
                if bytes <= MOST_OF_ONE {
                    self.lock().put((org.clone(), host.id), ((host.version, staleness), text.clone()), bytes);
                }
                read.insert(host.id, text);
            }
            for (host, text) in hosts.iter().zip(&mut found) {
                if text.is_none() {
                    *text = read.get(&host.id).cloned();
                }
            }
        }
        Ok(hosts.iter().zip(found).filter_map(|(host, text)| Some((host.id, text?))).collect())
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
