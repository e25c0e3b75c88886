//! Removing: samples of chosen series in a range, and all that are too old.

use series::Matcher;
use store::{Rows, Sql};

use super::{
    Range, Relational, StoreError, commit,
    seal::{self, Key, Samples},
    statements,
};
use crate::batch::Tenant;

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
        let sql = sql.bind(range.from).bind(range.to).rows(Rows::new().column(ids));
        let outside = |time: i64| time < range.from || time > range.to;
        let (mut removed, mut gone, mut left) = (0, Vec::new(), Vec::new());
        for row in tx.fetch_all(sql).await? {
            let key: Key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let (before, chunks) = match seal::samples_of(key.3, &row.get::<Vec<u8>>(4)?)? {
                Samples::Floats(mut samples) => {
                    let before = samples.len();
                    samples.retain(|sample| outside(sample.0));
                    (before - samples.len(), seal::float_chunks(key.0, key.2, &samples)?)
                }
                Samples::Histograms(mut samples) => {
                    let before = samples.len();
                    samples.retain(|sample| outside(sample.0));
                    (before - samples.len(), seal::histogram_chunks(key.0, key.2, &samples)?)
                }
            };
            removed += before as u64;
            gone.push(key);
            left.extend(chunks);
        }
        seal::remove_chunks(&mut tx, tenant, &gone).await?;
        seal::add_chunks(&mut tx, tenant, left).await?;
        tx.commit().await?;
        Ok(removed)
    }

    /// Removes chunks that end before a time. The log is sealed first.
    pub(super) async fn retire_before(&self, before: i64) -> Result<u64, StoreError> {
        self.seal_all().await?;
        let mut tx = self.db.begin().await?;
        let removed = tx.execute(Sql::new(statements::RETIRE).bind(before)).await?;
        tx.commit().await?;
        Ok(removed)
    }
}
