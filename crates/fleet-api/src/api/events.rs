//! What streams say, made once for all who hear the same.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use axum::body::Bytes;
use fleet::{ChangeKind, ChangeQuery, Fleet, Scope, Start};
use lru::LruCache;
use serde::Serialize;
use tokio::sync::OnceCell;
use utoipa::ToSchema;

use super::change_out::ChangeOut;

/// How many rows an event shows.
const SHOWN: i64 = 20;
/// Up to how many rows are counted: who has been away for longer asks for them by pages.
const MOST: i64 = 100_000;
/// How many events are kept: listeners of one moment hear one of these.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);

/// Which rows an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Heard {
    /// About which hosts.
    pub scope: Scope,
    /// Of which kinds; none means all.
    pub kinds: Vec<ChangeKind>,
    /// The rows after this number …
    pub after: i64,
    /// … up to this one.
    pub to: i64,
}

/// The data of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct News<'a> {
    /// The newest number of the log.
    pub seq: i64,
    /// How many rows came since the event before; 100,000 stands for those and more.
    pub count: i64,
    /// The newest of them, newest first; at most 20.
    pub changes: Vec<ChangeOut<'a>>,
}

/// Events, as they go out.
#[derive(Clone)]
pub struct Events(Arc<Mutex<Memory>>);

type Memory = LruCache<Heard, Arc<OnceCell<Option<Bytes>>>>;

impl Events {
    /// None has been made.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }

    /// The event about these rows; none when there are none that the listener may see.
    pub async fn about(&self, fleet: &Fleet, heard: Heard) -> fleet::Result<Option<Bytes>> {
        let cell = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.get_or_insert(heard.clone(), Arc::default))
        };
        cell.get_or_try_init(|| make(fleet, heard)).await.cloned()
    }
}

async fn make(fleet: &Fleet, heard: Heard) -> fleet::Result<Option<Bytes>> {
    let Heard { scope, kinds, after, to } = heard;
    let query = ChangeQuery {
        kinds,
        start: Start::Before(to + 1),
        above: after,
        limit: SHOWN,
        ..ChangeQuery::newest(scope)
    };
    let changes = fleet.feed(&query).await?.changes;
    let shown = changes.len() as i64;
    let count = if shown < SHOWN { shown } else { fleet.count_changes(&query, MOST).await?.max(shown) };
    let changes = changes.iter().map(ChangeOut::from).collect();
    Ok((count > 0).then(|| event(&News { seq: to, count, changes })))
}

/// An event with this data, as it goes out.
pub fn event(news: &News<'_>) -> Bytes {
    match serde_json::to_string(news) {
        Ok(data) => Bytes::from(format!("event: changes\nid: {}\ndata: {data}\n\n", news.seq)),
        Err(error) => {
            tracing::error!(%error, "an event cannot be written");
            Bytes::new()
        }
    }
}
