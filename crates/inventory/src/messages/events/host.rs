//! The host in an event (contract inventory-events §9.3): exactly these members, always all of them.

use std::collections::BTreeMap;

use fleet::{Host, Staleness, Tags};
use ground::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeSeq};
use serde_json::Value;
use uuid::Uuid;

use super::Shown;
use crate::messages::object_text::ObjectText;

#[derive(Serialize)]
pub(super) struct EventHost<'a> {
    id: Uuid,
    display_name: &'a str,
    ansible_host: Option<&'a str>,
    account: Option<&'a str>,
    org_id: &'a str,
    /// All zeros when unknown, never null.
    insights_id: Uuid,
    subscription_manager_id: Option<&'a str>,
    satellite_id: Option<&'a str>,
    fqdn: Option<&'a str>,
    bios_uuid: Option<&'a str>,
    ip_addresses: Option<&'a [String]>,
    mac_addresses: Option<&'a [String]>,
    facts: Vec<Facts<'a>>,
    provider_id: Option<&'a str>,
    provider_type: Option<&'a str>,
    created: String,
    updated: String,
    #[serde(flatten)]
    ageing: Ageing,
    reporter: &'a str,
    #[serde(serialize_with = "structured")]
    tags: &'a Tags,
}

/// What stands behind the profile.
#[derive(Serialize)]
struct Rest<'a> {
    per_reporter_staleness: BTreeMap<&'a str, OfReporter>,
    groups: Vec<Group<'a>>,
    openshift_cluster_id: Option<Uuid>,
}

#[derive(Serialize)]
struct Facts<'a> {
    namespace: &'a str,
    facts: Content<'a>,
}

/// Null facts are shown as an empty object.
#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Facts(&'a Value),
    None {},
}

/// The check-in and when the host counts as stale, nearly gone and gone after it.
#[derive(Serialize)]
struct Ageing {
    last_check_in: String,
    stale_timestamp: String,
    stale_warning_timestamp: String,
    culled_timestamp: String,
}

#[derive(Serialize)]
struct OfReporter {
    #[serde(flatten)]
    ageing: Ageing,
    check_in_succeeded: bool,
}

#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
    id: Uuid,
    ungrouped: bool,
}

impl Ageing {
    fn after(last_check_in: Timestamp, staleness: Staleness) -> Self {
        let after = |seconds| last_check_in.plus_seconds(seconds).to_string();
        Self {
            last_check_in: last_check_in.to_string(),
            stale_timestamp: after(staleness.stale),
            stale_warning_timestamp: after(staleness.warning),
            culled_timestamp: after(staleness.delete),
        }
    }
}

impl<'a> Facts<'a> {
    fn of((namespace, facts): &'a (String, Value)) -> Self {
        Self { namespace, facts: if facts.is_null() { Content::None {} } else { Content::Facts(facts) } }
    }
}

impl<'a> EventHost<'a> {
    /// The whole host as JSON.
    pub(super) fn text(shown: Shown<'_>, staleness: Staleness) -> serde_json::Result<Vec<u8>> {
        let profile = shown.profile_json();
        let mut text = ObjectText::with_room(profile.len() + 4_096);
        text.add(&EventHost::new(shown.host, staleness))?;
        text.add_json("system_profile", profile.as_bytes());
        text.add(&Rest::new(shown.host, staleness))?;
        Ok(text.finish())
    }

    fn new(host: &'a Host, staleness: Staleness) -> Self {
        let facts = &host.canonical_facts;
        let listed = |texts: &'a [String]| (!texts.is_empty()).then_some(texts);
        Self {
            id: host.id.0,
            display_name: &host.display_name,
            ansible_host: host.ansible_host.as_deref(),
            account: host.account.as_deref(),
            org_id: host.org.as_str(),
            insights_id: facts.insights_id.unwrap_or_default(),
            subscription_manager_id: facts.subscription_manager_id.as_deref(),
            satellite_id: facts.satellite_id.as_deref(),
            fqdn: facts.fqdn.as_deref(),
            bios_uuid: facts.bios_uuid.as_deref(),
            ip_addresses: listed(&facts.ip_addresses),
            mac_addresses: listed(&facts.mac_addresses),
            facts: host.facts.iter().map(Facts::of).collect(),
            provider_id: facts.provider_id.as_deref(),
            provider_type: facts.provider_type.as_deref(),
            created: host.created.to_string(),
            updated: host.times.updated.to_string(),
            ageing: Ageing::after(host.times.last_check_in, staleness),
            reporter: &host.times.reporter,
            tags: &host.tags,
        }
    }
}

impl<'a> Rest<'a> {
    fn new(host: &'a Host, staleness: Staleness) -> Self {
        let of =
            |at: &Timestamp| OfReporter { ageing: Ageing::after(*at, staleness), check_in_succeeded: true };
        let group =
            |group: &'a fleet::Group| Group { name: &group.name, id: group.id.0, ungrouped: group.ungrouped };
        Self {
            per_reporter_staleness: host
                .times
                .reporters
                .iter()
                .map(|(reporter, at)| (reporter.as_str(), of(at)))
                .collect(),
            groups: host.group.iter().map(group).collect(),
            openshift_cluster_id: host.openshift_cluster_id,
        }
    }
}

/// Tags as a list, one entry for each value (contract inventory-events §3.4).
fn structured<S: Serializer>(tags: &Tags, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Entry<'a> {
        namespace: Option<&'a str>,
        key: &'a str,
        value: Option<&'a str>,
    }
    let mut list = serializer.serialize_seq(None)?;
    for tag in tags.iter() {
        list.serialize_element(&Entry { namespace: tag.namespace, key: tag.key, value: tag.value })?;
    }
    list.end()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::messages::sample;

    #[test]
    fn every_member_is_there_and_nothing_else() {
        let host = sample::host();
        let profile = sample::profile("{}");
        let text = EventHost::text(Shown { host: &host, profile: &profile }, Staleness::default()).unwrap();
        let shown: Value = serde_json::from_slice(&text).unwrap();
        let ageing = json!({
            "last_check_in": "2026-01-01T00:00:00+00:00", "stale_timestamp": "2026-01-02T05:00:00+00:00",
            "stale_warning_timestamp": "2026-01-08T00:00:00+00:00", "culled_timestamp": "2026-01-31T00:00:00+00:00",
        });
        let mut expected = json!({
            "id": sample::ID, "display_name": "name", "ansible_host": "", "account": null, "org_id": "o",
            "insights_id": "00000000-0000-0000-0000-000000000000", "subscription_manager_id": "s",
            "satellite_id": null, "fqdn": "h.example.com", "bios_uuid": null, "ip_addresses": null,
            "mac_addresses": ["52:54:00:00:00:01"], "facts": [{"namespace": "ns", "facts": {}}],
            "provider_id": null, "provider_type": null, "created": "1970-01-01T00:00:00+00:00",
            "updated": "1970-01-01T00:00:01.000001+00:00", "reporter": "puptoo",
            "tags": [
                {"namespace": "z", "key": "k", "value": "2"}, {"namespace": "z", "key": "k", "value": "1"},
                {"namespace": null, "key": "flag", "value": null},
            ],
            "system_profile": {}, "per_reporter_staleness": {"puptoo": ageing.clone()},
            "groups": [{"name": "Ungrouped Hosts", "id": sample::ID, "ungrouped": true}],
            "openshift_cluster_id": null,
        });
        expected["per_reporter_staleness"]["puptoo"]["check_in_succeeded"] = json!(true);
        expected.as_object_mut().unwrap().extend(ageing.as_object().unwrap().clone());
        assert_eq!(shown, expected);
    }
}
