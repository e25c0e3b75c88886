//! The documents that operations on views take.
//!
//! They are looked at twice: first whether they have the declared form (shape A); then whether what they say keeps the
//! rules (shape C).

use legacy::repr;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    api::{errors::Failure, ordering::view_keys},
    applications::Application,
    report::literal::not_of_type,
};

/// The most characters of a name.
pub const LONGEST_NAME: usize = 255;
const LONGEST_DESCRIPTION: usize = 1_024;
/// The most bytes of a configuration.
const LARGEST_CONFIGURATION: usize = 64 << 10;
/// The columns of hosts that no list is ordered by.
const UNORDERED_COLUMNS: &[&str] = &[
    "ansible_host",
    "created",
    "fqdn",
    "id",
    "insights_id",
    "os_release",
    "provider_id",
    "provider_type",
    "reporter",
    "staleness",
    "status",
    "system_type",
    "tags",
    "workspace",
    "workspace_name",
];
const MEMBERS: [&str; 4] = ["name", "description", "configuration", "org_wide"];

/// What a view is made or changed with.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "it describes what is read member by member")]
pub struct ViewIn {
    /// 1 to 255 letters, digits, blanks, `-` and `_`; blanks around it are cut.
    name: String,
    /// Up to 1,024 characters.
    description: Option<String>,
    /// `columns` (each with its `key`), `sort` (`key`, `direction`) and `filters`.
    #[schema(value_type = Object)]
    configuration: Value,
    /// Whether everybody in the organisation is to see it.
    org_wide: Option<bool>,
}

/// What a document that keeps the rules says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ViewDocument {
    /// Trimmed.
    pub name: Option<String>,
    /// An empty one is none.
    pub description: Option<String>,
    /// JSON.
    pub configuration: Option<String>,
    /// Whether it is for everybody in the organisation.
    pub org_wide: Option<bool>,
}

/// Reads the document of a new view.
pub fn new_view(body: &Value) -> Result<ViewDocument, Failure> {
    let members = declared(body)?;
    for name in ["name", "configuration"] {
        if !members.contains_key(name) {
            return Err(Failure::bad_request(format!("'{name}' is a required property")));
        }
    }
    checked(members)
}

/// Reads the document that changes a view.
pub fn change(body: &Value) -> Result<ViewDocument, Failure> {
    let members = declared(body)?;
    if members.is_empty() {
        return Err(Failure::short(
            "Validation Error",
            "Request body must contain at least one field to update.",
        ));
    }
    checked(members)
}

/// The declared form; 400 in shape A.
fn declared(body: &Value) -> Result<&Map<String, Value>, Failure> {
    let wrong = |value: &Value, kind: &str, place: &str| {
        Failure::bad_request(format!("{}{place}", not_of_type(value, kind)))
    };
    let Value::Object(members) = body else { return Err(wrong(body, "object", "")) };
    if let Some(name) = members.get("name") {
        let text = name.as_str().ok_or_else(|| wrong(name, "string", " - 'name'"))?;
        check_name(text).map_err(|problem| Failure::bad_request(format!("{problem} - 'name'")))?;
    }
    let description = members.get("description").filter(|text| !text.is_null() && !text.is_string());
    let configuration = members.get("configuration").filter(|value| !value.is_object());
    let org_wide = members.get("org_wide").filter(|value| !value.is_boolean());
    for (value, kind, name) in [
        (description, "string", "description"),
        (configuration, "object", "configuration"),
        (org_wide, "boolean", "org_wide"),
    ] {
        if let Some(value) = value {
            return Err(wrong(value, kind, &format!(" - '{name}'")));
        }
    }
    Ok(members)
}

fn check_name(name: &str) -> Result<(), String> {
    let trimmed = name.trim();
    if trimmed.is_empty() {
        return Err(format!("{} is too short", repr(name)));
    }
    if trimmed.chars().count() > LONGEST_NAME {
        return Err(format!("{} is too long", repr(name)));
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, ' ' | '-' | '_');
    if !trimmed.chars().all(allowed) {
        return Err(
            "View name must contain only letters, numbers, spaces, hyphens, and underscores.".to_owned()
        );
    }
    Ok(())
}

/// The rules; 400 in shape C.
fn checked(members: &Map<String, Value>) -> Result<ViewDocument, Failure> {
    let refuse = |detail: String| Failure::short("Validation Error", detail);
    let unknown = members.keys().filter(|name| !MEMBERS.contains(&name.as_str()));
    let unknown: Vec<String> = unknown.map(|name| format!("{}: ['Unknown field.']", repr(name))).collect();
    if !unknown.is_empty() {
        return Err(refuse(format!("{{{}}}", unknown.join(", "))));
    }
    let description = members.get("description").map(|text| text.as_str().unwrap_or_default().to_owned());
    if description.iter().any(|text| text.chars().count() > LONGEST_DESCRIPTION) {
        return Err(refuse(format!(
            "{{'description': ['Longer than maximum length {LONGEST_DESCRIPTION}.']}}"
        )));
    }
    let configuration = members.get("configuration");
    if let Some(configuration) = configuration {
        check_configuration(configuration).map_err(refuse)?;
    }
    let text = configuration.map(Value::to_string);
    if text.as_ref().is_some_and(|text| text.len() > LARGEST_CONFIGURATION) {
        return Err(refuse(format!("configuration is larger than {LARGEST_CONFIGURATION} bytes")));
    }
    Ok(ViewDocument {
        name: members.get("name").and_then(Value::as_str).map(|name| name.trim().to_owned()),
        description,
        configuration: text,
        org_wide: members.get("org_wide").and_then(Value::as_bool),
    })
}

