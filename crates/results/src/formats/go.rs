//! `go test -bench`.

use std::collections::BTreeMap;

use crate::{Better, Input, Reading, Run, number};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    input.text.lines().any(|line| line.starts_with("Benchmark") && line.contains(" ns/op"))
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) {
    let mut run = Run::default();
    let mut package = String::new();
    for (at, line) in input.text.lines().enumerate() {
        if let Some((key @ ("goos" | "goarch" | "cpu"), value)) = line.split_once(": ") {
            run.context.insert(key.to_owned(), value.trim().into());
        } else if let Some(name) = line.strip_prefix("pkg: ") {
            name.trim().clone_into(&mut package);
        } else if let Some(name) = line.trim_start().strip_prefix("--- FAIL: Benchmark") {
            let name = name.split([' ', '\t', '(']).next().unwrap_or_default();
            let (name, parameters) = named(name, &package);
            run.measured(&name, parameters).failed = Some("the benchmark failed".to_owned());
        } else if line.starts_with("FAIL") || line.starts_with("panic: ") || line.starts_with("exit status ")
        {
            run.failed.get_or_insert_with(|| format!("line {}: {}", at + 1, line.trim()));
        } else if line.starts_with("Benchmark") {
            measurement(line, at + 1, &package, &mut run, to);
        }
    }
    to.runs.push(run);
}

/// `Name-8` in package `p` as name and parameters: the last number is how many processors it had.
fn named(name: &str, package: &str) -> (String, BTreeMap<String, String>) {
    let mut parameters = BTreeMap::new();
    if !package.is_empty() {
        parameters.insert("pkg".to_owned(), package.to_owned());
    }
    match name.rsplit_once('-') {
        Some((name, procs)) if !procs.is_empty() && procs.bytes().all(|byte| byte.is_ascii_digit()) => {
            parameters.insert("procs".to_owned(), procs.to_owned());
            (name.to_owned(), parameters)
        }
        _ => (name.to_owned(), parameters),
    }
}

fn measurement(line: &str, at: usize, package: &str, run: &mut Run, to: &mut Reading) {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    // A name alone is the beginning of a line that was cut off by output of the benchmark.
    if rest.first().is_none_or(|count| count.parse::<u64>().is_err()) || rest.len() < 3 {
        if !rest.is_empty() {
            to.note(format!("line {at}: no measurement behind `{name}`; left out"));
        }
        return;
    }
    let (name, parameters) = named(name.strip_prefix("Benchmark").unwrap_or(name), package);
    let measured = run.measured(&name, parameters);
    for pair in rest[1..].chunks(2) {
        let [value, unit] = pair else {
            to.note(format!("line {at}: `{}` has no unit; left out", pair[0]));
            continue;
        };
        let Some(number) = number::plain(value) else {
            to.note(format!("line {at}: `{value}` {unit} is no number; left out"));
            continue;
        };
        let (metric, better) = match *unit {
            "ns/op" => ("time", Some(Better::Lower)),
            "B/op" => ("bytes", Some(Better::Lower)),
            "allocs/op" => ("allocations", Some(Better::Lower)),
            "MB/s" => ("throughput", Some(Better::Higher)),
            other => (other, None),
        };
        measured.metric(metric, unit, better).tell(number);
    }
}
