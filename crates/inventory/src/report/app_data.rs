//! What applications say of hosts, as messages (contract inventory-events §8).

use fleet::AppData;
use ground::{HostId, OrgId, Timestamp, any_uuid};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::applications::{AppField, Application, FieldKind, POLICIES_COUNT};

/// The header that names the application.
pub const APPLICATION_HEADER: &str = "application";

/// A message that was read.
#[derive(Debug, PartialEq)]
pub struct AppMessage {
    /// Who sent it.
    pub application: Application,
    /// What it says of the hosts whose data are good.
    pub data: AppData,
    /// The hosts whose data are not, with the reason.
    pub refused: Vec<(HostId, String)>,
}

/// Why a message was dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppMessageError {
    /// Nobody knows what it is about.
    #[error("Missing 'application' header")]
    NoApplication,
    /// Nobody knows that application.
    #[error("'{0}' is not a valid ConsumerApplication")]
    UnknownApplication(String),
    /// It has not the form of such a message.
    #[error("{problem}")]
    Invalid {
        /// Who sent it.
        application: Application,
        /// What is wrong.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    org_id: String,
    timestamp: String,
    hosts: Vec<Host>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Host {
    id: String,
    data: Map<String, Value>,
}

/// Reads a message: its header `application` and its body.
pub fn read(application: Option<&[u8]>, payload: &[u8]) -> Result<AppMessage, AppMessageError> {
    let name = application.filter(|name| !name.is_empty()).ok_or(AppMessageError::NoApplication)?;
    let name = String::from_utf8_lossy(name);
    let application = Application::named(&name)
        .ok_or_else(|| AppMessageError::UnknownApplication(name.chars().take(100).collect()))?;
    let invalid = |problem: String| AppMessageError::Invalid { application, problem };
    let document: Document = serde_json::from_slice(payload).map_err(|error| invalid(error.to_string()))?;
    let org = OrgId::parse(&document.org_id).map_err(|error| invalid(format!("org_id: {error}")))?;
    let reported =
        Timestamp::parse(&document.timestamp).map_err(|error| invalid(format!("timestamp: {error}")))?;

    let (mut hosts, mut refused) = (Vec::with_capacity(document.hosts.len()), Vec::new());
    for Host { id, data } in document.hosts {
        let id = any_uuid(&id).ok_or_else(|| invalid(format!("hosts: `{id}` is no UUID")))?;
        match values(application, &data) {
            Ok(values) => hosts.push((HostId(id), values)),
            Err(problem) => refused.push((HostId(id), problem)),
        }
    }
    let defaults = match application {
        Application::Compliance => Map::from_iter([(POLICIES_COUNT.to_owned(), json!(0))]),
        _ => Map::new(),
    };
    let data = AppData { org, application: application.name(), reported, defaults, hosts };
    Ok(AppMessage { application, data, refused })
}

/// The values that the record keeps; members that nobody knows are ignored.
pub(crate) fn values(
    application: Application,
    data: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut values = Map::new();
    for field in application.fields().iter().filter(|field| field.name != POLICIES_COUNT) {
        let Some(given) = data.get(field.name) else { continue };
        let value = value(field, given).map_err(|problem| format!("{}: {problem}", field.name))?;
        if field.kind == FieldKind::Policies {
            values.insert(POLICIES_COUNT.to_owned(), json!(value.as_array().map_or(0, Vec::len)));
        }
        values.insert(field.name.to_owned(), value);
    }
    Ok(values)
}

/// A value as the record keeps it: times in microseconds.
fn value(field: &AppField, given: &Value) -> Result<Value, String> {
    if given.is_null() {
        return Ok(Value::Null);
    }
    let text = || given.as_str().ok_or_else(|| "not a text".to_owned());
    Ok(match field.kind {
        FieldKind::Number => json!(whole_number(given).ok_or("not a whole number of 32 bits")?),
        FieldKind::Moment => {
            let at = Timestamp::parse(text()?).map_err(|error| error.to_string())?;
            json!(at.micros())
        }
        FieldKind::Text(most) => json!(bounded(text()?, most)?),
        FieldKind::Uuid => json!(any_uuid(text()?).ok_or("not a UUID")?),
        FieldKind::Policies => {
            let policies = given.as_array().ok_or("not a list")?;
            policies.iter().map(policy).collect::<Result<Vec<_>, _>>()?.into()
        }
    })
}

/// As the original reads it: a number, or a text with one; what is behind the point is cut off.
fn whole_number(given: &Value) -> Option<i32> {
    match given {
        Value::Number(number) => {
            let cut = number.as_f64()?.trunc();
            (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&cut).then_some(cut as i32)
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn bounded(text: &str, most: usize) -> Result<&str, String> {
    if text.chars().count() > most {
        return Err(format!("longer than {most} characters"));
    }
    if text.contains('\0') {
        return Err("has the character NUL".to_owned());
    }
    Ok(text)
}

fn policy(given: &Value) -> Result<Value, String> {
    let text =
        |name: &str| given.get(name).and_then(Value::as_str).ok_or_else(|| format!("no text `{name}`"));
    let (id, name) = (text("id")?, bounded(text("name")?, 255)?);
    let id = any_uuid(id).filter(|_| id.contains('-')).ok_or_else(|| format!("`{id}` is no UUID"))?;
    Ok(json!({"id": id, "name": name}))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

    fn message(application: &str, data: &Value) -> Result<AppMessage, AppMessageError> {
        let body = json!({"org_id": "o", "timestamp": "2026-11-20T12:00:00+00:00", "hosts": [{"id": HOST, "data": data}]});
        read(Some(application.as_bytes()), body.to_string().as_bytes())
    }

    fn kept(application: &str, data: &Value) -> Result<Value, String> {
        let mut message = message(application, data).unwrap();
        match message.data.hosts.pop() {
            Some((_, values)) => Ok(Value::Object(values)),
            None => Err(message.refused.remove(0).1),
        }
    }

    #[test]
    fn the_header_names_an_application_that_is_known() {
        let body = br#"{"org_id": "o", "timestamp": "2026-11-20T12:00:00Z", "hosts": []}"#;
        assert_eq!(read(None, body), Err(AppMessageError::NoApplication));
        assert!(read(None, body).unwrap_err().to_string().contains("Missing 'application'"));
        let unknown = read(Some(b"image_builder"), body).unwrap_err();
        assert_eq!(unknown.to_string(), "'image_builder' is not a valid ConsumerApplication");
        assert!(read(Some(b"malware"), body).unwrap().data.hosts.is_empty());
    }

    #[test]
    fn a_message_has_its_three_members_and_no_others() {
        for body in [
            r#"{"org_id": "o", "timestamp": "2026-11-20T12:00:00Z"}"#,
            r#"{"org_id": "", "timestamp": "2026-11-20T12:00:00Z", "hosts": []}"#,
            r#"{"org_id": "o", "timestamp": "today", "hosts": []}"#,
            r#"{"org_id": "o", "timestamp": "2026-11-20T12:00:00Z", "hosts": [], "more": 1}"#,
            r#"{"org_id": "o", "timestamp": "2026-11-20T12:00:00Z", "hosts": [{"id": "x", "data": {}}]}"#,
            r#"{"org_id": "o", "timestamp": "2026-11-20T12:00:00Z", "hosts": [{"data": {}}]}"#,
            "null",
            "{",
            "\u{fffd}",
        ] {
            let refused = read(Some(b"advisor"), body.as_bytes());
            assert!(matches!(refused, Err(AppMessageError::Invalid { .. })), "{body}");
        }
    }

    #[test]
    fn values_are_kept_as_they_are_compared_and_unknown_members_are_ignored() {
        let advisor = json!({"recommendations": 5, "incidents": null, "critical": "7", "low": 1.9, "x": 1});
        let expected = json!({"recommendations": 5, "incidents": null, "critical": 7, "low": 1});
        assert_eq!(kept("advisor", &advisor), Ok(expected));
        let at = 1_700_000_000_000_000_i64;
        let compliance =
            json!({"policies": [{"id": HOST, "name": "p"}], "last_scan": "2023-11-14T22:13:20Z"});
        let expected = json!({"last_scan": at, "policies": [{"id": HOST, "name": "p"}], "policies_count": 1});
        assert_eq!(kept("compliance", &compliance), Ok(expected));
        assert_eq!(
            kept("compliance", &json!({"policies": null, "policies_count": 9})).unwrap()["policies_count"],
            0
        );
    }

    #[test]
    fn a_host_whose_data_are_wrong_is_left_out_alone() {
        for (application, data) in [
            ("advisor", json!({"recommendations": "many"})),
            ("advisor", json!({"recommendations": 2_147_483_648_i64})),
            ("advisor", json!({"recommendations": true})),
            ("patch", json!({"template_name": "x".repeat(256)})),
            ("patch", json!({"template_name": "a\u{0}"})),
            ("patch", json!({"template_uuid": "x"})),
            ("malware", json!({"last_scan": 7})),
            ("malware", json!({"last_status": "x".repeat(51)})),
            ("compliance", json!({"policies": [{"id": HOST.replace('-', ""), "name": "p"}]})),
            ("compliance", json!({"policies": {}})),
        ] {
            assert!(kept(application, &data).is_err(), "{application}: {data}");
        }
    }
}
