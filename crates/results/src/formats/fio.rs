//! fio: `--output-format=json`.

use ground::Timestamp;
use serde_json::Value;

use super::{json, list, parameters, text};
use crate::{Better, Input, Measured, Reading, Refused, Run};

/// Options of a job that name its place and not what it does.
const PLACES: [&str; 5] = ["filename", "directory", "hostname", "write_bw_log", "write_lat_log"];

pub(super) fn recognises(input: &Input<'_>) -> bool {
    input.json.as_ref().is_some_and(|json| json.get("fio version").is_some() && json.get("jobs").is_some())
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    if input.json.is_none() && input.text.contains("fio-") {
        return Err(Refused("it is what fio prints for people: run it with --output-format=json".to_owned()));
    }
    let json = json(input, "fio")?;
    to.version = text(json, "fio version").map(str::to_owned);
    let executed = json.get("timestamp").and_then(Value::as_i64).filter(|seconds| *seconds > 0);
    let executed = executed.map(|seconds| Timestamp::from_micros(seconds.saturating_mul(1_000_000)));
    let mut run = Run { executed, ..Run::default() };
    let global = parameters(json.get("global options"));
    for (at, job) in list(json, "jobs", "fio")?.iter().enumerate() {
        let place = format!("jobs[{at}]");
        let Some(name) = text(job, "jobname") else {
            to.note(format!("{place}: no jobname; left out"));
            continue;
        };
        let mut given = global.clone();
        given.extend(parameters(job.get("job options")));
        to.hide(&format!("{place}.hostname"), job.get("hostname"));
        for key in PLACES {
            if let Some(value) = given.remove(key) {
                to.hide(&format!("{place}.{key}"), Some(&Value::String(value)));
            }
        }
        let measured = run.measured(name, given);
        if let Some(code) = job.get("error").and_then(Value::as_i64).filter(|code| *code != 0) {
            measured.failed = Some(format!("fio reports error {code}"));
        }
        let mut done = false;
        for direction in ["read", "write", "trim"] {
            if let Some(found) = job.get(direction).filter(|found| counted(found)) {
                done = true;
                way(found, direction, &place, measured, to);
            }
        }
        if !done {
            measured.failed.get_or_insert_with(|| "nothing was read or written".to_owned());
        }
    }
    to.runs.push(run);
    Ok(())
}

/// Whether anything was done in this direction: where nothing was, its zeros are no measurements.
fn counted(direction: &Value) -> bool {
    let count = |key: &str| direction.get(key).and_then(Value::as_f64).unwrap_or(0.0);
    ["total_ios", "io_bytes", "io_kbytes"].iter().any(|key| count(key) > 0.0)
}

fn way(found: &Value, direction: &str, place: &str, measured: &mut Measured, to: &mut Reading) {
    let mut tell = |metric: &str, unit: &str, better, value: Option<&Value>, to: &mut Reading| {
        let name = format!("{direction}.{metric}");
        if let Some(number) = to.number(value, &format!("{place}.{name}")) {
            measured.metric(&name, unit, better).tell(number);
        }
    };
    tell("iops", "1/s", Some(Better::Higher), found.get("iops"), to);
    // `bw` counts kibibytes a second; `bw_bytes`, since version 3, bytes.
    match found.get("bw_bytes") {
        Some(bytes) => tell("bw", "B/s", Some(Better::Higher), Some(bytes), to),
        None => tell("bw", "KiB/s", Some(Better::Higher), found.get("bw"), to),
    }
    // Version 2 tells microseconds, and says so by the name.
    for (key, unit) in [
        ("lat_ns", "ns"),
        ("clat_ns", "ns"),
        ("slat_ns", "ns"),
        ("lat", "us"),
        ("clat", "us"),
        ("slat", "us"),
    ] {
        let Some(latency) = found.get(key).filter(|latency| latency.is_object()) else { continue };
        let name = format!("{direction}.{}", key.trim_end_matches("_ns"));
        let place = format!("{place}.{direction}.{key}");
        if let Some(mean) = to.number(latency.get("mean"), &place) {
            measured.metric(&name, unit, Some(Better::Lower)).tell(mean);
        }
        let percentiles = latency.get("percentile").and_then(Value::as_object).into_iter().flatten();
        // Percentiles that were not asked for are told as 0.00.
        let percentiles = percentiles
            .filter(|(at, _)| at.parse::<f64>().is_ok_and(|at| at > 0.0))
            .map(|(at, value)| (format!("p{}", at.trim_end_matches('0').trim_end_matches('.')), value));
        let plain =
            ["min", "max", "stddev"].into_iter().filter_map(|key| Some((key.to_owned(), latency.get(key)?)));
        for (aggregate, value) in plain.chain(percentiles).collect::<Vec<_>>() {
            if let Some(number) = to.number(Some(value), &place) {
                measured.metric(&name, unit, Some(Better::Lower)).aggregates.insert(aggregate, number);
            }
        }
    }
}
