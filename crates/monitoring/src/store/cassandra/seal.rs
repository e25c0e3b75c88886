//! Sealing: what is in the tail goes into chunks.
//!
//! The chunks of a series on a day do not overlap: each holds the samples from its first one to where the next begins. A sample goes
//! into the chunk of its time, which is written anew under the same key. So sealing takes no chunk away, and who reads meanwhile finds
//! each sample in the old chunk or in the new one.

use std::collections::BTreeMap;

use scylla::statement::Statement;

use super::{
    Keyspace, OF_PART, Part,
    lock::Lock,
    read::{ChunkHead, HEAD, by_shard},
};
use crate::{
    batch::Tenant,
    cassandra::{Values, bigint, blob, int},
    store::{
        CONCURRENT_STATEMENTS, StoreError, Work, at_once,
        log::{self, Entry},
        pack::{NewChunk, Sample, samples_of},
        pieces::{Collected, Pieces},
        sum_of_all,
    },
};

/// Of how many samples a chunk is left as it is when later ones come.
const FULL: i64 = 480;

/// How many metrics are sealed at once.
const METRICS_AT_ONCE: usize = 8;

/// What was written so long ago, in microseconds, is in every replica or was never acknowledged: by one mark for the whole partition
/// Cassandra forgets the rows that were taken away one by one.
const SETTLED: i64 = 3_600_000_000;

/// How many rows or bytes are written at once.
const MOST_TOGETHER: (usize, usize) = (100, 128 << 10);

/// How many rows of the tail, of up to a megabyte each, come at once.
const ROWS_AT_ONCE: i32 = 32;

/// What stands behind the key of a part in that of a row of its tail: number, writer, part.
type RowNumber = [i64; 3];

impl Keyspace {
    pub(super) async fn seal_all(&self) -> Result<u64, StoreError> {
        let mut work: Work<'_, u64> = Vec::new();
        for (tenant, parts) in self.unsealed().await? {
            work.push(Box::pin(async move {
                // Who has the lock does the work.
                let Some(lock) = self.lock(&tenant).await? else { return Ok(0) };
                let sealed = self.seal_parts(&lock, parts).await;
                lock.release().await;
                sealed
            }));
        }
        sum_of_all(work, 1).await
    }

    /// The metrics and days of tenants that have a tail.
    async fn unsealed(&self) -> Result<Vec<(Tenant, Vec<(String, i64)>)>, StoreError> {
        let statement = format!("SELECT DISTINCT org, scope, name, day FROM {}", self.table("sample_tail"));
        let all = self.connection.collect(&statement, Values::new(), |mut cells| {
            Some(((cells.text()?, cells.text()?), (cells.text()?, cells.number()?)))
        });
        let mut by_tenant: BTreeMap<(String, String), Vec<(String, i64)>> = BTreeMap::new();
        for (tenant, part) in all.await? {
            by_tenant.entry(tenant).or_default().push(part);
        }
        let tenant =
            |((org, scope), parts): ((String, String), _)| Some((Tenant::stored(&org, &scope)?, parts));
        Ok(by_tenant.into_iter().filter_map(tenant).collect())
    }

    pub(super) async fn seal_parts(
        &self,
        lock: &Lock<'_>,
        parts: Vec<(String, i64)>,
    ) -> Result<u64, StoreError> {
        let mut work: Work<'_, u64> = Vec::new();
        for (metric, day) in &parts {
            let part = Part { tenant: lock.tenant, metric, day: *day };
            work.push(Box::pin(async move {
                let sealed = self.seal_part(lock, part).await;
                sealed.inspect_err(|problem| tracing::warn!(%problem, ?part, "samples could not be sealed"))
            }));
        }
        sum_of_all(work, METRICS_AT_ONCE).await
    }

    async fn seal_part(&self, lock: &Lock<'_>, part: Part<'_>) -> Result<u64, StoreError> {
        let (rows, collected) = self.whole_tail(part).await?;
        if rows.is_empty() {
            lock.renew().await?;
            return Ok(0);
        }
        let ids: Vec<i64> = collected.keys().copied().collect();
        for (shard, ids) in by_shard(&ids) {
            let (statement, values) = self.of_series(HEAD, part, shard, &ids);
            let heads =
                self.connection.collect(&statement, values, |mut cells| ChunkHead::read(&mut cells)).await?;
            let mut work: Work<'_, Vec<NewChunk>> = Vec::new();
            for id in &ids {
                let Some(own) = collected.get(id) else { continue };
                let heads: Vec<ChunkHead> = heads.iter().filter(|head| head.series == *id).copied().collect();
                work.push(Box::pin(async move {
                    let mut chunks = self.placed(part, *id, &own.floats, &heads).await?;
                    chunks.append(&mut self.placed(part, *id, &own.histograms, &heads).await?);
                    Ok(chunks)
                }));
            }
            let changes = at_once(work, CONCURRENT_STATEMENTS).await?;
            lock.renew().await?;
            self.write_chunks(lock, part, changes).await?;
        }
        lock.renew().await?;
        self.remove_rows(part, &rows).await?;
        Ok(rows.len() as u64)
    }

