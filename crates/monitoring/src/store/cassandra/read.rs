//! Reading: the tail first, then the chunks, so that nothing is missed that moves from one to the other meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use promql::Series;
use series::{Labels, METRIC_NAME, MatchOp, Matcher};

use super::{DAY, Keyspace, OF_METRIC, OF_PART, OF_TENANT, Part, of_metric, of_tenant, shard};
use crate::{
    batch::Tenant,
    cassandra::{Cells, Values, bigint, int, list},
    store::{
        CONCURRENT_STATEMENTS, Range, StoreError, Work, at_once,
        bound::Bound,
        log::Entry,
        or_every,
        pack::{Samples, samples_of},
        pieces::Collected,
    },
};

/// From so many series on all of a shard are read rather than each by its key.
const MOST_KEYS: usize = 50;

/// The kind of chunks that are records.
pub(super) const RECORDS: i64 = 3;

/// Series of a metric by their numbers.
pub(super) type Found = BTreeMap<i64, Labels>;

/// A row of the tail.
#[derive(Debug)]
struct TailRow {
    /// Number, writer, part.
    key: [i64; 3],
    entries: Arc<Vec<Entry>>,
}

/// What stands beside the body of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChunkHead {
    pub series: i64,
    pub kind: i64,
    pub first: i64,
    pub seq: i64,
    pub last: i64,
    pub samples: i64,
}

/// The columns of a [`ChunkHead`].
pub(super) const HEAD: &str = "series, kind, first_ts, seq, last_ts, samples";

impl ChunkHead {
    pub(super) fn read(cells: &mut Cells) -> Option<Self> {
        Some(Self {
            series: cells.number()?,
            kind: cells.number()?,
            first: cells.number()?,
            seq: cells.number()?,
            last: cells.number()?,
            samples: cells.number()?,
        })
    }
}

/// Samples of a series, with the number of the piece that they came in.
type Piece = (i64, i64, Samples);

impl Keyspace {
    /// The series that meet all conditions, by metric.
    pub(super) async fn matching(
        &self,
        tenant: &Tenant,
        matchers: &[Matcher],
    ) -> Result<BTreeMap<String, Found>, StoreError> {
        let is_name = |matcher: &&Matcher| *matcher.name == *METRIC_NAME && matcher.op == MatchOp::Equal;
        let names = if let Some(name) = matchers.iter().find(is_name) {
            vec![name.value.to_string()]
        } else {
            let statement = format!("SELECT name FROM {} WHERE {OF_TENANT}", self.table("sample_name"));
            let named = |name: &String| Matcher::all_of(matchers, METRIC_NAME, name);
            self.connection
                .collect(&statement, of_tenant(tenant), |mut cells| cells.text().filter(named))
                .await?
        };
        let statement =
            format!("SELECT series, labels FROM {} WHERE {OF_METRIC}", self.table("sample_series"));
        let statement = &statement;
        let mut work: Work<'_, (String, Found)> = Vec::new();
        for name in names {
            work.push(Box::pin(async move {
                let series = self.connection.collect(statement, of_metric(tenant, &name), |mut cells| {
                    let id = cells.number()?;
                    let labels = Labels::from_bytes(&cells.bytes()?)?;
                    Matcher::all(matchers, &labels).then_some((id, labels))
                });
                let series: Found = series.await?.into_iter().collect();
                Ok((name, series))
            }));
        }
        Ok(at_once(work, CONCURRENT_STATEMENTS)
            .await?
            .into_iter()
            .filter(|(_, series)| !series.is_empty())
            .collect())
    }

    pub(super) async fn names(
        &self,
        tenant: &Tenant,
        selectors: &[Vec<Matcher>],
    ) -> Result<Vec<Labels>, StoreError> {
        let mut names = BTreeSet::new();
        for matchers in or_every(selectors) {
            names
                .extend(self.matching(tenant, matchers).await?.into_values().flat_map(BTreeMap::into_values));
        }
        Ok(names.into_iter().collect())
    }

