//! Thinning: the samples of a metric on a day that is older than it says become records. One batch replaces the chunks of a series,
//! so that there are the samples or their records, whatever happens meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DAY, Keyspace, OF_TENANT, Part, SHARDS,
    lock::Lock,
    of_tenant,
    read::{ChunkHead, HEAD, RECORDS},
    remove::LOOKED_THROUGH,
    seal::chunk_key,
};
use crate::{
    batch::Tenant,
    cassandra::{Values, bigint},
    rules::retention::{Retention, Thinning},
    store::{
        Range, StoreError,
        pack::{Sample, Samples, samples_of},
        pieces::Collected,
    },
};

/// How many series are read at once.
const SERIES_AT_ONCE: usize = 50;

impl Keyspace {
    pub(super) async fn thin_old(&self, now: i64, retention: &Retention) -> Result<u64, StoreError> {
        if retention.thinned_before(now).is_none() {
            return Ok(0);
        }
        let mut replaced = 0;
        for tenant in self.tenants().await? {
            let Some(lock) = self.lock(&tenant).await? else { continue };
            let thinned = self.thin_tenant(&lock, now, retention).await;
            lock.release().await;
            replaced += thinned?;
        }
        Ok(replaced)
    }

    async fn thin_tenant(&self, lock: &Lock<'_>, now: i64, retention: &Retention) -> Result<u64, StoreError> {
        let tenant = lock.tenant;
        let select = format!("SELECT name FROM {} WHERE {OF_TENANT}", self.table("sample_name"));
        let mut replaced = 0;
        for metric in self.connection.collect(&select, of_tenant(tenant), |mut cells| cells.text()).await? {
            let Some(thinning) = retention.thinning(&metric) else { continue };
            let border = thinning.border(now);
            let window = Range { from: border - LOOKED_THROUGH * DAY, to: border - 1 };
            for day in self.days(tenant, window).await? {
                replaced += self.thin_part(lock, Part { tenant, metric: &metric, day }, thinning).await?;
            }
        }
        Ok(replaced)
    }

    /// Thins a metric on a day; what came late is sealed first.
    async fn thin_part(
        &self,
        lock: &Lock<'_>,
        part: Part<'_>,
        thinning: Thinning,
    ) -> Result<u64, StoreError> {
        self.seal_parts(lock, vec![(part.metric.to_owned(), part.day)]).await?;
        let mut replaced = 0;
        for shard in 0..SHARDS {
            let (heads, values) = self.of_shard(HEAD, part, shard);
            let heads =
                self.connection.collect(&heads, values, |mut cells| ChunkHead::read(&mut cells)).await?;
            let floats = heads.iter().filter(|head| head.kind == f64::KIND.code());
            let ids: Vec<i64> = floats.map(|head| head.series).collect::<BTreeSet<_>>().into_iter().collect();
            for ids in ids.chunks(SERIES_AT_ONCE) {
                replaced += self.thin_series(lock, part, shard, ids, thinning).await?;
                lock.renew().await?;
            }
        }
        Ok(replaced)
    }

    async fn thin_series(
        &self,
        lock: &Lock<'_>,
        part: Part<'_>,
        shard: i32,
        ids: &[i64],
        thinning: Thinning,
    ) -> Result<u64, StoreError> {
        let (mut collected, mut replaced) = (BTreeMap::<i64, (Collected, Vec<ChunkHead>)>::new(), 0);
        let day = Range { from: i64::MIN, to: i64::MAX };
        self.chunks(part, shard, ids, day, |head, body| {
            let samples = samples_of(head.kind, &body)?;
            if !matches!(samples, Samples::Histograms(_)) {
                replaced += u64::from(head.kind != RECORDS);
                let (own, heads) = collected.entry(head.series).or_default();
                own.push(head.seq, samples);
                heads.push(head);
            }
            Ok(())
        })
        .await?;
        let (add, remove) = (self.add_chunk(), self.remove_chunk());
        for (id, (own, heads)) in collected {
            let seq = heads.iter().map(|head| head.seq).max().unwrap_or_default();
            let made = Samples::Records(own.thinned(i64::MAX, thinning.width).0).chunks(id, seq)?;
            let key = |head: &ChunkHead| (head.kind, head.first);
            let kept: BTreeSet<(i64, i64)> = made.iter().map(|chunk| (chunk.kind, chunk.first)).collect();
            let mut changes: Vec<(&str, Values)> = Vec::new();
            for head in heads.iter().filter(|head| !kept.contains(&key(head))) {
                let own = chunk_key(id, head.kind, head.first);
                changes.push((&remove, [vec![bigint(lock.then())], part.key(), own].concat()));
            }
            changes
                .extend(made.iter().map(|chunk| (add.as_str(), self.chunk_values(lock.then(), part, chunk))));
            self.connection.run_together(changes).await?;
        }
        Ok(replaced)
    }

    /// The tenants that have samples.
    pub(super) async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let statement = format!("SELECT DISTINCT org, scope FROM {}", self.table("sample_day"));
        let tenants = self
            .connection
            .collect(&statement, Values::new(), |mut cells| Some((cells.text()?, cells.text()?)));
        Ok(tenants.await?.into_iter().filter_map(|(org, scope)| Tenant::stored(&org, &scope)).collect())
    }
}
