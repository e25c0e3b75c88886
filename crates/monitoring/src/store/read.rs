//! Reading: chunks and the tail of the log that is not sealed yet, in one state of the database.

use std::collections::{BTreeMap, HashMap};

use promql::Series;
use series::{Labels, METRIC_NAME, MatchOp, Matcher};
use store::{Rows, Sql, Tx};

use super::{
    Range, Relational, StoreError, bound::Bound, or_every, pack::samples_of, pieces::Collected, statements,
};
use crate::batch::Tenant;

impl Relational {
    /// The series that meet all conditions, by number.
    pub(super) async fn matching(
        &self,
        tx: &mut Tx,
        tenant: &Tenant,
        matchers: &[Matcher],
    ) -> Result<BTreeMap<i64, Labels>, StoreError> {
        let bound = |text| Sql::new(text).bind(tenant.org.as_str()).bind(&*tenant.scope);
        let of_name =
            |op| matchers.iter().find(move |matcher| *matcher.name == *METRIC_NAME && matcher.op == op);
        let mut rows = Vec::new();
        if let Some(name) = of_name(MatchOp::Equal) {
            rows = tx.fetch_all(bound(statements::SERIES_OF_METRIC).bind(&*name.value)).await?;
        } else if of_name(MatchOp::Regex).is_some() {
            // There are few names of metrics, and many series.
            for row in tx.fetch_all(bound(statements::METRIC_NAMES)).await? {
                let name: String = row.get(0)?;
                if Matcher::all_of(matchers, METRIC_NAME, &name) {
                    rows.extend(tx.fetch_all(bound(statements::SERIES_OF_METRIC).bind(name)).await?);
                }
            }
        } else {
            rows = tx.fetch_all(bound(statements::SERIES)).await?;
        }
        let mut series = BTreeMap::new();
        for row in rows {
            if let Some(labels) = Labels::from_bytes(&row.get::<Vec<u8>>(1)?)
                && Matcher::all(matchers, &labels)
            {
                series.insert(row.get(0)?, labels);
            }
        }
        Ok(series)
    }

    pub(super) async fn names(
        &self,
        tenant: &Tenant,
        selectors: &[Vec<Matcher>],
    ) -> Result<Vec<Labels>, StoreError> {
        let mut tx = self.db.snapshot().await?;
        let mut names = BTreeMap::new();
        for matchers in or_every(selectors) {
            names.extend(self.matching(&mut tx, tenant, matchers).await?);
        }
        let mut names: Vec<Labels> = names.into_values().collect();
        names.sort_unstable();
        Ok(names)
    }

    pub(super) async fn samples(
        &self,
        tenant: &Tenant,
        matchers: &[Matcher],
        range: Range,
        most: usize,
    ) -> Result<Vec<Series>, StoreError> {
        let mut tx = self.db.snapshot_by_key().await?;
        let series = self.matching(&mut tx, tenant, matchers).await?;
        if series.is_empty() {
            return Ok(Vec::new());
        }
        let mut found: HashMap<i64, Collected> = HashMap::new();
        let held = Bound::new(most);
        let inside = |time: i64| time >= range.from && time <= range.to;
        let bound = |text| {
            Sql::new(text).bind(tenant.org.as_str()).bind(&*tenant.scope).bind(range.from).bind(range.to)
        };
        let ids: Vec<i64> = series.keys().copied().collect();
        let chunks = bound(statements::CHUNKS).bind(range.records_from()).rows(Rows::new().column(ids));
        for row in tx.fetch_all(chunks).await? {
            let (id, seq) = (row.get::<i64>(0)?, row.get::<i64>(1)?);
            let body: Vec<u8> = row.get(3)?;
            let own = found.entry(id).or_default();
            let mut samples = samples_of(row.get(2)?, &body)?;
            samples.retain_for(range);
            held.hold(samples.len())?;
            own.push(seq, samples);
        }
        let mut seqs = Vec::new();
        for row in tx.fetch_all(bound(statements::LOG_SEQS)).await? {
            seqs.push(row.get::<i64>(0)?);
        }
        for (seq, entries) in self.log_rows(&mut tx, tenant, &seqs).await? {
            for entry in entries.iter().filter(|entry| series.contains_key(&entry.series)) {
                let own = found.entry(entry.series).or_default();
                let floats: Vec<_> = entry.floats.iter().copied().filter(|sample| inside(sample.0)).collect();
                let histograms: Vec<_> =
                    entry.histograms.iter().filter(|sample| inside(sample.0)).cloned().collect();
                held.hold(floats.len() + histograms.len())?;
                own.floats.push(seq, floats);
                own.histograms.push(seq, histograms);
            }
        }
        drop(tx);
        let mut answer = Vec::with_capacity(found.len());
        for (id, labels) in series {
            if let Some(own) = found.remove(&id) {
                answer.push(own.into_series(labels));
            }
        }
        answer.sort_by(|one, two| one.labels.cmp(&two.labels));
        Ok(answer)
    }
}
