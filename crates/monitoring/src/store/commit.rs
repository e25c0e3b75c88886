//! The commit of a group of batches: one transaction.

use std::collections::{BTreeMap, HashMap, hash_map::Entry as Place};

use store::{Db, Rows, Sql, Tx};

use super::{
    StoreError, digest,
    group::{self, Commit, MOST_REMEMBERED, Placed},
    limits,
    log::{self, Entry},
    seal::seal_tenant,
    statements,
};
use crate::batch::{Batch, Metadata, Points, Refused, SeriesLimits, Tenant};

/// How many rows of the log make it worth while to seal them at once.
const SEAL_AFTER: u32 = 256;

/// What labels are known by.
type Digest = [u8; 16];

/// What is remembered of a tenant.
#[derive(Debug, Default)]
struct Known {
    /// How often series of it had been forgotten.
    forgotten: i64,
    series: HashMap<Digest, i64>,
    /// How many series each metric has.
    counts: Option<HashMap<Box<str>, usize>>,
    metadata: HashMap<String, Metadata>,
}

/// What a commit adds to it, once it is there.
#[derive(Debug, Default)]
struct Learned {
    series: Vec<(Digest, Box<str>, i64, bool)>,
    metadata: Vec<Metadata>,
}

pub(super) struct Committer {
    db: Db,
    limits: SeriesLimits,
    known: HashMap<Tenant, Known>,
    /// How many rows of the log were written since it was last sealed here.
    unsealed: HashMap<Tenant, u32>,
}

impl Commit for Committer {
    /// One transaction for these batches.
    async fn commit(&mut self, work: &[(Tenant, Batch)]) -> Result<Vec<Vec<Refused>>, StoreError> {
        let mut refused: Vec<Vec<Refused>> = work.iter().map(|(_, batch)| batch.refused.clone()).collect();
        let mut learned: Vec<(Tenant, Learned)> = Vec::new();
        let mut tx = self.db.begin().await?;
        // Tenants are locked in one order by all, so that nobody waits for each other.
        for (tenant, batches) in group::by_tenant(work) {
            let news = self.append(&mut tx, tenant, &batches, &mut refused).await?;
            learned.push((tenant.clone(), news));
        }
        tx.commit().await?;
        self.learn(learned);
        Ok(refused)
    }
}

impl Committer {
    pub(super) fn new(db: Db, limits: SeriesLimits) -> Self {
        Self { db, limits, known: HashMap::new(), unsealed: HashMap::new() }
    }

    fn learn(&mut self, learned: Vec<(Tenant, Learned)>) {
        if self.known.values().map(|known| known.series.len()).sum::<usize>() > MOST_REMEMBERED {
            self.known.clear();
        }
        for (tenant, news) in learned {
            self.seal_when_long(&tenant);
            let known = self.known.entry(tenant).or_default();
            for (digest, name, id, fresh) in news.series {
                known.series.insert(digest, id);
                if let Some(counts) = known.counts.as_mut().filter(|_| fresh) {
                    *counts.entry(name).or_default() += 1;
                }
            }
            known
                .metadata
                .extend(news.metadata.into_iter().map(|metadata| (metadata.name.clone(), metadata)));
        }
    }

    /// Every query decodes the log: a long one is sealed beside what comes in next.
    fn seal_when_long(&mut self, tenant: &Tenant) {
        let rows = self.unsealed.entry(tenant.clone()).or_default();
        *rows += 1;
        if *rows >= SEAL_AFTER {
            self.unsealed.remove(tenant);
            let (db, tenant) = (self.db.clone(), tenant.clone());
            tokio::spawn(async move {
                if let Err(problem) = seal_tenant(&db, &tenant).await {
                    tracing::warn!(%problem, "the log of samples could not be sealed; it is tried again");
                }
            });
        }
    }

