//! OSU Micro-Benchmarks: a table of sizes, with columns that differ by version.

use std::collections::BTreeMap;

use crate::{Better, Input, Reading, Run, number};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    input.text.lines().any(|line| title(line).is_some())
}

/// `# OSU MPI Bandwidth Test v7.5` as name and version.
fn title(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim().strip_prefix("# OSU ")?;
    let (name, version) = rest.rsplit_once(" v")?;
    version.starts_with(|c: char| c.is_ascii_digit()).then_some((name.trim(), version.trim()))
}

/// `Avg Latency(us)` as name and unit.
fn column(text: &str) -> (String, String) {
    let text = text.trim();
    match text.split_once('(') {
        Some((name, unit)) => (name.trim().to_owned(), unit.trim_end_matches(')').to_owned()),
        None => (text.to_owned(), String::new()),
    }
}

fn better(name: &str) -> Option<Better> {
    let name = name.to_lowercase();
    if name.contains("bandwidth") || name.contains("messages") {
        Some(Better::Higher)
    } else if name.contains("latency") {
        Some(Better::Lower)
    } else {
        None
    }
}

/// The columns of a head: two blanks stand between them, or a unit ends one.
fn columns(head: &str) -> Vec<(String, String)> {
    let head = head.replace(')', ")  ");
    head.split("  ").map(str::trim).filter(|text| !text.is_empty()).map(column).collect()
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) {
    let mut run = Run::default();
    let mut name: Option<String> = None;
    let mut datatype = None;
    let mut head: Vec<(String, String)> = Vec::new();
    for (at, line) in input.text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if let Some((title, version)) = title(line) {
            to.version.get_or_insert_with(|| version.to_owned());
            // Another table of the same test is another run.
            if name.is_some() {
                to.runs.push(std::mem::take(&mut run));
            }
            (name, datatype, head) = (Some(title.to_owned()), None, Vec::new());
        } else if let Some(kind) = line.strip_prefix("# Datatype:") {
            datatype = Some(kind.trim().trim_end_matches('.').to_owned());
        } else if let Some(columns_of) = line.strip_prefix("# Size").or_else(|| line.strip_prefix("# Pairs"))
        {
            head = columns(columns_of);
        } else if let (Some(name), false) = (&name, head.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let Some((size, values)) = words.split_first().filter(|(size, _)| size.parse::<u64>().is_ok())
            else {
                continue;
            };
            if values.len() != head.len() {
                to.note(format!("line {at}: {} values under {} columns; left out", values.len(), head.len()));
                continue;
            }
            let mut given = BTreeMap::from([("size".to_owned(), (*size).to_owned())]);
            given.extend(datatype.clone().map(|kind| ("datatype".to_owned(), kind)));
            let measured = run.measured(name, given);
            for ((column, unit), value) in head.iter().zip(values) {
                if column == "Validation" {
                    if *value != "Pass" {
                        measured.failed = Some(format!("validation: {value}"));
                    }
                } else if let Some(number) = number::plain(value) {
                    measured.metric(column, unit, better(column)).tell(number);
                } else {
                    to.note(format!("line {at}: `{value}` is no number; left out"));
                }
            }
        }
    }
    if name.is_some() && run.benchmarks.is_empty() {
        run.failed = Some("the table has no rows".to_owned());
    }
    to.runs.push(run);
}
