//! The OpenAPI document of a service.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;
use utoipa::openapi::OpenApi;

/// Compares the document with `openapi/NAME.json` and looks whether it says what every document has to. With
/// `UPDATE_OPENAPI=1` the file is written anew.
pub fn check(name: &str, document: &OpenApi) {
    let text = document.to_pretty_json().expect("the document can be written") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../openapi/{name}.json"));
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &text).expect("the file can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let line = committed.lines().zip(text.lines()).position(|(one, other)| one != other);
    assert!(
        committed == text,
        "openapi/{name}.json differs from line {}; if that is meant, write it anew: UPDATE_OPENAPI=1 cargo test -p CRATE",
        line.unwrap_or_else(|| committed.lines().count().min(text.lines().count())) + 1
    );
    names_are_unique(&serde_json::from_str(&text).expect("it is JSON"));
}

/// Looks whether every operation says how it refuses: 400, 401, 403 and 503 as problems (RFC 7807).
pub fn refuses_with_problems(document: &OpenApi) {
    let document = serde_json::to_value(document).expect("the document can be written");
    for (name, operation) in each(&document) {
        for status in ["400", "401", "403", "503"] {
            let refusal = &operation["responses"][status]["content"]["application/problem+json"];
            assert!(refusal.is_object(), "{name} does not tell of {status}");
        }
    }
}

fn names_are_unique(document: &Value) {
    let mut names = BTreeSet::new();
    for (_, operation) in each(document) {
        let name = operation["operationId"].as_str().expect("every operation has an operationId");
        assert!(names.insert(name.to_owned()), "two operations are named {name}");
    }
}

/// `METHOD /path` of every operation.
pub fn operations(document: &OpenApi) -> BTreeSet<String> {
    let document = serde_json::to_value(document).expect("the document can be written");
    each(&document).into_iter().map(|(name, _)| name).collect()
}

fn each(document: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if method != "parameters" {
                all.push((format!("{} {path}", method.to_uppercase()), operation.clone()));
            }
        }
    }
    all
}
