//! What differs between a recorded answer and ours.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::{
    compare::{Normaliser, compare},
    scenarios::HttpCase,
};

use super::Adjust;
use crate::Answer;

/// Where an answer of ours differs from the recorded one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The case.
    pub case: String,
    /// `status`, `content-type`, `text`, or where in the body, without the numbers of list entries.
    pub at: String,
}

/// The places that may differ.
pub(super) fn listed(table: &str) -> BTreeSet<Place> {
    let place = |line: &str| {
        let mut columns = line.split('\t');
        let (Some(case), Some(at)) = (columns.next(), columns.next()) else {
            panic!("a line is case, place and reason with tabs between them: {line}")
        };
        assert!(columns.next().is_some_and(|reason| !reason.is_empty()), "no reason is given: {line}");
        Place { case: case.to_owned(), at: at.to_owned() }
    };
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(place).collect()
}

pub(super) fn differences(
    case: &HttpCase,
    answer: &Answer,
    normaliser: &mut Normaliser,
    adjust: &Adjust,
) -> Vec<(Place, String)> {
    let recorded = &case.response;
    let mut found = Vec::new();
    let mut differ = |at: &str, expected: &dyn std::fmt::Display, got: &dyn std::fmt::Display| {
        let place = Place { case: case.id.clone(), at: at.to_owned() };
        found.push((place, format!("expected {expected}, got {got}")));
    };
    if recorded.status != answer.status {
        differ("status", &recorded.status, &format!("{} with {}", answer.status, answer.text));
        return found;
    }
    let kind = recorded.content_type.as_deref().map(|kind| kind.split(';').next().unwrap_or(kind));
    let has_body = recorded.json.is_some() || recorded.text.is_some();
    if kind.is_some() && has_body && kind != answer.content_type() {
        differ("content-type", &kind.unwrap_or("none"), &answer.content_type().unwrap_or("none"));
    }
    let Some(expected) = &recorded.json else {
        if let Some(text) = recorded.text.as_deref().filter(|text| answer.status < 300 && !text.is_empty())
            && !compare(&json!(text), &json!(answer.text), normaliser).is_empty()
        {
            differ("text", &text, &answer.text);
        }
        return found;
    };
    let (mut expected, mut actual) = (expected.clone(), normaliser.recorded_keys(answer.json()));
    adjust(case, &mut expected, &mut actual);
    for difference in compare(&expected, &actual, normaliser) {
        let show = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), Value::to_string);
        differ(&without_numbers(&difference.path), &show(&difference.expected), &show(&difference.actual));
    }
    // Of the texts of errors the first line is promised; some originals add a dump of their schema.
    if answer.status >= 400
        && let (Some(expected), Some(actual)) = (first_line(&expected), first_line(&actual))
        && !compare(&json!(expected), &json!(actual), normaliser).is_empty()
    {
        differ("$.detail", &expected, &actual);
    }
    found
}

fn first_line(error: &Value) -> Option<&str> {
    error.get("detail")?.as_str()?.lines().next()
}

/// `$.results[3].tags` as `$.results[].tags`.
fn without_numbers(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|&character| {
            inside = (inside || character == '[') && character != ']';
            !inside || character == '['
        })
        .collect()
}
