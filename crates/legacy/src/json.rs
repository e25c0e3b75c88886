//! JSON that remembers the order it was sent in: answers and messages of the older services keep it.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Number, Value};

/// A JSON value. Of a member given twice the last value counts, in the place of the first.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, its members in the order they came.
    Object(Members),
}

/// The members of an object; no name is there twice.
pub type Members = Vec<(String, Json)>;

impl Json {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The member of that name, if this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => find(members, name),
            _ => None,
        }
    }

    /// What stands at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |value, part| match value {
            Self::List(items) => items.get(part.parse::<usize>().ok()?),
            Self::Object(_) => value.get(&part.replace("~1", "/").replace("~0", "~")),
            _ => None,
        })
    }

    /// Whether it is something: not null, false, zero or empty.
    pub fn is_something(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(truth) => *truth,
            Self::Number(number) => number.as_f64() != Some(0.0),
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Object(members) => !members.is_empty(),
        }
    }

    /// How many objects and lists stand in one another, at most.
    pub fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(members) => 1 + members.iter().map(|(_, member)| member.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The same without the order.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.clone()),
            Self::List(items) => items.iter().map(Self::to_value).collect(),
            Self::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), member.to_value())).collect()
            }
        }
    }
}

/// The member of that name.
pub fn find<'a>(members: &'a Members, name: &str) -> Option<&'a Json> {
    members.iter().find(|(known, _)| known == name).map(|(_, member)| member)
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(
                members.iter().map(|(name, member)| (name.clone(), Self::from(member))).collect(),
            ),
        }
    }
}

/// Collects members, the last of a name in the place of the first.
#[derive(Debug, Default)]
pub struct Collected {
    members: Members,
    places: HashMap<String, usize>,
}

impl Collected {
    /// Adds a member.
    pub fn put(&mut self, name: String, member: Json) {
        if let Some(&place) = self.places.get(&name) {
            self.members[place].1 = member;
        } else {
            self.places.insert(name.clone(), self.members.len());
            self.members.push((name, member));
        }
    }

    /// The members.
    pub fn into_members(self) -> Members {
        self.members
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, member)| (name, member)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut collected = Collected::default();
        while let Some((name, member)) = object.next_entry()? {
            collected.put(name, member);
        }
        Ok(Json::Object(collected.into_members()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn members_keep_their_order_and_the_last_of_a_name_counts() {
        let Json::Object(members) = json(r#"{"b": 1, "a": 2, "b": 3}"#) else { panic!("no object") };
        assert_eq!(members, [("b".to_owned(), json("3")), ("a".to_owned(), json("2"))]);
        let value = json(r#"{"a/b": [1, {"c": 2}]}"#);
        assert_eq!((value.at("/a~1b/1/c"), value.at("/c")), (Some(&json("2")), None));
    }

    #[test]
    fn null_false_zero_and_empty_are_nothing() {
        for nothing in ["null", "false", "0", "0.0", "\"\"", "[]", "{}"] {
            assert!(!json(nothing).is_something(), "{nothing}");
        }
        for something in ["true", "-1", "\" \"", "[null]", r#"{"a": null}"#] {
            assert!(json(something).is_something(), "{something}");
        }
    }

    #[test]
    fn what_stands_too_deep_is_refused_and_not_a_stack_overflow() {
        assert!(serde_json::from_str::<Json>(&"[".repeat(1_000_000)).is_err());
        assert_eq!(json(r#"[{"a": [1]}, []]"#).depth(), 3);
    }

    #[test]
    fn a_value_goes_there_and_back() {
        let value = serde_json::json!({"a": [1, -2, 2.5, null, true, "x"], "b": {}});
        assert_eq!(Json::from(&value).to_value(), value);
    }
}
