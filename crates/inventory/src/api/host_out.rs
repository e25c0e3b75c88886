//! A host as answers show it.

use std::{borrow::Cow, collections::BTreeMap};

use fleet::{Host, Staleness, Tag};
use ground::{OrgId, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AnyOf},
};
use uuid::Uuid;

use super::group_out::{GroupOut, shown};

/// A host (contract inventory-http §8). Members stand in the order of the contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostOut<'a> {
    /// Made by the client at registration; all zeros when the host has none.
    pub insights_id: Uuid,
    /// Made by the subscription manager.
    pub subscription_manager_id: Option<&'a str>,
    /// A UUID or ten digits.
    pub satellite_id: Option<&'a str>,
    /// Of the firmware.
    pub bios_uuid: Option<&'a str>,
    /// All addresses; null for none.
    #[schema(value_type = Option<Vec<String>>)]
    pub ip_addresses: Option<&'a [String]>,
    /// The full host name.
    pub fqdn: Option<&'a str>,
    /// All hardware addresses; null for none.
    #[schema(value_type = Option<Vec<String>>)]
    pub mac_addresses: Option<&'a [String]>,
    /// The cloud's name for the machine.
    pub provider_id: Option<&'a str>,
    /// Which cloud.
    pub provider_type: Option<&'a str>,
    /// Its id.
    pub id: Uuid,
    /// The account number it was created with.
    pub account: Option<&'a str>,
    /// The organisation it belongs to.
    #[schema(value_type = String)]
    pub org_id: &'a OrgId,
    /// The name that people see.
    pub display_name: &'a str,
    /// The name that Ansible uses; may be empty.
    pub ansible_host: Option<&'a str>,
    /// Facts by namespace.
    pub facts: Vec<FactSet<'a>>,
    /// The last reporter.
    pub reporter: &'a str,
    /// When each reporter last reported, and what follows from it.
    pub per_reporter_staleness: BTreeMap<&'a str, ReporterTimes>,
    /// When it becomes stale.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub stale_timestamp: Timestamp,
    /// When it will be warned of.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub stale_warning_timestamp: Timestamp,
    /// When it will be as if deleted.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub culled_timestamp: Timestamp,
    /// When it was first heard of.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    /// When anything of it was last written.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub updated: Timestamp,
    /// When it last reported.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub last_check_in: Timestamp,
    /// Its tags; only in the answer to a check-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<TagOut<'a>>>,
    /// The cluster it belongs to.
    pub openshift_cluster_id: Option<Uuid>,
    /// Its profile; only in the answer to a check-in, or the members that `fields[system_profile]` names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub system_profile: Option<&'a RawValue>,
    /// The group it is in, if any.
    pub groups: Vec<GroupRef<'a>>,
    /// The same group, or null.
    pub workspace: Option<GroupRef<'a>>,
}

/// The facts of one namespace.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactSet<'a> {
    /// Who collected them.
    pub namespace: &'a str,
    /// The facts.
    #[schema(value_type = Object)]
    pub facts: Cow<'a, Map<String, Value>>,
}

/// When one reporter last reported, and what follows from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReporterTimes {
    /// When it last reported.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub last_check_in: Timestamp,
    /// When the host would be stale by it.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub stale_timestamp: Timestamp,
    /// When the host would be warned of by it.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub stale_warning_timestamp: Timestamp,
    /// When the host would be culled by it.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub culled_timestamp: Timestamp,
    /// Always true.
    pub check_in_succeeded: bool,
}

/// One tag.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TagOut<'a> {
    /// Null for a tag without one.
    pub namespace: Option<&'a str>,
    /// At least one character.
    pub key: Option<&'a str>,
    /// Null for a key without a value.
    pub value: Option<&'a str>,
}

/// A host's group.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum GroupRef<'a> {
    /// As it was when the host was last written.
    Whole(GroupOut<'a>),
    /// The same, cut short: in the answer to a check-in.
    Brief(BriefGroup<'a>),
}

/// A host's group in the answer to a check-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct BriefGroup<'a> {
    /// Its name.
    name: &'a str,
    /// Its id.
    id: Uuid,
    /// Whether it is the group of hosts without a group.
    ungrouped: bool,
}

/// A whole group has every member of a brief one, so that `oneOf`, as the macro has it for alternatives, would fit neither.
impl PartialSchema for GroupRef<'_> {
    fn schema() -> RefOr<Schema> {
        let either = AnyOf::builder().description(Some("A host's group"));
        let either = either.item(Ref::from_schema_name(GroupOut::name()));
        RefOr::T(Schema::AnyOf(either.item(Ref::from_schema_name(BriefGroup::name())).build()))
    }
}