    /// The days of a range that have samples.
    pub(super) async fn days(&self, tenant: &Tenant, range: Range) -> Result<Vec<i64>, StoreError> {
        let statement = format!(
            "SELECT day FROM {} WHERE {OF_TENANT} AND day >= ? AND day <= ?",
            self.table("sample_day")
        );
        let mut values = of_tenant(tenant);
        values.extend([bigint(range.from.div_euclid(DAY)), bigint(range.to.div_euclid(DAY))]);
        Ok(self.connection.collect(&statement, values, |mut cells| cells.number()).await?)
    }

    pub(super) async fn samples(
        &self,
        tenant: &Tenant,
        matchers: &[Matcher],
        range: Range,
        most: usize,
    ) -> Result<Vec<Series>, StoreError> {
        // A record of thinned samples may hold into the range from the day before.
        let thinned = self.options.retention.thinned_before(self.now() / 1000);
        let from =
            if thinned.is_some_and(|border| range.from < border) { range.records_from() } else { range.from };
        let days = self.days(tenant, Range { from, ..range });
        let (found, days) = futures::try_join!(self.matching(tenant, matchers), days)?;
        let bound = &Bound::new(most);
        let mut work: Work<'_, (&str, Vec<Piece>)> = Vec::new();
        for (metric, series) in &found {
            for day in &days {
                let part = Part { tenant, metric, day: *day };
                work.push(Box::pin(async move {
                    Ok((part.metric, self.pieces(part, series, range, bound).await?))
                }));
            }
        }
        let pieces = at_once(work, CONCURRENT_STATEMENTS).await?;
        let mut collected: HashMap<(&str, i64), Collected> = HashMap::new();
        for (name, pieces) in pieces {
            for (id, seq, samples) in pieces {
                collected.entry((name, id)).or_default().push(seq, samples);
            }
        }
        let mut answer: Vec<Series> = collected
            .into_iter()
            .filter_map(|((name, id), own)| Some(own.into_series(found.get(name)?.get(&id)?.clone())))
            .collect();
        answer.sort_by(|one, two| one.labels.cmp(&two.labels));
        Ok(answer)
    }

    /// The samples of series on one day.
    async fn pieces(
        &self,
        part: Part<'_>,
        series: &Found,
        range: Range,
        bound: &Bound,
    ) -> Result<Vec<Piece>, StoreError> {
        let mut pieces = Vec::new();
        let mut keep = |id: i64, seq: i64, mut samples: Samples| {
            samples.retain_for(range);
            bound.hold(samples.len())?;
            pieces.push((id, seq, samples));
            Ok(())
        };
        for row in self.tail(part, range).await? {
            for entry in row.entries.iter().filter(|entry| series.contains_key(&entry.series)) {
                keep(entry.series, row.key[0], Samples::Floats(entry.floats.clone()))?;
                keep(entry.series, row.key[0], Samples::Histograms(entry.histograms.clone()))?;
            }
        }
        let ids: Vec<i64> = series.keys().copied().collect();
        for (shard, ids) in by_shard(&ids) {
            let take =
                |head: ChunkHead, body: Vec<u8>| keep(head.series, head.seq, samples_of(head.kind, &body)?);
            self.chunks(part, shard, &ids, range, take).await?;
        }
        without_thinned(&mut pieces);
        Ok(pieces)
    }

