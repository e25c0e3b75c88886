//! Going through two values at once.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

use super::{Difference, Normaliser, times};

pub(super) struct Walk<'n> {
    pub(super) normaliser: &'n mut Normaliser,
    pub(super) differences: Vec<Difference>,
}

impl Walk<'_> {
    pub(super) fn values(&mut self, path: &str, expected: &Value, actual: &Value) {
        match (expected, actual) {
            (Value::Object(one), Value::Object(other)) => self.objects(path, one, other),
            (Value::Array(one), Value::Array(other)) if self.is_set(path) => self.sets(path, one, other),
            (Value::Array(one), Value::Array(other)) => self.lists(path, one, other),
            (Value::String(one), Value::String(other)) if self.normaliser.ids.same_text(one, other) => {}
            (Value::Number(one), Value::Number(other)) if same_number(one, other) => {}
            _ if expected == actual && !expected.is_string() => {}
            _ => self.differ(path, Some(expected), Some(actual)),
        }
    }

    fn objects(&mut self, path: &str, expected: &Map<String, Value>, actual: &Map<String, Value>) {
        let is_error = ["status", "title"].iter().all(|member| expected.contains_key(*member));
        // Sorted, so that ids meet in one order whatever the order of members.
        let members: BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
        for member in members {
            let path = format!("{path}.{member}");
            match (expected.get(member), actual.get(member)) {
                (Some(_), Some(Value::String(_)))
                    if member == "detail" && is_error && !self.normaliser.strict_details => {}
                (Some(one), Some(other)) if times::set_by_server(member, one) => {
                    if !times::alike(member, expected, actual) {
                        self.differ(&path, Some(one), Some(other));
                    }
                }
                (Some(one), Some(other)) => self.values(&path, one, other),
                (one, other) => self.differ(&path, one, other),
            }
        }
    }

    fn lists(&mut self, path: &str, expected: &[Value], actual: &[Value]) {
        for place in 0..expected.len().max(actual.len()) {
            let path = format!("{path}[{place}]");
            match (expected.get(place), actual.get(place)) {
                (Some(one), Some(other)) => self.values(&path, one, other),
                (one, other) => self.differ(&path, one, other),
            }
        }
    }

    /// Takes away what is in both; what remains is laid side by side, so that a single changed member shows as such.
    fn sets(&mut self, path: &str, expected: &[Value], actual: &[Value]) {
        let mut rest: Vec<Value> = actual.to_vec();
        let mut missing = Vec::new();
        for one in expected {
            match rest.iter().position(|other| self.is_same(path, one, other)) {
                Some(place) => drop(rest.remove(place)),
                None => missing.push(one.clone()),
            }
        }
        self.lists(path, &missing, &rest);
    }

    /// Whether two values differ in nothing; only then what was learned from them about ids is kept.
    fn is_same(&mut self, path: &str, expected: &Value, actual: &Value) -> bool {
        let mut normaliser = self.normaliser.clone();
        let mut walk = Walk { normaliser: &mut normaliser, differences: Vec::new() };
        walk.values(&format!("{path}[0]"), expected, actual);
        let same = walk.differences.is_empty();
        if same {
            *self.normaliser = normaliser;
        }
        same
    }

    fn is_set(&self, path: &str) -> bool {
        if self.normaliser.sets.is_empty() {
            return false;
        }
        let mut general = String::with_capacity(path.len());
        let mut inside = false;
        for c in path.chars() {
            inside = (inside || c == '[') && c != ']';
            if !inside || c == '[' {
                general.push(c);
            }
        }
        self.normaliser.sets.contains(&general)
    }

    fn differ(&mut self, path: &str, expected: Option<&Value>, actual: Option<&Value>) {
        self.differences.push(Difference {
            path: path.to_owned(),
            expected: expected.cloned(),
            actual: actual.cloned(),
        });
    }
}

