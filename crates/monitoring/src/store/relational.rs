//! Samples in the relational store: a log that is committed in groups, and chunks made of it.

use std::sync::Arc;

use futures::future::BoxFuture;
use promql::Series;
use series::{Labels, Matcher};
use store::{Db, Rows, Sql};
use tokio::sync::mpsc;

use super::{
    Range, SampleStore, StoreError,
    commit::Committer,
    group::{self, Pending},
    log::{Decoded, Entry},
    statements,
};
use crate::{
    batch::{Batch, Metadata, Refused, SeriesLimits, Tenant},
    rules::retention::Retention,
};

/// How samples are kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What a series may be.
    pub limits: SeriesLimits,
}

/// The samples of the relational store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Relational {
    pub(super) db: Db,
    writer: mpsc::Sender<Pending>,
    decoded: Decoded<(Tenant, i64)>,
}

impl Relational {
    /// The store over a database; a task of its own commits what comes in, until the last handle is gone.
    pub fn open(db: Db, options: Options) -> Self {
        let (writer, waiting) = mpsc::channel(group::WAITING);
        tokio::spawn(group::run(Committer::new(db.clone(), options.limits), waiting));
        Self { db, writer, decoded: Decoded::default() }
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
        for seq in seqs {
            match self.decoded.get(&(tenant.clone(), *seq)) {
                Some(entries) => rows.push((*seq, entries)),
                None => missing.push(*seq),
            }
        }
        if !missing.is_empty() {
            let sql = Sql::new(statements::LOG).bind(tenant.org.as_str()).bind(&*tenant.scope);
            for row in tx.fetch_all(sql.rows(Rows::new().column(missing))).await? {
                let seq = row.get::<i64>(0)?;
                rows.push((seq, self.decoded.put((tenant.clone(), seq), &row.get::<Vec<u8>>(1)?)?));
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
        Box::pin(group::append(&self.writer, tenant, batch))
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

    fn thin<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(self.thin_old(now, retention))
    }

    fn make_missing(&self) -> BoxFuture<'_, Result<String, StoreError>> {
        // They come with the migrations of the database.
        Box::pin(async { Ok("the database has all tables of samples".to_owned()) })
    }
}
