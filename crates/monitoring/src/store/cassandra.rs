//! Samples in Cassandra, in our own layout ([why so](../../../../docs/adr/0085-samples-in-cassandra.md)).
//!
//! | table | partition | rows |
//! | --- | --- | --- |
//! | `sample_name` | tenant | metrics: how many series, kind, help, unit |
//! | `sample_series` | tenant, metric | series: number (the beginning of the digest of its labels), labels |
//! | `sample_day` | tenant | days that have samples |
//! | `sample_tail` | tenant, metric, day | what came in: one row for each group commit |
//! | `sample_chunk` | tenant, metric, day, shard | chunks, that do not overlap; compacted by time windows, gone by their time to live |
//! | `sample_lock` | tenant | who makes chunks or removes samples, one at a time |
//!
//! A sample goes into the tail, and is acknowledged when a quorum has it; sealing moves it into a chunk, and takes away exactly the
//! rows that it has read. Readers read the tail before the chunks, and so miss nothing that moves meanwhile.

mod append;
mod lock;
mod read;
mod remove;
mod schema;
mod seal;
mod thin;

use std::sync::Arc;

use futures::future::BoxFuture;
use ground::Clock;
use promql::Series;
use series::{Labels, Matcher};
use tokio::sync::mpsc;

use super::{
    DAY, Range, SampleStore, StoreError,
    group::{self, Pending},
    log::Decoded,
};
use crate::{
    batch::{Batch, Metadata, Refused, SeriesLimits, Tenant},
    cassandra::{Cluster, Connection, Values, bigint, text},
    rules::retention::Retention,
};

/// Over how many partitions the series of a metric and day are spread.
const SHARDS: i32 = 16;

/// How samples are kept.
#[derive(Debug, Clone)]
pub struct CassandraOptions {
    /// Where.
    pub cluster: Cluster,
    /// What a series may be.
    pub limits: SeriesLimits,
    /// How long samples are kept.
    pub retention: Retention,
    /// How many replicas a keyspace that is made has in each data centre.
    pub replicas: u32,
}

/// The samples of a keyspace. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cassandra {
    keyspace: Arc<Keyspace>,
    writer: mpsc::Sender<Pending>,
}

/// What reads, writes and jobs work on.
#[derive(Debug)]
struct Keyspace {
    connection: Connection,
    options: CassandraOptions,
    clock: Clock,
    decoded: Decoded<RowKey>,
}

/// The key of a row of the tail: tenant, metric, day, then number, writer, part.
type RowKey = (Tenant, String, i64, [i64; 3]);

/// The samples of a metric on a day.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    tenant: &'a Tenant,
    metric: &'a str,
    day: i64,
}

impl Part<'_> {
    fn key(&self) -> Values {
        let Tenant { org, scope } = self.tenant;
        vec![text(org.as_str()), text(scope), text(self.metric), bigint(self.day)]
    }
}

const OF_TENANT: &str = "org = ? AND scope = ?";
const OF_METRIC: &str = "org = ? AND scope = ? AND name = ?";
const OF_PART: &str = "org = ? AND scope = ? AND name = ? AND day = ?";

fn of_tenant(tenant: &Tenant) -> Values {
    vec![text(tenant.org.as_str()), text(&tenant.scope)]
}

fn of_metric(tenant: &Tenant, name: &str) -> Values {
    vec![text(tenant.org.as_str()), text(&tenant.scope), text(name)]
}

fn shard(series: i64) -> i32 {
    series.rem_euclid(i64::from(SHARDS)) as i32
}

impl Keyspace {
    fn now(&self) -> i64 {
        self.clock.now().micros()
    }

    fn table(&self, name: &str) -> String {
        self.connection.table(name)
    }

    /// For how many seconds samples of a metric up to a time are kept from now on. What is too old already is kept for a day: whoever
    /// sent it sees that it came in.
    fn time_to_live(&self, metric: &str, last: i64) -> i32 {
        let days = self.options.retention.named(metric).unwrap_or_else(|| self.options.retention.usual());
        let until = last.saturating_add(days.saturating_mul(DAY));
        let seconds = until.saturating_sub(self.now() / 1000) / 1000;
        // Twenty years are the most that Cassandra takes.
        i32::try_from(seconds.clamp(86_400, 630_000_000)).unwrap_or(86_400)
    }

    async fn metadata(&self, tenant: &Tenant, name: Option<&str>) -> Result<Vec<Metadata>, StoreError> {
        let statement =
            format!("SELECT name, kind, help, unit FROM {} WHERE {OF_TENANT}", self.table("sample_name"));
        let all = self.connection.collect(&statement, of_tenant(tenant), |mut cells| {
            let own = cells.text()?;
            let kind = crate::rules::metric_kind(&cells.text()?);
            let (help, unit) = (cells.text().unwrap_or_default(), cells.text().unwrap_or_default());
            name.is_none_or(|name| name == own).then_some(Metadata { name: own, kind, help, unit })
        });
        Ok(all.await?)
    }
}

impl Cassandra {
    /// The store over a keyspace; what is wrong with the options, otherwise. Connects to nothing yet. A task of its own commits what
    /// comes in, until the last handle is gone.
    pub fn open(options: CassandraOptions) -> Result<Self, String> {
        let connection = Connection::new(options.cluster.clone())?;
        let keyspace =
            Arc::new(Keyspace { connection, options, clock: Clock::system(), decoded: Decoded::default() });
        let (writer, waiting) = mpsc::channel(group::WAITING);
        tokio::spawn(group::run(append::Committer::new(keyspace.clone()), waiting));
        Ok(Self { keyspace, writer })
    }
}

impl SampleStore for Cassandra {
    fn append(&self, tenant: Tenant, batch: Batch) -> BoxFuture<'_, Result<Vec<Refused>, StoreError>> {
        Box::pin(group::append(&self.writer, tenant, batch))
    }

    fn series<'a>(
        &'a self,
        tenant: &'a Tenant,
        selectors: &'a [Vec<Matcher>],
    ) -> BoxFuture<'a, Result<Vec<Labels>, StoreError>> {
        Box::pin(self.keyspace.names(tenant, selectors))
    }

    fn read<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Series>, StoreError>> {
        Box::pin(self.keyspace.samples(tenant, matchers, range, most))
    }

    fn delete<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        let (keyspace, tenant, matchers) = (self.keyspace.clone(), tenant.clone(), matchers.to_vec());
        Box::pin(async move {
            // It goes on when nobody waits for it any more: what it has locked it gives back.
            let removed = tokio::spawn(async move { keyspace.remove(&tenant, &matchers, range).await });
            removed.await.map_err(|_| StoreError::Stopped)?
        })
    }

    fn metadata<'a>(
        &'a self,
        tenant: &'a Tenant,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Metadata>, StoreError>> {
        Box::pin(self.keyspace.metadata(tenant, name))
    }

    fn seal(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.keyspace.seal_all())
    }

    fn retire<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(self.keyspace.retire_old(now, retention))
    }

    fn thin<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(self.keyspace.thin_old(now, retention))
    }

    fn make_missing(&self) -> BoxFuture<'_, Result<String, StoreError>> {
        Box::pin(schema::make_missing(&self.keyspace))
    }
}