impl ToSchema for GroupRef<'_> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((GroupOut::name().into_owned(), GroupOut::schema()));
        schemas.push((BriefGroup::name().into_owned(), BriefGroup::schema()));
    }
}

impl<'a> HostOut<'a> {
    /// The host as lists show it, with the members of its profile that were asked for (the text of a JSON object).
    pub fn new(host: &'a Host, staleness: Staleness, profile: Option<&'a RawValue>) -> Self {
        let group = || host.group.as_ref().map(|group| GroupRef::Whole(group.into()));
        let facts = &host.canonical_facts;
        let times = &host.times;
        let ReporterTimes { stale_timestamp, stale_warning_timestamp, culled_timestamp, .. } =
            ReporterTimes::new(times.last_check_in, staleness);
        Self {
            insights_id: facts.insights_id.unwrap_or_default(),
            subscription_manager_id: facts.subscription_manager_id.as_deref(),
            satellite_id: facts.satellite_id.as_deref(),
            bios_uuid: facts.bios_uuid.as_deref(),
            ip_addresses: some(&facts.ip_addresses),
            fqdn: facts.fqdn.as_deref(),
            mac_addresses: some(&facts.mac_addresses),
            provider_id: facts.provider_id.as_deref(),
            provider_type: facts.provider_type.as_deref(),
            id: host.id.0,
            account: host.account.as_deref(),
            org_id: &host.org,
            display_name: &host.display_name,
            ansible_host: host.ansible_host.as_deref(),
            facts: host.facts.iter().map(|(namespace, facts)| FactSet::new(namespace, facts)).collect(),
            reporter: &times.reporter,
            per_reporter_staleness: times
                .reporters
                .iter()
                .map(|(reporter, at)| (reporter.as_str(), ReporterTimes::new(*at, staleness)))
                .collect(),
            stale_timestamp,
            stale_warning_timestamp,
            culled_timestamp,
            created: host.created,
            updated: times.updated,
            last_check_in: times.last_check_in,
            tags: None,
            openshift_cluster_id: host.openshift_cluster_id,
            system_profile: profile,
            groups: group().into_iter().collect(),
            workspace: group(),
        }
    }

    /// The host as the answer to a check-in shows it: with its tags and its whole profile.
    pub fn checked_in(host: &'a Host, staleness: Staleness, profile: Option<&'a RawValue>) -> Self {
        let group = || {
            host.group.as_ref().map(|group| {
                let brief = BriefGroup { name: &group.name, id: group.id.0, ungrouped: group.ungrouped };
                GroupRef::Brief(brief)
            })
        };
        Self {
            tags: Some(host.tags.iter_stored().map(TagOut::from).collect()),
            groups: group().into_iter().collect(),
            workspace: group(),
            ..Self::new(host, staleness, profile)
        }
    }
}

impl ReporterTimes {
    fn new(at: Timestamp, staleness: Staleness) -> Self {
        Self {
            last_check_in: at,
            stale_timestamp: at.plus_seconds(staleness.stale),
            stale_warning_timestamp: at.plus_seconds(staleness.warning),
            culled_timestamp: at.plus_seconds(staleness.delete),
            check_in_succeeded: true,
        }
    }
}

impl<'a> FactSet<'a> {
    /// Facts that are null are shown as an empty object.
    fn new(namespace: &'a str, facts: &'a Value) -> Self {
        let facts = facts.as_object().map_or_else(|| Cow::Owned(Map::new()), Cow::Borrowed);
        Self { namespace, facts }
    }
}

impl<'a> From<Tag<'a>> for TagOut<'a> {
    /// A part stored as the text `null` is shown as null.
    fn from(tag: Tag<'a>) -> Self {
        let shown = |text: &'a str| (text != "null").then_some(text);
        Self {
            namespace: tag.namespace.and_then(shown),
            key: shown(tag.key),
            value: tag.value.and_then(shown),
        }
    }
}

fn some(list: &[String]) -> Option<&[String]> {
    (!list.is_empty()).then_some(list)
}

#[cfg(test)]
mod tests {
    use fleet::{CanonicalFacts, Group, Tags, Times};
    use ground::{GroupId, HostId};
    use serde_json::json;

    use super::*;

