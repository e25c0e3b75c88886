//! Log records with the texts and members of the original (contract inventory-events §18).
//!
//! Those that tell of each host and message have the target `inventory::hosts`: the binary switches it on with the form of records that
//! pipelines of the original read. While it is off nothing of them is made.

use std::{fmt, sync::OnceLock};

use base64::prelude::{BASE64_STANDARD, Engine};
use bus::Message;
use fleet::Host;
use ground::{HostId, OrgId};
use legacy::Json;
use serde_json::{Map, Value, json, value::RawValue};

use crate::report::envelope::{Envelope, ParseError};

/// What records say beside what happened.
#[derive(Debug, Clone)]
pub struct Style {
    /// Top-level facts of profiles that records have.
    pub profile_fields: Vec<String>,
    /// Whether permissions are checked: `RBAC` or `None`.
    pub access_rule: &'static str,
}

static STYLE: OnceLock<Style> = OnceLock::new();

/// Longest text of somebody else in a record.
const MOST_BYTES: usize = 4_000;

/// Says once what records are like; without it they have no facts of profiles.
pub fn set_style(style: Style) {
    let _ = STYLE.set(style);
}

fn access_rule() -> &'static str {
    STYLE.get().map_or("RBAC", |style| style.access_rule)
}

/// The beginning of a text that others wrote, as much as a record may hold of it.
pub(crate) fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_BYTES)]
}

/// A message is taken in.
pub(crate) fn attempt(envelope: &Envelope) {
    tracing::info!(
        target: "inventory::hosts",
        request_id = envelope.request_id, org_id = envelope.data.text("org_id"),
        account_number = envelope.data.text("account"), input_host = %input_host(envelope),
        access_rule = access_rule(), auth_type = auth_type(envelope),
        "Attempting to add host"
    );
}

/// A host was created or updated; `result` says which.
pub(crate) fn stored(envelope: &Envelope, result: &str, host: &Host) {
    tracing::info!(
        target: "inventory::hosts",
        request_id = envelope.request_id, org_id = %host.org, account_number = host.account, host = %shown(host),
        system_profile = profile_text(envelope), access_rule = access_rule(),
        "Host {result}"
    );
}

/// A host got another profile.
pub(crate) fn profile_stored(envelope: &Envelope, host: &Host) {
    tracing::info!(
        target: "inventory::hosts",
        request_id = envelope.request_id, org_id = %host.org, account_number = host.account,
        system_profile = profile_text(envelope),
        "System profile updated for host ID: {}", host.id
    );
}

/// Hosts are gone. Their profiles are not read for it.
pub(crate) fn deleted(org: &OrgId, hosts: &[HostId]) {
    for host in hosts {
        tracing::info!(
            target: "inventory::hosts", org_id = %org, access_rule = access_rule(), system_profile = "{}", "Deleted host: {host}"
        );
    }
}

/// A message breaks a rule.
pub(crate) fn refused(envelope: &Envelope, detail: &str) {
    tracing::info!(
        request_id = envelope.request_id, org_id = envelope.data.text("org_id"),
        account_number = envelope.data.text("account"), host = %Raw(envelope), system_profile = profile_text(envelope),
        "Error adding host: {}", shortened(detail)
    );
}

/// A good message cannot be stored.
pub(crate) fn failed(envelope: &Envelope, problem: &str) {
    tracing::error!(
        request_id = envelope.request_id, org_id = envelope.data.text("org_id"),
        account_number = envelope.data.text("account"), host = %Raw(envelope), system_profile = profile_text(envelope),
        problem = shortened(problem),
        "Error while adding host"
    );
}

/// A message is no envelope.
pub(crate) fn dropped(payload: &[u8], problem: &ParseError) {
    let text = String::from_utf8_lossy(&payload[..payload.len().min(MOST_BYTES)]);
    let said = problem.to_string();
    let said = shortened(&said);
    match problem {
        ParseError::NotJson(_) => {
            tracing::warn!(incoming_message = %text, "Unable to parse json message from message queue: {said}");
        }
        ParseError::LoneSurrogate(_) | ParseError::Envelope(_) => {
            tracing::warn!(operation = %text, "Input validation error while parsing operation message:{said}");
        }
    }
}

/// A message has arrived at the broker, or was not taken and is sent again.
pub(crate) fn sent(message: &Message, has_arrived: bool) {
    let key = || String::from_utf8_lossy(message.key.as_deref().unwrap_or_default());
    let value = || String::from_utf8_lossy(&message.payload);
    if has_arrived {
        tracing::info!(
            target: "inventory::hosts", "Message status=PRODUCED, topic={}, key={}", message.topic, key()
        );
        tracing::debug!(
            target: "inventory::hosts", "Message status=PRODUCED, topic={}, key={}, value={}", message.topic, key(), value()
        );
    } else {
        let headers = || {
            message.headers.iter().map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value)))
        };
        tracing::error!(
            target: "inventory::hosts",
            "Message status=NOT PRODUCED, topic={}, key={}, headers=[{}], event={}",
            message.topic, key(), headers().collect::<Vec<_>>().join(", "), shortened(&value())
        );
    }
}

