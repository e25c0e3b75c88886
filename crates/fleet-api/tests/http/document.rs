//! The document of the operations is the committed one.

use fleet_api::api::openapi::openapi;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/fleet.json");

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let document = openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(COMMITTED, &document).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    let line = committed.lines().zip(document.lines()).position(|(one, other)| one != other);
    assert!(
        committed == document,
        "openapi/fleet.json differs from line {}; if that is meant, write it anew: \
         UPDATE_OPENAPI=1 cargo test -p fleet-api --test http",
        line.unwrap_or_else(|| committed.lines().count().min(document.lines().count())) + 1
    );
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_how_it_refuses() {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut names = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            names.push(operation["operationId"].as_str().unwrap().to_owned());
            for status in ["400", "401", "403", "503"] {
                let refusal = &operation["responses"][status]["content"]["application/problem+json"];
                assert!(refusal.is_object(), "{names:?} {status}");
            }
        }
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}
