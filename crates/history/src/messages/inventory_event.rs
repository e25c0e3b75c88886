//! Events of another inventory (contract history §5.2, §7).

use drift_common::is_left_out;
use ground::{HostId, OrgId, Timestamp, any_uuid};
use serde_json::{Map, Value};

use crate::{rules::visible::Group, store::CheckIn};

/// What an event says.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A host was created or updated: it looks like this now.
    HostEvent(Box<HostEvent>),
    /// A host was removed.
    Removed(Removed),
    /// Nothing that history is made of.
    Other,
}

/// A host as an event tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct HostEvent {
    /// Who is told how far the event has come.
    pub payload: Payload,
    /// Its groups; none when they are not known.
    pub groups: Option<Vec<Group>>,
    /// What is said beside the profile; none when it does not say when the machine was last written.
    pub check_in: Option<CheckIn>,
    /// Its profile, with `fqdn` and `tags`.
    pub profile: Map<String, Value>,
    /// When the inventory said so.
    pub at: Option<Timestamp>,
    /// Whether it is of a system that has no history.
    pub left_out: bool,
}

/// A host that was removed.
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    /// Who is told how far the event has come.
    pub payload: Payload,
    /// When the inventory said so.
    pub at: Option<Timestamp>,
}

/// Whose host an event is about, and the request that caused it.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    /// The organisation.
    pub org: OrgId,
    /// The account number.
    pub account: Option<String>,
    /// The host.
    pub host: HostId,
    /// The id of the request.
    pub request_id: Option<String>,
}

/// An event that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadEvent {
    /// It is no JSON object.
    #[error("the event is not a JSON object")]
    NotJson,
    /// A member that it must have is not there, or of no use.
    #[error("the event has no usable `{0}`")]
    Lacks(&'static str),
}

/// Reads a message.
pub fn read(bytes: &[u8]) -> Result<Event, BadEvent> {
    let Ok(Value::Object(mut event)) = serde_json::from_slice(bytes) else { return Err(BadEvent::NotJson) };
    let at = text(&event, "timestamp").and_then(|text| Timestamp::parse(text).ok());
    match text(&event, "type") {
        Some("created" | "updated") => {
            let metadata = event.get("platform_metadata").and_then(Value::as_object);
            let of_metadata = metadata.and_then(|metadata| text(metadata, "request_id")).map(str::to_owned);
            let Some(Value::Object(mut host)) = event.remove("host") else {
                return Err(BadEvent::Lacks("host"));
            };
            let payload = payload(&host, "host.id", "host.org_id", of_metadata)?;
            let Some(Value::Object(mut profile)) = host.remove("system_profile") else {
                return Err(BadEvent::Lacks("host.system_profile"));
            };
            for copied in ["fqdn", "tags"] {
                profile.insert(copied.to_owned(), host.remove(copied).unwrap_or(Value::Null));
            }
            let groups = groups(host.get("groups"));
            let display_name = text(&host, "display_name").map(str::to_owned);
            let check_in = text(&host, "updated").map(|at| CheckIn { updated: at.to_owned(), display_name });
            let left_out = is_left_out(&profile);
            Ok(Event::HostEvent(Box::new(HostEvent { payload, groups, check_in, profile, at, left_out })))
        }
        Some("delete") => {
            let request_id = text(&event, "request_id").map(str::to_owned);
            Ok(Event::Removed(Removed { payload: payload(&event, "id", "org_id", request_id)?, at }))
        }
        _ => Ok(Event::Other),
    }
}

fn payload(
    host: &Map<String, Value>,
    id: &'static str,
    org: &'static str,
    request_id: Option<String>,
) -> Result<Payload, BadEvent> {
    let found = text(host, "id").and_then(any_uuid).ok_or(BadEvent::Lacks(id))?;
    let org = text(host, "org_id").and_then(|org| OrgId::parse(org).ok()).ok_or(BadEvent::Lacks(org))?;
    let account = text(host, "account").map(str::to_owned);
    Ok(Payload { org, account, host: HostId(found), request_id })
}