    /// The keys of all rows of the tail of a metric and day, and the samples of each series in them.
    async fn whole_tail(
        &self,
        part: Part<'_>,
    ) -> Result<(Vec<RowNumber>, BTreeMap<i64, Collected>), StoreError> {
        let statement =
            format!("SELECT seq, writer, part, body FROM {} WHERE {OF_PART}", self.table("sample_tail"));
        let statement = Statement::new(statement).with_page_size(ROWS_AT_ONCE);
        let (mut rows, mut collected) = (Vec::new(), BTreeMap::<i64, Collected>::new());
        self.connection
            .each(statement, part.key(), |mut cells| {
                let key = (cells.number(), cells.number(), cells.number(), cells.bytes());
                let (Some(seq), Some(writer), Some(number), Some(body)) = key else { return Ok(()) };
                for Entry { series, floats, histograms } in log::decode(&body)? {
                    let own = collected.entry(series).or_default();
                    own.floats.push(seq, floats);
                    own.histograms.push(seq, histograms);
                }
                rows.push([seq, writer, number]);
                Ok::<_, StoreError>(())
            })
            .await?;
        Ok((rows, collected))
    }

    /// The chunks of a series that new samples make or change.
    async fn placed<T: Sample>(
        &self,
        part: Part<'_>,
        id: i64,
        new: &Pieces<T>,
        heads: &[ChunkHead],
    ) -> Result<Vec<NewChunk>, StoreError> {
        let kind = T::KIND.code();
        let heads: Vec<&ChunkHead> = heads.iter().filter(|head| head.kind == kind).collect();
        let mut chunks = Vec::new();
        let begin = new.within(i64::MIN, heads.first().map(|head| head.first));
        if let Some(seq) = begin.newest() {
            chunks.extend(T::samples(begin.merged()).chunks(id, seq)?);
        }
        for (n, head) in heads.iter().enumerate() {
            let next = heads.get(n + 1).map(|next| next.first);
            let mut pieces = new.within(head.first, next);
            let Some(seq) = pieces.newest() else { continue };
            let behind = next.is_none() && pieces.first().is_some_and(|first| first > head.last);
            if !(behind && head.samples >= FULL) {
                let statement = format!(
                    "SELECT body FROM {} WHERE {OF_PART} AND shard = ? AND series = ? AND kind = ? AND first_ts = ?",
                    self.table("sample_chunk")
                );
                let values = [part.key(), chunk_key(id, kind, head.first)].concat();
                if let Some(body) =
                    self.connection.collect(&statement, values, |mut cells| cells.bytes()).await?.pop()
                {
                    pieces.push(head.seq, T::list(samples_of(kind, &body)?));
                }
            }
            chunks.extend(T::samples(pieces.merged()).chunks(id, seq.max(head.seq))?);
        }
        Ok(chunks)
    }

    /// Writes chunks of one shard; those of a series become visible together.
    async fn write_chunks(
        &self,
        lock: &Lock<'_>,
        part: Part<'_>,
        changes: Vec<Vec<NewChunk>>,
    ) -> Result<(), StoreError> {
        let statement = self.add_chunk();
        let (mut together, mut bytes) = (Vec::new(), 0);
        for chunks in changes {
            let size: usize = chunks.iter().map(|chunk| chunk.body.len() + 100).sum();
            let full = together.len() + chunks.len() > MOST_TOGETHER.0 || bytes + size > MOST_TOGETHER.1;
            if full && !together.is_empty() {
                self.connection.run_together(std::mem::take(&mut together)).await?;
                bytes = 0;
            }
            bytes += size;
            together.extend(
                chunks.iter().map(|chunk| (statement.as_str(), self.chunk_values(lock.fence, part, chunk))),
            );
        }
        if !together.is_empty() {
            self.connection.run_together(together).await?;
        }
        Ok(())
    }

    /// The statement that writes a chunk, also over one with the same key.
    pub(super) fn add_chunk(&self) -> String {
        format!(
            "INSERT INTO {} (org, scope, name, day, shard, series, kind, first_ts, seq, last_ts, samples, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?",
            self.table("sample_chunk")
        )
    }

    /// Its values, as of a time in microseconds: of two writes the one of the later time stays.
    pub(super) fn chunk_values(&self, at: i64, part: Part<'_>, chunk: &NewChunk) -> Values {
        let mut values = part.key();
        values.extend(chunk_key(chunk.series, chunk.kind, chunk.first));
        values.extend([bigint(chunk.seq), bigint(chunk.last), int(chunk.samples as i32), blob(&chunk.body)]);
        values.extend([int(self.time_to_live(part.metric, chunk.last)), bigint(at)]);
        values
    }

    /// Removes exactly these rows: what came in meanwhile stays.
    async fn remove_rows(&self, part: Part<'_>, rows: &[RowNumber]) -> Result<(), StoreError> {
        let table = self.table("sample_tail");
        let statement =
            format!("DELETE FROM {table} WHERE {OF_PART} AND seq = ? AND writer = ? AND part = ?");
        for rows in rows.chunks(MOST_TOGETHER.0) {
            let deletes = rows.iter().map(|key| {
                let mut values = part.key();
                values.extend([bigint(key[0]), bigint(key[1]), int(key[2] as i32)]);
                (statement.as_str(), values)
            });
            self.connection.run_together(deletes.collect()).await?;
        }
        let statement = format!("DELETE FROM {table} USING TIMESTAMP ? WHERE {OF_PART}");
        let values = [vec![bigint(self.now() - SETTLED)], part.key()].concat();
        self.connection.run(&statement, values).await?;
        Ok(())
    }
}

/// Shard, series, kind and first time, behind the key of a part.
pub(super) fn chunk_key(series: i64, kind: i64, first: i64) -> Values {
    vec![int(super::shard(series)), bigint(series), int(kind as i32), bigint(first)]
}
