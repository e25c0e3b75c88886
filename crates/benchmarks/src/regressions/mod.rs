//! Results are watched: where a metric of a benchmark got worse on a machine, somebody is told.
//!
//! | part | does |
//! | --- | --- |
//! | `arrivals.rs` | results that came, went or were put back become points of series |
//! | `series.rs` | a series whose points changed is read by `changepoint::Detector`, and what is found is stored |
//! | `tell.rs` | what was found and is owed is told |
//! | [`environments`] | which points were measured on a machine in the same state |
//! | [`found`], [`watches`] | what was found, the series, and what is watched: read and changed by the operations |
//! | `findings.rs` | what was found in a series is held against what is stored |
//!
//! Each change of a result is a row of `benchmark_news`, written in its transaction. A row is taken away in the transaction that moves
//! the points, and a series is marked until it has been looked at: nothing is lost with a process, and nothing counts twice.

mod arrivals;
pub mod environments;
mod findings;
pub mod found;
mod series;
mod statements;
mod tell;
pub mod watches;

use std::{
    num::NonZeroUsize,
    sync::{Arc, OnceLock},
    time::Duration,
};

use access::Access;
use changepoint::{Budget, Thresholds};
use fleet::Fleet;
use ground::{Clock, OrgId, Stop};
use lru::LruCache;
use notify::Queue;
use service::{Waits, follow};
use store::Db;
use tokio::sync::{Mutex, watch};
use uuid::Uuid;
use web::RoleHealth;

use environments::Environments;
pub(crate) use findings::changes_between;
use series::Kept;

/// Every static statement, for the test that has both engines prepare them.
pub use statements::ALL as STATEMENTS;

/// The name of the role, and of its lease.
pub const NAME: &str = "regressions";
/// How long one process keeps the others away without a sign of life.
const LEASE_TERM: Duration = Duration::from_secs(30);
/// Results are looked for so often, and the wait after a failure.
const WAITS: Waits = Waits { idle: Duration::from_secs(1), failed: Duration::from_secs(5) };
/// So many series are kept as they were read; each has some tens of kilobytes.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// Points a day for which there are thresholds of their own: 1, 2, 4, … 1,024.
const RATES: usize = 11;

/// What the regressions of a process work on. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// Where everything is kept.
    pub db: Db,
    /// The record of machines.
    pub fleet: Fleet,
    /// Who is told.
    pub queue: Queue,
    /// Who is let in to the operations.
    pub access: Access,
    /// What time it is.
    pub clock: Clock,
    /// Whose the results are that are pinned to no machine.
    pub home: OrgId,
    /// False alarms that 1,000 months of series may have.
    pub budget: Budget,
    /// What notifications say of the product.
    pub bundle: String,
    /// Which states of machines are alike.
    pub environments: Arc<dyn Environments>,
    /// Series as they were read.
    pub kept: Memory,
}

/// Series as this process has read them. Thresholds live as long as the program: there are a few sets, one for each rate of points.
#[derive(Debug)]
pub struct Memory {
    series: Mutex<LruCache<Uuid, Kept>>,
    thresholds: [OnceLock<&'static Thresholds>; RATES],
}

impl Default for Memory {
    fn default() -> Self {
        let thresholds = std::array::from_fn(|_| OnceLock::new());
        Self { series: Mutex::new(LruCache::new(MOST_KEPT)), thresholds }
    }
}

/// Why results cannot be looked at now; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The record of machines.
    #[error(transparent)]
    Fleet(#[from] fleet::Error),
    /// The reading of a series ended before its end.
    #[error("a series could not be read to its end")]
    Ended,
}

impl App {
    /// Over these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Follows results until told to stop, one process at a time.
    pub async fn run(&self, health: &RoleHealth, stop: Stop) {
        let (holder, asked) = (Uuid::new_v4().to_string(), stop.clone());
        // Results come from other processes as well: they are looked for.
        let (_alive, grown) = watch::channel(0);
        let pass = || self.pass(&holder, &asked);
        follow(grown, WAITS, health, stop, "cannot look for regressions", pass).await;
        if let Err(error) = self.fleet.release_lease(NAME, &holder).await {
            tracing::debug!(%error, "the lease ends by itself");
        }
    }

    /// Deals with everything that is there now, unless another process does.
    pub async fn pass(&self, holder: &str, stop: &Stop) -> Result<(), Failed> {
        let may = async || {
            Ok::<_, Failed>(!stop.is_asked() && self.fleet.take_lease(NAME, holder, LEASE_TERM).await?)
        };
        while arrivals::waiting(&self.db).await? {
            if !may().await? {
                return Ok(());
            }
            arrivals::take(self).await?;
        }
        loop {
            let changed = series::changed(&self.db).await?;
            if changed.is_empty() {
                break;
            }
            for one in changed {
                if !may().await? {
                    return Ok(());
                }
                series::look_at(self, &one).await?;
            }
        }
        while tell::owes(&self.db).await? {
            if !may().await? {
                return Ok(());
            }
            tell::tell(self).await?;
        }
        Ok(())
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A number as it is stored: exact.
fn text(number: f64) -> String {
    number.to_string()
}

/// A stored number.
fn number(text: &str) -> store::Result<f64> {
    text.parse().map_err(|_| store::Error::damaged(format!("`{text}` is no number")))
}

/// A stored organisation.
fn organisation(text: &str) -> store::Result<OrgId> {
    OrgId::parse(text).map_err(|error| store::Error::damaged(error.to_string()))
}

/// An id that follows from what it is of.
fn id_of(parts: &[&[u8]]) -> Uuid {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
