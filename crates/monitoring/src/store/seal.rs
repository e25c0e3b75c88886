//! Sealing: the log becomes chunks, in one transaction for each tenant.

use std::collections::BTreeMap;

use store::{Db, Rows, Sql, Tx};

use super::{
    Relational, StoreError, Work, commit, log,
    pack::{NewChunk, float_chunks, histogram_chunks, samples_of},
    pieces::Collected,
    statements, sum_of_all,
};
use crate::batch::Tenant;

/// A chunk with fewer samples takes in what comes next.
const SMALL: i64 = 960;

/// How long ago a small chunk may have ended, in milliseconds.
const RECENT: i64 = 12 * 3_600_000;

/// The key of a chunk: series, first time, number, kind.
pub(super) type Key = (i64, i64, i64, i64);

impl Relational {
    pub(super) async fn seal_all(&self) -> Result<u64, StoreError> {
        let mut work: Work<'_, u64> = Vec::new();
        for row in self.db.read(Sql::new(statements::TENANTS_WITH_LOG)).await? {
            let (org, scope): (String, String) = (row.get(0)?, row.get(1)?);
            if let Some(tenant) = Tenant::stored(&org, &scope) {
                work.push(Box::pin(async move {
                    let sealed = seal_tenant(&self.db, &tenant).await;
                    sealed.inspect_err(|problem| {
                        tracing::warn!(%problem, org = %tenant.org, scope = &*tenant.scope, "samples could not be sealed");
                    })
                }));
            }
        }
        sum_of_all(work, 1).await
    }
}

/// Makes chunks of the log of a tenant; answers how many rows it had.
pub(super) async fn seal_tenant(db: &Db, tenant: &Tenant) -> Result<u64, StoreError> {
    let bound = |text| Sql::new(text).bind(tenant.org.as_str()).bind(&*tenant.scope);
    let mut tx = db.begin().await?;
    let commit::Numbers { next_series, next_seq: seq, .. } = commit::lock(&mut tx, tenant).await?;
    let mut collected: BTreeMap<i64, Collected> = BTreeMap::new();
    let (mut rows, mut last_seq) = (0, 0);
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for row in tx.fetch_all(bound(statements::WHOLE_LOG)).await? {
        last_seq = row.get(0)?;
        rows += 1;
        let entries = log::decode(&row.get::<Vec<u8>>(1)?)?;
        if let Some(span) = log::span(&entries) {
            (first, last) = (first.min(span.0), last.max(span.1));
        }
        for entry in entries {
            let own = collected.entry(entry.series).or_default();
            own.floats.push(last_seq, entry.floats);
            own.histograms.push(last_seq, entry.histograms);
        }
    }
    if rows == 0 {
        return Ok(0);
    }
    let ids: Vec<i64> = collected.keys().copied().collect();
    let small = bound(statements::SMALL_CHUNKS).bind(SMALL).bind(first.saturating_sub(RECENT)).bind(last);
    let mut gone: Vec<Key> = Vec::new();
    for row in tx.fetch_all(small.rows(Rows::new().column(ids))).await? {
        let key: Key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let Some(own) = collected.get_mut(&key.0) else { continue };
        own.push(key.2, samples_of(key.3, &row.get::<Vec<u8>>(4)?)?);
        gone.push(key);
    }
    let mut chunks = Vec::new();
    for (id, own) in collected {
        chunks.extend(float_chunks(id, seq, &own.floats.merged())?);
        chunks.extend(histogram_chunks(id, seq, &own.histograms.merged())?);
    }
    remove_chunks(&mut tx, tenant, &gone).await?;
    add_chunks(&mut tx, tenant, chunks).await?;
    tx.execute(bound(statements::REMOVE_LOG).bind(last_seq)).await?;
    tx.execute(bound(statements::SET_TENANT).bind(next_series).bind(seq + 1)).await?;
    tx.commit().await?;
    Ok(rows)
}

pub(super) async fn add_chunks(
    tx: &mut Tx,
    tenant: &Tenant,
    chunks: Vec<NewChunk>,
) -> Result<(), StoreError> {
    if chunks.is_empty() {
        return Ok(());
    }
    let column = |read: fn(&NewChunk) -> i64| chunks.iter().map(read).collect::<Vec<_>>();
    let rows = Rows::new()
        .column(column(|chunk| chunk.series))
        .column(column(|chunk| chunk.first))
        .column(column(|chunk| chunk.seq))
        .column(column(|chunk| chunk.kind))
        .column(column(|chunk| chunk.last))
        .column(column(|chunk| chunk.samples));
    let rows = rows.column(chunks.into_iter().map(|chunk| chunk.body));
    let sql = Sql::new(statements::ADD_CHUNKS).bind(tenant.org.as_str()).bind(&*tenant.scope);
    tx.execute(sql.rows(rows)).await?;
    Ok(())
}

pub(super) async fn remove_chunks(tx: &mut Tx, tenant: &Tenant, keys: &[Key]) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let column = |read: fn(&Key) -> i64| keys.iter().map(read).collect::<Vec<_>>();
    let rows = Rows::new()
        .column(column(|key| key.0))
        .column(column(|key| key.1))
        .column(column(|key| key.2))
        .column(column(|key| key.3));
    let sql = Sql::new(statements::REMOVE_CHUNKS).bind(tenant.org.as_str()).bind(&*tenant.scope);
    tx.execute(sql.rows(rows)).await?;
    Ok(())
}
