//! Criterion.rs: `estimates.json` of one benchmark, or what it prints.

use std::collections::BTreeMap;

use super::json;
use crate::{Better, Input, Reading, Refused, Run, number};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    let estimates = input.json.as_ref().and_then(|json| json.get("mean")?.get("point_estimate"));
    estimates.is_some() || input.text.lines().any(|line| bracket(line, "time:").is_some())
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    let mut run = Run::default();
    if input.text.lines().any(|line| bracket(line, "time:").is_some()) {
        printed(&input.text, &mut run, to);
    } else {
        estimates(input, &mut run, to)?;
    }
    to.runs.push(run);
    Ok(())
}

/// `estimates.json` tells nanoseconds, and not of what: that are the folders it lies in.
fn estimates(input: &Input<'_>, run: &mut Run, to: &mut Reading) -> Result<(), Refused> {
    let json = json(input, "Criterion.rs")?;
    let folders: Vec<&str> = input.name.split(['/', '\\']).filter(|folder| !folder.is_empty()).collect();
    let from = folders.iter().position(|folder| *folder == "criterion").map_or(0, |at| at + 1);
    let name = folders.get(from..folders.len().saturating_sub(2)).unwrap_or_default().join("/");
    if name.is_empty() || !matches!(folders.get(folders.len().saturating_sub(2)), Some(&("new" | "base"))) {
        return Err(Refused(
            "estimates.json does not name its benchmark: give it by its path, criterion/NAME/new/estimates.json".to_owned(),
        ));
    }
    let metric = run.measured(&name, BTreeMap::new()).metric("time", "ns", Some(Better::Lower));
    for (key, estimate) in json.as_object().into_iter().flatten() {
        // The slope is null where samples were taken flat.
        let Some(point) = to.number(estimate.get("point_estimate"), key) else { continue };
        if key == "mean" {
            for (bound, name) in [("lower_bound", "lower"), ("upper_bound", "upper")] {
                let value = estimate.get("confidence_interval").and_then(|interval| interval.get(bound));
                if let Some(value) = to.number(value, &format!("{key}.{bound}")) {
                    metric.aggregates.insert(name.to_owned(), value);
                }
            }
            metric.tell(point);
        } else {
            metric.aggregates.insert(key.clone(), point);
        }
    }
    Ok(())
}

/// What stands before `time:`, and the three numbers with their units behind it.
fn bracket<'a>(line: &'a str, word: &str) -> Option<(&'a str, [&'a str; 6])> {
    let (before, rest) = line.split_once(word)?;
    let inner = rest.trim().strip_prefix('[')?.split(']').next()?;
    let words: Vec<&str> = inner.split_whitespace().collect();
    Some((before.trim(), words.try_into().ok()?))
}

fn printed(text: &str, run: &mut Run, to: &mut Reading) {
    let mut name = String::new();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let found = bracket(line, "time:").map(|found| ("time", Better::Lower, found));
        let found = found.or_else(|| Some(("throughput", Better::Higher, bracket(line, "thrpt:")?)));
        let Some((metric, better, (before, [low, unit, point, unit_of_point, high, unit_of_high]))) = found
        else {
            // A long name stands on a line of its own.
            let change = line.trim_start().starts_with("change:");
            if !line.starts_with([' ', '\t']) && !line.trim().is_empty() && !change {
                let said = line.trim_start_matches("Benchmarking ");
                said.split(": ").next().unwrap_or(said).trim().clone_into(&mut name);
            }
            continue;
        };
        if !before.is_empty() {
            before.clone_into(&mut name);
        }
        let numbers = [low, point, high].map(number::plain);
        let ([Some(low), Some(point), Some(high)], true, false) =
            (numbers, unit == unit_of_point && unit == unit_of_high, name.is_empty())
        else {
            to.note(format!("line {at}: no name, no number, or units that differ; left out"));
            continue;
        };
        let metric = run.measured(&name, BTreeMap::new()).metric(metric, unit, Some(better));
        metric.tell(point);
        metric.aggregates.insert("lower".to_owned(), low);
        metric.aggregates.insert("upper".to_owned(), high);
    }
    if let Some(line) =
        text.lines().find(|line| line.contains("panicked at") || line.starts_with("error: bench failed"))
    {
        run.failed = Some(line.trim().to_owned());
    }
}
