//! High-Performance Linpack: one row for each test, and whether its residual passed.

use std::collections::BTreeMap;

use crate::{Better, Input, Reading, Run, number};

pub(super) fn recognises(input: &Input<'_>) -> bool {
    input.text.contains("HPLinpack") || input.text.lines().any(is_head)
}

fn is_head(line: &str) -> bool {
    line.starts_with("T/V") && line.contains("Gflops")
}

/// A test, and whether its residual is known to be small enough.
struct Test {
    parameters: BTreeMap<String, String>,
    passed: Option<bool>,
    line: usize,
}

pub(super) fn read(input: &Input<'_>, to: &mut Reading) {
    let mut run = Run::default();
    let version = input.text.lines().find_map(|line| line.trim().strip_prefix("HPLinpack "));
    to.version = version.and_then(|rest| rest.split_whitespace().next()).map(str::to_owned);
    let mut tests: Vec<Test> = Vec::new();
    for (at, line) in input.text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [variant, n, nb, p, q, time, gflops, ..] = words[..]
            && variant.starts_with(['W', 'C'])
            && [n, nb, p, q].iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        {
            let (Some(time), Some(gflops)) = (number::plain(time), number::plain(gflops)) else {
                to.note(format!("line {at}: time or Gflops is no number; left out"));
                continue;
            };
            let parameters: BTreeMap<String, String> =
                [("T/V", variant), ("N", n), ("NB", nb), ("P", p), ("Q", q)]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into();
            let measured = run.measured("HPL", parameters.clone());
            measured.metric("time", "s", Some(Better::Lower)).tell(time);
            measured.metric("gflops", "Gflop/s", Some(Better::Higher)).tell(gflops);
            tests.push(Test { parameters, passed: None, line: at });
        } else if line.contains("||Ax-b||")
            && line.contains("....")
            && let Some(test) = tests.last_mut()
        {
            // Older versions check three residuals: each has to pass.
            let passed = line.contains("PASSED");
            test.passed = Some(test.passed.unwrap_or(true) && passed);
        }
    }
    for test in tests.iter().filter(|test| test.passed != Some(true)) {
        let why = if test.passed == Some(false) {
            "the residual check failed"
        } else {
            "no residual check follows"
        };
        to.note(format!("line {}: {why}", test.line));
        run.measured("HPL", test.parameters.clone()).failed = Some(why.to_owned());
    }
    to.runs.push(run);
}
