//! What an evaluation of thresholds is asked (contract metrics §6.4, §8.2).

use serde_json::{Map, Value, json};

use super::times;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// The column.
    pub measure: String,
    /// From this value on a warning.
    pub warning: f64,
    /// From this value on an error.
    pub error: f64,
    /// From this time on, in milliseconds.
    pub start: i64,
    /// Up to this time.
    pub end: i64,
}

/// Reads parameters; all that are wrong are named at once.
pub fn read(get: impl Fn(&str) -> Option<Value>) -> Result<Thresholds, Map<String, Value>> {
    let mut errors = Map::new();
    let mut wrong = |name: &str, text: &str| {
        errors.insert(name.to_owned(), json!([text]));
    };
    let mut field = |name: &str, text: &str, read: &dyn Fn(&Value) -> Option<Value>| match get(name) {
        None => {
            wrong(name, "Missing data for required field.");
            Value::Null
        }
        Some(Value::Null) => {
            wrong(name, "Field may not be null.");
            Value::Null
        }
        Some(value) => read(&value).unwrap_or_else(|| {
            wrong(name, text);
            Value::Null
        }),
    };
    let text = |value: &Value| value.is_string().then(|| value.clone());
    let number = |value: &Value| number(value).map(Value::from);
    let time = |value: &Value| value.as_str().and_then(times::parse).map(Value::from);
    let measure = field("measure", "Not a valid string.", &text);
    let warning = field("warning", "Not a valid number.", &number);
    let error = field("error", "Not a valid number.", &number);
    let start = field("start", "Not a valid datetime.", &time);
    let end = field("end", "Not a valid datetime.", &time);
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Thresholds {
        measure: measure.as_str().unwrap_or_default().to_owned(),
        warning: warning.as_f64().unwrap_or_default(),
        error: error.as_f64().unwrap_or_default(),
        start: start.as_i64().unwrap_or_default(),
        end: end.as_i64().unwrap_or_default(),
    })
}

/// A number, a boolean or a text with a number; no infinity and no NaN.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_named() {
        let errors = read(|name| match name {
            "warning" => Some(json!("x")),
            "error" => Some(Value::Null),
            "start" => Some(json!(5)),
            _ => None,
        })
        .unwrap_err();
        assert_eq!(errors["measure"], json!(["Missing data for required field."]));
        assert_eq!(errors["warning"], json!(["Not a valid number."]));
        assert_eq!(errors["error"], json!(["Field may not be null."]));
        assert_eq!(errors["start"], json!(["Not a valid datetime."]));
    }

    #[test]
    fn numbers_may_be_texts() {
        let thresholds = read(|name| match name {
            "measure" => Some(json!("p99")),
            "warning" => Some(json!(" 5e2 ")),
            "error" => Some(json!(true)),
            _ => Some(json!("2017-02-16T04:31:23Z")),
        })
        .unwrap();
        assert_eq!((thresholds.warning, thresholds.error), (500.0, 1.0));
    }
}
