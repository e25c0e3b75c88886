//! hyperfine: one entry for each command.

use serde_json::Value;

use super::{json, list, parameters, text};
use crate::{Better, Input, Reading, Refused, Run};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    let results = input.json.as_ref().and_then(|json| json.get("results")).and_then(Value::as_array);
    results.is_some_and(|results| results.iter().any(|one| one.get("command").is_some()))
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) -> Result<(), Refused> {
    let mut run = Run::default();
    for (at, entry) in list(json(input, "hyperfine")?, "results", "hyperfine")?.iter().enumerate() {
        let place = format!("results[{at}]");
        let Some(command) = text(entry, "command") else {
            to.note(format!("{place}: no command; left out"));
            continue;
        };
        // A command names folders and users at times, and is what the benchmark is called.
        to.show(&format!("{place}.command"), entry.get("command"), true);
        let measured = run.measured(command, parameters(entry.get("parameters")));
        if let Some(codes) = entry.get("exit_codes").and_then(Value::as_array) {
            let wrong: Vec<String> =
                codes.iter().filter(|code| code.as_i64() != Some(0)).map(Value::to_string).collect();
            if !wrong.is_empty() {
                let shown = wrong.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
                measured.failed =
                    Some(format!("{} of {} runs ended with exit codes {shown}", wrong.len(), codes.len()));
            }
        }
        for (key, samples) in [("time", "times"), ("memory", "memory_usage_byte")] {
            let unit = if key == "time" { "s" } else { "B" };
            let all = entry.get(samples).and_then(Value::as_array).into_iter().flatten();
            for (n, sample) in all.enumerate() {
                if let Some(number) = to.number(Some(sample), &format!("{place}.{samples}[{n}]")) {
                    measured.metric(key, unit, Some(Better::Lower)).samples.push(number);
                }
            }
        }
        if let Some(mean) = to.number(entry.get("mean"), &format!("{place}.mean")) {
            measured.metric("time", "s", Some(Better::Lower)).tell(mean);
        }
        for name in ["stddev", "median", "min", "max"] {
            // One run alone has no deviation: null says so.
            let value = entry.get(name).filter(|value| !value.is_null());
            if let Some(number) = to.number(value, &format!("{place}.{name}")) {
                measured.metric("time", "s", Some(Better::Lower)).aggregates.insert(name.to_owned(), number);
            }
        }
        for name in ["user", "system"] {
            if let Some(number) = to.number(entry.get(name), &format!("{place}.{name}")) {
                measured.metric(name, "s", Some(Better::Lower)).tell(number);
            }
        }
    }
    to.runs.push(run);
    Ok(())
}