fn check_configuration(configuration: &Value) -> Result<(), String> {
    let columns = configuration.get("columns").and_then(Value::as_array);
    let columns = columns.ok_or("{'configuration': {'columns': ['Missing data for required field.']}}")?;
    for column in columns {
        let key = column.get("key").and_then(Value::as_str).ok_or("Each column must have a key.")?;
        if !column_keys().any(|known| known == key) {
            let known: Vec<String> = column_keys().collect();
            return Err(format!("Invalid column key {}. Valid keys: {}", repr(key), known.join(", ")));
        }
    }
    match configuration.get("sort") {
        None | Some(Value::Null) => {}
        Some(sort) => check_sort(sort)?,
    }
    let filters = configuration.get("filters").filter(|filters| !filters.is_null());
    if filters.is_some_and(|filters| !filters.is_object()) {
        return Err("filters must be an object.".to_owned());
    }
    let known = ["columns", "sort", "filters"].map(|name| json!(name));
    let others = configuration.as_object().into_iter().flat_map(Map::keys);
    match others.into_iter().find(|name| !known.iter().any(|known| known == name.as_str())) {
        Some(name) => Err(format!("{{'configuration': {{{}: ['Unknown field.']}}}}", repr(name))),
        None => Ok(()),
    }
}

fn check_sort(sort: &Value) -> Result<(), String> {
    let key = sort.get("key").and_then(Value::as_str).ok_or("sort must have a key.")?;
    if !view_keys().any(|known| known == key) {
        let known: Vec<&str> = view_keys().collect();
        return Err(format!("Invalid sort key {}. Valid keys: {}", repr(key), known.join(", ")));
    }
    match sort.get("direction") {
        None => Ok(()),
        Some(direction) if direction == "asc" || direction == "desc" => Ok(()),
        Some(_) => Err("Invalid sort direction. Must be one of: asc, desc.".to_owned()),
    }
}

/// What may be a column: whatever views are ordered by, what else applications say, and some of what hosts have.
fn column_keys() -> impl Iterator<Item = String> {
    let said = Application::ALL.into_iter().flat_map(|application| {
        let fields = application.fields().iter().map(|field| field.name);
        let sums = application.sums().iter().map(|sum| sum.name);
        sums.chain(fields).map(move |name| format!("{}:{name}", application.name()))
    });
    let of_hosts = view_keys().filter(|key| !key.contains(':')).chain(UNORDERED_COLUMNS.iter().copied());
    of_hosts.map(str::to_owned).chain(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &Value) -> Value {
        let mut body = json!({"name": " My view ", "configuration": {"columns": [{"key": "display_name"}]}});
        body[name] = value.clone();
        body
    }

    fn refusal(body: &Value) -> (bool, String) {
        let failure = new_view(body).unwrap_err();
        (matches!(failure, Failure::Problem(_)), failure.detail())
    }

    #[test]
    fn a_name_is_trimmed_and_what_is_left_out_is_left_as_it_is() {
        let view = new_view(&with("org_wide", &json!(true))).unwrap();
        assert_eq!(
            (view.name.as_deref(), view.description, view.org_wide),
            (Some("My view"), None, Some(true))
        );
        assert_eq!(change(&json!({"description": null})).unwrap().description.as_deref(), Some(""));
        assert_eq!(
            change(&json!({})).unwrap_err().detail(),
            "Request body must contain at least one field to update."
        );
    }

    #[test]
    fn a_form_that_was_not_declared_is_a_problem() {
        for body in [
            json!([]),
            json!({"name": "x"}),
            json!({"configuration": {"columns": []}}),
            with("name", &json!("")),
            with("name", &json!("  ")),
            with("name", &json!("a/b")),
            with("name", &json!("x".repeat(256))),
            with("name", &Value::Null),
            with("description", &json!(1)),
            with("configuration", &Value::Null),
            with("org_wide", &json!("yes")),
        ] {
            assert!(refusal(&body).0, "{body}");
        }
    }

    #[test]
    fn a_rule_that_is_broken_is_named() {
        let configuration = |configuration: &Value| with("configuration", configuration);
        for (body, text) in [
            (with("x", &json!(1)), "{'x': ['Unknown field.']}"),
            (
                with("description", &json!("x".repeat(1025))),
                "{'description': ['Longer than maximum length 1024.']}",
            ),
            (
                configuration(&json!({"columns": [{"key": "bogus"}]})),
                "Invalid column key 'bogus'. Valid keys: display_name, ",
            ),
            (
                configuration(&json!({"columns": [], "sort": {"key": "tags", "direction": "asc"}})),
                "Invalid sort key 'tags'. Valid keys: display_name, ",
            ),
            (
                configuration(&json!({"columns": [], "sort": {"key": "updated", "direction": "ASC"}})),
                "Invalid sort direction.",
            ),
            (configuration(&json!({"columns": [], "filters": 1})), "filters must be an object."),
            (configuration(&json!({"columns": [], "x": 1})), "{'configuration': {'x': ['Unknown field.']}}"),
            (
                configuration(&json!({})),
                "{'configuration': {'columns': ['Missing data for required field.']}}",
            ),
        ] {
            let (is_problem, detail) = refusal(&body);
            assert!(!is_problem && detail.starts_with(text), "{detail}");
        }
        let good = json!({"columns": [{"key": "patch:advisories_total_installable"}, {"key": "tags"}],
            "sort": {"key": "advisor:low", "direction": "desc"}, "filters": {"host": {"staleness": ["fresh"]}}});
        assert!(new_view(&configuration(&good)).is_ok());
    }
}
