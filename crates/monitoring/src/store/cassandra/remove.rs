//! Removing: samples of chosen series in a range, and all that are too old.

use std::{collections::BTreeMap, time::Duration};

use futures::FutureExt as _;
use series::Matcher;

use super::{
    DAY, Keyspace, OF_PART, OF_TENANT, Part, SHARDS,
    lock::Lock,
    of_tenant,
    read::{ChunkHead, Found, HEAD, by_shard},
    seal::chunk_key,
};
use crate::{
    batch::Tenant,
    cassandra::{Values, bigint, int},
    rules::retention::Retention,
    store::{CONCURRENT_STATEMENTS, Range, StoreError, Work, at_once, pack::samples_of, sum_of_all},
};

/// How often the lock is asked for, and how long somebody waits in between.
const TRIES: (usize, Duration) = (100, Duration::from_millis(200));

/// How many days before the last that is kept are looked through for samples that came late; what is older has its time to live.
pub(super) const LOOKED_THROUGH: i64 = 30;

impl Keyspace {
    /// Cuts a range out of the chunks of these series; the tail is sealed first, so that chunks are all there is.
    pub(super) async fn remove(
        &self,
        tenant: &Tenant,
        matchers: &[Matcher],
        range: Range,
    ) -> Result<u64, StoreError> {
        let lock = self.wait_for_lock(tenant).await?;
        let removed = self.remove_locked(&lock, matchers, range).await;
        lock.release().await;
        removed
    }

    async fn wait_for_lock<'a>(&'a self, tenant: &'a Tenant) -> Result<Lock<'a>, StoreError> {
        for _ in 0..TRIES.0 {
            if let Some(lock) = self.lock(tenant).await? {
                return Ok(lock);
            }
            tokio::time::sleep(TRIES.1).await;
        }
        Err(StoreError::Busy)
    }

    async fn remove_locked(
        &self,
        lock: &Lock<'_>,
        matchers: &[Matcher],
        range: Range,
    ) -> Result<u64, StoreError> {
        let tenant = lock.tenant;
        let found = self.matching(tenant, matchers).await?;
        let days = self.days(tenant, range).await?;
        let parts = found.keys().flat_map(|metric| days.iter().map(|day| (metric.clone(), *day)));
        self.seal_parts(lock, parts.collect()).await?;
        let mut removed = 0;
        for (metric, series) in &found {
            for day in &days {
                removed += self.cut(lock, Part { tenant, metric, day: *day }, series, range).await?;
            }
        }
        Ok(removed)
    }

    async fn cut(
        &self,
        lock: &Lock<'_>,
        part: Part<'_>,
        series: &Found,
        range: Range,
    ) -> Result<u64, StoreError> {
        let outside = |time: i64| time < range.from || time > range.to;
        let (add, remove) = (self.add_chunk(), self.remove_chunk());
        let ids: Vec<i64> = series.keys().copied().collect();
        let mut removed = 0;
        for (shard, ids) in by_shard(&ids) {
            let mut touched = Vec::new();
            self.chunks(part, shard, &ids, range, |head, body| {
                touched.push((head, samples_of(head.kind, &body)?));
                Ok(())
            })
            .await?;
            for (head, mut samples) in touched {
                let before = samples.len();
                samples.retain(outside);
                removed += (before - samples.len()) as u64;
                let left = samples.chunks(head.series, head.seq)?;
                let mut changes: Vec<(&str, Values)> = Vec::new();
                if left.iter().all(|chunk| chunk.first != head.first) {
                    let at = vec![bigint(lock.then())];
                    changes.push((
                        &remove,
                        [at, part.key(), chunk_key(head.series, head.kind, head.first)].concat(),
                    ));
                }
                changes.extend(
                    left.iter().map(|chunk| (add.as_str(), self.chunk_values(lock.then(), part, chunk))),
                );
                self.connection.run_together(changes).await?;
            }
            lock.renew().await?;
        }
        Ok(removed)
    }

    /// The statement that removes a chunk.
    pub(super) fn remove_chunk(&self) -> String {
        format!(
            "DELETE FROM {} USING TIMESTAMP ? WHERE {OF_PART} AND shard = ? AND series = ? AND kind = ? AND first_ts = ?",
            self.table("sample_chunk")
        )
    }

    /// Removes the days that are older than those for which their metric is kept. Cassandra does so by itself for what was to be kept
    /// so long when it was written.
    pub(super) async fn retire_old(&self, now: i64, retention: &Retention) -> Result<u64, StoreError> {
        let mut work: Work<'_, u64> = Vec::new();
        for tenant in self.tenants().await? {
            work.push(Box::pin(async move {
                let Some(lock) = self.lock(&tenant).await? else { return Ok(0) };
                let removed = self.retire_days(&lock, now, retention).await;
                lock.release().await;
                removed
            }));
        }
        sum_of_all(work, 1).await
    }

    async fn retire_days(&self, lock: &Lock<'_>, now: i64, retention: &Retention) -> Result<u64, StoreError> {
        let tenant = lock.tenant;
        let select = format!("SELECT name FROM {} WHERE {OF_TENANT}", self.table("sample_name"));
        let mut by_days: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for name in self.connection.collect(&select, of_tenant(tenant), |mut cells| cells.text()).await? {
            let kept = retention.named(&name).unwrap_or_else(|| retention.usual());
            by_days.entry(kept).or_default().push(name);
        }
        let longest = by_days.keys().copied().max().unwrap_or(0).max(retention.usual());
        let mut work: Work<'_, u64> = Vec::new();
        for (kept, names) in &by_days {
            let over = now.div_euclid(DAY) - kept;
            let window = Range { from: (over - LOOKED_THROUGH) * DAY, to: over * DAY - 1 };
            for day in self.days(tenant, window).await? {
                let parts = names.iter().map(|metric| Part { tenant, metric, day });
                work.extend(parts.map(|part| self.remove_part(lock, part).boxed()));
            }
        }
        let removed = sum_of_all(work, 1).await?;
        let remove = format!("DELETE FROM {} WHERE {OF_TENANT} AND day < ?", self.table("sample_day"));
        let values = [of_tenant(tenant), vec![bigint(now.div_euclid(DAY) - longest)]].concat();
        self.connection.run(&remove, values).await?;
        Ok(removed)
    }

    /// Removes all samples of a metric on a day; answers how many chunks they were.
    async fn remove_part(&self, lock: &Lock<'_>, part: Part<'_>) -> Result<u64, StoreError> {
        self.seal_parts(lock, vec![(part.metric.to_owned(), part.day)]).await?;
        let mut work: Work<'_, u64> = Vec::new();
        for shard in 0..SHARDS {
            work.push(Box::pin(async move {
                let (heads, values) = self.of_shard(HEAD, part, shard);
                let heads =
                    self.connection.collect(&heads, values, |mut cells| ChunkHead::read(&mut cells)).await?;
                if !heads.is_empty() {
                    let statement = format!(
                        "DELETE FROM {} USING TIMESTAMP ? WHERE {OF_PART} AND shard = ?",
                        self.table("sample_chunk")
                    );
                    let values = [vec![bigint(lock.then())], part.key(), vec![int(shard)]].concat();
                    self.connection.run(&statement, values).await?;
                }
                Ok(heads.len() as u64)
            }));
        }
        Ok(at_once(work, CONCURRENT_STATEMENTS).await?.into_iter().sum())
    }
}
