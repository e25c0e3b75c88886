//! The facts of a baseline: their shape, and what a list of them must be (contract baselines §3).

use std::collections::HashSet;

use legacy::literal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::schema::{self, BadShape};

/// Most characters of a list of facts in Python's notation.
const MOST_CHARACTERS: usize = 1_048_576;
/// Most characters of a name.
const LONGEST_NAME: usize = 500;
/// Most characters of a value, and most items of a list.
const LONGEST_VALUE: usize = 1_000;

/// One fact, or a category of facts: never both. With neither value nor values it is stored and means nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    /// Among facts, and among categories, each name stands once.
    pub name: String,
    /// What it should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<FactValue>,
    /// The facts of a category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<NestedFact>>,
}

/// A fact of a category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NestedFact {
    /// Each name stands once in its category.
    pub name: String,
    /// What it should be.
    pub value: FactValue,
    /// Whatever else the client said of it: kept, not read.
    #[serde(flatten)]
    #[schema(ignore)]
    pub others: Map<String, Value>,
}

/// What a fact should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum FactValue {
    /// One text.
    One(String),
    /// Several, in this order.
    Many(Vec<String>),
}

/// Why facts are not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFacts {
    /// They have another shape than facts.
    #[error(transparent)]
    Shape(#[from] BadShape),
    /// They break a rule; the text is the answer's.
    #[error("{0}")]
    Rule(String),
}

impl FactValue {
    fn is_empty(&self) -> bool {
        match self {
            Self::One(text) => text.is_empty(),
            Self::Many(items) => items.is_empty(),
        }
    }

    fn is_too_long(&self) -> bool {
        match self {
            Self::One(text) => text.chars().count() > LONGEST_VALUE,
            Self::Many(items) => items.len() > LONGEST_VALUE,
        }
    }
}

impl std::fmt::Display for FactValue {
    /// As Python writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(text) => f.write_str(text),
            Self::Many(items) => f.write_str(&literal(&Value::from(items.clone()))),
        }
    }
}

/// Reads facts from a request, or from the outcome of a patch: every rule holds afterwards, and they are sorted as they
/// are stored. The first rule that is broken answers.
pub fn read(list: &Value) -> Result<Vec<Fact>, BadFacts> {
    schema::facts(list)?;
    if literal(list).chars().count() > MOST_CHARACTERS {
        return Err(rule(format!("attempted to save fact list over {MOST_CHARACTERS} bytes")));
    }
    let mut facts = Vec::<Fact>::deserialize(list)
        .map_err(|error| BadFacts::Shape(BadShape::new(error.to_string(), "baseline_facts")))?;
    check(&facts)?;
    sort(&mut facts);
    Ok(facts)
}

/// The rules, one after the other over the whole list: that order decides which violation is told.
fn check(facts: &[Fact]) -> Result<(), BadFacts> {
    distinct(facts)?;
    each(facts, not_empty)?;
    each(facts, trimmed)?;
    one_or_the_other(facts)?;
    each(facts, not_too_long)
}

/// What of a fact most rules look at: its name and its value.
type Rule = fn(&str, Option<&FactValue>) -> Result<(), BadFacts>;

/// Holds a rule against every fact, those of a category after the category itself.
fn each(facts: &[Fact], holds: Rule) -> Result<(), BadFacts> {
    for fact in facts {
        holds(&fact.name, fact.value.as_ref())?;
        for nested in fact.values.iter().flatten() {
            holds(&nested.name, Some(&nested.value))?;
        }
    }
    Ok(())
}

/// A category is looked into while the list is read, so that a name that stands twice in it is told first.
fn distinct(facts: &[Fact]) -> Result<(), BadFacts> {
    let (mut names, mut categories) = (HashSet::new(), HashSet::new());
    for fact in facts {
        match &fact.values {
            None if !names.insert(fact.name.as_str()) => return Err(taken("fact")),
            None => {}
            Some(values) => {
                let mut nested = HashSet::new();
                if !values.iter().all(|fact| nested.insert(fact.name.as_str())) {
                    return Err(taken("fact"));
                }
                if !categories.insert(fact.name.as_str()) {
                    return Err(taken("category"));
                }
            }
        }
    }
    Ok(())
}

fn not_empty(name: &str, value: Option<&FactValue>) -> Result<(), BadFacts> {
    if name.is_empty() {
        return Err(rule("fact name cannot be empty"));
    }
    if value.is_some_and(FactValue::is_empty) {
        return Err(rule(format!("value for {name} cannot be empty")));
    }
    Ok(())
}

fn trimmed(name: &str, value: Option<&FactValue>) -> Result<(), BadFacts> {
    if has_outer_whitespace(name) {
        return Err(rule("Fact name cannot have leading or trailing whitespace."));
    }
    match value {
        Some(FactValue::One(text)) if has_outer_whitespace(text) => {
            Err(rule(format!("Value for {name} cannot have leading or trailing whitespace.")))
        }
        _ => Ok(()),
    }
}

fn one_or_the_other(facts: &[Fact]) -> Result<(), BadFacts> {
    for fact in facts {
        let nested = fact
            .values
            .iter()
            .flatten()
            .find(|nested| nested.others.contains_key("values"))
            .map(|nested| &nested.name);
        let both = (fact.value.is_some() && fact.values.is_some()).then_some(&fact.name);
        if let Some(name) = both.or(nested) {
            return Err(rule(format!("fact {name} cannot have value and values defined")));
        }
    }
    Ok(())
}

fn not_too_long(name: &str, value: Option<&FactValue>) -> Result<(), BadFacts> {
    if name.chars().count() > LONGEST_NAME {
        return Err(rule(format!("fact name {name} is over {LONGEST_NAME} characters")));
    }
    match value {
        Some(value) if value.is_too_long() => {
            Err(rule(format!("value {value} is over {LONGEST_VALUE} characters")))
        }
        _ => Ok(()),
    }
}

