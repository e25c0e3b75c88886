//! sysbench: what it prints at the end, of one run or several.

use std::collections::BTreeMap;

use crate::{Better, Input, Measured, Reading, Refused, Run, number};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    input.text.lines().any(begins)
}

fn begins(line: &str) -> bool {
    let rest = line.strip_prefix("sysbench ");
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    let lines: Vec<&str> = input.text.lines().collect();
    let starts: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| begins(line)).map(|(at, _)| at).collect();
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(lines.len());
        let version =
            lines[*start].trim_start_matches("sysbench ").split([' ', ':']).next().unwrap_or_default();
        to.version.get_or_insert_with(|| version.to_owned());
        let run = section(&lines[*start..end], *start, to);
        to.runs.push(run);
    }
    if starts.is_empty() {
        return Err(Refused("no line begins with `sysbench` and a version".to_owned()));
    }
    Ok(())
}

fn section(lines: &[&str], offset: usize, to: &mut Reading) -> Run {
    let mut run = Run::default();
    let threads = lines.iter().find_map(|line| line.strip_prefix("Number of threads: "));
    let mut given = BTreeMap::new();
    if let Some(threads) = threads {
        given.insert("threads".to_owned(), threads.trim().to_owned());
    }
    let fatal = lines.iter().find(|line| line.starts_with("FATAL") || line.contains("terminated by signal"));
    let name = if lines.iter().any(|line| line.trim_start().starts_with("transactions:")) {
        "oltp"
    } else if lines.iter().any(|line| line.contains("prime numbers")) {
        "cpu"
    } else if lines.iter().any(|line| line.contains("MiB transferred") || line.contains("MB transferred")) {
        "memory"
    } else if lines
        .iter()
        .any(|line| line.starts_with("File operations:") || line.contains("Total transferred"))
    {
        "fileio"
    } else {
        "sysbench"
    };
    let measured = run.measured(name, given);
    let (mut latency, mut finished) = (String::new(), false);
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        // `Latency (ms):`, or `per-request statistics:` of version 0.4, begin a block of `key: value`.
        if let Some(unit) = trimmed.strip_prefix("Latency (").and_then(|rest| rest.strip_suffix("):")) {
            unit.clone_into(&mut latency);
        } else if trimmed.starts_with("per-request statistics") || trimmed.starts_with("response time:") {
            "ms".clone_into(&mut latency);
        }
        let Some((key, value)) = trimmed.split_once(':') else { continue };
        finished |= key == "total time";
        figure(key, value.trim(), &latency, offset + at + 1, measured, to);
    }
    if let Some(line) = fatal {
        run.failed = Some(line.trim().to_owned());
    } else if !finished {
        run.failed = Some("it has no end: `total time` is missing".to_owned());
    }
    run
}

fn figure(key: &str, value: &str, latency: &str, line: usize, measured: &mut Measured, to: &mut Reading) {
    let lower = Some(Better::Lower);
    let mut tell = |name: &str, unit: &str, better, text: &str| match number::plain(text) {
        Some(number) => measured.metric(name, unit, better).tell(number),
        None => to.note(format!("line {line}: `{text}` is no number; left out")),
    };
    match key {
        // `67104  (223.64 per sec.)`
        "transactions"
        | "queries"
        | "read/write requests"
        | "other operations"
        | "ignored errors"
        | "Total operations" => {
            let rate = value.split_once('(').map(|(_, rest)| rest.trim_end_matches(')'));
            if let Some(rate) = rate.and_then(|rest| rest.split_whitespace().next()) {
                let better = if key == "ignored errors" { lower } else { Some(Better::Higher) };
                tell(&key.replace(' ', "_"), "1/s", better, rate);
            }
        }
        "events per second" => tell("events", "1/s", Some(Better::Higher), value),
        "total time" => tell("total_time", "s", lower, value.trim_end_matches('s')),
        "total number of events" => tell("total_events", "", None, value),
        "read, MiB/s" | "written, MiB/s" => {
            tell(key.split(',').next().unwrap_or(key), "MiB/s", Some(Better::Higher), value);
        }
        "reads/s" | "writes/s" | "fsyncs/s" => {
            tell(key.trim_end_matches("/s"), "1/s", Some(Better::Higher), value);
        }
        "min" | "avg" | "max" | "95th percentile" | "99th percentile" | "approx.  95 percentile"
            if !latency.is_empty() =>
        {
            // Version 0.4 writes the unit behind the number.
            let (text, unit) = value.strip_suffix("ms").map_or((value, latency), |text| (text, "ms"));
            let Some(number) = number::plain(text) else {
                return to.note(format!("line {line}: `{value}` is no number; left out"));
            };
            let metric = measured.metric("latency", unit, lower);
            match key {
                "avg" => metric.tell(number),
                "min" | "max" => drop(metric.aggregates.insert(key.to_owned(), number)),
                "99th percentile" => drop(metric.aggregates.insert("p99".to_owned(), number)),
                _ => drop(metric.aggregates.insert("p95".to_owned(), number)),
            }
        }
        _ => {}
    }
}