fn same_number(one: &Number, other: &Number) -> bool {
    if one == other {
        return true;
    }
    match (one.as_f64(), other.as_f64()) {
        // Whole numbers are exact.
        (Some(a), Some(b)) if one.is_f64() && other.is_f64() => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{super::compare, *};

    fn differences(expected: &Value, actual: &Value, mut normaliser: Normaliser) -> Vec<String> {
        compare(expected, actual, &mut normaliser).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn members_may_come_in_any_order_and_none_may_lack() {
        let none = Normaliser::default;
        assert!(differences(&json!({"a": 1, "b": [2]}), &json!({"b": [2], "a": 1}), none()).is_empty());
        assert_eq!(
            differences(&json!({"a": 1, "b": null}), &json!({"a": 1, "c": []}), none()),
            ["$.b: expected null, got nothing", "$.c: expected nothing, got []"]
        );
    }

    #[test]
    fn a_whole_number_is_exact_and_a_fraction_nearly_so() {
        let differ = |one, other| !differences(&one, &other, Normaliser::default()).is_empty();
        assert!(!differ(json!(0.1), json!(0.100_000_000_000_01)));
        assert!(differ(json!(0.1), json!(0.1001)));
        assert!(differ(json!(1), json!(1.0)));
        assert!(differ(json!(1), json!("1")));
        assert!(differ(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64)));
    }

    #[test]
    fn a_list_has_an_order_unless_it_is_said_to_have_none() {
        let one = json!({"results": [{"tags": [1, 2]}, {"tags": [3]}]});
        let other = json!({"results": [{"tags": [3]}, {"tags": [2, 1]}]});
        assert!(!differences(&one, &other, Normaliser::default()).is_empty());
        assert!(!differences(&one, &other, Normaliser::default().with_set("$.results")).is_empty());
        let sets = Normaliser::default().with_set("$.results").with_set("$.results[].tags");
        assert!(differences(&one, &other, sets).is_empty());
    }

    #[test]
    fn in_a_set_an_id_that_is_known_finds_its_place() {
        let id = |n: u8| format!("00000000-0000-4000-8000-0000000000{n:02}");
        let expected = json!([{"id": id(1), "n": 1}, {"id": id(2), "n": 2}]);
        let actual = json!([{"id": id(12), "n": 2}, {"id": id(11), "n": 1}]);
        let mut same = Normaliser::default().with_set("$");
        assert!(compare(&expected, &actual, &mut same).is_empty());
        assert_eq!(
            compare(&json!(id(1)), &json!(id(12)), &mut same)[0].to_string(),
            format!("$: expected \"{}\", got \"{}\"", id(1), id(12))
        );
    }

    #[test]
    fn what_remains_of_two_sets_is_shown() {
        let set = Normaliser::default().with_set("$");
        assert_eq!(differences(&json!([1, 2, 3]), &json!([3, 4, 1]), set), ["$[0]: expected 2, got 4"]);
    }

    #[test]
    fn the_detail_of_an_error_counts_only_when_asked_for() {
        let error = |detail: &str| json!({"status": 400, "title": "Bad Request", "detail": detail});
        assert!(differences(&error("x"), &error("y"), Normaliser::default()).is_empty());
        assert_eq!(
            differences(&error("x"), &error("y"), Normaliser::default().with_strict_details(true)).len(),
            1
        );
        let other = json!({"status": 404, "title": "Bad Request", "detail": "x"});
        assert_eq!(
            differences(&error("x"), &other, Normaliser::default()),
            ["$.status: expected 400, got 404"]
        );
        let without = json!({"status": 400, "title": "Bad Request"});
        assert_eq!(differences(&error("x"), &without, Normaliser::default()).len(), 1);
    }

    #[test]
    fn the_time_of_day_is_not_compared() {
        let host = |time: &str| json!({"created": time, "captured_date": "2026-11-20T00:00:00+00:00"});
        let none = Normaliser::default;
        let recorded = host("2026-11-21T19:31:32.322901+00:00");
        assert!(differences(&recorded, &host("2030-01-01T00:00:00.1+00:00"), none()).len() == 1);
        assert!(differences(&recorded, &host("2030-01-01T00:00:00.123456+00:00"), none()).is_empty());
        assert_eq!(differences(&recorded, &json!({"created": null, "captured_date": 1}), none()).len(), 2);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter_map("finite", |f| Number::from_f64(f).map(Value::Number)),
            "[a-c0-9{}-]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-d]|created|detail|status|title", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_differs_from_itself_in_nothing(value in any_json()) {
            prop_assert!(compare(&value, &value, &mut Normaliser::default()).is_empty());
            prop_assert!(compare(&value, &value, &mut Normaliser::default().with_set("$")).is_empty());
        }
    }
}
