//! Google Benchmark: single runs, repetitions and aggregates, with counters.

use std::collections::BTreeMap;

use ground::Timestamp;
use serde_json::Value;

use super::{json, list, text};
use crate::{Better, Input, Reading, Refused, Run};

/// Members of an entry that are no counters.
const NO_COUNTERS: [&str; 11] = [
    "family_index",
    "per_family_instance_index",
    "repetitions",
    "repetition_index",
    "threads",
    "iterations",
    "real_time",
    "cpu_time",
    "aggregate_index",
    "max_bytes_used",
    "allocs_per_iter",
];

pub(super) fn recognises(input: &Input<'_>) -> bool {
    let Some(json) = &input.json else { return false };
    let first = json.get("benchmarks").and_then(Value::as_array).and_then(|all| all.first());
    json.get("context").is_some() && first.is_none_or(|first| first.get("stats").is_none())
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    let json = json(input, "Google Benchmark")?;
    let mut run = Run::default();
    if let Some(context) = json.get("context") {
        to.version =
            text(context, "library_version").or(text(context, "libbenchmark_version")).map(str::to_owned);
        for key in ["host_name", "executable"] {
            to.hide(&format!("context.{key}"), context.get(key));
        }
        if let Some(date) = text(context, "date") {
            run.executed = Timestamp::parse(date).ok();
            if run.executed.is_none() || !date.contains(['+', 'Z']) {
                to.note(format!("context.date: `{date}` has no zone; taken for UTC"));
            }
        }
        for key in ["num_cpus", "mhz_per_cpu", "cpu_scaling_enabled", "library_build_type"] {
            if let Some(value) = context.get(key) {
                run.context.insert(key.to_owned(), value.clone());
            }
        }
        if text(context, "library_build_type") == Some("debug") {
            to.note("the library was built for debugging: its times are not those of a release");
        }
    }
    for (at, entry) in list(json, "benchmarks", "Google Benchmark")?.iter().enumerate() {
        entry_of(entry, &format!("benchmarks[{at}]"), &mut run, to);
    }
    to.runs.push(run);
    Ok(())
}

fn entry_of(entry: &Value, place: &str, run: &mut Run, to: &mut Reading) {
    let aggregate = (text(entry, "run_type") == Some("aggregate"))
        .then(|| text(entry, "aggregate_name").unwrap_or("aggregate").to_owned());
    let Some(name) = text(entry, "run_name").or(text(entry, "name")) else {
        to.note(format!("{place}: no name; left out"));
        return;
    };
    let measured = run.measured(name, BTreeMap::new());
    if entry.get("error_occurred").and_then(Value::as_bool) == Some(true)
        || entry.get("skipped").is_some_and(|skipped| skipped.as_bool() != Some(false))
    {
        measured.failed =
            Some(text(entry, "error_message").unwrap_or("the benchmark reported an error").to_owned());
        return;
    }
    let percentage = text(entry, "aggregate_unit") == Some("percentage");
    let mut add = |metric: &str, unit: &str, better: Option<Better>, value: &Value, to: &mut Reading| {
        let Some(number) = to.number(Some(value), &format!("{place}.{metric}")) else { return };
        let metric = measured.metric(metric, unit, better);
        match &aggregate {
            Some(name) if percentage => drop(metric.aggregates.insert(format!("{name}_share"), number)),
            Some(name) => drop(metric.aggregates.insert(name.clone(), number)),
            None => metric.tell(number),
        }
    };
    let unit = text(entry, "time_unit").unwrap_or("ns");
    for time in ["real_time", "cpu_time"] {
        if let Some(value) = entry.get(time) {
            add(time, unit, Some(Better::Lower), value, to);
        }
    }
    // Complexity is told as coefficients.
    for coefficient in ["cpu_coefficient", "real_coefficient", "rms"] {
        if let Some(value) = entry.get(coefficient) {
            add(coefficient, unit, None, value, to);
        }
    }
    for (name, value) in entry.as_object().into_iter().flatten() {
        let counter = value.is_number() && !NO_COUNTERS.contains(&name.as_str());
        if counter && !matches!(name.as_str(), "cpu_coefficient" | "real_coefficient" | "rms") {
            let (unit, better) = match name.as_str() {
                "bytes_per_second" => ("B/s", Some(Better::Higher)),
                "items_per_second" => ("items/s", Some(Better::Higher)),
                _ => ("", None),
            };
            add(name, unit, better, value, to);
        }
    }
}
