//! Any JSON or CSV, with a mapping that says where what stands.

use std::collections::BTreeMap;

use ground::Timestamp;
use serde_json::Value;

use super::json;
use crate::{Better, Input, Reading, Refused, Run, csv::Rows, number};

/// Where what stands: the name of a column, or a path with dots into each element of a JSON list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping(BTreeMap<String, String>);

/// What can be mapped.
const KEYS: [&str; 7] = ["list", "name", "metric", "value", "unit", "better", "time"];

impl Default for Mapping {
    fn default() -> Self {
        Self(KEYS[1..].iter().map(|key| ((*key).to_owned(), (*key).to_owned())).collect())
    }
}

impl Mapping {
    /// Reads `name=benchmark,value=result.mean`; what is not named stands under its own name.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let mut mapping = Self::default();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (key, place) =
                pair.split_once('=').map(|(key, place)| (key.trim(), place.trim())).unwrap_or_default();
            if !KEYS.contains(&key) || place.is_empty() {
                return Err(Refused(format!(
                    "`{pair}` is no mapping: give {}, each as key=PLACE",
                    KEYS.join(", ")
                )));
            }
            mapping.0.insert(key.to_owned(), place.to_owned());
        }
        Ok(mapping)
    }

    fn place(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    fn find<'a>(&self, key: &str, within: &'a Value) -> Option<&'a Value> {
        at(within, self.place(key)?)
    }
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let step = |value: &'a Value, part: &str| match value {
        Value::Array(all) => all.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    };
    value.get(path).or_else(|| path.split('.').try_fold(value, step))
}

fn elements<'a>(json: &'a Value, mapping: &Mapping) -> Option<Vec<&'a Value>> {
    match mapping.place("list").map_or(Some(json), |path| at(json, path))? {
        Value::Array(all) => Some(all.iter().collect()),
        one @ Value::Object(_) => Some(vec![one]),
        _ => None,
    }
}

pub(super) fn recognises_json(input: &Input<'_>) -> bool {
    let mapping = Mapping::default();
    let all = input.json.as_ref().and_then(|json| elements(json, &mapping)).unwrap_or_default();
    all.iter().any(|one| mapping.find("name", one).is_some() && mapping.find("value", one).is_some())
}

pub(super) fn recognises_csv(input: &Input<'_>) -> bool {
    let Some(Ok(head)) = Rows::new(&input.text).next() else { return false };
    ["name", "value"].iter().all(|key| head.fields.iter().any(|field| field.trim() == *key))
}

/// One measurement of unknown origin.
#[derive(Default)]
struct One<'a> {
    name: &'a str,
    metric: &'a str,
    value: Option<serde_json::Number>,
    unit: &'a str,
    better: &'a str,
    time: Option<Timestamp>,
}

fn add(one: &One<'_>, runs: &mut BTreeMap<Option<Timestamp>, Run>) {
    let run = runs.entry(one.time).or_insert_with(|| Run { executed: one.time, ..Run::default() });
    let better = match one.better {
        "lower" | "smaller" => Some(Better::Lower),
        "higher" | "bigger" => Some(Better::Higher),
        _ => None,
    };
    let metric = if one.metric.is_empty() { "value" } else { one.metric };
    if let Some(value) = &one.value {
        run.measured(one.name, BTreeMap::new()).metric(metric, one.unit, better).tell(value.clone());
    }
}

pub(super) fn read_json(input: &Input<'_>, mapping: &Mapping, to: &mut Reading) -> Result<(), Refused> {
    let all = elements(json(input, "a JSON file")?, mapping).ok_or_else(|| {
        Refused("there is no list of measurements: name its place with --map list=PATH".to_owned())
    })?;
    let mut runs = BTreeMap::new();
    for (n, element) in all.into_iter().enumerate() {
        let text = |key: &str| mapping.find(key, element).and_then(Value::as_str).unwrap_or_default();
        let name = text("name");
        if name.is_empty() {
            to.note(format!("[{n}]: no name; left out"));
            continue;
        }
        let value = match mapping.find("value", element) {
            Some(Value::String(text)) => number::unknown(text),
            other => other.and_then(number::of),
        };
        if value.is_none() {
            to.note(format!("[{n}] `{name}`: no number that means one thing only; left out"));
        }
        let time = mapping.find("time", element).and_then(|time| match time {
            Value::String(text) => Timestamp::parse(text).ok(),
            other => Some(Timestamp::from_micros(other.as_i64()?.checked_mul(1_000_000)?)),
        });
        let one =
            One { name, metric: text("metric"), value, unit: text("unit"), better: text("better"), time };
        add(&one, &mut runs);
    }
    to.runs.extend(runs.into_values());
    Ok(())
}

pub(super) fn read_csv(input: &Input<'_>, mapping: &Mapping, to: &mut Reading) -> Result<(), Refused> {
    let mut rows = Rows::new(&input.text);
    let head =
        rows.next().and_then(Result::ok).ok_or_else(|| Refused("it has no row of names".to_owned()))?;
    let column = |key: &str| {
        let name = mapping.place(key)?;
        head.fields.iter().position(|field| field.trim() == name)
    };
    for key in ["name", "value"] {
        if column(key).is_none() {
            let place = mapping.place(key).unwrap_or(key);
            return Err(Refused(format!(
                "line {}: no column `{place}`; name it with --map {key}=COLUMN",
                head.line
            )));
        }
    }
    let mut runs = BTreeMap::new();
    for row in rows {
        let row = row.map_err(|bad| Refused(bad.to_string()))?;
        let text = |key: &str| column(key).and_then(|at| row.fields.get(at)).map_or("", |text| text.trim());
        let value = number::unknown(text("value"));
        if text("name").is_empty() || value.is_none() {
            to.note(format!(
                "line {}: no name, or `{}` is no number that means one thing only; left out",
                row.line,
                text("value")
            ));
            continue;
        }
        let time = text("time");
        let read = Timestamp::parse(time).ok();
        if read.is_none() && !time.is_empty() {
            to.note(format!("line {}: `{time}` is no time", row.line));
        }
        let one = One {
            name: text("name"),
            metric: text("metric"),
            value,
            unit: text("unit"),
            better: text("better"),
            time: read,
        };
        add(&one, &mut runs);
    }
    to.runs.extend(runs.into_values());
    Ok(())
}
