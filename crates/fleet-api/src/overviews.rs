//! The fleet at a glance, kept as long as it is true.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use fleet::{Fleet, Overview, Scope};
use lru::LruCache;
use tokio::sync;

/// For how many scopes one is kept.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

/// Overviews by scope. One is true until the organisation's log or its settings move, or the next host gets older; both are
/// read from the database for every answer, so that nobody misses what another process has written.
#[derive(Clone)]
pub struct Overviews(Arc<Mutex<LruCache<Scope, Slot>>>);

/// Who comes while one is made waits for it here.
type Slot = Arc<sync::Mutex<Option<CachedOverview>>>;

struct CachedOverview {
    overview: Arc<Overview>,
    /// When its making began.
    since: Instant,
}

impl Overviews {
    /// None has been made.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }

    /// The fleet as it is now.
    pub async fn get(&self, fleet: &Fleet, scope: &Scope) -> fleet::Result<Arc<Overview>> {
        let asked = Instant::now();
        let place = {
            let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(places.get_or_insert(scope.clone(), Slot::default))
        };
        let mut kept = place.lock().await;
        if let Some(CachedOverview { overview, since }) = &*kept {
            // Begun after this question was asked: as new as any that could be made for it alone.
            let is_new = *since >= asked;
            if is_new
                || (overview.until > fleet.clock().now()
                    && overview.head == fleet.log_head(scope.org()).await?
                    && overview.staleness == fleet.staleness(scope.org()).await?)
            {
                return Ok(Arc::clone(overview));
            }
        }
        let since = Instant::now();
        let overview = Arc::new(fleet.overview(scope).await?);
        *kept = Some(CachedOverview { overview: Arc::clone(&overview), since });
        Ok(overview)
    }
}
