//! What comes in: series that are new, then one row of the tail for each metric and day.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use series::Labels;
use uuid::Uuid;

use super::{DAY, Keyspace, OF_METRIC, OF_TENANT, Part, of_metric, of_tenant};
use crate::{
    batch::{Batch, Metadata, Points, Refused, Tenant},
    cassandra::{Values, bigint, blob, int, text},
    store::{
        CONCURRENT_STATEMENTS, StoreError, Work, at_once, digest,
        group::{self, Commit, MOST_REMEMBERED, Placed},
        limits,
        log::{self, Entry},
    },
};

/// For how long others may have added series or removed a day before somebody looks again.
const HOLDS: Duration = Duration::from_mins(1);

/// How many bytes of samples stand in one row, about.
const MOST_BYTES: usize = 1 << 20;

/// What is remembered of a tenant.
#[derive(Default)]
struct Known {
    /// How many series each metric has; nothing when nobody has asked yet.
    counts: Option<HashMap<Box<str>, usize>>,
    series: HashMap<Box<str>, Metric>,
    days: HashMap<i64, Instant>,
    metadata: HashMap<String, Metadata>,
}

/// The series of a metric, each with the time in seconds up to which Cassandra keeps its name, and when they were read.
struct Metric {
    series: HashMap<i64, i64>,
    read: Instant,
}

/// A day, in seconds. The name of a series is kept for two days longer than its samples, and written anew when less than one of
/// them is left: so it outlives them, and goes by itself when none come any more.
const DAY_SECONDS: i64 = 86_400;

pub(super) struct Committer {
    store: Arc<Keyspace>,
    known: HashMap<Tenant, Known>,
    /// Who writes: of two processes that write in the same microsecond both rows stay.
    writer: i64,
    seq: i64,
}

/// Samples of one series.
struct Brought<'a> {
    /// The place of its batch.
    n: usize,
    points: &'a Points,
    id: i64,
}

impl Commit for Committer {
    async fn commit(&mut self, work: &[(Tenant, Batch)]) -> Result<Vec<Vec<Refused>>, StoreError> {
        let remembered = self.known.values().flat_map(|known| known.series.values());
        if remembered.map(|own| own.series.len()).sum::<usize>() > MOST_REMEMBERED {
            self.known.clear();
        }
        let mut refused: Vec<Vec<Refused>> = work.iter().map(|(_, batch)| batch.refused.clone()).collect();
        for (tenant, batches) in group::by_tenant(work) {
            self.keep(tenant, &batches, &mut refused).await?;
        }
        Ok(refused)
    }
}

impl Committer {
    pub(super) fn new(store: Arc<Keyspace>) -> Self {
        let writer = Uuid::new_v4().as_u64_pair().0 as i64;
        Self { store, known: HashMap::new(), writer, seq: 0 }
    }