    async fn append(
        &mut self,
        tx: &mut Tx,
        tenant: &Tenant,
        batches: &[Placed<'_>],
        refused: &mut [Vec<Refused>],
    ) -> Result<Learned, StoreError> {
        let Numbers { mut next_series, next_seq: seq, forgotten } = lock(tx, tenant).await?;
        let mut learned = Learned::default();
        let keyed: Vec<(usize, &Points, Vec<u8>, Digest)> = batches
            .iter()
            .flat_map(|(n, batch)| batch.series.iter().map(move |points| (*n, points)))
            .map(|(n, points)| {
                let bytes = points.labels.to_bytes();
                let digest = digest(&bytes);
                (n, points, bytes, digest)
            })
            .collect();
        let known = self.known.entry(tenant.clone()).or_default();
        if known.forgotten != forgotten {
            // Their numbers are nobody's any more.
            *known = Known { forgotten, ..Known::default() };
        }
        let mut ids: HashMap<Digest, i64> = HashMap::new();
        let mut missing = Vec::new();
        for (.., digest) in &keyed {
            match known.series.get(digest) {
                Some(id) => drop(ids.insert(*digest, *id)),
                None => missing.push(digest.to_vec()),
            }
        }
        if !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            let sql = Sql::new(statements::SERIES_BY_DIGEST).bind(tenant.org.as_str()).bind(&*tenant.scope);
            for row in tx.fetch_all(sql.rows(Rows::new().column(missing))).await? {
                if let Ok(digest) = Digest::try_from(row.get::<Vec<u8>>(0)?) {
                    let id = row.get(1)?;
                    ids.insert(digest, id);
                    learned.series.push((digest, Box::default(), id, false));
                }
            }
            if known.counts.is_none() {
                known.counts = Some(counts(tx, tenant).await?);
            }
        }
        let mut added: HashMap<&str, usize> = HashMap::new();
        let mut fresh = Vec::new();
        let mut entries: BTreeMap<i64, Entry> = BTreeMap::new();
        for (n, points, bytes, digest) in keyed {
            let name = points.labels.name();
            let id = match ids.entry(digest) {
                Place::Occupied(id) => *id.get(),
                Place::Vacant(place) => {
                    if let Some(reason) = limits::over(&self.limits, known.counts.as_ref(), &added, name) {
                        refused[n].push(Refused { samples: points.len(), reason });
                        continue;
                    }
                    *added.entry(name).or_default() += 1;
                    fresh.push((next_series, name.to_owned(), digest.to_vec(), bytes));
                    learned.series.push((digest, name.into(), next_series, true));
                    next_series += 1;
                    *place.insert(next_series - 1)
                }
            };
            let entry = entries.entry(id).or_insert_with(|| Entry { series: id, ..Entry::default() });
            entry.floats.extend_from_slice(&points.floats);
            entry.histograms.extend(points.histograms.iter().cloned());
        }
        add_series(tx, tenant, fresh).await?;
        let stored = add_log(tx, tenant, seq, entries.into_values().collect()).await?;
        learned.metadata = group::news(batches, &known.metadata).into_values().cloned().collect();
        set_metadata(tx, tenant, &learned.metadata).await?;
        let sql = Sql::new(statements::SET_TENANT).bind(tenant.org.as_str()).bind(&*tenant.scope);
        tx.execute(sql.bind(next_series).bind(seq + i64::from(stored))).await?;
        Ok(learned)
    }
}

/// The numbers of a tenant.
pub(super) struct Numbers {
    /// Of its next series.
    pub next_series: i64,
    /// Of the next row of its log.
    pub next_seq: i64,
    /// How often series of it were forgotten.
    forgotten: i64,
}

/// The numbers of a tenant, locked: nobody else commits, seals or removes meanwhile.
pub(super) async fn lock(tx: &mut Tx, tenant: &Tenant) -> Result<Numbers, StoreError> {
    let bound = |text| Sql::new(text).bind(tenant.org.as_str()).bind(&*tenant.scope);
    let mut row = tx.fetch_one(bound(statements::LOCK_TENANT)).await?;
    if row.is_none() {
        tx.execute(bound(statements::ADD_TENANT)).await?;
        row = tx.fetch_one(bound(statements::LOCK_TENANT)).await?;
    }
    let row = row.ok_or(StoreError::Stopped)?;
    Ok(Numbers { next_series: row.get(0)?, next_seq: row.get(1)?, forgotten: row.get(2)? })
}

async fn counts(tx: &mut Tx, tenant: &Tenant) -> Result<HashMap<Box<str>, usize>, StoreError> {
    let sql = Sql::new(statements::SERIES_COUNTS).bind(tenant.org.as_str()).bind(&*tenant.scope);
    let mut counts = HashMap::new();
    for row in tx.fetch_all(sql).await? {
        let count = usize::try_from(row.get::<i64>(1)?).unwrap_or_default();
        counts.insert(row.get::<String>(0)?.into_boxed_str(), count);
    }
    Ok(counts)
}

async fn add_series(
    tx: &mut Tx,
    tenant: &Tenant,
    fresh: Vec<(i64, String, Vec<u8>, Vec<u8>)>,
) -> Result<(), StoreError> {
    if fresh.is_empty() {
        return Ok(());
    }
    let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, name, digest, labels) in fresh {
        columns.0.push(id);
        columns.1.push(name);
        columns.2.push(digest);
        columns.3.push(labels);
    }
    let rows = Rows::new().column(columns.0).column(columns.1).column(columns.2).column(columns.3);
    let sql = Sql::new(statements::ADD_SERIES).bind(tenant.org.as_str()).bind(&*tenant.scope).rows(rows);
    tx.execute(sql).await?;
    Ok(())
}

/// Writes the row of the log; whether there was anything to write.
async fn add_log(tx: &mut Tx, tenant: &Tenant, seq: i64, entries: Vec<Entry>) -> Result<bool, StoreError> {
    let Some((first, last)) = log::span(&entries) else { return Ok(false) };
    let body = log::encode(&entries)?;
    let sql = Sql::new(statements::ADD_LOG).bind(tenant.org.as_str()).bind(&*tenant.scope).bind(seq);
    tx.execute(sql.bind(first).bind(last).bind(body.len() as i64).bind(body)).await?;
    Ok(true)
}

async fn set_metadata(tx: &mut Tx, tenant: &Tenant, metadata: &[Metadata]) -> Result<(), StoreError> {
    if metadata.is_empty() {
        return Ok(());
    }
    let column = |read: fn(&Metadata) -> &str| metadata.iter().map(read);
    let rows = Rows::new()
        .column(column(|metadata| &metadata.name))
        .column(column(|metadata| metadata.kind))
        .column(column(|metadata| &metadata.help))
        .column(column(|metadata| &metadata.unit));
    let sql = Sql::new(statements::SET_METADATA).bind(tenant.org.as_str()).bind(&*tenant.scope);
    tx.execute(sql.rows(rows)).await?;
    Ok(())
}
