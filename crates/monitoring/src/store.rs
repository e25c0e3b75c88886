//! Where samples are kept.
//!
//! [`SampleStore`] is the seam: doors, queries and jobs stand on it and know no place. [`Relational`] keeps samples in the
//! relational store, [`Cassandra`] in a keyspace of their own;
//! [`WithTables`] shows the original's counters and timers beside either.
//!
//! # To add a place
//! A file here with a type that implements [`SampleStore`], and its line in `tests/store/main.rs`: one suite of behaviour runs
//! over all places.

mod bound;
mod cassandra;
mod commit;
mod group;
mod limits;
mod log;
mod pack;
mod pieces;
mod read;
mod relational;
mod retire;
mod seal;
mod statements;
mod tables;
mod thin;

use futures::{StreamExt as _, TryStreamExt as _, future::BoxFuture, stream};
use ground::Transient;
use promql::Series;
use series::{Labels, Matcher};

pub use cassandra::{Cassandra, CassandraOptions};
pub use relational::{Options, Relational};
pub use statements::ALL;
pub use tables::WithTables;

use crate::{
    batch::{Batch, Metadata, Refused, Tenant},
    cassandra::{CONCURRENT_STATEMENTS, CassandraError},
    legacy::TablesError,
    rules::retention::Retention,
};

/// Why the store could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database.
    #[error(transparent)]
    Database(#[from] store::Error),
    /// Cassandra.
    #[error(transparent)]
    Cassandra(#[from] CassandraError),
    /// Rows of counters and timers.
    #[error(transparent)]
    Tables(TablesError),
    /// Somebody else makes chunks or removes samples.
    #[error("somebody else works on the chunks of these samples; try again in a moment")]
    Busy,
    /// What is stored cannot be read.
    #[error(transparent)]
    Chunk(#[from] series::chunk::BadChunk),
    /// A row of the log cannot be read.
    #[error("a row of the log of samples cannot be read")]
    Log,
    /// The program stops.
    #[error("the store of samples has stopped")]
    Stopped,
    /// An answer would take more samples than are allowed.
    #[error("query processing would load too many samples into memory in query execution")]
    TooManySamples,
}

impl StoreError {
    /// Whether nobody's samples can be reached now: what is wrong with the samples of one tenant alone is something else.
    fn is_away(&self) -> bool {
        match self {
            Self::Database(problem) => problem.is_transient(),
            Self::Cassandra(problem) => matches!(problem, CassandraError::Away(_)),
            Self::Tables(problem) => problem.is_transient(),
            Self::Busy | Self::Chunk(_) | Self::Log | Self::Stopped | Self::TooManySamples => false,
        }
    }
}

/// What a selection asks for.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// From this time on, in milliseconds.
    pub from: i64,
    /// Up to this time.
    pub to: i64,
}

/// A day in milliseconds: no record of thinned samples is longer.
const DAY: i64 = 86_400_000;

impl Range {
    /// From when on there may be records of thinned samples that hold into it.
    fn records_from(self) -> i64 {
        self.from.saturating_sub(DAY)
    }
}

/// Pieces of work.
type Work<'w, T> = Vec<BoxFuture<'w, Result<T, StoreError>>>;

/// The results of pieces of work, several under way at once, in the order of the work.
async fn at_once<T>(work: Work<'_, T>, most: usize) -> Result<Vec<T>, StoreError> {
    stream::iter(work).buffered(most).try_collect().await
}

/// The sum of what pieces of work answer, several under way at once. One that fails holds up no other; its error is answered at the
/// end. All end at once when the store is away.
async fn sum_of_all(work: Work<'_, u64>, most: usize) -> Result<u64, StoreError> {
    let mut outcomes = stream::iter(work).buffer_unordered(most);
    let (mut sum, mut failed) = (0, None);
    while let Some(outcome) = outcomes.next().await {
        match outcome {
            Ok(own) => sum += own,
            Err(problem) if problem.is_away() => return Err(problem),
            Err(problem) => drop(failed.get_or_insert(problem)),
        }
    }
    failed.map_or(Ok(sum), Err)
}

/// What any of these lists of conditions selects; every series without a list.
fn or_every(selectors: &[Vec<Matcher>]) -> &[Vec<Matcher>] {
    const EVERY: &[Vec<Matcher>] = &[Vec::new()];
    if selectors.is_empty() { EVERY } else { selectors }
}

/// The beginning of the digest of the labels of a series.
fn digest<const N: usize>(labels: &[u8]) -> [u8; N] {
    let mut digest = [0; N];
    blake3::Hasher::new().update(labels).finalize_xof().fill(&mut digest);
    digest
}

/// A place for samples.
pub trait SampleStore: Send + Sync + std::fmt::Debug {
    /// Keeps samples; answers after the commit that holds them, with the series that were refused. Of two samples of a series
    /// at one time the later one counts.
    fn append(&self, tenant: Tenant, batch: Batch) -> BoxFuture<'_, Result<Vec<Refused>, StoreError>>;

    /// The names of the series that meet all conditions of any of these lists; of all series without a list.
    fn series<'a>(
        &'a self,
        tenant: &'a Tenant,
        selectors: &'a [Vec<Matcher>],
    ) -> BoxFuture<'a, Result<Vec<Labels>, StoreError>>;

    /// The samples of the series that meet all conditions, by time; at most `most` samples.
    fn read<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Series>, StoreError>>;

    /// Removes the samples of these series in a range; answers how many.
    fn delete<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
    ) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// What metrics are, all or one.
    fn metadata<'a>(
        &'a self,
        tenant: &'a Tenant,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Metadata>, StoreError>>;

    /// Makes chunks of what has come in; answers how many rows of the log became chunks.
    fn seal(&self) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Removes what is too old at a time, of all tenants; answers how many chunks.
    fn retire<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// Makes records of samples that are older than their metric says, of all tenants; answers how many chunks were replaced.
    fn thin<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// Makes the tables that are missing; says in one line what it did.
    fn make_missing(&self) -> BoxFuture<'_, Result<String, StoreError>>;
}
