//! Where documents are held against schemas: on threads of their own, few at a time, with the schemas prepared.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;
use serde_json::Value;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::rules::schema::{self, Complaint, Schema};

/// So many prepared schemas are kept.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// Prepared schemas, and the threads that work with them.
#[derive(Debug, Clone)]
pub struct Schemas(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// By the digest of their text.
    prepared: Mutex<LruCache<[u8; 32], Arc<Schema>>>,
    /// Validation may keep no more than half of the machine busy: other requests go on.
    places: Semaphore,
}

/// What came of validation, or nothing: its thread ended before it.
type Validation = Option<Result<(), Complaint>>;

impl Default for Schemas {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let places = Semaphore::new((cores / 2).max(1));
        Self(Arc::new(Inner { prepared: Mutex::new(LruCache::new(MOST_KEPT)), places }))
    }
}

impl Schemas {
    /// Whether a schema is accepted for a benchmark.
    pub async fn check(&self, given: String) -> Validation {
        let _place = self.0.places.acquire().await.ok()?;
        spawn_blocking(move || schema::check(&given)).await.ok()
    }

    /// Whether a document fits a schema; both texts as they were sent.
    pub async fn validate(&self, schema: String, document: Value, given: String) -> Validation {
        let _place = self.0.places.acquire().await.ok()?;
        let this = self.clone();
        spawn_blocking(move || this.prepared(&schema)?.validate(&document, &given)).await.ok()
    }

    fn prepared(&self, given: &str) -> Result<Arc<Schema>, Complaint> {
        let digest = blake3::hash(given.as_bytes()).into();
        let kept = || self.0.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(schema) = kept().get(&digest) {
            return Ok(schema.clone());
        }
        let schema = Arc::new(Schema::compile(given)?);
        kept().put(digest, schema.clone());
        Ok(schema)
    }
}
