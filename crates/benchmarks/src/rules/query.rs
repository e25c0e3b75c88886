//! Parameters of a request, read as the original's libraries do (contract benchmarks §3.3, §3.5): all that is wrong is
//! told at once, under the name of the parameter.

use std::collections::BTreeSet;

use ground::{Timestamp, any_uuid};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::rules::moment;

/// A parameter that cannot be read does not stop the reading of the others.
#[derive(Debug, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
    known: BTreeSet<&'static str>,
    errors: Map<String, Value>,
}

/// The query string is longer, or has more parameters, than is read.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

impl Query {
    /// Reads a query string. `terms[]` is another name of `terms`.
    pub fn parse(query: &str) -> Result<Self, TooLong> {
        if query.len() > web::MAX_QUERY_BYTES {
            return Err(TooLong);
        }
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.replace("[]", ""), value.into_owned()))
            .take(web::MAX_PAIRS + 1)
            .collect();
        if pairs.len() > web::MAX_PAIRS { Err(TooLong) } else { Ok(Self { pairs, ..Self::default() }) }
    }

    /// The first value of this name.
    fn first(&mut self, name: &'static str) -> Option<String> {
        self.known.insert(name);
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.errors.insert(name.to_owned(), json!([message.into()]));
    }

    /// The value as `read` makes it; `message` when it cannot.
    fn read<T>(&mut self, name: &'static str, message: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.first(name)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong(name, message);
        }
        value
    }

    /// Text.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.read(name, "Null characters are not allowed.", |text| {
            (!text.contains('\0')).then(|| text.to_owned())
        })
    }

    /// Every value of this name, in order.
    pub fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.known.insert(name);
        let texts: Vec<String> =
            self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
        if texts.iter().any(|text| text.contains('\0')) {
            self.wrong(name, "Null characters are not allowed.");
        }
        texts
    }

    /// A whole number of at least 1 and at most `most`.
    pub fn count(&mut self, name: &'static str, usual: i64, most: Option<i64>) -> i64 {
        let Some(text) = self.first(name) else { return usual };
        let number = python_int(&text);
        match (number, most) {
            (None, _) => self.wrong(name, "Not a valid integer."),
            (Some(n), Some(most)) if n < 1 || n > most => {
                self.wrong(
                    name,
                    format!("Must be greater than or equal to 1 and less than or equal to {most}."),
                );
            }
            (Some(n), None) if n < 1 => self.wrong(name, "Must be greater than or equal to 1."),
            _ => {}
        }
        number.unwrap_or(usual)
    }

    /// A UUID in any form of Python.
    pub fn uuid(&mut self, name: &'static str) -> Option<Uuid> {
        self.read(name, "Not a valid UUID.", any_uuid)
    }

    /// UUIDs; what is wrong is told under the position.
    pub fn uuids(&mut self, name: &'static str) -> Vec<Uuid> {
        let texts = self.texts(name);
        let (good, bad) = uuids(texts.iter().map(|text| Some(text.as_str())));
        if !bad.is_empty() {
            self.errors.insert(name.to_owned(), Value::Object(bad));
        }
        good
    }

    /// A day: its midnight.
    pub fn date(&mut self, name: &'static str) -> Option<Timestamp> {
        self.read(name, "Not a valid date.", moment::parse_date)
    }

    /// A point in time.
    pub fn time(&mut self, name: &'static str) -> Option<moment::TimeWithOffset> {
        self.read(name, "Not a valid datetime.", moment::parse_time)
    }

    /// One of these words.
    pub fn one_of(&mut self, name: &'static str, words: &[&'static str]) -> Option<&'static str> {
        let message = format!("Must be one of: {}.", words.join(", "));
        self.read(name, &message, |text| words.iter().find(|word| **word == text).copied())
    }

    /// The parameter has to be there.
    pub fn required<T>(&mut self, name: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.errors.contains_key(name) {
            self.wrong(name, "Missing data for required field.");
        }
        value
    }

    /// What was wrong, also parameters that nobody asked for.
    pub fn finish(mut self) -> Result<(), Map<String, Value>> {
        for (name, _) in &self.pairs {
            if !self.known.contains(name.as_str()) {
                self.errors.insert(name.clone(), json!(["Unknown field."]));
            }
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

/// UUIDs of a list, and what is wrong under the positions.
pub(super) fn uuids<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> (Vec<Uuid>, Map<String, Value>) {
    let mut good = Vec::new();
    let mut bad = Map::new();
    for (position, text) in texts.enumerate() {
        match text.and_then(any_uuid) {
            Some(id) => good.push(id),
            None => drop(bad.insert(position.to_string(), json!(["Not a valid UUID."]))),
        }
    }
    (good, bad)
}

/// `int()` of Python, held to 64 bits.
fn python_int(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let fits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits.split('_').all(fits) {
        return None;
    }
    Some(digits.replace('_', "").parse::<i64>().map_or(i64::MAX, |number| number) * sign)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    fn errors(query: Query) -> Value {
        Value::Object(query.finish().unwrap_err())
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let mut query =
            query("page=0&per_page=101&status=x&benchmark_id=bad&upload_before=bad&bogus=1&tags_ids=x");
        query.count("page", 1, None);
        query.count("per_page", 100, Some(100));
        query.one_of("status", &["on_review", "approved"]);
        query.uuid("benchmark_id");
        query.date("upload_before");
        query.uuids("tags_ids");
        let time = query.time("execution_datetime");
        query.required("execution_datetime", time);
        assert_eq!(
            errors(query),
            json!({
                "page": ["Must be greater than or equal to 1."],
                "per_page": ["Must be greater than or equal to 1 and less than or equal to 100."],
                "status": ["Must be one of: on_review, approved."],
                "benchmark_id": ["Not a valid UUID."],
                "upload_before": ["Not a valid date."],
                "tags_ids": {"0": ["Not a valid UUID."]},
                "execution_datetime": ["Missing data for required field."],
                "bogus": ["Unknown field."],
            })
        );
    }

    #[test]
    fn a_required_value_that_cannot_be_read_is_not_missing() {
        let mut query = query("execution_datetime=x");
        let time = query.time("execution_datetime");
        query.required("execution_datetime", time);
        assert_eq!(errors(query), json!({"execution_datetime": ["Not a valid datetime."]}));
    }

    #[test]
    fn names_may_end_in_brackets_and_the_first_of_several_counts() {
        let mut query = query("terms[]=a&terms=b&name=1&name=2");
        assert_eq!(query.texts("terms"), ["a", "b"]);
        assert_eq!(query.text("name").as_deref(), Some("1"));
        assert_eq!(query.finish(), Ok(()));
    }

    #[test]
    fn whole_numbers_are_read_as_python_reads_them() {
        for (text, expected) in [(" 7 ", Some(7)), ("1_000", Some(1_000)), ("+2", Some(2)), ("-0", Some(0))] {
            assert_eq!(python_int(text), expected, "{text}");
        }
        for bad in ["", "1.5", "x", "1__0", "_1", "1_", "- 1"] {
            assert_eq!(python_int(bad), None, "{bad}");
        }
        assert_eq!(python_int(&"9".repeat(40)), Some(i64::MAX));
    }

    #[test]
    fn more_than_is_read_is_refused() {
        assert!(Query::parse(&"a".repeat(web::MAX_QUERY_BYTES + 1)).is_err());
        assert!(Query::parse(&"a&".repeat(web::MAX_PAIRS + 1)).is_err());
    }

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(text in ".*") {
            if let Ok(mut query) = Query::parse(&text) {
                query.count("page", 1, None);
                let _ = query.finish();
            }
        }
    }
}
