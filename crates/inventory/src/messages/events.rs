//! Host events: `created`, `updated` and `delete` (contract inventory-events §9).

mod host;
mod shown;

use std::time::Instant;

use bus::Message;
use fleet::{Origin, Staleness};
use ground::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use self::host::EventHost;
pub use self::shown::Shown;
use super::{object_text::ObjectText, outlet::Outlet};

/// Which of the two events with the whole host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The host is new.
    Created,
    /// It was there before.
    Updated,
}

impl Change {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
        }
    }
}

/// Makes host events.
#[derive(Debug, Clone)]
pub struct Events {
    /// Where they go.
    pub outlet: Outlet,
}

impl Events {
    /// The event of a host that was created or updated (contract §9.2, §9.3). Fails when the metadata of the origin is
    /// not the text of a JSON value.
    pub fn changed(
        &self,
        change: Change,
        shown: Shown<'_>,
        staleness: Staleness,
        origin: &Origin,
        now: Timestamp,
    ) -> serde_json::Result<Message> {
        let began = Instant::now();
        let host = EventHost::text(shown, staleness)?;
        let mut payload = ObjectText::with_room(host.len() + 2_048);
        payload.add(&Kind { kind: change.name() })?;
        payload.add_json("host", &host);
        payload.add(&Sent {
            timestamp: now.to_string(),
            platform_metadata: metadata(origin)?,
            metadata: Metadata { request_id: origin.request_id.as_deref() },
        })?;
        record_serialized(change.name(), began);
        Ok(self.message(change.name(), shown, origin, payload.finish()))
    }

    /// The event of a host that was deleted (contract §9.4). Fails as [`Events::changed`].
    pub fn deleted(&self, shown: Shown<'_>, origin: &Origin, now: Timestamp) -> serde_json::Result<Message> {
        let began = Instant::now();
        let host = shown.host;
        let payload = serde_json::to_vec(&Deleted {
            id: host.id.0,
            timestamp: now.to_string(),
            kind: "delete",
            account: host.account.as_deref(),
            org_id: host.org.as_str(),
            insights_id: host.canonical_facts.insights_id.unwrap_or_default(),
            request_id: origin.request_id.as_deref(),
            subscription_manager_id: host.canonical_facts.subscription_manager_id.as_deref(),
            initiated_by_frontend: origin.by_frontend,
            platform_metadata: metadata(origin)?,
            metadata: Metadata { request_id: origin.request_id.as_deref() },
        })?;
        record_serialized("delete", began);
        Ok(self.message("delete", shown, origin, payload))
    }

    /// Adds the key and the eight headers (contract §9.5).
    fn message(&self, kind: &str, shown: Shown<'_>, origin: &Origin, payload: Vec<u8>) -> Message {
        let host = shown.host;
        let insights_id = host.canonical_facts.insights_id.unwrap_or_default().to_string();
        self.outlet
            .message(payload)
            .with_key(host.id.to_string())
            .with_header("event_type", kind)
            .with_header("request_id", origin.request_id.as_deref().unwrap_or_default())
            .with_header("producer", &*self.outlet.producer)
            .with_header("insights_id", insights_id)
            .with_header("reporter", host.times.reporter.as_str())
            .with_header("host_type", host.host_type.as_str())
            .with_header("os_name", shown.os().map(|os| os.name).unwrap_or_default())
            .with_header("is_bootc", if shown.is_bootc() { "True" } else { "False" })
    }
}

fn record_serialized(kind: &'static str, began: Instant) {
    metrics::histogram!("inventory_event_serialization_seconds", "event_type" => kind)
        .record(began.elapsed());
}

fn metadata(origin: &Origin) -> serde_json::Result<Option<&RawValue>> {
    origin.metadata.as_deref().map(serde_json::from_str).transpose()
}

#[derive(Serialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct Sent<'a> {
    timestamp: String,
    platform_metadata: Option<&'a RawValue>,
    metadata: Metadata<'a>,
}

