//! JSON read no further than needed.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use crate::{Invalid, path::Path};

/// How deep objects and lists may stand in one another, the profile itself included. Only mount options can
/// reach it; whatever reads stored profiles later may rely on it.
const MAX_DEPTH: usize = 64;

/// The members of a profile by name, their values unread. Of a name given twice the last value counts.
pub(crate) struct Members<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Members<'a> {
    /// Takes the top level apart.
    pub(crate) fn read(json: &'a str) -> Result<Self, Invalid> {
        serde_json::from_str(json).map_err(|error| match json.trim_ascii() {
            "null" => Invalid::Null,
            _ if error.is_data() => Invalid::NotAnObject,
            _ => Invalid::NotJson(error.to_string()),
        })
    }

    /// Names and values, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, raw)| (&**name, raw.get()))
    }
}

/// A text that borrows from the input unless it has escapes.
#[derive(Deserialize)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((Borrowed(name), raw)) = map.next_entry()? {
                    members.insert(name, raw);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A list of nothing but texts, or none.
pub(crate) fn strings(raw: &str) -> Option<Vec<Cow<'_, str>>> {
    let items: Vec<Borrowed<'_>> = serde_json::from_str(raw).ok()?;
    Some(items.into_iter().map(|Borrowed(text)| text).collect())
}

/// One member of a profile as a value. Refuses what stands too deep before it is read, so that no input exhausts
/// the stack.
pub(crate) fn value(raw: &str, at: Path<'_>) -> Result<Value, Invalid> {
    if depth(raw) >= MAX_DEPTH {
        return Err(at.refuse(format!("is nested deeper than {MAX_DEPTH} levels, flatten it")));
    }
    serde_json::from_str(raw).map_err(|error| {
        // Well-formed, as its outline was read: only a number too large or a broken escape remains.
        at.refuse(format!("cannot be read: {error}"))
    })
}

/// The most objects and lists that stand in one another in JSON text.
fn depth(json: &str) -> usize {
    let (mut deepest, mut level, mut in_string, mut escaped) = (0, 0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                level += 1;
                deepest = deepest.max(level);
            }
            b'}' | b']' if !in_string => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> Invalid {
        Members::read(json).err().unwrap()
    }

    #[test]
    fn what_is_no_object_is_told_apart() {
        assert_eq!(refused(" null "), Invalid::Null);
        for json in ["[]", "1", "\"{}\"", "true"] {
            assert_eq!(refused(json), Invalid::NotAnObject, "{json}");
        }
        for json in ["", "{", "{\"a\"}", "{} {}", "nul"] {
            assert!(matches!(refused(json), Invalid::NotJson(_)), "{json}");
        }
    }

    #[test]
    fn of_a_name_given_twice_the_last_value_counts() {
        let members = Members::read(r#"{"a": 1, "\u0061": 2}"#).unwrap();
        assert_eq!(members.iter().collect::<Vec<_>>(), [("a", "2")]);
    }

    #[test]
    fn brackets_in_texts_are_no_depth() {
        assert_eq!(depth(r#"[{"a": "[[[\"[["}, []]"#), 2);
        assert_eq!(depth("1"), 0);
    }

    #[test]
    fn a_value_that_stands_too_deep_is_refused_unread() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(value(&nested(63), Path::Top("a")).is_ok());
        let refusal = value(&nested(64), Path::Top("a")).unwrap_err().to_string();
        assert!(refusal.ends_with("is nested deeper than 64 levels, flatten it - 'a'"), "{refusal}");
        assert!(value(&nested(1_000_000), Path::Top("a")).is_err());
    }

    #[test]
    fn a_number_that_no_float_holds_is_refused_with_its_place() {
        let refusal = value("[1e400]", Path::Top("a")).unwrap_err().to_string();
        assert!(refusal.contains("out of range") && refusal.ends_with("- 'a'"), "{refusal}");
    }
}
