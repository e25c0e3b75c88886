//! What stands at each place of a document, as filters compare it and lists are sorted by it.
//!
//! Documents never change, so what they say is taken out once, when they come in. Both engines then compare numbers,
//! truth values and texts of columns, and nothing depends on how an engine reads JSON.

use std::{collections::VecDeque, fmt::Write as _};

use serde_json::{Number, Value};

/// Texts are compared by their first bytes; what they are compared with is shorter.
pub const TEXT_BYTES: usize = 400;

/// Of a value, so many bytes say where it stands in an order.
const RANK_BYTES: usize = 256;

/// Of a document the first places by depth can be searched.
const MOST_PLACES: usize = 10_000;

/// Places with a longer pointer cannot be searched.
const POINTER_BYTES: usize = 1_000;

/// Elements of a list are also known by their place from the end, the last so many.
const FROM_THE_END: usize = 8;

/// What stands at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where: a JSON pointer. List elements have their position, the last ones also `-1`, `-2`, ….
    pub pointer: String,
    /// A number, or a text that is one, by [`ordered`].
    pub number: Option<i64>,
    /// A truth value, or a text that is one.
    pub truth: Option<bool>,
    /// The text, cut to [`TEXT_BYTES`]; absent: null.
    pub text: Option<String>,
    /// Sorts as PostgreSQL sorts `jsonb`; absent: it stands in a list, whose elements lists are not sorted by.
    pub rank: Option<Vec<u8>>,
}

/// The pointer to what stands under these keys.
pub fn pointer<'k>(keys: impl Iterator<Item = &'k str>) -> String {
    let mut pointer = String::new();
    for key in keys {
        push_key(&mut pointer, key);
    }
    pointer
}

fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

/// Every place of a document; the document itself is the place with the empty pointer.
pub fn places(document: &Value) -> Vec<Place> {
    let mut places = Vec::new();
    let mut queue = VecDeque::from([(String::new(), document, true)]);
    while let Some((pointer, value, by_key)) = queue.pop_front() {
        if places.len() == MOST_PLACES {
            break;
        }
        let mut reach = |key: &str, value, by_key| {
            let mut inner = pointer.clone();
            push_key(&mut inner, key);
            if inner.len() <= POINTER_BYTES && queue.len() < MOST_PLACES {
                queue.push_back((inner, value, by_key));
            }
        };
        match value {
            Value::Object(members) => members.iter().for_each(|(key, value)| reach(key, value, by_key)),
            Value::Array(items) => {
                for (position, item) in items.iter().enumerate() {
                    reach(&position.to_string(), item, false);
                    let from_the_end = items.len() - position;
                    if from_the_end <= FROM_THE_END {
                        reach(&format!("-{from_the_end}"), item, false);
                    }
                }
            }
            _ => {}
        }
        let text = text(value);
        places.push(Place {
            number: text.as_deref().and_then(number).map(ordered),
            truth: text.as_deref().and_then(truth),
            text: text.map(|text| cut(&text, TEXT_BYTES).to_owned()),
            rank: by_key.then(|| rank(value)),
            pointer,
        });
    }
    places
}

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// A number as a whole number that sorts alike; both zeros are one, and `nan` is the greatest.
pub fn ordered(number: f64) -> i64 {
    if number.is_nan() {
        return i64::MAX;
    }
    let bits = if number == 0.0 { 0 } else { number.to_bits() as i64 };
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// The text of a value, as `#>>` gives it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => {
            let mut out = String::new();
            push_jsonb(&mut out, other);
            Some(out)
        }
    }
}

/// Lists and objects as `jsonb` is printed, as far as they are compared.
fn push_jsonb(out: &mut String, value: &Value) {
    match value {
        Value::Number(number) => out.push_str(&plain(number)),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if out.len() > TEXT_BYTES {
                    return;
                }
                out.push_str(if n > 0 { ", " } else { "" });
                push_jsonb(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (n, (key, member)) in by_length(members).into_iter().enumerate() {
                if out.len() > TEXT_BYTES {
                    return;
                }
                out.push_str(if n > 0 { ", " } else { "" });
                let _ = write!(out, "{}: ", Value::from(key.as_str()));
                push_jsonb(out, member);
            }
            out.push('}');
        }
        // Writing to a String cannot fail.
        other => drop(write!(out, "{other}")),
    }
}

/// `jsonb` keeps the shorter keys first.
fn by_length(members: &serde_json::Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(key, _)| key.len());
    members
}

/// Without an exponent.
fn plain(number: &Number) -> String {
    let short = number.to_string();
    match number.as_f64() {
        Some(float) if short.contains('e') => float.to_string(),
        _ => short,
    }
}

/// What casting a text to a number gives.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    let number: f64 = text.parse().ok()?;
    // Too large for a number is none.
    (number.is_finite() || !text.bytes().any(|byte| byte.is_ascii_digit())).then_some(number)
}

