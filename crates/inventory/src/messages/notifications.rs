//! What people are told (contract inventory-events §10).

mod validation_error;

use std::time::Instant;

use bus::Message;
use fleet::Tags;
use ground::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap};
use uuid::Uuid;

use super::{events::Shown, outlet::Outlet};

/// Makes notifications.
#[derive(Debug, Clone)]
pub struct Notifications {
    /// Where they go.
    pub outlet: Outlet,
    /// The host name of the pages, for links to hosts.
    pub console: String,
}

/// What a notification has besides its content.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// The request that caused it; without one there is no such header.
    pub request_id: Option<&'a str>,
    /// A random id of this notification.
    pub message_id: Uuid,
    /// Now.
    pub now: Timestamp,
}

impl Notifications {
    /// A host was created.
    pub fn new_system_registered(
        &self,
        shown: Shown<'_>,
        sending: Sending<'_>,
    ) -> serde_json::Result<Message> {
        let host = shown.host;
        let context = Context { host_url: Some(self.url(shown)), ..Context::of(shown) };
        let payload = Payload {
            reporter: Some(&host.times.reporter),
            system_check_in: Some(host.created.to_string()),
            ..Payload::of(shown)
        };
        self.message("new-system-registered", Some(host.org.as_str()), &context, &payload, sending)
    }

    /// A host was deleted.
    pub fn system_deleted(&self, shown: Shown<'_>, sending: Sending<'_>) -> serde_json::Result<Message> {
        let org = shown.host.org.as_str();
        self.message("system-deleted", Some(org), &Context::of(shown), &Payload::of(shown), sending)
    }

    /// A host has not reported for so long that it is stale.
    pub fn system_became_stale(&self, shown: Shown<'_>, sending: Sending<'_>) -> serde_json::Result<Message> {
        let context = Context { host_url: Some(self.url(shown)), ..Context::of(shown) };
        let org = shown.host.org.as_str();
        self.message("system-became-stale", Some(org), &context, &Payload::of(shown), sending)
    }

    /// The page of a host.
    fn url(&self, shown: Shown<'_>) -> String {
        format!("https://{}/insights/inventory/{}", self.console, shown.host.id)
    }

    fn message(
        &self,
        event_type: &'static str,
        org_id: impl Serialize,
        context: &impl Serialize,
        payload: &impl Serialize,
        sending: Sending<'_>,
    ) -> serde_json::Result<Message> {
        let began = Instant::now();
        let body = Notification {
            org_id,
            application: "inventory",
            bundle: "rhel",
            context,
            events: [Event { metadata: Nothing {}, payload }],
            event_type,
            timestamp: sending.now.to_string(),
        };
        let payload = serde_json::to_vec(&body)?;
        metrics::histogram!("notification_serialization_seconds", "notification_type" => event_type)
            .record(began.elapsed());
        let mut message = self.outlet.message(payload).with_header("event_type", event_type);
        if let Some(request_id) = sending.request_id {
            message = message.with_header("request_id", request_id);
        }
        Ok(message
            .with_header("producer", &*self.outlet.producer)
            .with_header("rh-message-id", sending.message_id.to_string()))
    }
}

#[derive(Serialize)]
struct Notification<'a, O, C, P> {
    org_id: O,
    application: &'static str,
    bundle: &'static str,
    context: &'a C,
    events: [Event<'a, P>; 1],
    event_type: &'static str,
    timestamp: String,
}

#[derive(Serialize)]
struct Event<'a, P> {
    metadata: Nothing,
    payload: &'a P,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Context<'a> {
    inventory_id: Uuid,
    hostname: &'a str,
    display_name: &'a str,
    rhel_version: String,
    #[serde(serialize_with = "nested")]
    tags: &'a Tags,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_url: Option<String>,
}

impl<'a> Context<'a> {
    fn of(shown: Shown<'a>) -> Self {
        let rhel = shown.os().filter(|os| os.name.eq_ignore_ascii_case("rhel"));
        Self {
            inventory_id: shown.host.id.0,
            hostname: shown.host.canonical_facts.fqdn.as_deref().unwrap_or_default(),
            display_name: &shown.host.display_name,
            rhel_version: rhel.map(|os| format!("{}.{}", os.major, os.minor)).unwrap_or_default(),
            tags: &shown.host.tags,
            host_url: None,
        }
    }
}

#[derive(Serialize)]
struct Payload<'a> {
    groups: Vec<Group<'a>>,
    /// All zeros when unknown.
    insights_id: Uuid,
    subscription_manager_id: &'a str,
    satellite_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reporter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_check_in: Option<String>,
}

#[derive(Serialize)]
struct Group<'a> {
    id: Uuid,
    name: &'a str,
}