    /// The rows of the tail of a metric and day that touch a range, by number.
    async fn tail(&self, part: Part<'_>, range: Range) -> Result<Vec<TailRow>, StoreError> {
        let table = self.table("sample_tail");
        let keys = format!("SELECT seq, writer, part, first_ts, last_ts FROM {table} WHERE {OF_PART}");
        let keys = self.connection.collect(&keys, part.key(), |mut cells| {
            let key = [cells.number()?, cells.number()?, cells.number()?];
            let (first, last) = (cells.number()?, cells.number()?);
            (last >= range.from && first <= range.to).then_some(key)
        });
        let body =
            format!("SELECT body FROM {table} WHERE {OF_PART} AND seq = ? AND writer = ? AND part = ?");
        let body = &body;
        let mut work: Work<'_, Option<TailRow>> = Vec::new();
        for key in keys.await? {
            work.push(Box::pin(async move {
                let known = (part.tenant.clone(), part.metric.to_owned(), part.day, key);
                if let Some(entries) = self.decoded.get(&known) {
                    return Ok(Some(TailRow { key, entries }));
                }
                let mut values = part.key();
                values.extend([bigint(key[0]), bigint(key[1]), int(key[2] as i32)]);
                let body = self.connection.collect(body, values, |mut cells| cells.bytes()).await?.pop();
                // It became part of a chunk meanwhile, and the chunks are read afterwards.
                let Some(body) = body else { return Ok(None) };
                Ok(Some(TailRow { key, entries: self.decoded.put(known, &body)? }))
            }));
        }
        Ok(at_once(work, CONCURRENT_STATEMENTS).await?.into_iter().flatten().collect())
    }

    /// Gives the chunks of series of one shard that touch a range to `take`; ends with its first error.
    pub(super) async fn chunks(
        &self,
        part: Part<'_>,
        shard: i32,
        ids: &[i64],
        range: Range,
        mut take: impl FnMut(ChunkHead, Vec<u8>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let wanted: BTreeSet<i64> = ids.iter().copied().collect();
        let (statement, values) = self.of_series(&format!("{HEAD}, body"), part, shard, ids);
        self.connection
            .each(statement.as_str(), values, |mut cells| {
                match (ChunkHead::read(&mut cells), cells.bytes()) {
                    (Some(head), Some(body))
                        if wanted.contains(&head.series)
                            && head.last
                                >= if head.kind == RECORDS { range.records_from() } else { range.from }
                            && head.first <= range.to =>
                    {
                        take(head, body)
                    }
                    _ => Ok(()),
                }
            })
            .await
    }

    /// The statement that reads columns of the chunks of a shard.
    pub(super) fn of_shard(&self, columns: &str, part: Part<'_>, shard: i32) -> (String, Values) {
        let statement =
            format!("SELECT {columns} FROM {} WHERE {OF_PART} AND shard = ?", self.table("sample_chunk"));
        (statement, [part.key(), vec![int(shard)]].concat())
    }

    /// The same for these series alone, where they are few.
    pub(super) fn of_series(
        &self,
        columns: &str,
        part: Part<'_>,
        shard: i32,
        ids: &[i64],
    ) -> (String, Values) {
        let (mut statement, mut values) = self.of_shard(columns, part, shard);
        if ids.len() <= MOST_KEYS {
            statement.push_str(" AND series IN ?");
            values.push(list(ids.iter().map(|id| bigint(*id))));
        }
        (statement, values)
    }
}

/// Leaves out samples that are part of the records that were read after them: somebody thinned them in between.
fn without_thinned(pieces: &mut Vec<Piece>) {
    let mut thinned: HashMap<i64, i64> = HashMap::new();
    for (id, seq, samples) in &*pieces {
        if matches!(samples, Samples::Records(_)) {
            let own = thinned.entry(*id).or_insert(*seq);
            *own = (*own).max(*seq);
        }
    }
    pieces.retain(|(id, seq, samples)| {
        !matches!(samples, Samples::Floats(_)) || thinned.get(id).is_none_or(|thinned| seq > thinned)
    });
}

/// Numbers of series by the shard that they stand in.
pub(super) fn by_shard(ids: &[i64]) -> BTreeMap<i32, Vec<i64>> {
    let mut shards: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
    for id in ids {
        shards.entry(shard(*id)).or_default().push(*id);
    }
    shards
}
