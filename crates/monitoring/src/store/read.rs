//! Reading: chunks and the tail of the log that is not sealed yet, in one state of the database.

use std::collections::{BTreeMap, HashMap};

use promql::Series;
use series::{Labels, METRIC_NAME, MatchOp, Matcher, chunk};
use store::{Rows, Sql, Tx};

use super::{Range, Relational, StoreError, statements};
use crate::batch::Tenant;

/// Samples of one kind in the order they came: those of a later piece count.
#[derive(Debug)]
pub(super) struct Pieces<T>(Vec<(i64, Vec<(i64, T)>)>);

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Clone> Pieces<T> {
    pub(super) fn push(&mut self, seq: i64, samples: Vec<(i64, T)>) {
        if !samples.is_empty() {
            self.0.push((seq, samples));
        }
    }

    /// One list by time; of several samples at one time the last one that came.
    pub(super) fn merged(mut self) -> Vec<(i64, T)> {
        self.0.sort_by_key(|(seq, _)| *seq);
        let mut all: Vec<(i64, T)> = self.0.into_iter().flat_map(|(_, samples)| samples).collect();
        if !all.is_sorted_by(|one, two| one.0 < two.0) {
            // Stable: what came later stays behind.
            all.sort_by_key(|sample| sample.0);
            let mut kept: Vec<(i64, T)> = Vec::with_capacity(all.len());
            for sample in all {
                match kept.last_mut() {
                    Some(last) if last.0 == sample.0 => *last = sample,
                    _ => kept.push(sample),
                }
            }
            all = kept;
        }
        all
    }
}

#[derive(Debug, Default)]
struct Found {
    floats: Pieces<f64>,
    histograms: Pieces<std::sync::Arc<series::Histogram>>,
}

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
                if matchers
                    .iter()
                    .filter(|matcher| *matcher.name == *METRIC_NAME)
                    .all(|matcher| matcher.matches(&name))
                {
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
        if selectors.is_empty() {
            names = self.matching(&mut tx, tenant, &[]).await?;
        }
        for matchers in selectors {
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
        let mut found: HashMap<i64, Found> = HashMap::new();
        let mut count = 0;
        let inside = |time: i64| time >= range.from && time <= range.to;
        let bound = |text| {
            Sql::new(text).bind(tenant.org.as_str()).bind(&*tenant.scope).bind(range.from).bind(range.to)
        };
        let ids: Vec<i64> = series.keys().copied().collect();
        for row in tx.fetch_all(bound(statements::CHUNKS).rows(Rows::new().column(ids))).await? {
            let (id, seq) = (row.get::<i64>(0)?, row.get::<i64>(1)?);
            let body: Vec<u8> = row.get(3)?;
            let own = found.entry(id).or_default();
            match chunk::Kind::from_code(row.get(2)?) {
                Some(chunk::Kind::Floats) => {
                    let (times, values) = chunk::decode_floats(&body)?;
                    let cut = times.into_iter().zip(values).filter(|(time, _)| inside(*time));
                    let cut: Vec<_> = cut.collect();
                    count += cut.len();
                    own.floats.push(seq, cut);
                }
                Some(chunk::Kind::Histograms) => {
                    let samples = chunk::decode(chunk::Kind::Histograms, &body)?;
                    let cut: Vec<_> = samples
                        .into_iter()
                        .filter(|sample| inside(sample.time))
                        .filter_map(|sample| match sample.value {
                            series::Value::Histogram(histogram) => Some((sample.time, histogram)),
                            series::Value::Float(_) => None,
                        })
                        .collect();
                    count += cut.len();
                    own.histograms.push(seq, cut);
                }
                None => return Err(StoreError::Log),
            }
            if count > most {
                return Err(StoreError::TooManySamples);
            }
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
                count += floats.len() + histograms.len();
                own.floats.push(seq, floats);
                own.histograms.push(seq, histograms);
            }
            if count > most {
                return Err(StoreError::TooManySamples);
            }
        }
        drop(tx);
        let mut answer = Vec::with_capacity(found.len());
        for (id, labels) in series {
            if let Some(own) = found.remove(&id) {
                let (times, values) = own.floats.merged().into_iter().unzip();
                answer.push(Series { labels, times, values, histograms: own.histograms.merged() });
            }
        }
        answer.sort_by(|one, two| one.labels.cmp(&two.labels));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_samples_at_one_time_the_last_one_counts() {
        let mut pieces = Pieces::default();
        pieces.push(9, vec![(5, 'c'), (1, 'd')]);
        pieces.push(2, vec![(1, 'a'), (5, 'b'), (7, 'e')]);
        assert_eq!(pieces.merged(), [(1, 'd'), (5, 'c'), (7, 'e')]);
    }
}