/// The host as it was sent, without its profile and facts.
fn input_host(envelope: &Envelope) -> Value {
    const FIELDS: [&str; 13] = [
        "account",
        "org_id",
        "display_name",
        "insights_id",
        "subscription_manager_id",
        "satellite_id",
        "fqdn",
        "bios_uuid",
        "ip_addresses",
        "mac_addresses",
        "provider_id",
        "provider_type",
        "reporter",
    ];
    let member = |name: &str| envelope.data.get(name).map_or(Value::Null, Json::to_value);
    let mut host: Map<String, Value> = FIELDS.iter().map(|name| ((*name).to_owned(), member(name))).collect();
    host.insert("tags".to_owned(), member("tags").to_string().into());
    host.insert("system_profile".to_owned(), profile_text(envelope).into());
    Value::Object(host)
}

/// The host as it is now, without its profile and facts.
fn shown(host: &Host) -> Value {
    let facts = &host.canonical_facts;
    json!({
        "id": host.id.to_string(), "account": host.account, "org_id": host.org.as_str(), "display_name": host.display_name,
        "ansible_host": host.ansible_host, "insights_id": facts.insights_id,
        "subscription_manager_id": facts.subscription_manager_id, "satellite_id": facts.satellite_id, "fqdn": facts.fqdn,
        "bios_uuid": facts.bios_uuid, "ip_addresses": facts.ip_addresses, "mac_addresses": facts.mac_addresses,
        "provider_id": facts.provider_id, "provider_type": facts.provider_type, "reporter": host.times.reporter,
        "created": host.created.to_string(), "updated": host.times.updated.to_string(),
        "last_check_in": host.times.last_check_in.to_string(),
        "groups": host.group.iter().map(|group| json!({"id": group.id.to_string(), "name": group.name})).collect::<Vec<_>>(),
    })
}

/// The facts of the profile that records have, as the text of an object.
fn profile_text(envelope: &Envelope) -> String {
    let fields = STYLE.get().map(|style| style.profile_fields.as_slice()).unwrap_or_default();
    chosen(envelope.data.profile().map(|text| &**text), fields)
}

fn chosen(profile: Option<&str>, fields: &[String]) -> String {
    if fields.is_empty() {
        return "{}".to_owned();
    }
    let members: Option<Map<String, Value>> = profile.and_then(|text| {
        // Only what is wanted is read: lists of packages are long.
        let all: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        let wanted = fields.iter().filter_map(|name| Some((name, all.get(name)?)));
        Some(
            wanted
                .filter_map(|(name, raw)| Some((name.clone(), serde_json::from_str(raw.get()).ok()?)))
                .collect(),
        )
    });
    Value::Object(members.unwrap_or_default()).to_string()
}

/// How the sender has shown who it is.
fn auth_type(envelope: &Envelope) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(envelope.b64_identity.as_deref()?).ok()?;
    let document: Value = serde_json::from_slice(&bytes).ok()?;
    document.pointer("/identity/auth_type").and_then(Value::as_str).map(|text| shortened(text).to_owned())
}

/// What was sent, but for the profile: cut off where it is too long for a record.
struct Raw<'a>(&'a Envelope);

impl fmt::Display for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(shortened(&self.0.data.members_value().to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::envelope;

    fn sent(data: &Value) -> Envelope {
        let identity = BASE64_STANDARD.encode(json!({"identity": {"auth_type": "jwt-auth"}}).to_string());
        let message = json!({"operation": "add", "data": data, "platform_metadata": {"b64_identity": identity, "request_id": "r"}});
        envelope::decode(message.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_host_that_comes_in_is_told_of_with_its_ids_and_without_its_profile() {
        let data = json!({"org_id": "o", "fqdn": "web", "tags": [{"key": "k"}], "system_profile": {"arch": "x86_64"},
            "facts": [{"namespace": "n", "facts": {"secret": 1}}]});
        let envelope = sent(&data);
        let host = input_host(&envelope);
        assert_eq!(host["fqdn"], "web");
        assert_eq!(host["tags"], r#"[{"key":"k"}]"#);
        assert_eq!((&host["system_profile"], &host["account"]), (&json!("{}"), &Value::Null));
        assert!(host.get("facts").is_none());
        assert_eq!(auth_type(&envelope).as_deref(), Some("jwt-auth"));
        assert!(!Raw(&envelope).to_string().contains("x86_64"));
    }

    #[test]
    fn facts_of_profiles_are_those_that_are_asked_for() {
        let profile = r#"{"arch": "x86_64", "installed_packages": ["a"], "owner_id": null}"#;
        let fields = ["owner_id", "arch", "none"].map(str::to_owned);
        let text: Value = serde_json::from_str(&chosen(Some(profile), &fields)).unwrap();
        assert_eq!(text, json!({"arch": "x86_64", "owner_id": null}));
        for (profile, fields) in [(Some(profile), &[][..]), (None, &fields[..]), (Some("5"), &fields)] {
            assert_eq!(chosen(profile, fields), "{}");
        }
    }

    #[test]
    fn texts_of_others_are_cut_between_characters() {
        assert_eq!(shortened(&"ü".repeat(3_000)).len(), MOST_BYTES);
        assert_eq!(shortened("short"), "short");
    }
}
