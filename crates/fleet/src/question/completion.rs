//! What may follow in a question that is being written.

use super::{
    fields::{Field, HostField, fact_names},
    words::{OPERATORS, Word, WordKind, words},
};
use crate::Comparison;

/// What may stand at a place of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// From where on, in bytes, the text would be replaced, up to the place that was asked about.
    pub from: usize,
    /// What is written there already.
    pub written: String,
    /// What may stand there.
    pub expected: Expected,
}

/// What may stand somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A field, a word, `not` or a bracket.
    Condition,
    /// The same, or `and` or `or`.
    Join,
    /// A value of the field of this name.
    Value(String),
}

impl Completion {
    /// What may stand at the end of a text.
    pub fn at_end(text: &str) -> Self {
        let nothing = |expected| Self { from: text.len(), written: String::new(), expected };
        let Ok(words) = words(text) else { return nothing(Expected::Condition) };
        let Some(last) = words.last() else { return nothing(Expected::Condition) };
        // The field that the last values are of.
        let field = || {
            let operator = words.iter().rposition(|word| matches!(word.kind, WordKind::Operator(_)))?;
            match &words.get(operator.checked_sub(1)?)?.kind {
                WordKind::Word(text, false) => text.plain().map(str::to_owned),
                _ => None,
            }
        };
        let value = |from: usize, written: String| match field() {
            Some(name) => Self { from, written, expected: Expected::Value(name) },
            None => nothing(Expected::Condition),
        };
        let is_touched = last.to == text.len();
        match &last.kind {
            WordKind::Value(written) if is_touched => value(last.from, written.joined()),
            WordKind::Operator(_) | WordKind::Comma => value(text.len(), String::new()),
            WordKind::Open => match words.len().checked_sub(2).map(|before| &words[before].kind) {
                Some(WordKind::Operator(_)) => value(text.len(), String::new()),
                _ => nothing(Expected::Condition),
            },
            WordKind::Word(written, false) if is_touched => {
                let before = words.len().checked_sub(2).and_then(|before| words.get(before));
                let is_first = before.is_none_or(|before| match &before.kind {
                    WordKind::Open | WordKind::Operator(_) | WordKind::Comma => true,
                    WordKind::Word(..) => is_joining(before),
                    _ => false,
                });
                let expected = if is_first { Expected::Condition } else { Expected::Join };
                Self { from: last.from, written: written.joined(), expected }
            }
            WordKind::Word(..) if is_joining(last) => nothing(Expected::Condition),
            _ => nothing(Expected::Join),
        }
    }
}

fn is_joining(word: &Word) -> bool {
    ["and", "or", "not"].into_iter().any(|keyword| word.is_keyword(keyword))
}

impl super::Question {
    /// The fields that may be asked for: their names and what they are, those of hosts first.
    pub fn fields() -> impl Iterator<Item = (&'static str, &'static str)> {
        let of_hosts = HostField::ALL.iter().map(|(_, name, about)| (*name, *about));
        of_hosts.chain(fact_names().iter().map(|name| (name.as_str(), Self::kind_of(name))))
    }

    /// What stands at a field.
    fn kind_of(name: &str) -> &'static str {
        use profile::schema::NodeKind as Is;
        let Some(Field::Fact(fact)) = Field::named(name) else { return "" };
        match &fact.scalar().kind {
            Is::Boolean => "true or false",
            Is::Integer { .. } => "number",
            Is::DateTime { .. } => "time",
            Is::FreeForm => "there or not",
            _ => "text",
        }
    }

    /// How a field may be compared.
    pub fn operators(name: &str) -> Vec<&'static str> {
        let is_ordered = match Field::named(name) {
            Some(Field::Host(field)) => {
                matches!(field, HostField::Os | HostField::LastCheckIn | HostField::Updated)
            }
            Some(Field::Fact(_)) => !["true or false", "there or not"].contains(&Self::kind_of(name)),
            None => return Vec::new(),
        };
        let is_time = matches!(name, "last_check_in" | "updated") || Self::kind_of(name) == "time";
        let fits = |operator: Comparison| match operator {
            Comparison::Equal | Comparison::NotEqual => !is_time,
            _ => is_ordered,
        };
        [":", "!=", ">=", "<=", ">", "<"]
            .into_iter()
            .filter(|written| OPERATORS.iter().any(|(known, operator)| known == written && fits(*operator)))
            .collect()
    }

    /// The values that a field takes whatever the hosts are; nothing where that depends on them.
    pub fn fixed_values(name: &str) -> Vec<&'static str> {
        match Field::named(name) {
            Some(Field::Host(HostField::State)) => HostField::STATES.map(|(name, _)| name).to_vec(),
            Some(Field::Host(HostField::Type)) => HostField::TYPES.to_vec(),
            Some(Field::Host(HostField::LastCheckIn | HostField::Updated)) => {
                vec!["now-1h", "now-1d", "now-7d", "now-30d"]
            }
            Some(Field::Fact(_)) => match Self::kind_of(name) {
                "true or false" => vec!["true", "false"],
                "time" => vec!["now-1d", "now-7d", "now-30d", "now-90d"],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Where a fact stands in profiles, if no list is on the way: what stands there can be counted.
    pub fn place_of(name: &str) -> Option<Vec<&'static str>> {
        match Field::named(name) {
            Some(Field::Fact(fact)) if !fact.is_list() => Some(fact.path),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_follow_depends_on_what_stands_before() {
        let value = |field: &str| Expected::Value(field.to_owned());
        for (text, from, written, expected) in [
            ("", 0, "", Expected::Condition),
            ("gr", 0, "gr", Expected::Condition),
            ("web ", 4, "", Expected::Join),
            ("web a", 4, "a", Expected::Join),
            ("web and ", 8, "", Expected::Condition),
            ("web and g", 8, "g", Expected::Condition),
            ("web AND ", 8, "", Expected::Condition),
            ("web And ", 8, "", Expected::Join),
            ("(", 1, "", Expected::Condition),
            ("group:", 6, "", value("group")),
            ("group: ", 7, "", value("group")),
            ("group:\"we b", 6, "we b", value("group")),
            ("group:(a, b", 10, "b", value("group")),
            ("group:(a, ", 10, "", value("group")),
            ("group:(", 7, "", value("group")),
            ("group:a ", 8, "", Expected::Join),
            ("a) ", 3, "", Expected::Join),
        ] {
            let completion = Completion::at_end(text);
            let expected = Completion { from, written: written.to_owned(), expected };
            assert_eq!(completion, expected, "{text}");
        }
    }

    #[test]
    fn operators_and_values_are_those_that_a_field_takes() {
        use super::super::Question;
        assert_eq!(Question::operators("group"), [":", "!="]);
        assert_eq!(Question::operators("last_check_in"), [">=", "<=", ">", "<"]);
        assert_eq!(Question::operators("number_of_cpus").len(), 6);
        for (name, _) in Question::fields() {
            for operator in Question::operators(name) {
                for value in Question::fixed_values(name) {
                    let text = format!("{name}{operator}{value}");
                    assert!(Question::parse(&text, ground::Timestamp::from_micros(0)).is_ok(), "{text}");
                }
            }
        }
    }
}
