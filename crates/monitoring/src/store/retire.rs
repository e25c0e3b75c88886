//! Removing: samples of chosen series in a range, and all that are too old.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use series::Matcher;
use store::{Rows, Sql, Tx};

use super::{
    DAY, Range, Relational, StoreError, commit, log, pack,
    seal::{self, Key},
    statements,
};
use crate::{batch::Tenant, rules::retention::Retention};

/// The series of a chunk, when its metric is one of those that follow.
const OF_METRIC: &str =
    "(SELECT 1 FROM metric_series s WHERE s.org_id = metric_chunk.org_id AND s.scope = metric_chunk.scope
    AND s.id = metric_chunk.series_id AND s.name IN ";

impl Relational {
    /// Cuts a range out of the chunks of these series; the log is sealed first, so that chunks are all there is.
    pub(super) async fn remove(
        &self,
        tenant: &Tenant,
        matchers: &[Matcher],
        range: Range,
    ) -> Result<u64, StoreError> {
        seal::seal_tenant(&self.db, tenant).await?;
        let mut tx = self.db.begin().await?;
        commit::lock(&mut tx, tenant).await?;
        let ids: Vec<i64> = self.matching(&mut tx, tenant, matchers).await?.into_keys().collect();
        if ids.is_empty() {
            return Ok(0);
        }
        let sql = Sql::new(statements::KEYED_CHUNKS).bind(tenant.org.as_str()).bind(&*tenant.scope);
        let sql = sql.bind(range.from).bind(range.to).rows(Rows::new().column(ids.iter().copied()));
        // Where chunks overlap a sample may stand in several: its time counts once.
        let mut removed: HashMap<(i64, i64), BTreeSet<i64>> = HashMap::new();
        let (mut gone, mut left) = (Vec::new(), Vec::new());
        for row in tx.fetch_all(sql).await? {
            let key: Key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let mut samples = pack::samples_of(key.3, &row.get::<Vec<u8>>(4)?)?;
            let own = removed.entry((key.0, key.3)).or_default();
            samples.retain(|time| {
                let outside = time < range.from || time > range.to;
                if !outside {
                    own.insert(time);
                }
                outside
            });
            left.extend(samples.chunks(key.0, key.2)?);
            gone.push(key);
        }
        seal::remove_chunks(&mut tx, tenant, &gone).await?;
        seal::add_chunks(&mut tx, tenant, left).await?;
        forget_unused(&mut tx, tenant, Some(&ids)).await?;
        tx.commit().await?;
        Ok(removed.values().map(|times| times.len() as u64).sum())
    }

    /// Removes chunks that end before the days for which their metric is kept. The log is sealed first; where that fails for somebody
    /// chunks are removed all the same.
    pub(super) async fn retire_old(&self, now: i64, retention: &Retention) -> Result<u64, StoreError> {
        let sealed = match self.seal_all().await {
            Err(problem) if problem.is_away() => return Err(problem),
            sealed => sealed,
        };
        let before = |days: i64| now - days * DAY;
        let mut named: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for row in self.db.read(Sql::new(statements::EVERY_NAME)).await? {
            let name: String = row.get(0)?;
            if let Some(days) = retention.named(&name) {
                named.entry(days).or_default().push(name);
            }
        }
        let mut tx = self.db.begin().await?;
        let mut usual = Sql::new(statements::RETIRE).bind(before(retention.usual()));
        if !named.is_empty() {
            usual
                .push(" AND NOT EXISTS ")
                .push(OF_METRIC)
                .push_list("text", named.values().flatten())
                .push(")");
        }
        let mut removed = tx.execute(usual).await?;
        for (days, names) in &named {
            let mut sql = Sql::new(statements::RETIRE).bind(before(*days));
            sql.push(" AND EXISTS ").push(OF_METRIC).push_list("text", names).push(")");
            removed += tx.execute(sql).await?;
        }
        tx.commit().await?;
        for row in self.db.read(Sql::new(statements::TENANTS)).await? {
            let (org, scope): (String, String) = (row.get(0)?, row.get(1)?);
            let Some(tenant) = Tenant::stored(&org, &scope) else { continue };
            let mut tx = self.db.begin().await?;
            commit::lock(&mut tx, &tenant).await?;
            forget_unused(&mut tx, &tenant, None).await?;
            tx.commit().await?;
        }
        sealed.map(|_| removed)
    }
}

/// Forgets series of a locked tenant that have no sample any more, all or of these: they no longer count against its limits.
async fn forget_unused(tx: &mut Tx, tenant: &Tenant, of: Option<&[i64]>) -> Result<(), StoreError> {
    let bound = |text| Sql::new(text).bind(tenant.org.as_str()).bind(&*tenant.scope);
    let mut unused = bound(statements::UNUSED_SERIES);
    if let Some(ids) = of {
        unused.push(" AND id IN ").push_list("int", ids.iter().copied());
    }
    let rows = tx.fetch_all(unused).await?;
    let mut ids = rows.iter().map(|row| row.get(0)).collect::<Result<BTreeSet<i64>, _>>()?;
    if ids.is_empty() {
        return Ok(());
    }
    // What came in since the last sealing has no chunk yet.
    for row in tx.fetch_all(bound(statements::WHOLE_LOG)).await? {
        for entry in log::decode(&row.get::<Vec<u8>>(1)?)? {
            ids.remove(&entry.series);
        }
    }
    if !ids.is_empty() {
        tx.execute(bound(statements::FORGET_SERIES).rows(Rows::new().column(ids))).await?;
        tx.execute(bound(statements::COUNT_FORGOTTEN)).await?;
    }
    Ok(())
}
