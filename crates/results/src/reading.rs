//! The one form of result.

use std::collections::{BTreeMap, HashMap};

use ground::Timestamp;
use serde::Serialize;
pub use serde_json::Number;
use serde_json::{Map, Value};

use crate::Format;

/// No more notes than this are kept.
const MOST_NOTES: usize = 100;

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Times.
    Lower,
    /// Rates.
    Higher,
}

/// One thing that was measured of a benchmark.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Metric {
    /// What the tool tells; the median where it tells several.
    pub value: Option<Number>,
    /// Empty where the tool names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Which way is better, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<Better>,
    /// Single measurements, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Number>,
    /// What the tool computed of them: `mean`, `stddev`, `p99`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub aggregates: BTreeMap<String, Number>,
    #[serde(skip)]
    told: Vec<Number>,
}

impl Metric {
    /// What the tool tells as the value.
    pub fn tell(&mut self, number: Number) {
        self.told.push(number);
    }

    fn settle(&mut self) {
        if self.told.len() == 1 {
            self.value = self.told.pop();
        } else if self.samples.is_empty() {
            self.samples = std::mem::take(&mut self.told);
        }
        if self.value.is_none() {
            self.value = median(&self.samples);
        }
    }
}

fn median(samples: &[Number]) -> Option<Number> {
    let mut sorted: Vec<(f64, &Number)> =
        samples.iter().filter_map(|number| Some((number.as_f64()?, number))).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    if lower.1 == upper.1 { Some(upper.1.clone()) } else { Number::from_f64(f64::midpoint(lower.0, upper.0)) }
}

/// What was measured of one benchmark with one set of parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Measured {
    /// Its name.
    pub name: String,
    /// What it was run with.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Why its numbers are not to be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// By name.
    pub metrics: BTreeMap<String, Metric>,
}

impl Measured {
    /// A metric, made when it is first named.
    pub fn metric(&mut self, name: &str, unit: &str, better: Option<Better>) -> &mut Metric {
        let metric = self.metrics.entry(name.to_owned()).or_default();
        if metric.unit.is_empty() {
            unit.clone_into(&mut metric.unit);
        }
        metric.better = metric.better.or(better);
        metric
    }
}

/// One run of a tool: what is stored as one result.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Run {
    /// When, if the file says so.
    #[serde(skip)]
    pub executed: Option<Timestamp>,
    /// Why nothing of it is to be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// What else the file says: number of processors, commit, …
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub context: BTreeMap<String, Value>,
    /// What was measured.
    pub benchmarks: Vec<Measured>,
    #[serde(skip)]
    pub(crate) places: HashMap<(String, BTreeMap<String, String>), usize>,
}

impl Run {
    /// What was measured of a benchmark: the same again for the same name and parameters.
    pub fn measured(&mut self, name: &str, parameters: BTreeMap<String, String>) -> &mut Measured {
        let key = (name.to_owned(), parameters);
        let at = *self.places.entry(key).or_insert_with_key(|(name, parameters)| {
            self.benchmarks.push(Measured {
                name: name.clone(),
                parameters: parameters.clone(),
                ..Measured::default()
            });
            self.benchmarks.len() - 1
        });
        &mut self.benchmarks[at]
    }
}

/// Something of a file that tells of a person or a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Private {
    /// Where it stands.
    pub place: String,
    /// What stands there.
    pub value: String,
    /// Whether it is part of the result all the same.
    pub sent: bool,
}

/// What was read from a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// In which format it is.
    pub format: Format,
    /// Of which version of the tool, where the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The BLAKE3 digest of the file.
    pub digest: String,
    /// Its runs.
    pub runs: Vec<Run>,
    /// What tells of persons and machines.
    pub private: Vec<Private>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

impl Reading {
    /// Nothing read yet.
    pub fn new(format: Format, digest: String) -> Self {
        Self { format, version: None, digest, runs: Vec::new(), private: Vec::new(), notes: Vec::new() }
    }

    /// Says what was left out.
    pub fn note(&mut self, note: impl Into<String>) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(note.into());
        }
    }

    /// The number at a place; none, with a note, when there is none to tell.
    pub fn number(&mut self, value: Option<&Value>, place: &str) -> Option<Number> {
        let value = value?;
        let number = crate::number::of(value);
        if number.is_none() {
            let shown: String = value.to_string().chars().take(60).collect();
            self.note(format!("{place}: {shown} is no number; left out"));
        }
        number
    }

    /// Something of a person or a machine that is not sent.
    pub fn hide(&mut self, place: &str, value: Option<&Value>) {
        self.show(place, value, false);
    }

    /// Something that is shown before it is sent.
    pub fn show(&mut self, place: &str, value: Option<&Value>, sent: bool) {
        let value = match value {
            None | Some(Value::Null) => return,
            Some(Value::String(text)) if text.is_empty() => return,
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        if self.private.len() < MOST_NOTES {
            self.private.push(Private { place: place.to_owned(), value, sent });
        }
    }

    /// Makes values of what was told and sampled.
    pub fn settle(&mut self) {
        for run in &mut self.runs {
            for measured in &mut run.benchmarks {
                measured.metrics.values_mut().for_each(Metric::settle);
                measured.metrics.retain(|_, metric| metric.value.is_some() || !metric.aggregates.is_empty());
            }
            run.benchmarks.retain(|measured| !measured.metrics.is_empty() || measured.failed.is_some());
        }
    }

    /// The document that is stored of a run.
    pub fn document(&self, at: usize) -> Value {
        let mut document = Map::new();
        document.insert("tool".to_owned(), self.format.name().into());
        if let Some(version) = &self.version {
            document.insert("tool_version".to_owned(), version.clone().into());
        }
        if let Some(Value::Object(run)) = self.runs.get(at).and_then(|run| serde_json::to_value(run).ok()) {
            document.extend(run);
        }
        document.insert("source".to_owned(), serde_json::json!({"digest": self.digest, "run": at}));
        Value::Object(document)
    }
}