/// Id and name of each group. The group of hosts without one is none.
fn groups(value: Option<&Value>) -> Option<Vec<Group>> {
    let list = value?.as_array()?.iter().filter_map(Value::as_object);
    let named = list.filter(|group| group.get("ungrouped") != Some(&Value::Bool(true)));
    let group = |group: &Map<String, Value>| {
        let name = text(group, "name").unwrap_or_default().to_owned();
        Some(Group { id: text(group, "id")?.to_owned(), name })
    };
    Some(named.filter_map(group).collect())
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    // No column takes a NUL, and no id or name has one.
    members.get(name).and_then(Value::as_str).filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HOST: &str = "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9";

    fn of(event: &Value) -> Result<Event, BadEvent> {
        read(event.to_string().as_bytes())
    }

    fn told() -> Value {
        json!({"type": "updated", "timestamp": "2026-11-21T19:55:28+00:00",
            "platform_metadata": {"request_id": "r1"},
            "host": {"id": HOST, "org_id": "o", "account": null, "fqdn": "web", "tags": [{"key": "k"}],
                "groups": [{"id": "a", "name": "x", "org_id": "o"}, {"id": "u", "name": "Ungrouped Hosts", "ungrouped": true}],
                "system_profile": {"arch": "x86_64"}}})
    }

    #[test]
    fn a_host_is_told_of_with_its_name_and_tags_in_its_profile() {
        let Ok(Event::HostEvent(told)) = of(&told()) else { panic!("told") };
        assert_eq!(told.payload.request_id.as_deref(), Some("r1"));
        assert_eq!(told.groups, Some(vec![Group { id: "a".to_owned(), name: "x".to_owned() }]));
        assert_eq!(
            Value::Object(told.profile),
            json!({"arch": "x86_64", "fqdn": "web", "tags": [{"key": "k"}]})
        );
        assert!(told.at.is_some() && !told.left_out);
    }

    #[test]
    fn what_is_not_needed_may_be_missing() {
        let mut event = told();
        for (place, name) in
            [("", "platform_metadata"), ("", "timestamp"), ("/host", "tags"), ("/host", "groups")]
        {
            event.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(name);
        }
        let Ok(Event::HostEvent(told)) = of(&event) else { panic!("told") };
        assert_eq!((told.groups, told.at, told.payload.request_id), (None, None, None));
    }

    #[test]
    fn what_is_needed_is_named_when_it_is_missing() {
        for (name, lacking) in
            [("id", "host.id"), ("org_id", "host.org_id"), ("system_profile", "host.system_profile")]
        {
            for value in [json!(null), json!(5)] {
                let mut event = told();
                event["host"][name] = value;
                assert_eq!(of(&event), Err(BadEvent::Lacks(lacking)));
            }
        }
        assert_eq!(of(&json!({"type": "created", "host": null})), Err(BadEvent::Lacks("host")));
        assert_eq!(of(&json!({"type": "delete", "org_id": "o"})), Err(BadEvent::Lacks("id")));
    }

    #[test]
    fn messages_of_other_kinds_are_let_pass_and_nonsense_is_an_error() {
        for event in [json!({}), json!({"type": null}), json!({"type": "imported"})] {
            assert_eq!(of(&event), Ok(Event::Other), "{event}");
        }
        for bytes in [&b""[..], b"null", b"[]", b"\xff", b"{\"type\": \"created\""] {
            assert_eq!(read(bytes), Err(BadEvent::NotJson));
        }
    }

    #[test]
    fn a_removal_needs_host_and_organisation_only() {
        let Ok(Event::Removed(removed)) = of(&json!({"type": "delete", "id": HOST, "org_id": "o"})) else {
            panic!("removed")
        };
        assert_eq!(removed.payload.host.to_string(), HOST);
    }

    #[test]
    fn some_systems_have_no_history() {
        let mut event = told();
        event["host"]["system_profile"]["operating_system"] = json!({"name": "CentOS Linux", "major": 7});
        assert!(matches!(of(&event), Ok(Event::HostEvent(told)) if told.left_out));
    }
}
