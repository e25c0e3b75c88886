//! The formats, one file for each.

mod benchmark_action;
mod bmf;
mod criterion;
mod fio;
mod generic;
mod go;
mod google;
mod hpl;
mod hyperfine;
mod jmh;
mod libtest;
mod osu;
mod pytest;
mod sysbench;

use std::collections::BTreeMap;

pub use generic::Mapping;
use serde::Serialize;
use serde_json::Value;

use crate::{Input, Reading, Refused};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// hyperfine: `--export-json`.
    Hyperfine,
    /// Google Benchmark: `--benchmark_format=json`.
    GoogleBenchmark,
    /// pytest-benchmark: `--benchmark-json`.
    PytestBenchmark,
    /// JMH: `-rf json`, or what it prints.
    Jmh,
    /// fio: `--output-format=json`.
    Fio,
    /// A history of github-action-benchmark: `data.js`.
    BenchmarkAction,
    /// Criterion.rs: `estimates.json`, or what it prints.
    Criterion,
    /// `cargo bench` of nightly Rust, and what prints alike.
    Libtest,
    /// `go test -bench`.
    Go,
    /// sysbench.
    Sysbench,
    /// High-Performance Linpack.
    Hpl,
    /// OSU Micro-Benchmarks.
    Osu,
    /// Bencher Metric Format.
    Bmf,
    /// Any JSON, with a mapping.
    Json,
    /// Any CSV, with a mapping.
    Csv,
}

impl Format {
    /// In the order in which they are recognised.
    pub const ALL: [Self; 15] = [
        Self::Hyperfine,
        Self::GoogleBenchmark,
        Self::PytestBenchmark,
        Self::Jmh,
        Self::Fio,
        Self::BenchmarkAction,
        Self::Criterion,
        Self::Libtest,
        Self::Go,
        Self::Sysbench,
        Self::Hpl,
        Self::Osu,
        Self::Bmf,
        Self::Json,
        Self::Csv,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hyperfine => "hyperfine",
            Self::GoogleBenchmark => "google-benchmark",
            Self::PytestBenchmark => "pytest-benchmark",
            Self::Jmh => "jmh",
            Self::Fio => "fio",
            Self::BenchmarkAction => "benchmark-action",
            Self::Criterion => "criterion",
            Self::Libtest => "libtest",
            Self::Go => "go",
            Self::Sysbench => "sysbench",
            Self::Hpl => "hpl",
            Self::Osu => "osu",
            Self::Bmf => "bmf",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// The format of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether a file looks like it.
    pub fn recognises(self, input: &Input<'_>) -> bool {
        match self {
            Self::Hyperfine => hyperfine::recognises(input),
            Self::GoogleBenchmark => google::recognises(input),
            Self::PytestBenchmark => pytest::recognises(input),
            Self::Jmh => jmh::recognises(input),
            Self::Fio => fio::recognises(input),
            Self::BenchmarkAction => benchmark_action::recognises(input),
            Self::Criterion => criterion::recognises(input),
            Self::Libtest => libtest::recognises(input),
            Self::Go => go::recognises(input),
            Self::Sysbench => sysbench::recognises(input),
            Self::Hpl => hpl::recognises(input),
            Self::Osu => osu::recognises(input),
            Self::Bmf => bmf::recognises(input),
            Self::Json => generic::recognises_json(input),
            Self::Csv => generic::recognises_csv(input),
        }
    }

    pub(crate) fn read(self, input: &Input<'_>, mapping: &Mapping, to: &mut Reading) -> Result<(), Refused> {
        match self {
            Self::Hyperfine => hyperfine::read(input, to),
            Self::GoogleBenchmark => google::read(input, to),
            Self::PytestBenchmark => pytest::read(input, to),
            Self::Jmh => jmh::read(input, to),
            Self::Fio => fio::read(input, to),
            Self::BenchmarkAction => benchmark_action::read(input, to),
            Self::Criterion => criterion::read(input, to),
            Self::Libtest => {
                libtest::read(input, to);
                Ok(())
            }
            Self::Go => {
                go::read(input, to);
                Ok(())
            }
            Self::Sysbench => sysbench::read(input, to),
            Self::Hpl => {
                hpl::read(input, to);
                Ok(())
            }
            Self::Osu => {
                osu::read(input, to);
                Ok(())
            }
            Self::Bmf => bmf::read(input, to),
            Self::Json => generic::read_json(input, mapping, to),
            Self::Csv => generic::read_csv(input, mapping, to),
        }
    }
}

/// The JSON of a file, or why it is needed.
fn json<'a>(input: &'a Input<'_>, format: &str) -> Result<&'a Value, Refused> {
    input.json.as_ref().ok_or_else(|| Refused(format!("there is no JSON in it, which {format} writes")))
}

/// The list under a key.
fn list<'a>(value: &'a Value, key: &str, format: &str) -> Result<&'a [Value], Refused> {
    let found = value.get(key).and_then(Value::as_array);
    found
        .map(Vec::as_slice)
        .ok_or_else(|| Refused(format!("it holds no list `{key}`, which {format} writes")))
}

/// The text under a key.
fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// What is in an object, as texts.
fn parameters(value: Option<&Value>) -> BTreeMap<String, String> {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect()
}