#[derive(Serialize)]
struct Deleted<'a> {
    id: Uuid,
    timestamp: String,
    #[serde(rename = "type")]
    kind: &'static str,
    account: Option<&'a str>,
    org_id: &'a str,
    /// All zeros when unknown.
    insights_id: Uuid,
    request_id: Option<&'a str>,
    subscription_manager_id: Option<&'a str>,
    initiated_by_frontend: bool,
    platform_metadata: Option<&'a RawValue>,
    metadata: Metadata<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    request_id: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::messages::sample::{self, host};

    fn events() -> Events {
        Events { outlet: Outlet { topic: "events".into(), producer: "node".into() } }
    }

    fn origin() -> Origin {
        Origin {
            request_id: Some("r".into()),
            metadata: Some(r#"{"b64_identity" : "x"}"#.into()),
            by_frontend: true,
        }
    }

    fn headers(message: &Message) -> Vec<(&str, &str)> {
        message.headers.iter().map(|(name, value)| (name.as_str(), str::from_utf8(value).unwrap())).collect()
    }

    #[test]
    fn an_event_has_the_host_the_sender_and_eight_headers() {
        let host = host();
        let shown = Shown { host: &host, profile: &sample::profile(sample::PROFILE) };
        let now = Timestamp::parse("2026-01-02T03:04:05.5Z").unwrap();
        let message = events().changed(Change::Created, shown, Staleness::default(), &origin(), now).unwrap();
        let event: Value = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!(event["type"], "created");
        assert_eq!(event["timestamp"], "2026-01-02T03:04:05.500000+00:00");
        assert_eq!(event["platform_metadata"], json!({"b64_identity": "x"}));
        assert_eq!(event["metadata"], json!({"request_id": "r"}));
        assert_eq!(event["host"]["id"], sample::ID);
        assert_eq!(message.key.as_deref(), Some(sample::ID.as_bytes()));
        assert_eq!(
            headers(&message),
            [
                ("event_type", "created"),
                ("request_id", "r"),
                ("producer", "node"),
                ("insights_id", "00000000-0000-0000-0000-000000000000"),
                ("reporter", "puptoo"),
                ("host_type", "edge"),
                ("os_name", "RHEL"),
                ("is_bootc", "True"),
            ]
        );
    }

    #[test]
    fn what_is_unknown_of_the_sender_is_null_and_an_empty_header() {
        let host = host();
        let shown = Shown { host: &host, profile: &sample::profile("{}") };
        let now = Timestamp::default();
        let message =
            events().changed(Change::Updated, shown, Staleness::default(), &Origin::default(), now).unwrap();
        let event: Value = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!(
            (&event["platform_metadata"], &event["metadata"]),
            (&Value::Null, &json!({"request_id": null}))
        );
        assert_eq!(event["host"]["system_profile"], json!({}));
        assert_eq!(message.header("request_id"), Some(&b""[..]));
        assert_eq!(message.header("os_name"), Some(&b""[..]));
        assert_eq!(message.header("is_bootc"), Some(&b"False"[..]));
    }

    #[test]
    fn a_delete_event_has_exactly_its_eleven_members() {
        let host = host();
        let shown = Shown { host: &host, profile: &sample::profile("{}") };
        let message = events().deleted(shown, &origin(), Timestamp::default()).unwrap();
        let event: Value = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!(
            event,
            json!({
                "id": sample::ID, "timestamp": "1970-01-01T00:00:00+00:00", "type": "delete", "account": null,
                "org_id": "o", "insights_id": "00000000-0000-0000-0000-000000000000", "request_id": "r",
                "subscription_manager_id": "s", "initiated_by_frontend": true,
                "platform_metadata": {"b64_identity": "x"}, "metadata": {"request_id": "r"},
            })
        );
        assert_eq!(message.header("event_type"), Some(&b"delete"[..]));
    }

    #[test]
    fn damaged_metadata_gives_an_error_and_no_event() {
        let host = host();
        let shown = Shown { host: &host, profile: &sample::profile("{}") };
        let origin = Origin { metadata: Some("[".into()), ..Origin::default() };
        assert!(events().deleted(shown, &origin, Timestamp::default()).is_err());
        let changed =
            events().changed(Change::Updated, shown, Staleness::default(), &origin, Timestamp::default());
        assert!(changed.is_err());
    }
}