    /// Keeps the batches of one tenant. Series stand before samples of them do, so that nobody finds samples of nothing.
    async fn keep(
        &mut self,
        tenant: &Tenant,
        batches: &[Placed<'_>],
        refused: &mut [Vec<Refused>],
    ) -> Result<(), StoreError> {
        let store = self.store.clone();
        self.seq = store.now().max(self.seq + 1);
        let known = self.known.entry(tenant.clone()).or_default();
        let brought: Vec<Brought<'_>> = batches
            .iter()
            .flat_map(|(n, batch)| batch.series.iter().map(move |points| (*n, points)))
            .map(|(n, points)| Brought { n, points, id: number(&points.labels) })
            .collect();
        store.look_up(tenant, known, &brought).await?;

        let mut added: HashMap<&str, usize> = HashMap::new();
        let mut fresh: BTreeMap<i64, (&Labels, i64)> = BTreeMap::new();
        let now = store.now() / 1_000_000;
        let mut rows: BTreeMap<(&str, i64), BTreeMap<i64, Entry>> = BTreeMap::new();
        for Brought { n, points, id } in &brought {
            let name = points.labels.name();
            let until = known.series.get(name).and_then(|own| own.series.get(id)).copied();
            let needed = now + i64::from(store.time_to_live(name, points.last()));
            if until.is_some_and(|until| until < needed + DAY_SECONDS) {
                fresh.insert(*id, (&points.labels, needed + 2 * DAY_SECONDS));
            }
            if until.is_none() && !fresh.contains_key(id) {
                let limits = &store.options.limits;
                if let Some(reason) = limits::over(limits, known.counts.as_ref(), &added, name) {
                    refused[*n].push(Refused { samples: points.len(), reason });
                    continue;
                }
                *added.entry(name).or_default() += 1;
                fresh.insert(*id, (&points.labels, needed + 2 * DAY_SECONDS));
            }
            for sample in &points.floats {
                let entry = entry(&mut rows, name, sample.0, *id);
                entry.floats.push(*sample);
            }
            for sample in &points.histograms {
                let entry = entry(&mut rows, name, sample.0, *id);
                entry.histograms.push(sample.clone());
            }
        }
        known.days.retain(|_, at| at.elapsed() <= HOLDS);
        let days: BTreeSet<i64> =
            rows.keys().map(|(_, day)| *day).filter(|day| !known.days.contains_key(day)).collect();
        let metadata = group::news(batches, &known.metadata);
        let counts = known.counts.get_or_insert_default();
        let totals: Vec<(&str, usize)> = added
            .iter()
            .map(|(name, more)| (*name, counts.get(*name).copied().unwrap_or(0) + more))
            .collect();

        let insert = |table: &str, columns: &str, places: &str| {
            format!("INSERT INTO {} (org, scope, {columns}) VALUES (?, ?, {places})", store.table(table))
        };
        let add_series = insert("sample_series", "name, series, labels", "?, ?, ?") + " USING TTL ?";
        let set_total = insert("sample_name", "name, series", "?, ?");
        let set_metadata = insert("sample_name", "name, kind, help, unit", "?, ?, ?, ?");
        let add_day = insert("sample_day", "day", "?");
        let mut first: Vec<(&str, Values)> = Vec::new();
        for (id, (labels, until)) in &fresh {
            let live = int(i32::try_from(until - now).unwrap_or(i32::MAX));
            let own = vec![bigint(*id), blob(&labels.to_bytes()), live];
            first.push((&add_series, [of_metric(tenant, labels.name()), own].concat()));
        }
        for (name, total) in &totals {
            let total = int(i32::try_from(*total).unwrap_or(i32::MAX));
            first.push((&set_total, [of_metric(tenant, name), vec![total]].concat()));
        }
        for Metadata { name, kind, help, unit } in metadata.values() {
            let own = vec![text(kind), text(help), text(unit)];
            first.push((&set_metadata, [of_metric(tenant, name), own].concat()));
        }
        for day in &days {
            first.push((&add_day, [of_tenant(tenant), vec![bigint(*day)]].concat()));
        }
        store.run_all(first).await?;

        let own = "name, day, seq, writer, part, first_ts, last_ts, body";
        let add_row = insert("sample_tail", own, "?, ?, ?, ?, ?, ?, ?, ?") + " USING TTL ?";
        let mut second: Vec<(&str, Values)> = Vec::new();
        for ((metric, day), entries) in rows {
            for (part, entries) in parts(entries.into_values().collect()).into_iter().enumerate() {
                let part_of = Part { tenant, metric, day };
                let row = store.row(part_of, [self.seq, self.writer, part as i64], &entries)?;
                second.push((&add_row, row));
            }
        }
        store.run_all(second).await?;

        for (name, total) in totals {
            counts.insert(name.into(), total);
        }
        for (id, (labels, until)) in fresh {
            let new = || Metric { series: HashMap::new(), read: Instant::now() };
            known.series.entry(labels.name().into()).or_insert_with(new).series.insert(id, until);
        }
        known.days.extend(days.into_iter().map(|day| (day, Instant::now())));
        known
            .metadata
            .extend(metadata.into_iter().map(|(name, metadata)| (name.to_owned(), metadata.clone())));
        Ok(())
    }
}

/// The number of a series: the beginning of the digest of its labels.
fn number(labels: &Labels) -> i64 {
    i64::from_le_bytes(digest(&labels.to_bytes()))
}

fn entry<'r, 'n>(
    rows: &'r mut BTreeMap<(&'n str, i64), BTreeMap<i64, Entry>>,
    name: &'n str,
    time: i64,
    id: i64,
) -> &'r mut Entry {
    let row = rows.entry((name, time.div_euclid(DAY))).or_default();
    row.entry(id).or_insert_with(|| Entry { series: id, ..Entry::default() })
}

