//! `/prometheus/api/v1/status/tsdb`: which metrics, labels and sources make how many series.

use std::collections::{HashMap, HashSet};

use axum::{extract::State, response::Response};
use promql::EvalError;
use serde_json::{Value, json};
use series::Labels;

use super::{Form, answer};
use crate::api::{App, caller::Of, failure::QueryFailure};

/// How many of each are told when nobody says.
const USUAL: usize = 10;

/// Where series come from, and what makes them many: the metrics, labels and pairs of label and value (`job=…` and `instance=…`
/// among them) that have the most.
#[utoipa::path(
    get, path = "/prometheus/api/v1/status/tsdb", operation_id = "cardinality", tag = "out",
    params(("limit" = Option<u64>, Query, description = "How many of each; 10 otherwise")),
    responses((status = 200, description = "Numbers of series"), (status = 400, description = "A parameter is wrong"))
)]
pub async fn handle(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    let limit = if form.get("limit").is_some() { form.limit()? } else { USUAL };
    let series = app.samples.series(&tenant, &[]).await?;
    // There may be millions.
    let counted = tokio::task::spawn_blocking(move || counted(&series, limit)).await;
    let counted = counted.map_err(|problem| {
        tracing::error!(error = %problem, "series could not be counted");
        EvalError::Execution("the series could not be counted".to_owned())
    })?;
    Ok(answer::success(&counted))
}

fn counted(series: &[Labels], limit: usize) -> Value {
    let mut metrics: HashMap<&str, usize> = HashMap::new();
    let mut values: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut pairs: HashMap<(&str, &str), usize> = HashMap::new();
    for labels in series {
        *metrics.entry(labels.name()).or_default() += 1;
        for (name, value) in labels.iter() {
            values.entry(name).or_default().insert(value);
            *pairs.entry((name, value)).or_default() += 1;
        }
    }
    let many = values.iter().map(|(name, own)| ([*name], own.len()));
    let bytes = values.iter().map(|(name, own)| ([*name], own.iter().map(|value| value.len()).sum()));
    json!({
        "headStats": {"numSeries": series.len(), "numLabelPairs": pairs.len()},
        "seriesCountByMetricName":
            most(metrics.into_iter().map(|(name, count)| ([name], count)), limit),
        "labelValueCountByLabelName": most(many, limit),
        "memoryInBytesByLabelName": most(bytes, limit),
        "seriesCountByLabelValuePair":
            most(pairs.iter().map(|((name, value), count)| ([*name, "=", *value], *count)), limit),
    })
}

fn bytes(parts: &[&str]) -> impl Iterator<Item = u8> {
    parts.iter().flat_map(|part| part.bytes())
}

/// The highest first; of equal ones by name, of which these are the parts.
fn most<'n, const N: usize>(counts: impl Iterator<Item = ([&'n str; N], usize)>, limit: usize) -> Vec<Value> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| bytes(&one.0).cmp(bytes(&two.0))));
    counts.truncate(limit);
    counts.into_iter().map(|(name, value)| json!({"name": name.concat(), "value": value})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_that_makes_a_metric_large_comes_first() {
        let mut series: Vec<Labels> = (0..20)
            .map(|n| Labels::new([("__name__", "bomb"), ("job", "bad"), ("id", &n.to_string())]))
            .collect();
        series.push(Labels::new([("__name__", "up"), ("job", "good")]));
        let counted = counted(&series, 2);
        assert_eq!(counted["headStats"], json!({"numSeries": 21, "numLabelPairs": 24}));
        assert_eq!(counted["seriesCountByMetricName"][0], json!({"name": "bomb", "value": 20}));
        assert_eq!(counted["labelValueCountByLabelName"][0], json!({"name": "id", "value": 20}));
        assert_eq!(
            counted["seriesCountByLabelValuePair"],
            json!([{"name": "__name__=bomb", "value": 20}, {"name": "job=bad", "value": 20}])
        );
        let pairs = [["a", "=", "1"], ["a1", "=", "1"], ["b", "=", "1"]].map(|pair| (pair, 1));
        let names = most(pairs.into_iter(), 2).into_iter().map(|pair| pair["name"].clone());
        assert_eq!(names.collect::<Vec<_>>(), ["a1=1", "a=1"]);
    }
}
