//! pytest-benchmark.

use ground::Timestamp;
use serde_json::Value;

use super::{json, list, parameters, text};
use crate::{Better, Input, Reading, Refused, Run};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    let Some(json) = &input.json else { return false };
    json.get("machine_info").is_some() && json.get("benchmarks").is_some_and(Value::is_array)
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    const TOOL: &str = "pytest-benchmark";
    let json = json(input, TOOL)?;
    to.version = text(json, "version").map(str::to_owned);
    let mut run =
        Run { executed: text(json, "datetime").and_then(|at| Timestamp::parse(at).ok()), ..Run::default() };
    if let Some(machine) = json.get("machine_info") {
        to.hide("machine_info.node", machine.get("node"));
        for key in ["machine", "python_version", "python_implementation", "system", "release"] {
            if let Some(value) = machine.get(key) {
                run.context.insert(key.to_owned(), value.clone());
            }
        }
    }
    if let Some(commit) = json.get("commit_info") {
        for key in ["id", "branch", "dirty"] {
            if let Some(value) = commit.get(key).filter(|value| !value.is_null()) {
                run.context.insert(format!("commit_{key}"), value.clone());
            }
        }
        to.hide("commit_info.author", commit.get("author"));
    }
    for (at, entry) in list(json, "benchmarks", TOOL)?.iter().enumerate() {
        let place = format!("benchmarks[{at}]");
        let (Some(name), Some(stats)) = (text(entry, "fullname").or(text(entry, "name")), entry.get("stats"))
        else {
            to.note(format!("{place}: no name or no stats; left out"));
            continue;
        };
        let measured = run.measured(name, parameters(entry.get("params")));
        if let Some(mean) = to.number(stats.get("mean"), &format!("{place}.stats.mean")) {
            measured.metric("time", "s", Some(Better::Lower)).tell(mean);
        }
        let samples = stats.get("data").or(entry.get("data")).and_then(Value::as_array);
        for (n, sample) in samples.into_iter().flatten().enumerate() {
            if let Some(number) = to.number(Some(sample), &format!("{place}.stats.data[{n}]")) {
                measured.metric("time", "s", Some(Better::Lower)).samples.push(number);
            }
        }
        for name in ["min", "max", "stddev", "median", "iqr", "q1", "q3"] {
            if let Some(number) = to.number(stats.get(name), &format!("{place}.stats.{name}")) {
                measured.metric("time", "s", Some(Better::Lower)).aggregates.insert(name.to_owned(), number);
            }
        }
    }
    to.runs.push(run);
    Ok(())
}
