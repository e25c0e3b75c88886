//! An object whose members are not read.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::value::RawValue;

/// The members of a JSON object in the order they came, each value as its text. A name may be there twice.
pub(super) struct RawObject<'a>(pub(super) Vec<(Name<'a>, &'a RawValue)>);

/// A name, borrowed unless it has escapes.
#[derive(Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl Name<'_> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> RawObject<'a> {
    pub(super) fn read(json: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    /// The text of the last member of that name.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(known, _)| known.as_str() == name).map(|(_, raw)| raw.get())
    }
}

impl<'de> Deserialize<'de> for RawObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = RawObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<RawObject<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = object.next_entry()? {
                    members.push(member);
                }
                Ok(RawObject(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl Serialize for RawObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, raw) in &self.0 {
            object.serialize_entry(name, raw)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_copied_as_they_came() {
        let json = r#"{"b":{"x" : 1.50},"\u0061":[1, 2]}"#;
        let object = RawObject::read(json).unwrap();
        assert_eq!(object.get("a"), Some("[1, 2]"));
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"b":{"x" : 1.50},"a":[1, 2]}"#);
    }

    #[test]
    fn of_a_name_given_twice_the_last_counts() {
        assert_eq!(RawObject::read(r#"{"a":1,"a":2}"#).unwrap().get("a"), Some("2"));
    }
}