    fn host() -> Host {
        let at = Timestamp::parse("2026-01-31T08:07:03.354307Z").unwrap();
        let org = OrgId::parse("o").unwrap();
        let mut tags = Tags::new();
        tags.add("long namespace", "null", Some("null"));
        tags.add("ns", "k", None);
        Host {
            id: HostId(Uuid::from_u128(1)),
            org: org.clone(),
            account: None,
            display_name: "h".to_owned(),
            display_name_reporter: None,
            ansible_host: Some(String::new()),
            canonical_facts: CanonicalFacts { fqdn: Some("h".to_owned()), ..CanonicalFacts::default() },
            openshift_cluster_id: None,
            facts: vec![("b".to_owned(), Value::Null), ("a".to_owned(), json!({"k": 1}))],
            tags,
            group: Some(Group {
                id: GroupId(Uuid::from_u128(2)),
                org,
                account: None,
                name: "g".to_owned(),
                ungrouped: false,
                created: at,
                updated: at,
                host_count: 1,
            }),
            host_type: "conventional".to_owned(),
            created: at,
            times: Times {
                updated: at,
                last_check_in: at,
                reporter: "puptoo".to_owned(),
                reporters: [("puptoo".to_owned(), at.plus_seconds(-3_600))].into(),
            },
        }
    }

    #[test]
    fn members_stand_in_the_order_of_the_contract() {
        let host = host();
        let listed = "insights_id subscription_manager_id satellite_id bios_uuid ip_addresses fqdn mac_addresses \
                      provider_id provider_type id account org_id display_name ansible_host facts reporter \
                      per_reporter_staleness stale_timestamp stale_warning_timestamp culled_timestamp created updated \
                      last_check_in openshift_cluster_id groups workspace";
        let text = serde_json::to_string(&HostOut::new(&host, Staleness::default(), None)).unwrap();
        let mut from = 0;
        for name in listed.split_whitespace() {
            // The members of parts have names of their own, so the search goes on where the last one was found.
            let at = text[from..].find(&format!("\"{name}\":"));
            from += at.unwrap_or_else(|| panic!("{name} is not after its predecessor in {text}"));
        }
        let shown: serde_json::Map<_, _> = serde_json::from_str(&text).unwrap();
        assert_eq!(shown.len(), listed.split_whitespace().count());
    }

    #[test]
    fn what_a_host_lacks_is_null_or_all_zeros() {
        let host = host();
        let shown = serde_json::to_value(HostOut::new(&host, Staleness::default(), None)).unwrap();
        assert_eq!(shown["insights_id"], "00000000-0000-0000-0000-000000000000");
        assert_eq!(shown["ip_addresses"], Value::Null);
        assert_eq!(shown["ansible_host"], "");
        assert_eq!(
            shown["facts"],
            json!([{"namespace": "b", "facts": {}}, {"namespace": "a", "facts": {"k": 1}}])
        );
        assert_eq!(shown["workspace"]["host_count"], 1);
    }

    #[test]
    fn staleness_is_counted_from_the_hosts_check_in_and_from_each_reporters() {
        let host = host();
        let shown = serde_json::to_value(HostOut::new(&host, Staleness::default(), None)).unwrap();
        assert_eq!(shown["stale_timestamp"], "2026-02-01T13:07:03.354307+00:00");
        assert_eq!(
            shown["per_reporter_staleness"]["puptoo"],
            json!({
                "last_check_in": "2026-01-31T07:07:03.354307+00:00",
                "stale_timestamp": "2026-02-01T12:07:03.354307+00:00",
                "stale_warning_timestamp": "2026-02-07T07:07:03.354307+00:00",
                "culled_timestamp": "2026-03-02T07:07:03.354307+00:00",
                "check_in_succeeded": true,
            })
        );
    }

    #[test]
    fn the_answer_to_a_check_in_has_tags_and_a_brief_group() {
        let host = host();
        let profile = RawValue::from_string(r#"{"arch":"x"}"#.to_owned()).unwrap();
        let shown =
            serde_json::to_value(HostOut::checked_in(&host, Staleness::default(), Some(&profile))).unwrap();
        assert_eq!(
            shown["tags"],
            json!([
                {"namespace": "ns", "key": "k", "value": null},
                {"namespace": "long namespace", "key": null, "value": null},
            ])
        );
        let group = json!({"name": "g", "id": "00000000-0000-0000-0000-000000000002", "ungrouped": false});
        assert_eq!((&shown["groups"][0], &shown["workspace"]), (&group, &group));
        assert_eq!(shown["system_profile"], json!({"arch": "x"}));
    }
}
