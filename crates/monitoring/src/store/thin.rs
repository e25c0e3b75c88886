//! Thinning: samples that are older than their metric says become records. One transaction replaces the chunks of some series on
//! one day, so that whoever reads has the samples or their records, whatever happens meanwhile.

use std::collections::BTreeMap;

use store::{Rows, Sql};

use super::{
    DAY, Relational, StoreError, commit,
    pack::{Samples, samples_of},
    pieces::Collected,
    seal::{self, Key},
    statements,
};
use crate::{
    batch::Tenant,
    rules::retention::{Retention, Thinning},
};

/// How many samples one transaction replaces, about: those of one series on a day may be more.
const MOST_SAMPLES: i64 = 2_000_000;

impl Relational {
    pub(super) async fn thin_old(&self, now: i64, retention: &Retention) -> Result<u64, StoreError> {
        let mut replaced = 0;
        for row in self.db.read(Sql::new(statements::TENANTS)).await? {
            let (org, scope): (String, String) = (row.get(0)?, row.get(1)?);
            let Some(tenant) = Tenant::stored(&org, &scope) else { continue };
            let names = Sql::new(statements::METRIC_NAMES).bind(tenant.org.as_str()).bind(&*tenant.scope);
            for row in self.db.read(names).await? {
                let name: String = row.get(0)?;
                let Some(thinning) = retention.thinning(&name) else { continue };
                loop {
                    let some = self.thin_some(&tenant, &name, thinning, now).await?;
                    if some == 0 {
                        break;
                    }
                    replaced += some;
                }
            }
        }
        Ok(replaced)
    }

    /// Thins the oldest day of some series of a metric; answers how many chunks were replaced, 0 when there is nothing to do.
    async fn thin_some(
        &self,
        tenant: &Tenant,
        name: &str,
        thinning: Thinning,
        now: i64,
    ) -> Result<u64, StoreError> {
        let bound = |text| Sql::new(text).bind(tenant.org.as_str()).bind(&*tenant.scope);
        let mut tx = self.db.begin().await?;
        commit::lock(&mut tx, tenant).await?;
        let border = thinning.border(now);
        let oldest = tx.fetch_one(bound(statements::OLDEST_SAMPLES).bind(name).bind(border)).await?;
        let Some(oldest) = oldest.map(|row| row.get::<Option<i64>>(0)).transpose()?.flatten() else {
            return Ok(0);
        };
        let to = border.min(oldest.div_euclid(DAY).saturating_add(1).saturating_mul(DAY));
        let (mut ids, mut samples) = (Vec::new(), 0);
        for row in tx.fetch_all(bound(statements::SAMPLES_BEFORE).bind(name).bind(to)).await? {
            samples += row.get::<i64>(1)?;
            if samples > MOST_SAMPLES && !ids.is_empty() {
                break;
            }
            ids.push(row.get::<i64>(0)?);
        }
        let chunks = bound(statements::KEYED_CHUNKS).bind(oldest).bind(to - 1);
        let mut collected: BTreeMap<i64, (Collected, i64)> = BTreeMap::new();
        let (mut gone, mut replaced) = (Vec::new(), 0);
        for row in tx.fetch_all(chunks.rows(Rows::new().column(ids))).await? {
            let key: Key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let samples = samples_of(key.3, &row.get::<Vec<u8>>(4)?)?;
            match samples {
                Samples::Histograms(_) => continue,
                Samples::Floats(_) => replaced += 1,
                Samples::Records(_) => {}
            }
            let (own, seq) = collected.entry(key.0).or_default();
            *seq = key.2.max(*seq);
            own.push(key.2, samples);
            gone.push(key);
        }
        let mut made = Vec::new();
        for (id, (own, seq)) in collected {
            let (records, left) = own.thinned(to, thinning.width);
            made.extend(Samples::Records(records).chunks(id, seq)?);
            made.extend(Samples::Floats(left).chunks(id, seq)?);
        }
        seal::remove_chunks(&mut tx, tenant, &gone).await?;
        seal::add_chunks(&mut tx, tenant, made).await?;
        tx.commit().await?;
        Ok(replaced)
    }
}
