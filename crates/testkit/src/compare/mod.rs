//! Laying our answer beside a recorded one.
//!
//! What a server makes up differs between two runs and means nothing: ids, and the time of day. A [`Normaliser`]
//! holds which recorded id is which of ours; [`compare`] gives what differs beyond that:
//!
//! ```
//! use serde_json::json;
//! use testkit::compare::{Normaliser, compare};
//!
//! let mut same = Normaliser::default();
//! same.pair("h01", "d48007e0-6146-468a-948a-69f162e7cdf7", "4c11d2ba-3a2c-4e3f-8a4e-7a4f7b7d3a10");
//! let recorded = json!({"total": 1, "results": [{"id": "d48007e0-6146-468a-948a-69f162e7cdf7"}]});
//! let ours = json!({"total": 2, "results": [{"id": "4c11d2ba-3a2c-4e3f-8a4e-7a4f7b7d3a10"}]});
//! let differences = compare(&recorded, &ours, &mut same);
//! assert_eq!(differences[0].to_string(), "$.total: expected 1, got 2");
//! ```

mod ids;
mod times;
mod walk;

use std::fmt;

use serde_json::Value;

use self::ids::Pairs;
use crate::scenarios::Ids;

/// One place where two answers differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where: `$.results[0].id`.
    pub path: String,
    /// What was recorded; absent: nothing is there.
    pub expected: Option<Value>,
    /// What we have there.
    pub actual: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show =
            |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
        write!(f, "{}: expected {}, got {}", self.path, show(&self.expected), show(&self.actual))
    }
}

/// What two runs of the same requests may differ in. It is filled while answers are compared, so one value serves
/// a whole run.
#[derive(Debug, Clone, Default)]
pub struct Normaliser {
    ids: Pairs,
    sets: Vec<String>,
    strict_details: bool,
}

impl Normaliser {
    /// Knows the names of the recorded ids. Our ids are learned by [`learn`](Self::learn), or where they first
    /// stand in the place of a recorded one.
    pub fn new(recorded: &Ids) -> Self {
        let mut normaliser = Self::default();
        for (name, id) in recorded.named() {
            normaliser.ids.name(name, id);
        }
        normaliser
    }

    /// Our run made `id` for what the recording calls `name`. A name that the recording does not know is ignored.
    pub fn learn(&mut self, name: &str, id: &str) {
        self.ids.learn(name, id);
    }

    /// Names a recorded id and the one of ours that stands for it.
    pub fn pair(&mut self, name: &str, recorded: &str, ours: &str) {
        self.ids.name(name, recorded);
        self.ids.learn(name, ours);
    }

    /// Puts our ids for the names in a template: `/hosts/{h01}`. A name whose id is not known stays.
    pub fn fill(&self, template: &str) -> String {
        self.ids.fill(template)
    }

    /// The answer with recorded ids in the place of ours where they are the names of members.
    pub fn recorded_keys(&self, answer: Value) -> Value {
        match answer {
            Value::Object(members) => members
                .into_iter()
                .map(|(name, member)| (self.ids.recorded(&name).unwrap_or(name), self.recorded_keys(member)))
                .collect(),
            Value::Array(items) => items.into_iter().map(|item| self.recorded_keys(item)).collect(),
            other => other,
        }
    }

    /// The list at this path (`$.results`, `$.results[].tags`) has no order that means something.
    #[must_use]
    pub fn with_set(mut self, path: &str) -> Self {
        self.sets.push(path.to_owned());
        self
    }

    /// Whether the `detail` of an error has to be the recorded one; its `status` and `title` always have to.
    #[must_use]
    pub fn with_strict_details(mut self, strict: bool) -> Self {
        self.strict_details = strict;
        self
    }
}

/// What differs. Not compared: the order of object members; the values of the times that a server sets (their
/// format is, and how far the `…_timestamp`s lie from `last_check_in`); ids, as long as the same id of ours always
/// stands for the same recorded one. Fractions may differ by 1e-12 of their size.
pub fn compare(expected: &Value, actual: &Value, normaliser: &mut Normaliser) -> Vec<Difference> {
    let mut walk = walk::Walk { normaliser, differences: Vec::new() };
    walk.values("$", expected, actual);
    walk.differences
}
