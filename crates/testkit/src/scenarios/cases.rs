//! The forms of recorded seeds and cases.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A message that a service takes in before the recorded requests.
#[derive(Debug, Clone, Deserialize)]
pub struct Seed {
    /// Its name: `h01`.
    pub seed: String,
    /// What it is for.
    pub kind: CaseKind,
    /// By how many hours the last check-in is moved back after loading.
    #[serde(default)]
    pub age_hours: i64,
    /// Of a message of a downstream application: which one (a header).
    #[serde(default)]
    pub application: Option<String>,
    /// The message; absent when [`message_raw`](Self::message_raw) is what was sent.
    #[serde(default)]
    pub message: Option<Value>,
    /// A message that is no JSON.
    #[serde(default)]
    pub message_raw: Option<String>,
}

/// What a recorded message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// Loaded before the HTTP cases.
    Seed,
    /// An ingest case only.
    Case,
    /// What a downstream application knows of seeded hosts; `{h01}` in it is the id of that host.
    AppData,
}

/// One HTTP request and its answer.
#[derive(Debug, Clone, Deserialize)]
pub struct HttpCase {
    /// Its place in the whole recording; numbers are left out.
    pub seq: u32,
    /// Its name: `list-tags-004`.
    pub id: String,
    /// What it does to the database.
    pub phase: Phase,
    /// What was asked.
    pub request: Request,
    /// What was answered.
    pub response: Response,
}

/// What a case does to the database, in the order of the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Makes what the others read.
    Setup,
    /// Nothing.
    Read,
    /// Changes it; the next one builds on that.
    Mutate,
}

/// A recorded HTTP request.
#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// Path and query with names (`{h01}`, `{g:alpha}`) for ids; absent where a service makes up no ids.
    #[serde(default)]
    pub path_template: Option<String>,
    /// Path and query as sent.
    pub path: String,
    /// The entry of [`Ids::identities`](super::Ids::identities) that was sent; absent: none was.
    #[serde(default)]
    pub identity: Option<String>,
    /// As sent, with the identity.
    pub headers: BTreeMap<String, String>,
    /// The body with names for ids.
    #[serde(default, deserialize_with = "text_or_json")]
    pub body_template: Option<String>,
    /// The body as sent.
    #[serde(default, deserialize_with = "text_or_json")]
    pub body: Option<String>,
}

impl Request {
    /// Path and query, with names for ids where there are any.
    pub fn path_template(&self) -> &str {
        self.path_template.as_deref().unwrap_or(&self.path)
    }

    /// The body, with names for ids where there are any.
    pub fn body_template(&self) -> Option<&str> {
        self.body_template.as_deref().or(self.body.as_deref())
    }
}

/// A recorded HTTP answer.
#[derive(Debug, Clone, Deserialize)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Absent: the header was.
    #[serde(default)]
    pub content_type: Option<String>,
    /// The body, when it was JSON.
    #[serde(default, deserialize_with = "present")]
    pub json: Option<Value>,
    /// The body, when it was not.
    #[serde(default)]
    pub text: Option<String>,
}

/// One message to the inventory and what became of it.
#[derive(Debug, Clone, Deserialize)]
pub struct IngestCase {
    /// Its place in the whole recording.
    pub seq: u32,
    /// Its name: `ingest-h01`.
    pub id: String,
    /// What it is for.
    pub kind: CaseKind,
    /// The seed that it sends.
    pub seed: String,
    /// Of a message of a downstream application: which one (a header).
    #[serde(default)]
    pub application: Option<String>,
    /// The message.
    #[serde(default)]
    pub message: Option<Value>,
    /// A message that is no JSON.
    #[serde(default)]
    pub message_raw: Option<String>,
    /// Whether it was accepted.
    pub outcome: ExpectedOutcome,
    /// What went to the event topic.
    #[serde(default)]
    pub events: Vec<Produced>,
    /// What went to the notification topic.
    #[serde(default)]
    pub notifications: Vec<Produced>,
}

/// What became of a message.
#[derive(Debug, Clone, Deserialize)]
pub struct ExpectedOutcome {
    /// Accepted.
    pub ok: bool,
    /// `created` or `updated`.
    #[serde(default)]
    pub event_type: Option<String>,
    /// The id of the host.
    #[serde(default)]
    pub id: Option<String>,
    /// The name of the error, in the words of the original.
    #[serde(default)]
    pub error_class: Option<String>,
    /// Its text.
    #[serde(default)]
    pub detail: Option<String>,
}

/// A message that the service produced.
#[derive(Debug, Clone, Deserialize)]
pub struct Produced {
    /// `events` or `notifications`.
    pub topic: String,
    /// Its key.
    #[serde(default)]
    pub key: Option<String>,
    /// Its headers; null as the original had it.
    pub headers: BTreeMap<String, Option<String>>,
    /// Its payload.
    pub event: Value,
}

/// Tells a body `null` from no body.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A body is recorded as its text, or as JSON where the recorder had only that.
fn text_or_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        json => Some(json.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_null_is_not_an_absent_body() {
        let response = |value| serde_json::from_value::<Response>(value).unwrap();
        assert_eq!(response(json!({"status": 200, "json": null})).json, Some(Value::Null));
        assert_eq!(response(json!({"status": 204})).json, None);
    }

    #[test]
    fn a_request_without_templates_is_sent_as_it_was() {
        let request: Request = serde_json::from_value(json!({
            "method": "POST", "path": "/x", "identity": null, "headers": {}, "body": {"a": 1}
        }))
        .unwrap();
        assert_eq!(request.path_template(), "/x");
        assert_eq!(request.body_template(), Some(r#"{"a":1}"#));
    }
}
