//! Texts and paths were printed by `jsonschema` 4.20.0 of Python for the same schemas and documents.

use super::*;

fn complaint(schema: &str, document: &str) -> (String, String) {
    let schema = Schema::compile(schema).unwrap();
    let value: Value = serde_json::from_str(document).unwrap();
    let complaint = schema.validate(&value, document).unwrap_err();
    (complaint.error, complaint.path)
}

#[test]
fn errors_are_told_in_the_words_of_the_original() {
    let cases: Vec<(String, String, String, String)> =
        serde_json::from_str(include_str!("texts.json")).unwrap();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(schema, document, error, path)| {
            let ours = complaint(schema, document);
            (ours != (error.clone(), path.clone()))
                .then(|| format!("{schema} on {document}\n  expected {error} {path}\n  got {ours:?}"))
        })
        .collect();
    assert!(cases.len() > 40 && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_schema_is_held_against_draft_7_when_it_comes_in() {
    let refused = |schema: &str| {
        let complaint = check(schema).unwrap_err();
        (complaint.error, complaint.path)
    };
    let text = |error: &str, path: &str| (error.to_owned(), path.to_owned());
    assert_eq!(
        refused(r#"{"properties": {"x": {"type": "zz"}}}"#),
        text("'zz' is not valid under any of the given schemas", "deque(['properties', 'x', 'type'])")
    );
    assert_eq!(refused(r#"{"type": "x"}"#).1, "deque(['type'])");
    assert_eq!(
        refused(r#"{"properties": {"x": {"pattern": "("}}}"#),
        text("'(' is not a 'regex'", "deque(['properties', 'x', 'pattern'])")
    );
    assert_eq!(
        refused(r#"{"minLength": -1}"#),
        text("-1 is less than the minimum of 0", "deque(['minLength'])")
    );
    for good in [r#"{"x": 1}"#, "{}", r#"{"properties": {"a": {"type": "string", "suggestToUser": true}}}"#] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
}

#[test]
fn a_schema_is_also_held_against_its_own_draft() {
    let lists = r#"{"items": [{"type": "string"}]}"#;
    assert!(check(lists).is_err(), "2020-12 has no lists there");
    assert_eq!(
        check(r#"{"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]}"#),
        Ok(())
    );
    assert!(
        check(r#"{"$schema": "http://json-schema.org/draft-03/schema#"}"#)
            .unwrap_err()
            .error
            .contains("draft 3")
    );
    assert_eq!(check(r#"{"$schema": "https://example.org/unknown"}"#), Ok(()));
}

#[test]
fn references_elsewhere_are_not_followed() {
    for schema in [r#"{"$ref": "https://example.org/schema.json"}"#, r##"{"$ref": "#/nowhere"}"##] {
        assert!(check(schema).unwrap_err().error.contains("not fetched"), "{schema}");
    }
}

#[test]
fn formats_are_not_enforced_and_whole_floats_are_integers() {
    let validate = |schema: &str, document: &str| {
        Schema::compile(schema).unwrap().validate(&serde_json::from_str(document).unwrap(), document)
    };
    assert_eq!(validate(r#"{"format": "date-time"}"#, "\"soon\""), Ok(()));
    assert_eq!(validate(r#"{"type": "integer"}"#, "11.0"), Ok(()));
    assert!(validate(r#"{"type": "integer"}"#, "true").is_err());
}

/// 22 steps of two references each to the next one: 2^22 ways.
fn bomb() -> String {
    let step = |n: usize| {
        format!(r##""s{n}": {{"anyOf": [{{"$ref": "#/$defs/s{0}"}}, {{"$ref": "#/$defs/s{0}"}}]}}"##, n + 1)
    };
    let steps: Vec<String> = (0..22).map(step).collect();
    format!(r##"{{"$ref": "#/$defs/s0", "$defs": {{{}, "s22": {{"type": "string"}}}}}}"##, steps.join(", "))
}

#[test]
fn a_schema_that_makes_too_much_work_is_refused_at_once() {
    let begun = std::time::Instant::now();
    assert_eq!(check(&bomb()).unwrap_err().error, "schema too expensive");
    let deeper =
        bomb().replacen("\"$ref\": \"#/$defs/s0\"", "\"properties\": {\"a\": {\"$ref\": \"#/$defs/s0\"}}", 1);
    assert_eq!(check(&deeper).unwrap_err().error, "schema too expensive");
    assert!(begun.elapsed().as_secs() < 5);
}

#[test]
fn work_that_only_a_document_makes_is_counted_too() {
    // Each level of the document doubles the ways: nothing of it shows in the schema alone.
    let schema = r##"{"anyOf": [{"properties": {"a": {"$ref": "#"}}, "required": ["x"]}, {"properties": {"a": {"$ref": "#"}}, "required": ["y"]}]}"##;
    assert_eq!(check(schema), Ok(()));
    let document = format!("{}1{}", "{\"a\": ".repeat(60), "}".repeat(60));
    let begun = std::time::Instant::now();
    assert_eq!(complaint(schema, &document).0, "schema too expensive");
    assert!(begun.elapsed().as_secs() < 5);
}

#[test]
fn a_large_document_of_a_plain_schema_is_not_too_much_work() {
    let document = format!("[{}1]", "1,".repeat(300_000));
    let schema = Schema::compile(r#"{"items": {"type": "number"}}"#).unwrap();
    assert_eq!(schema.validate(&serde_json::from_str(&document).unwrap(), &document), Ok(()));
}

#[test]
fn a_schema_may_refer_to_itself() {
    let tree = r##"{"properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}}"##;
    assert_eq!(check(tree), Ok(()));
    assert_eq!(
        complaint(tree, r#"{"next": {"next": {"n": "x"}}}"#),
        ("'x' is not of type 'integer'".to_owned(), "deque(['next', 'next', 'n'])".to_owned())
    );
    assert_eq!(check(r##"{"$ref": "#"}"##), Ok(()));
}
