//! `test name ... bench:  1,234.56 ns/iter (+/- 7)`: `cargo bench` of nightly Rust, and what prints alike.

use std::collections::BTreeMap;

use crate::{Better, Input, Reading, Run, number};

/// Name, and what follows `bench:`.
fn bench(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.trim().strip_prefix("test ")?.split_once(" ... bench:")?;
    Some((name.trim(), rest.trim()))
}

pub(super) fn recognises(input: &Input<'_>) -> bool {
    input.text.lines().any(|line| bench(line).is_some())
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) {
    let mut run = Run::default();
    for (at, line) in input.text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        if let Some((name, rest)) = bench(line) {
            let Some((value, rest)) = rest.split_once(' ') else { continue };
            let Some(value) = number::thousands(value) else {
                to.note(format!("line {at}: `{value}` is no number; left out"));
                continue;
            };
            let (per, spread) = rest.split_once('(').unwrap_or((rest, ""));
            let metric = run.measured(name, BTreeMap::new()).metric("time", per.trim(), Some(Better::Lower));
            metric.tell(value);
            let spread = spread.trim_start_matches("+/- ").split(')').next().unwrap_or_default();
            if let Some(spread) = number::thousands(spread) {
                metric.aggregates.insert("spread".to_owned(), spread);
            }
        } else if let Some(name) =
            line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED"))
        {
            run.measured(name.trim(), BTreeMap::new()).failed = Some("the benchmark failed".to_owned());
        } else if line.starts_with("test result: FAILED") || line.starts_with("error: bench failed") {
            run.failed.get_or_insert_with(|| format!("line {at}: {}", line.trim()));
        }
    }
    to.runs.push(run);
}