impl<'a> Payload<'a> {
    fn of(shown: Shown<'a>) -> Self {
        let facts = &shown.host.canonical_facts;
        Self {
            groups: shown
                .host
                .group
                .iter()
                .map(|group| Group { id: group.id.0, name: &group.name })
                .collect(),
            insights_id: facts.insights_id.unwrap_or_default(),
            subscription_manager_id: facts.subscription_manager_id.as_deref().unwrap_or_default(),
            satellite_id: facts.satellite_id.as_deref().unwrap_or_default(),
            reporter: None,
            system_check_in: None,
        }
    }
}

/// Tags as objects: namespace, key, list of values.
fn nested<S: Serializer>(tags: &Tags, serializer: S) -> Result<S::Ok, S::Error> {
    struct Keys<'a>(&'a fleet::Keys);

    impl Serialize for Keys<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(key, values)| (key, values)))
        }
    }

    let mut object = serializer.serialize_map(None)?;
    for (namespace, keys) in tags.namespaces() {
        object.serialize_entry(namespace, &Keys(keys))?;
    }
    object.end()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::messages::sample;

    fn notifications() -> Notifications {
        let outlet = Outlet { topic: "notifications".into(), producer: "node".into() };
        Notifications { outlet, console: "console.example.com".into() }
    }

    fn sending(request_id: Option<&str>) -> Sending<'_> {
        Sending { request_id, message_id: Uuid::nil(), now: Timestamp::default() }
    }

    fn body(message: &Message) -> Value {
        serde_json::from_slice(&message.payload).unwrap()
    }

    #[test]
    fn a_new_system_is_told_with_a_link() {
        let host = sample::host();
        let shown = Shown { host: &host, profile: &sample::profile(sample::PROFILE) };
        let message = notifications().new_system_registered(shown, sending(Some("r"))).unwrap();
        assert_eq!(
            body(&message),
            json!({
                "org_id": "o", "application": "inventory", "bundle": "rhel",
                "context": {
                    "inventory_id": sample::ID, "hostname": "h.example.com", "display_name": "name",
                    "rhel_version": "9.10", "tags": {"z": {"k": ["2", "1"]}, "null": {"flag": []}},
                    "host_url": format!("https://console.example.com/insights/inventory/{}", sample::ID),
                },
                "events": [{"metadata": {}, "payload": {
                    "groups": [{"id": sample::ID, "name": "Ungrouped Hosts"}],
                    "insights_id": "00000000-0000-0000-0000-000000000000", "subscription_manager_id": "s",
                    "satellite_id": "", "reporter": "puptoo", "system_check_in": "1970-01-01T00:00:00+00:00",
                }}],
                "event_type": "new-system-registered", "timestamp": "1970-01-01T00:00:00+00:00",
            })
        );
        let names: Vec<_> = message.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["event_type", "request_id", "producer", "rh-message-id"]);
        assert_eq!(message.key, None);
    }

    #[test]
    fn a_deleted_system_has_no_link_and_no_reporter() {
        let host = sample::host();
        let shown = Shown { host: &host, profile: &sample::profile("{}") };
        let message = notifications().system_deleted(shown, sending(None)).unwrap();
        let body = body(&message);
        assert_eq!(body["event_type"], "system-deleted");
        assert_eq!(body["context"].get("host_url"), None);
        assert_eq!(body["context"]["rhel_version"], "");
        assert_eq!(body["events"][0]["payload"].get("reporter"), None);
        assert_eq!(message.header("request_id"), None);
    }

    #[test]
    fn a_stale_system_has_a_link_and_no_reporter() {
        let host = sample::host();
        let shown = Shown { host: &host, profile: &sample::profile(sample::PROFILE) };
        let message = notifications().system_became_stale(shown, sending(None)).unwrap();
        let body = body(&message);
        assert_eq!(body["event_type"], "system-became-stale");
        assert_eq!(
            body["context"]["host_url"],
            format!("https://console.example.com/insights/inventory/{}", sample::ID)
        );
        let payload: Vec<_> = body["events"][0]["payload"].as_object().unwrap().keys().collect();
        assert_eq!(payload, ["groups", "insights_id", "satellite_id", "subscription_manager_id"]);
        assert_eq!(message.header("event_type"), Some("system-became-stale".as_bytes()));
    }

    #[test]
    fn only_rhel_has_a_rhel_version() {
        let host = sample::host();
        for (name, version) in [("rhel", "9.10"), ("CentOS Linux", "")] {
            let profile = sample::profile(&sample::PROFILE.replace("RHEL", name));
            let message = notifications()
                .system_deleted(Shown { host: &host, profile: &profile }, sending(None))
                .unwrap();
            assert_eq!(body(&message)["context"]["rhel_version"], version);
        }
    }
}