/// What casting a text to a truth value gives: also beginnings of the words.
fn truth(text: &str) -> Option<bool> {
    let text = text.trim_ascii().to_ascii_lowercase();
    let begins = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if begins("true", 1) || begins("yes", 1) || text == "on" || text == "1" {
        Some(true)
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || text == "0" {
        Some(false)
    } else {
        None
    }
}

/// Bytes that sort as `jsonb` does: objects after lists, truth values, numbers, texts and null; the longer list or
/// object later.
fn rank(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    push_rank(&mut bytes, value);
    bytes.truncate(RANK_BYTES);
    bytes
}

fn push_rank(bytes: &mut Vec<u8>, value: &Value) {
    if bytes.len() >= RANK_BYTES {
        return;
    }
    let push_text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend_from_slice(cut(text, RANK_BYTES).as_bytes());
        bytes.push(0);
    };
    let push_size = |bytes: &mut Vec<u8>, size: usize| bytes.extend((size as u32).to_be_bytes());
    match value {
        Value::Null => bytes.push(0),
        Value::String(text) => {
            bytes.push(1);
            push_text(bytes, text);
        }
        Value::Number(number) => {
            bytes.push(2);
            let number = ordered(number.as_f64().unwrap_or_default());
            bytes.extend((number ^ i64::MIN).to_be_bytes());
        }
        Value::Bool(truth) => bytes.extend([3, u8::from(*truth)]),
        Value::Array(items) => {
            bytes.push(4);
            push_size(bytes, items.len());
            for item in items {
                push_rank(bytes, item);
            }
        }
        Value::Object(members) => {
            bytes.push(5);
            push_size(bytes, members.len());
            for (key, member) in by_length(members) {
                push_text(bytes, key);
                push_rank(bytes, member);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn at(document: &Value, pointer: &str) -> Option<Place> {
        places(document).into_iter().find(|place| place.pointer == pointer)
    }

    #[test]
    fn numbers_sort_as_numbers() {
        let numbers = [f64::NEG_INFINITY, -2.5, -1.0, -0.0, 0.0, 1e-9, 1.0, 1e300, f64::INFINITY, f64::NAN];
        for pair in numbers.windows(2) {
            assert!(ordered(pair[0]) <= ordered(pair[1]), "{pair:?}");
        }
        assert_eq!(ordered(-0.0), ordered(0.0));
    }

    #[test]
    fn values_sort_as_jsonb_does() {
        let sorted = [
            json!(null),
            json!("two"),
            json!("two and more"),
            json!(-1.5),
            json!(2),
            json!(10.0),
            json!(false),
            json!(true),
            json!([9]),
            json!([1, 1]),
            json!([1, 2]),
            json!({"b": 1}),
            json!({"a": 2, "b": 1}),
            json!({"b": 1, "aa": 1}),
        ];
        for pair in sorted.windows(2) {
            assert!(rank(&pair[0]) < rank(&pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn texts_that_are_numbers_count_as_numbers_and_others_do_not() {
        let document =
            json!({"a": "11", "b": 11.0, "c": "AMD", "d": true, "e": null, "f": "1e999", "g": "inf"});
        let number = |pointer: &str| at(&document, pointer).unwrap().number;
        assert_eq!(number("/a"), Some(ordered(11.0)));
        assert_eq!(number("/a"), number("/b"));
        assert_eq!((number("/c"), number("/d"), number("/e"), number("/f")), (None, None, None, None));
        assert_eq!(number("/g"), Some(ordered(f64::INFINITY)));
        assert_eq!(at(&document, "/b").unwrap().text.as_deref(), Some("11.0"));
        assert_eq!(at(&document, "/e").unwrap().text, None);
    }

    #[test]
    fn truth_is_read_as_the_database_of_the_original_does() {
        let truth = |value: Value| at(&json!({"a": value}), "/a").unwrap().truth;
        assert_eq!(truth(json!(true)), Some(true));
        assert_eq!(
            (truth(json!("yes")), truth(json!("T")), truth(json!(1))),
            (Some(true), Some(true), Some(true))
        );
        assert_eq!((truth(json!("off")), truth(json!(0))), (Some(false), Some(false)));
        assert_eq!(
            (truth(json!(10)), truth(json!("o")), truth(json!("AMD")), truth(json!(""))),
            (None, None, None, None)
        );
    }

    #[test]
    fn elements_are_found_from_both_ends_and_lists_are_not_sorted_by_them() {
        let document = json!({"labels": ["l0", "x"], "a/b": {"0": 1}});
        assert_eq!(at(&document, "/labels/0").unwrap().text.as_deref(), Some("l0"));
        assert_eq!(at(&document, "/labels/-1").unwrap().text.as_deref(), Some("x"));
        assert_eq!(at(&document, "/labels/0").unwrap().rank, None);
        assert!(at(&document, &pointer(["a/b", "0"].into_iter())).unwrap().rank.is_some());
        assert_eq!(at(&document, "/labels").unwrap().text.as_deref(), Some(r#"["l0", "x"]"#));
    }

    #[test]
    fn what_is_kept_of_a_document_is_limited() {
        let many = Value::from((0..50_000).collect::<Vec<i32>>());
        let document = json!({"many": many, "long": "ä".repeat(5_000)});
        let places = places(&document);
        assert_eq!(places.len(), MOST_PLACES);
        assert!(
            places.iter().all(|place| place.text.as_ref().is_none_or(|text| text.len() <= TEXT_BYTES + 3))
        );
        assert!(places.iter().all(|place| place.rank.as_ref().is_none_or(|rank| rank.len() <= RANK_BYTES)));
        assert!(places.iter().any(|place| place.pointer == "/long"));
    }

    proptest! {
        #[test]
        fn numbers_compare_as_they_sort(one in any::<f64>(), other in any::<f64>()) {
            prop_assume!(!one.is_nan() && !other.is_nan());
            prop_assert_eq!(one.partial_cmp(&other), Some(ordered(one).cmp(&ordered(other))));
        }
    }
}
