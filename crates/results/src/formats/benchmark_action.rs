//! `data.js` of github-action-benchmark: a whole history, one run for each commit.

use std::collections::BTreeMap;

use ground::Timestamp;
use serde_json::Value;

use super::{json, text};
use crate::{Better, Input, Reading, Refused, Run};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    input.json.as_ref().is_some_and(|json| json.get("entries").is_some_and(Value::is_object))
}

/// Which way the numbers of a tool are better.
fn better(tool: &str, unit: &str) -> Option<Better> {
    match tool {
        "customBiggerIsBetter" | "benchmarkjs" | "pytest" => Some(Better::Higher),
        "jmh" => None,
        _ if unit.contains("ops/s") || unit.contains("/sec") => Some(Better::Higher),
        _ => Some(Better::Lower),
    }
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    let suites = json(input, "github-action-benchmark")?.get("entries").and_then(Value::as_object);
    let suites = suites.ok_or_else(|| Refused("it holds no object `entries`".to_owned()))?;
    for (suite, entries) in suites {
        for (at, entry) in entries.as_array().into_iter().flatten().enumerate() {
            let place = format!("{suite}[{at}]");
            let run = run(entry, suite, &place, to);
            to.runs.push(run);
        }
    }
    Ok(())
}

fn run(entry: &Value, suite: &str, place: &str, to: &mut Reading) -> Run {
    let date = entry.get("date").and_then(Value::as_i64);
    let executed = date.map(|millis| Timestamp::from_micros(millis.saturating_mul(1_000)));
    let mut run = Run { executed, ..Run::default() };
    run.context.insert("suite".to_owned(), suite.into());
    if let Some(commit) = entry.get("commit") {
        for (key, name) in [("id", "commit"), ("timestamp", "commit_time"), ("url", "commit_url")] {
            if let Some(value) = commit.get(key) {
                run.context.insert(name.to_owned(), value.clone());
            }
        }
        for key in ["author", "committer"] {
            to.hide(&format!("{place}.commit.{key}"), commit.get(key));
        }
    }
    let tool = text(entry, "tool").unwrap_or_default();
    run.context.insert("measured_by".to_owned(), tool.into());
    for (at, bench) in entry.get("benches").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let place = format!("{place}.benches[{at}]");
        let Some(name) = text(bench, "name") else {
            to.note(format!("{place}: no name; left out"));
            continue;
        };
        let unit = text(bench, "unit").unwrap_or_default();
        if let Some(value) = to.number(bench.get("value"), &place) {
            run.measured(name, BTreeMap::new()).metric("value", unit, better(tool, unit)).tell(value);
        }
    }
    run
}
