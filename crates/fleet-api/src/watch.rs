//! The newest numbers of the log, for those who listen.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use fleet::Fleet;
use ground::OrgId;
use tokio::{sync::watch, time::sleep};

/// How long after a look it looks again when this process commits nothing: others may have.
const POLL: Duration = Duration::from_millis(500);
/// The shortest time between two looks: listeners hear at most four times a second.
const PAUSE: Duration = Duration::from_millis(250);

/// Tells listeners when the log of their organisation has grown. However many listen, one task looks, with one
/// statement, woken by commits of this process and now and then for those of others; without listeners there is none.
#[derive(Clone)]
pub struct Watcher(Arc<Inner>);

struct Inner {
    fleet: Fleet,
    watched: Mutex<Watched>,
}

#[derive(Default)]
struct Watched {
    orgs: HashMap<OrgId, watch::Sender<i64>>,
    /// Whether the task runs.
    runs: bool,
}

impl Watcher {
    /// Nobody listens yet.
    pub fn new(fleet: Fleet) -> Self {
        Self(Arc::new(Inner { fleet, watched: Mutex::default() }))
    }

    /// The newest number of an organisation, and its changes from now on.
    pub async fn listen(&self, org: &OrgId) -> fleet::Result<watch::Receiver<i64>> {
        let newest = self.0.fleet.newest(org).await?;
        let mut watched = self.watched();
        let sender = watched.orgs.entry(org.clone()).or_insert_with(|| watch::Sender::new(newest));
        tell(sender, newest);
        let receiver = sender.subscribe();
        if !watched.runs {
            watched.runs = true;
            tokio::spawn(self.clone().run());
        }
        Ok(receiver)
    }

    async fn run(self) {
        let mut commits = self.0.fleet.commits();
        while let Some(orgs) = self.listened_to() {
            match self.0.fleet.newest_of(&orgs).await {
                Ok(newest) => {
                    let watched = self.watched();
                    for (org, newest) in newest {
                        if let Some(sender) = watched.orgs.get(&org) {
                            tell(sender, newest);
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "cannot see whether the log has grown, trying again"),
            }
            sleep(PAUSE).await;
            tokio::select! {
                _ = commits.changed() => {}
                () = sleep(POLL) => {}
            }
        }
    }

    /// The organisations that somebody listens to. When there are none the task has to end: who comes next starts
    /// another.
    fn listened_to(&self) -> Option<Vec<OrgId>> {
        let mut watched = self.watched();
        watched.orgs.retain(|_, sender| sender.receiver_count() > 0);
        watched.runs = !watched.orgs.is_empty();
        watched.runs.then(|| watched.orgs.keys().cloned().collect())
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.0.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Numbers only grow.
fn tell(sender: &watch::Sender<i64>, newest: i64) {
    sender.send_if_modified(|known| {
        let grown = newest > *known;
        *known = newest.max(*known);
        grown
    });
}
