//! One difference.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;

/// What differs under one key. Written as `{"key":…,"before":…,"after":…}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where: the key of an item, or the way into facts.
    pub path: Vec<String>,
    /// What was there and is not any more.
    pub before: Vec<Value>,
    /// What is there and was not.
    pub after: Vec<Value>,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

impl Difference {
    pub(crate) fn new(path: Vec<String>, before: Vec<&Value>, after: Vec<&Value>) -> Option<Self> {
        let owned = |values: Vec<&Value>| values.into_iter().cloned().collect();
        (!before.is_empty() || !after.is_empty()).then(|| Self {
            path,
            before: owned(before),
            after: owned(after),
        })
    }

    /// The path as text, with dots.
    pub fn key(&self) -> String {
        self.path.join(".")
    }

    /// What became of the key.
    pub fn became(&self) -> Became {
        match (self.before.is_empty(), self.after.is_empty()) {
            (true, _) => Became::Added,
            (false, true) => Became::Removed,
            (false, false) => Became::Changed,
        }
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Difference", 3)?;
        out.serialize_field("key", &self.key())?;
        out.serialize_field("before", &Side(&self.before))?;
        out.serialize_field("after", &Side(&self.after))?;
        out.end()
    }
}

/// Nothing is null, one value is itself, several are a list.
struct Side<'a>(&'a [Value]);

impl Serialize for Side<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [] => serializer.serialize_none(),
            [value] => value.serialize(serializer),
            values => values.serialize(serializer),
        }
    }
}
