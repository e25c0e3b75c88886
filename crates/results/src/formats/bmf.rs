//! Bencher Metric Format: `{benchmark: {measure: {value, lower_value, upper_value}}}`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::json;
use crate::{Better, Input, Reading, Refused, Run};

fn is_metric(value: &Value) -> bool {
    value.get("value").is_some_and(|value| !value.is_object())
}

fn is_benchmark(value: &Value) -> bool {
    value.as_object().is_some_and(|measures| !measures.is_empty() && measures.values().all(is_metric))
}

pub(super) fn recognises(input: &Input<'_>) -> bool {
    let all = input.json.as_ref().and_then(Value::as_object);
    all.is_some_and(|all| !all.is_empty() && all.values().all(is_benchmark))
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    let all: &Map<String, Value> = json(input, "Bencher")?
        .as_object()
        .ok_or_else(|| Refused("its JSON is no object, which Bencher writes".to_owned()))?;
    let mut run = Run::default();
    for (name, measures) in all {
        let Some(measures) = measures.as_object() else {
            to.note(format!("`{name}`: no object of measures; left out"));
            continue;
        };
        let measured = run.measured(name, BTreeMap::new());
        for (measure, metric) in measures {
            // The measures that Bencher itself defines; others say nothing of their unit.
            let (unit, better) = match measure.as_str() {
                "latency" => ("ns", Some(Better::Lower)),
                "throughput" => ("1/s", Some(Better::Higher)),
                "build-time" => ("s", Some(Better::Lower)),
                "file-size" => ("B", Some(Better::Lower)),
                _ => ("", None),
            };
            if let Some(value) = to.number(metric.get("value"), &format!("`{name}`.{measure}")) {
                measured.metric(measure, unit, better).tell(value);
            }
            for (key, bound) in [("lower_value", "lower"), ("upper_value", "upper")] {
                let given = metric.get(key).filter(|value| !value.is_null());
                if let Some(value) = to.number(given, &format!("`{name}`.{measure}.{key}")) {
                    measured.metric(measure, unit, better).aggregates.insert(bound.to_owned(), value);
                }
            }
        }
    }
    to.runs.push(run);
    Ok(())
}