/// By folded names; those that are equal then keep their order.
pub(super) fn sort(facts: &mut [Fact]) {
    facts.sort_by_cached_key(|fact| fact.name.to_lowercase());
    for values in facts.iter_mut().filter_map(|fact| fact.values.as_mut()) {
        values.sort_by_cached_key(|fact| fact.name.to_lowercase());
    }
}

/// Whether the rules would take a fact of this name and value.
pub(super) fn is_storable(name: &str, value: &FactValue) -> bool {
    let rules: [Rule; 3] = [not_empty, trimmed, not_too_long];
    rules.iter().all(|holds| holds(name, Some(value)).is_ok())
}

/// Whether a text begins or ends with what Python takes for white space.
pub(super) fn has_outer_whitespace(text: &str) -> bool {
    let white = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
    text.starts_with(white) || text.ends_with(white)
}

fn rule(text: impl Into<String>) -> BadFacts {
    BadFacts::Rule(text.into())
}

fn taken(what: &str) -> BadFacts {
    rule(format!("A {what} with this name already exists."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn refusal(list: &Value) -> String {
        read(list).unwrap_err().to_string()
    }

    fn stored(list: &Value) -> Value {
        serde_json::to_value(read(list).unwrap()).unwrap()
    }

    #[test]
    fn facts_are_sorted_by_folded_name_nested_ones_too() {
        let list = json!([
            {"name": "g", "values": [{"name": "z", "value": "1"}, {"name": "A", "value": ["q"]}]},
            {"name": "B", "value": "1"},
            {"name": "a", "value": ["y", "x"]},
        ]);
        assert_eq!(
            stored(&list),
            json!([
                {"name": "a", "value": ["y", "x"]},
                {"name": "B", "value": "1"},
                {"name": "g", "values": [{"name": "A", "value": ["q"]}, {"name": "z", "value": "1"}]},
            ])
        );
    }

    #[test]
    fn a_fact_and_a_category_may_share_a_name() {
        let list = json!([{"name": "same", "value": "1"}, {"name": "same", "values": [{"name": "x", "value": "1"}]}]);
        assert_eq!(stored(&list), list);
        assert_eq!(stored(&json!([{"name": "a"}])), json!([{"name": "a"}]));
    }

    #[test]
    fn a_name_that_stands_twice_is_told_from_the_inside_out() {
        let fact = "A fact with this name already exists.";
        assert_eq!(refusal(&json!([{"name": "a", "value": "1"}, {"name": "a", "value": "2"}])), fact);
        let category = json!([{"name": "a", "values": []}, {"name": "a", "values": []}]);
        assert_eq!(refusal(&category), "A category with this name already exists.");
        let nested =
            json!({"name": "a", "values": [{"name": "x", "value": "1"}, {"name": "x", "value": "1"}]});
        assert_eq!(refusal(&json!([{"name": "a", "values": []}, nested])), fact);
    }

    #[test]
    fn the_rules_answer_in_their_order() {
        let one = |fact: Value| refusal(&json!([fact]));
        assert_eq!(one(json!({"name": "", "value": " "})), "fact name cannot be empty");
        assert_eq!(one(json!({"name": " a", "value": ""})), "value for  a cannot be empty");
        assert_eq!(one(json!({"name": "a", "value": []})), "value for a cannot be empty");
        assert_eq!(
            one(json!({"name": "a ", "value": "1"})),
            "Fact name cannot have leading or trailing whitespace."
        );
        assert_eq!(
            one(json!({"name": "a", "value": "1\t"})),
            "Value for a cannot have leading or trailing whitespace."
        );
        assert_eq!(
            one(json!({"name": "a", "value": "1", "values": [{"name": "b", "value": "c"}]})),
            "fact a cannot have value and values defined"
        );
        assert_eq!(
            one(json!({"name": "a", "values": [{"name": "b", "value": "c", "values": []}]})),
            "fact b cannot have value and values defined"
        );
        let (name, value) = ("n".repeat(501), "v".repeat(1_001));
        assert_eq!(
            one(json!({"name": name, "value": "1"})),
            format!("fact name {name} is over 500 characters")
        );
        assert_eq!(
            one(json!({"name": "a", "value": value})),
            format!("value {value} is over 1000 characters")
        );
        let many = vec!["x"; 1_001];
        assert!(one(json!({"name": "a", "value": many})).starts_with("value ['x', 'x', "));
        // An item of a list may begin with a blank, and lengths are those of characters.
        assert!(read(&json!([{"name": "ä".repeat(500), "value": [" x", ""]}])).is_ok());
    }

    #[test]
    fn a_list_of_more_than_a_mebi_of_characters_is_refused_before_its_names_are_read() {
        let facts: Vec<Value> = (0..32_768).map(|n| json!({"name": format!("n{n}"), "value": "v"})).collect();
        assert_eq!(refusal(&json!(facts)), "attempted to save fact list over 1048576 bytes");
        assert!(read(&json!(facts[..20_000])).is_ok());
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_again_as_it_is(
            names in proptest::collection::btree_set("[a-zA-Z.]{1,4}", 0..6),
            nested in proptest::collection::btree_set("[a-z]{1,3}", 0..4),
        ) {
            let values: Vec<Value> = nested.iter().map(|name| json!({"name": name, "value": "v"})).collect();
            let list: Vec<Value> = names.iter().rev().enumerate().map(|(n, name)| match n % 2 {
                0 => json!({"name": name, "value": "v"}),
                _ => json!({"name": name, "values": values}),
            }).collect();
            let once = stored(&json!(list));
            prop_assert_eq!(stored(&once), once);
        }
    }
}