/// Entries in parts of about [`MOST_BYTES`]: a row has to fit into a mutation.
fn parts(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut parts = vec![Vec::new()];
    let mut bytes = 0;
    let mut put = |entry: Entry, size: usize| {
        bytes += size;
        if bytes > MOST_BYTES && bytes > size {
            parts.push(Vec::new());
            bytes = size;
        }
        if let Some(last) = parts.last_mut() {
            last.push(entry);
        }
    };
    for Entry { series, floats, histograms } in entries {
        for floats in floats.chunks(MOST_BYTES / 16) {
            put(Entry { series, floats: floats.to_vec(), ..Entry::default() }, floats.len() * 16 + 16);
        }
        for histogram in histograms {
            let mut body = Vec::new();
            histogram.1.write(&mut body);
            put(Entry { series, histograms: vec![histogram], ..Entry::default() }, body.len() + 24);
        }
    }
    parts
}

impl Keyspace {
    /// Reads what is not known of metrics that samples came of.
    async fn look_up(
        &self,
        tenant: &Tenant,
        known: &mut Known,
        brought: &[Brought<'_>],
    ) -> Result<(), StoreError> {
        if known.counts.is_none() {
            let statement =
                format!("SELECT name, series FROM {} WHERE {OF_TENANT}", self.table("sample_name"));
            let counts = self.connection.collect(&statement, of_tenant(tenant), |mut cells| {
                let name = cells.text()?.into_boxed_str();
                Some((name, usize::try_from(cells.number().unwrap_or(0)).unwrap_or_default()))
            });
            known.counts = Some(counts.await?.into_iter().collect());
        }
        let mut stale: BTreeSet<&str> = BTreeSet::new();
        for Brought { points, id, .. } in brought {
            let name = points.labels.name();
            let own = known.series.get(name);
            if own.is_none_or(|own| !own.series.contains_key(id) && own.read.elapsed() > HOLDS) {
                stale.insert(name);
            }
        }
        let statement =
            format!("SELECT series, TTL(labels) FROM {} WHERE {OF_METRIC}", self.table("sample_series"));
        let now = self.now() / 1_000_000;
        let statement = &statement;
        let mut work: Work<'_, (&str, HashMap<i64, i64>)> = Vec::new();
        for name in stale {
            work.push(Box::pin(async move {
                let series = self
                    .connection
                    .collect(statement, of_metric(tenant, name), |mut cells| {
                        Some((cells.number()?, now + cells.number().unwrap_or(0)))
                    })
                    .await?;
                Ok((name, series.into_iter().collect()))
            }));
        }
        for (name, series) in at_once(work, CONCURRENT_STATEMENTS).await? {
            known.counts.get_or_insert_default().insert(name.into(), series.len());
            known.series.insert(name.into(), Metric { series, read: Instant::now() });
        }
        Ok(())
    }

    /// A row of the tail, with its time to live.
    fn row(&self, part: Part<'_>, key: [i64; 3], entries: &[Entry]) -> Result<Values, StoreError> {
        let (first, last) = log::span(entries).unwrap_or_default();
        let mut values = part.key();
        values.extend([bigint(key[0]), bigint(key[1]), int(key[2] as i32), bigint(first), bigint(last)]);
        values.extend([blob(&log::encode(entries)?), int(self.time_to_live(part.metric, last))]);
        Ok(values)
    }

    /// Runs statements, several at once.
    async fn run_all(&self, statements: Vec<(&str, Values)>) -> Result<(), StoreError> {
        let mut work: Work<'_, ()> = Vec::new();
        for (statement, values) in statements {
            work.push(Box::pin(async move {
                self.connection.run(statement, values).await?;
                Ok(())
            }));
        }
        at_once(work, CONCURRENT_STATEMENTS).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_small_enough_and_nothing_is_left_out() {
        let floats: Vec<(i64, f64)> = (0..100_000).map(|n| (n, 0.0)).collect();
        let entries = vec![
            Entry { series: 1, floats: floats.clone(), ..Entry::default() },
            Entry { series: 2, floats, ..Entry::default() },
        ];
        let parts = parts(entries);
        assert!(parts.len() >= 3, "{}", parts.len());
        let all: usize = parts.iter().flatten().map(|entry| entry.floats.len()).sum();
        assert_eq!(all, 200_000);
        for part in &parts {
            assert!(part.iter().map(|entry| entry.floats.len() * 16).sum::<usize>() <= MOST_BYTES);
        }
    }
}
