//! Samples in the relational store: a log that is committed in groups, and chunks made of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use promql::Series;
use series::{Labels, Matcher};
use store::{Db, Rows, Sql};
use tokio::sync::{mpsc, oneshot};

use super::{
    Range, SampleStore, StoreError,
    commit::{Committer, Pending},
    log::Entry,
    statements,
};
use crate::{
    batch::{Batch, Metadata, Refused, SeriesLimits, Tenant},
    rules::retention::Retention,
};

/// The most rows of the log that are kept decoded.
const KEPT_LOG: usize = 512;

/// Batches that wait for a commit; who sends more waits too.
const WAITING: usize = 1024;

/// How samples are kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What a series may be.
    pub limits: SeriesLimits,
}

/// Rows of the log, decoded.
type Decoded = HashMap<(Tenant, i64), Arc<Vec<Entry>>>;

/// The samples of the relational store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Relational {
    pub(super) db: Db,
    writer: mpsc::Sender<Pending>,
    decoded: Arc<Mutex<Decoded>>,
}

impl Relational {
    /// The store over a database; a task of its own commits what comes in, until the last handle is gone.
    pub fn open(db: Db, options: Options) -> Self {
        let (writer, waiting) = mpsc::channel(WAITING);
        tokio::spawn(Committer::new(db.clone(), options.limits).run(waiting));
        Self { db, writer, decoded: Arc::default() }
    }

    async fn append_batch(&self, tenant: Tenant, batch: Batch) -> Result<Vec<Refused>, StoreError> {
        if batch.series.is_empty() && batch.metadata.is_empty() {
            return Ok(batch.refused);
        }
        let (reply, answer) = oneshot::channel();
        let pending = Pending { tenant, batch, reply };
        self.writer.send(pending).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// The rows of the log with these numbers, decoded; those that are known are not read again.
    pub(super) async fn log_rows(
        &self,
        tx: &mut store::Tx,
        tenant: &Tenant,
        seqs: &[i64],
    ) -> Result<Vec<(i64, Arc<Vec<Entry>>)>, StoreError> {
        let mut rows = Vec::with_capacity(seqs.len());
        let mut missing = Vec::new();
        {
            let decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
            for seq in seqs {
                match decoded.get(&(tenant.clone(), *seq)) {
                    Some(entries) => rows.push((*seq, entries.clone())),
                    None => missing.push(*seq),
                }
            }
        }
        if !missing.is_empty() {
            let sql = Sql::new(statements::LOG).bind(tenant.org.as_str()).bind(&*tenant.scope);
            let mut fresh = Vec::new();
            for row in tx.fetch_all(sql.rows(Rows::new().column(missing))).await? {
                let entries = Arc::new(super::log::decode(&row.get::<Vec<u8>>(1)?)?);
                fresh.push((row.get::<i64>(0)?, entries));
            }
            let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
            if decoded.len() + fresh.len() > KEPT_LOG {
                decoded.clear();
            }
            for (seq, entries) in fresh {
                decoded.insert((tenant.clone(), seq), entries.clone());
                rows.push((seq, entries));
            }
        }
        rows.sort_by_key(|(seq, _)| *seq);
        Ok(rows)
    }

    async fn metadata_of(&self, tenant: &Tenant, name: Option<&str>) -> Result<Vec<Metadata>, StoreError> {
        let sql = Sql::new(statements::METADATA).bind(tenant.org.as_str()).bind(&*tenant.scope);
        let mut metadata = Vec::new();
        for row in self.db.read(sql).await? {
            let own: String = row.get(0)?;
            if name.is_none_or(|name| name == own) {
                let kind: String = row.get(1)?;
                let kind = crate::rules::metric_kind(&kind);
                metadata.push(Metadata { name: own, kind, help: row.get(2)?, unit: row.get(3)? });
            }
        }
        Ok(metadata)
    }
}

impl SampleStore for Relational {
    fn append(&self, tenant: Tenant, batch: Batch) -> BoxFuture<'_, Result<Vec<Refused>, StoreError>> {
        Box::pin(self.append_batch(tenant, batch))
    }

    fn series<'a>(
        &'a self,
        tenant: &'a Tenant,
        selectors: &'a [Vec<Matcher>],
    ) -> BoxFuture<'a, Result<Vec<Labels>, StoreError>> {
        Box::pin(self.names(tenant, selectors))
    }

    fn read<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Series>, StoreError>> {
        Box::pin(self.samples(tenant, matchers, range, most))
    }

    fn delete<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(self.remove(tenant, matchers, range))
    }

    fn metadata<'a>(
        &'a self,
        tenant: &'a Tenant,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Metadata>, StoreError>> {
        Box::pin(self.metadata_of(tenant, name))
    }

    fn seal(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.seal_all())
    }

    fn retire<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(self.retire_old(now, retention))
    }
}
