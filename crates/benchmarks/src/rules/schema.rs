//! JSON Schema: which schemas are accepted, and which documents fit (contract benchmarks §8).
//!
//! Validation is done by the `jsonschema` crate. Ours is what stands around it: how much work a schema may make
//! ([`cost`]), and which of several errors is told, in which words ([`complaint`]). References to other documents are
//! never fetched.

mod complaint;
mod cost;
#[cfg(test)]
mod tests;

use jsonschema::{Draft, PatternOptions, Validator};
use legacy::Json;
use serde_json::{Value, json};

pub use complaint::Complaint;

/// Of a document's errors so many are looked at.
const MOST_ERRORS: usize = 1_000;

/// How often a pattern may go back before it is given up.
const BACKTRACKING: usize = 100_000;

/// A schema that documents are held against.
#[derive(Debug)]
pub struct Schema {
    value: Value,
    given: Json,
    validator: Validator,
}

/// Whether a schema is accepted for a benchmark: it is held against draft 7, as the original does, and then against the
/// draft that documents will be validated by.
pub fn check(given: &str) -> Result<(), Complaint> {
    let (value, ordered) = read(given)?;
    let meta = jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(true)
        .build(&json!({"$ref": "http://json-schema.org/draft-07/schema#"}))
        .map_err(|error| Complaint::unusable(&error))?;
    if let Some(complaint) = complaint::best(&meta, &value, &ordered, None) {
        return Err(complaint);
    }
    Schema::compile(given).map(drop)
}

/// Sent text as JSON, in both forms.
fn read(given: &str) -> Result<(Value, Json), Complaint> {
    let value = serde_json::from_str(given).map_err(|error| Complaint::at_root(error.to_string()))?;
    let ordered = serde_json::from_str(given).map_err(|error| Complaint::at_root(error.to_string()))?;
    Ok((value, ordered))
}

impl Schema {
    /// Prepares a schema. An error says why it is invalid under its own draft, or that it makes too much work.
    pub fn compile(given: &str) -> Result<Self, Complaint> {
        let (mut value, given) = read(given)?;
        if cost::of_schema(&value) > cost::MOST {
            return Err(Complaint::too_expensive());
        }
        let draft = draft(&value)?;
        // A name that is no draft's would be looked for as a document.
        if let Some(members) = value.as_object_mut()
            && members.get("$schema").is_some_and(|name| named(name).is_none())
        {
            members.remove("$schema");
        }
        let validator = jsonschema::options()
            .with_draft(draft)
            .should_validate_formats(false)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACKING))
            .build(&value)
            .map_err(|error| complaint::of_schema(&error, &given))?;
        Ok(Self { value, given, validator })
    }

    /// Whether a document fits; `given` is the document as it was sent.
    pub fn validate(&self, document: &Value, given: &str) -> Result<(), Complaint> {
        if cost::of_document(&self.value, document) > cost::MOST + cost::MOST_A_NODE * cost::nodes(document) {
            return Err(Complaint::too_expensive());
        }
        if self.validator.is_valid(document) {
            return Ok(());
        }
        let (_, given) = read(given)?;
        let schema = Some((&self.value, &self.given));
        complaint::best(&self.validator, document, &given, schema).map_or(Ok(()), Err)
    }
}

/// The draft that a schema names; the newest when it names none, or none that is known.
fn draft(schema: &Value) -> Result<Draft, Complaint> {
    match schema.get("$schema") {
        Some(name) if is_draft_3(name) => Err(Complaint::at_root(
            "draft 3 of JSON Schema is not supported: use a draft from 4 to 2020-12".to_owned(),
        )),
        Some(name) => Ok(named(name).unwrap_or(Draft::Draft202012)),
        None => Ok(Draft::Draft202012),
    }
}

fn is_draft_3(name: &Value) -> bool {
    name.as_str().is_some_and(|name| name.trim_end_matches('#') == "http://json-schema.org/draft-03/schema")
}

fn named(name: &Value) -> Option<Draft> {
    Some(match name.as_str()?.trim_end_matches('#') {
        "http://json-schema.org/draft-04/schema" => Draft::Draft4,
        "http://json-schema.org/draft-06/schema" => Draft::Draft6,
        "http://json-schema.org/draft-07/schema" => Draft::Draft7,
        "https://json-schema.org/draft/2019-09/schema" => Draft::Draft201909,
        "https://json-schema.org/draft/2020-12/schema" => Draft::Draft202012,
        _ => return None,
    })
}
