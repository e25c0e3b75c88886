//! The envelope in which reports arrive on the host-ingress and system-profile topics
//! (contract inventory-events §2.1, §2.2).

use legacy::{Json, Members};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{
    document::HostDocument,
    fields::{BAD_INPUT, MISSING, NO_OBJECT, NO_TEXT, NULL},
    problem::Problems,
    raw_object::RawObject,
    sanitise::{LoneSurrogate, sanitise},
};

/// A message taken apart. The profile inside `data` stays unread.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// What to do; any text, as it means nothing.
    pub operation: String,
    /// The host.
    pub data: HostDocument,
    /// The sender's metadata to the letter, an object: events repeat it. `{}` when none was sent.
    pub metadata: Box<str>,
    /// The request's id, from the metadata.
    pub request_id: Option<String>,
    /// The sender's identity, from the metadata: base64.
    pub b64_identity: Option<String>,
    /// The members of `operation_args`.
    pub operation_args: Members,
}

/// Why a message was dropped: nobody can be told, as it does not say who sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// It is not JSON.
    #[error("the message is not JSON: {0}")]
    NotJson(String),
    /// It is JSON with a text that is not Unicode.
    #[error("the message has half of a surrogate pair at byte {0}, send whole characters")]
    LoneSurrogate(usize),
    /// It is not an envelope; the text is the map of problems.
    #[error("{0}")]
    Envelope(String),
}

/// Takes a message apart. The mark that editors of Windows begin a text with is skipped.
pub fn decode(bytes: &[u8]) -> Result<Envelope, ParseError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let not_json = |problem: &dyn ToString| ParseError::NotJson(problem.to_string());
    let text = std::str::from_utf8(bytes).map_err(|error| not_json(&error))?;
    match usual(text) {
        Some(envelope) => Ok(envelope),
        None => of_any_form(text),
    }
}

/// A message of the usual form, read in one go: a profile of 30 KB would otherwise be looked through four times.
/// `None` for any other; which it is, and what is wrong with it, is found the long way.
fn usual(text: &str) -> Option<Envelope> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Usual<'a> {
        operation: String,
        data: HostDocument,
        #[serde(borrow, default, deserialize_with = "given")]
        platform_metadata: Option<&'a RawValue>,
        #[serde(borrow, default, deserialize_with = "given")]
        operation_args: Option<&'a RawValue>,
    }

    fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Some)
    }

    // Without an escape there is nothing that would have to be taken out.
    if text.as_bytes().contains(&b'\\') {
        return None;
    }
    let Usual { operation, data, platform_metadata, operation_args } = serde_json::from_str(text).ok()?;
    let object = |raw: Option<&RawValue>| match raw.map(RawValue::get) {
        None => Some(Json::Object(Members::new())),
        Some(text) if text.starts_with('{') => serde_json::from_str(text).ok(),
        Some(_) => None,
    };
    let (metadata, arguments) = (object(platform_metadata)?, object(operation_args)?);
    Some(Envelope::of(operation, data, platform_metadata.map(RawValue::get), &metadata, arguments))
}

/// A message of any form.
fn of_any_form(text: &str) -> Result<Envelope, ParseError> {
    let not_json = |problem: &dyn ToString| ParseError::NotJson(problem.to_string());
    // The whole outline is checked before anything is taken out of it.
    let outline: &RawValue = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let clean = sanitise(outline.get()).map_err(|LoneSurrogate { at }| ParseError::LoneSurrogate(at))?;
    if !clean.starts_with('{') {
        return Err(ParseError::Envelope(format!("{{'_schema': ['{BAD_INPUT}']}}")));
    }
    let members = RawObject::read(&clean).map_err(|error| not_json(&error))?;

    let mut problems = Problems::default();
    let operation = members.get("operation");
    match operation.map(|raw| raw.as_bytes().first()) {
        None => problems.refuse("operation", MISSING),
        Some(Some(b'"')) => {}
        Some(Some(b'n')) => problems.refuse("operation", NULL),
        Some(_) => problems.refuse("operation", NO_TEXT),
    }
    if members.get("data").is_none() {
        problems.refuse("data", MISSING);
    }
    for name in ["data", "platform_metadata", "operation_args"] {
        match members.get(name).map(|raw| raw.as_bytes().first()) {
            None | Some(Some(b'{')) => {}
            Some(Some(b'n')) => problems.refuse(name, NULL),
            Some(_) => problems.refuse(name, NO_OBJECT),
        }
    }
    for (name, _) in &members.0 {
        if !matches!(name.as_str(), "operation" | "data" | "platform_metadata" | "operation_args") {
            problems.refuse(name.as_str(), "Unknown field.");
        }
    }
    if !problems.is_empty() {
        return Err(ParseError::Envelope(problems.to_string()));
    }

    let read = |name: &str| -> Result<Json, ParseError> {
        serde_json::from_str(members.get(name).unwrap_or("{}")).map_err(|error| not_json(&error))
    };
    Ok(Envelope::of(
        serde_json::from_str(operation.unwrap_or("\"\"")).map_err(|error| not_json(&error))?,
        serde_json::from_str(members.get("data").unwrap_or("{}")).map_err(|error| not_json(&error))?,
        members.get("platform_metadata"),
        &read("platform_metadata")?,
        read("operation_args")?,
    ))
}

