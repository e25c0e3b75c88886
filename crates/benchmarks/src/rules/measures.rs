//! What of a document is watched.

use changepoint::Direction;
use serde_json::Value;

use crate::rules::filter::keys;

/// No more series of one document are watched.
const MOST: usize = 200;
/// Longest name of a series, in characters.
const LONGEST: usize = 300;

/// What an organisation wants watched of a benchmark, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// A path as filters have it, or the name of a metric of a tool.
    pub path: String,
    /// Which way is better; none where it is not to be watched.
    pub better: Option<Direction>,
}

/// A number that is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// What was measured, with its parameters; empty where the document is of one benchmark only.
    pub name: String,
    /// The metric, or the path.
    pub metric: String,
    /// Empty where none is known.
    pub unit: String,
    /// Which way is better.
    pub better: Direction,
    /// The number.
    pub value: f64,
}

/// The direction of a word.
pub fn direction(word: &str) -> Option<Direction> {
    match word {
        "lower" => Some(Direction::LowerIsBetter),
        "higher" => Some(Direction::HigherIsBetter),
        _ => None,
    }
}

/// The word of a direction.
pub const fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::LowerIsBetter => "lower",
        Direction::HigherIsBetter => "higher",
    }
}

/// What is watched of a document. Results of tools say themselves which of their metrics are better which way; of other documents
/// it is what was asked for.
pub fn measures(document: &Value, watches: &[Watch]) -> Vec<Measure> {
    if document.get("failed").is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if document.get("tool").is_some_and(Value::is_string) {
        let benchmarks = document.get("benchmarks").and_then(Value::as_array).into_iter().flatten();
        for measured in benchmarks.filter(|measured| measured.get("failed").is_none()) {
            let metrics = measured.get("metrics").and_then(Value::as_object).into_iter().flatten();
            found
                .extend(metrics.filter_map(|(metric, told)| of_tool(&name(measured), metric, told, watches)));
        }
    }
    found.extend(watches.iter().filter_map(|watch| {
        let value = at(document, &keys(&watch.path)?)?.as_f64()?;
        let (metric, better) = (watch.path.clone(), watch.better?);
        Some(Measure { name: String::new(), metric, unit: String::new(), better, value })
    }));
    found.retain(|measure| measure.value.is_finite());
    found.truncate(MOST);
    found
}

fn of_tool(name: &str, metric: &str, told: &Value, watches: &[Watch]) -> Option<Measure> {
    let better = match watches.iter().find(|watch| watch.path == metric) {
        Some(watch) => watch.better?,
        None => direction(told.get("better")?.as_str()?)?,
    };
    let unit = told.get("unit").and_then(Value::as_str).unwrap_or_default();
    Some(Measure {
        name: name.to_owned(),
        metric: cut(metric),
        unit: cut(unit),
        better,
        value: told.get("value")?.as_f64()?,
    })
}

/// `sort (n=100, threads=4)`
fn name(measured: &Value) -> String {
    let name = measured.get("name").and_then(Value::as_str).unwrap_or_default();
    let parameters = measured.get("parameters").and_then(Value::as_object);
    let parameters: Vec<String> = parameters
        .into_iter()
        .flatten()
        .map(|(key, value)| {
            format!("{key}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect();
    if parameters.is_empty() { cut(name) } else { cut(&format!("{name} ({})", parameters.join(", "))) }
}

/// What stands at a path; `-1` is the last of a list.
fn at<'d>(document: &'d Value, keys: &[String]) -> Option<&'d Value> {
    keys.iter().try_fold(document, |value, key| match value {
        Value::Array(items) => match key.strip_prefix('-') {
            Some(back) => items.get(items.len().checked_sub(back.parse().ok()?)?),
            None => items.get(key.parse::<usize>().ok()?),
        },
        other => other.get(key),
    })
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(document: &Value, watches: &[Watch]) -> Vec<(String, String, f64)> {
        measures(document, watches).into_iter().map(|one| (one.name, one.metric, one.value)).collect()
    }

    fn watch(path: &str, better: Option<Direction>) -> Watch {
        Watch { path: path.to_owned(), better }
    }

    #[test]
    fn results_of_tools_say_themselves_what_is_better() {
        let document = json!({"tool": "hyperfine", "benchmarks": [
            {"name": "sort", "parameters": {"n": "10"}, "metrics": {
                "time": {"value": 1.5, "unit": "s", "better": "lower"}, "exit": {"value": 0}}},
            {"name": "gone", "failed": "killed", "metrics": {"time": {"value": 9, "better": "lower"}}},
        ]});
        assert_eq!(shown(&document, &[]), [("sort (n=10)".to_owned(), "time".to_owned(), 1.5)]);
        assert!(shown(&document, &[watch("time", None)]).is_empty());
        let exit = watch("exit", Some(Direction::HigherIsBetter));
        assert_eq!(shown(&document, &[exit]).len(), 2);
        let mut failed = document;
        failed["failed"] = json!("interrupted");
        assert!(shown(&failed, &[]).is_empty());
    }

    #[test]
    fn other_documents_are_watched_where_somebody_asked() {
        let document = json!({"cpu": {"score": 7}, "runs": [1, 2.5], "name": "x"});
        let lower = Some(Direction::LowerIsBetter);
        assert!(shown(&document, &[]).is_empty());
        for (path, value) in
            [("cpu.score", Some(7.0)), ("runs.-1", Some(2.5)), ("runs.5", None), ("name", None)]
        {
            let found = shown(&document, &[watch(path, lower)]);
            assert_eq!(found.first().map(|one| one.2), value, "{path}");
        }
    }
}
