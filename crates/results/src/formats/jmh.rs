//! JMH: JSON, or the table that it prints.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{json, parameters, text};
use crate::{Better, Input, Reading, Refused, Run, number};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    let first = input.json.as_ref().and_then(Value::as_array).and_then(|all| all.first());
    first.is_some_and(|first| first.get("primaryMetric").is_some()) || input.text.lines().any(is_head)
}

fn is_head(line: &str) -> bool {
    line.starts_with("Benchmark") && [" Mode ", " Score ", "Units"].iter().all(|word| line.contains(word))
}

/// Throughput is better the higher it is; all other modes measure times.
fn better(mode: &str) -> Better {
    if mode == "thrpt" { Better::Higher } else { Better::Lower }
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    let mut run = Run::default();
    if input.text.lines().any(is_head) && input.json.as_ref().is_none_or(|json| !json.is_array()) {
        table(&input.text, &mut run, to);
        to.runs.push(run);
        return Ok(());
    }
    let all = json(input, "JMH")?.as_array();
    let all = all.ok_or_else(|| Refused("its JSON is no list, which JMH writes".to_owned()))?;
    for (at, entry) in all.iter().enumerate() {
        let place = format!("[{at}]");
        let (Some(name), Some(primary)) = (text(entry, "benchmark"), entry.get("primaryMetric")) else {
            to.note(format!("{place}: no benchmark or no primaryMetric; left out"));
            continue;
        };
        if to.version.is_none() {
            to.version = text(entry, "jmhVersion").map(str::to_owned);
            to.hide(&format!("{place}.jvm"), entry.get("jvm"));
            let arguments =
                entry.get("jvmArgs").filter(|value| value.as_array().is_some_and(|all| !all.is_empty()));
            to.hide(&format!("{place}.jvmArgs"), arguments);
            for key in ["jdkVersion", "vmName", "vmVersion"] {
                if let Some(value) = entry.get(key) {
                    run.context.insert(key.to_owned(), value.clone());
                }
            }
        }
        let mode = text(entry, "mode").unwrap_or_default();
        let mut given = parameters(entry.get("params"));
        given.insert("mode".to_owned(), mode.to_owned());
        if let Some(threads) = entry.get("threads") {
            given.insert("threads".to_owned(), threads.to_string());
        }
        let measured = run.measured(name, given);
        let secondary = entry.get("secondaryMetrics").and_then(Value::as_object).into_iter().flatten();
        let metrics = std::iter::once(("score", primary, Some(better(mode))))
            .chain(secondary.map(|(name, metric)| (name.as_str(), metric, None)));
        for (name, metric, better) in metrics {
            let unit = text(metric, "scoreUnit").unwrap_or_default();
            let place = format!("{place}.{name}");
            if let Some(score) = to.number(metric.get("score"), &format!("{place}.score")) {
                measured.metric(name, unit, better).tell(score);
            }
            let raw = metric.get("rawData").and_then(Value::as_array).into_iter().flatten();
            for sample in raw.filter_map(Value::as_array).flatten() {
                if let Some(number) = to.number(Some(sample), &format!("{place}.rawData")) {
                    measured.metric(name, unit, better).samples.push(number);
                }
            }
            if let Some(error) = to.number(metric.get("scoreError"), &format!("{place}.scoreError")) {
                measured.metric(name, unit, better).aggregates.insert("error".to_owned(), error);
            }
            for (at, value) in metric.get("scorePercentiles").and_then(Value::as_object).into_iter().flatten()
            {
                if let Some(number) = to.number(Some(value), &format!("{place}.scorePercentiles")) {
                    measured.metric(name, unit, better).aggregates.insert(format!("p{at}"), number);
                }
            }
        }
    }
    to.runs.push(run);
    Ok(())
}

/// The table at the end: its numbers have the decimal sign of the machine, and no thousands.
fn table(text: &str, run: &mut Run, to: &mut Reading) {
    let mut names: Option<Vec<String>> = None;
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        if is_head(line) {
            let head = line.split_whitespace().skip(1);
            names = Some(
                head.take_while(|word| *word != "Mode")
                    .map(|word| word.trim_matches(['(', ')']).to_owned())
                    .collect(),
            );
            continue;
        }
        let Some(parameters) = &names else { continue };
        let words: Vec<&str> = line.split_whitespace().collect();
        let n = parameters.len();
        if words.len() < n + 4 {
            names = None;
            continue;
        }
        let (mode, units) = (words[n + 1], words[words.len() - 1]);
        let mut given: BTreeMap<String, String> =
            parameters.iter().cloned().zip(words[1..].iter().map(|word| (*word).to_owned())).collect();
        given.insert("mode".to_owned(), mode.to_owned());
        // The number of runs is absent where there was one, and so is the error.
        let numbers: Vec<&str> =
            words[n + 2..words.len() - 1].iter().copied().filter(|word| *word != "±").collect();
        let whole = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
        let numbers = if numbers.first().is_some_and(whole) && numbers.len() > 1 {
            &numbers[1..]
        } else {
            &numbers[..]
        };
        let measured = run.measured(words[0], given);
        match numbers.first().and_then(|word| number::decimal(word.trim_start_matches('≈'))) {
            Some(score) if !numbers[0].starts_with('≈') => {
                measured.metric("score", units, Some(better(mode))).tell(score);
            }
            _ => {
                to.note(format!("line {at}: `{}` is no number; left out", numbers.first().unwrap_or(&"")));
                continue;
            }
        }
        if let Some(error) = numbers.get(1).and_then(|word| number::decimal(word)) {
            measured.metric("score", units, Some(better(mode))).aggregates.insert("error".to_owned(), error);
        }
    }
}