impl Envelope {
    /// An envelope from its parts; `raw` is the text of the metadata.
    fn of(
        operation: String,
        data: HostDocument,
        raw: Option<&str>,
        metadata: &Json,
        arguments: Json,
    ) -> Self {
        let text_of = |name: &str| metadata.get(name).and_then(Json::as_text).map(str::to_owned);
        Self {
            operation,
            data,
            request_id: text_of("request_id"),
            b64_identity: text_of("b64_identity").filter(|identity| !identity.is_empty()),
            metadata: match raw {
                Some(raw) if metadata.is_something() => raw.into(),
                _ => "{}".into(),
            },
            operation_args: match arguments {
                Json::Object(members) => members,
                _ => Members::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(json: &str) -> String {
        decode(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn an_envelope_is_taken_apart() {
        let json = r#" {"operation": "", "data": {"org_id": "o", "system_profile": {"arch" : "x"}},
            "platform_metadata": {"request_id": "r", "x" : [1.0]}, "operation_args": {"defer_to_reporter": "puptoo"}} "#;
        let envelope = decode(json.as_bytes()).unwrap();
        assert_eq!(envelope.operation, "");
        assert_eq!(envelope.data.text("org_id"), Some("o"));
        assert_eq!(envelope.data.profile().unwrap().to_string(), r#"{"arch" : "x"}"#);
        assert_eq!(&*envelope.metadata, r#"{"request_id": "r", "x" : [1.0]}"#);
        assert_eq!(envelope.request_id.as_deref(), Some("r"));
        assert_eq!(envelope.b64_identity, None);
        assert_eq!(
            envelope.operation_args,
            [("defer_to_reporter".to_owned(), Json::Text("puptoo".to_owned()))]
        );
    }

    #[test]
    fn the_rest_of_an_envelope_may_be_absent() {
        let envelope = decode(br#"{"operation": "any word", "data": {}, "platform_metadata": { }}"#).unwrap();
        assert_eq!(&*envelope.metadata, "{}");
        assert_eq!((envelope.request_id, envelope.operation_args), (None, Members::new()));
    }

    #[test]
    fn each_key_of_an_envelope_has_its_type() {
        for (json, problems) in [
            ("[]", "{'_schema': ['Invalid input type.']}"),
            (
                "{}",
                "{'operation': ['Missing data for required field.'], 'data': ['Missing data for required field.']}",
            ),
            (
                r#"{"operation": 1, "data": []}"#,
                "{'operation': ['Not a valid string.'], 'data': ['Not a valid mapping type.']}",
            ),
            (
                r#"{"operation": null, "data": null}"#,
                "{'operation': ['Field may not be null.'], 'data': ['Field may not be null.']}",
            ),
            (
                r#"{"operation": "", "data": {}, "platform_metadata": null}"#,
                "{'platform_metadata': ['Field may not be null.']}",
            ),
            (
                r#"{"operation": "", "data": {}, "operation_args": 1}"#,
                "{'operation_args': ['Not a valid mapping type.']}",
            ),
            (r#"{"operation": "", "data": {}, "more": 1}"#, "{'more': ['Unknown field.']}"),
        ] {
            assert_eq!(refused(json), problems, "{json}");
        }
    }

    #[test]
    fn what_is_no_json_is_dropped() {
        for json in ["", "{", "null null", "{\"operation\": NaN}"] {
            assert!(matches!(decode(json.as_bytes()), Err(ParseError::NotJson(_))), "{json}");
        }
        assert!(matches!(decode(b"\xff"), Err(ParseError::NotJson(_))));
        let deep =
            format!(r#"{{"operation": "", "data": {{"a": {}1{}}}}}"#, "[".repeat(200), "]".repeat(200));
        assert!(matches!(decode(deep.as_bytes()), Err(ParseError::NotJson(_))));
    }

    #[test]
    fn half_characters_are_refused_and_nul_is_removed_everywhere() {
        let profile = |text: &str| {
            format!(r#"{{"operation": "", "data": {{"system_profile": {{"arch": "{text}"}}}}}}"#)
        };
        assert!(matches!(decode(profile("\\udce2").as_bytes()), Err(ParseError::LoneSurrogate(_))));
        let envelope = decode(profile("x\\u0000y").as_bytes()).unwrap();
        assert_eq!(envelope.data.profile().unwrap().to_string(), r#"{"arch": "xy"}"#);
    }

    #[test]
    fn the_quick_way_and_the_long_way_read_the_same() {
        let mut read = 0;
        for json in [
            r#"{"operation": "x", "data": {"org_id": "o", "system_profile": {"arch" : "x"}}}"#,
            r#" {"data": {"a": 1, "a": 2}, "operation": "", "platform_metadata": {"request_id": "r", "b64_identity": ""}} "#,
            r#"{"operation": "", "data": {}, "platform_metadata": {}, "operation_args": {"defer_to_reporter": "p"}}"#,
            r#"{"operation": "", "data": {}, "platform_metadata": null}"#,
            r#"{"operation": "", "data": {}, "operation_args": []}"#,
            r#"{"operation": "", "data": {}, "data": {"a": 1}}"#,
            r#"{"operation": "", "data": {}, "more": 1}"#,
            r#"{"operation": null, "data": {}}"#,
            r#"{"operation": "", "data": null}"#,
            r#"{"operation": ""}"#,
            "[]",
        ] {
            let long = of_any_form(json);
            if let Some(quick) = usual(json) {
                read += 1;
                assert_eq!(format!("{quick:?}"), format!("{:?}", long.unwrap()), "{json}");
            }
        }
        assert_eq!(read, 3);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }
}
