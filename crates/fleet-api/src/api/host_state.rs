//! A host as it was at a moment.

use std::{borrow::Cow, collections::BTreeMap};

use fleet::{Change, Host, Staleness, Tag};
use ground::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use super::change_out::shown;

/// A host as it was at a moment, with its profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostState<'a> {
    /// The row of the log that says so.
    pub seq: i64,
    /// When that was written.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What happened then: `created`, `updated`, `seen` or `deleted`.
    pub kind: &'static str,
    /// The host.
    pub host: HostThen<'a>,
    /// Its profile.
    #[schema(value_type = Object)]
    pub system_profile: Box<RawValue>,
}

/// A host as it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostThen<'a> {
    /// Its id.
    pub id: Uuid,
    /// The name that people see.
    pub display_name: &'a str,
    /// The name that Ansible uses; may be empty.
    pub ansible_host: Option<&'a str>,
    /// The account number it was created with.
    pub account: Option<&'a str>,
    /// Made by the client at registration.
    pub insights_id: Option<Uuid>,
    /// Made by the subscription manager.
    pub subscription_manager_id: Option<&'a str>,
    /// A UUID or ten digits.
    pub satellite_id: Option<&'a str>,
    /// Of the firmware.
    pub bios_uuid: Option<&'a str>,
    /// All addresses.
    pub ip_addresses: &'a [String],
    /// The full host name.
    pub fqdn: Option<&'a str>,
    /// All hardware addresses.
    pub mac_addresses: &'a [String],
    /// The cloud's name for the machine.
    pub provider_id: Option<&'a str>,
    /// Which cloud.
    pub provider_type: Option<&'a str>,
    /// The cluster it belongs to.
    pub openshift_cluster_id: Option<Uuid>,
    /// `conventional`, `bootc`, `edge` or `cluster`.
    pub host_type: &'a str,
    /// Its tags.
    pub tags: Vec<TagOut<'a>>,
    /// The group it was in.
    pub group: Option<GroupThen<'a>>,
    /// Facts by namespace.
    pub facts: Vec<FactSet<'a>>,
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
    /// When it becomes stale, unless it reports again.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub stale_timestamp: Timestamp,
    /// When it is warned of.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub stale_warning_timestamp: Timestamp,
    /// When it is as if deleted.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub culled_timestamp: Timestamp,
    /// Who reported it last.
    pub reporter: &'a str,
    /// When each reporter last reported it.
    #[schema(value_type = BTreeMap<String, String>)]
    pub reporters: BTreeMap<&'a str, String>,
}

/// One tag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagOut<'a> {
    /// Null for a tag without one.
    pub namespace: Option<&'a str>,
    /// At least one character.
    pub key: &'a str,
    /// Null for a key without a value.
    pub value: Option<&'a str>,
}

/// The group that a host was in.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupThen<'a> {
    /// Its id.
    pub id: Uuid,
    /// The name that it had then.
    pub name: &'a str,
    /// Whether it is the group of hosts without a group.
    pub ungrouped: bool,
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

impl<'a> HostState<'a> {
    /// The state after a row of the log, with its profile. The host ages by these settings.
    pub fn new(change: &'a Change, system_profile: Box<RawValue>, staleness: Staleness) -> Self {
        let (kind, host) = (change.kind.name(), HostThen::new(&change.host, staleness));
        Self { seq: change.seq, at: change.at, kind, host, system_profile }
    }
}

impl<'a> HostThen<'a> {
    fn new(host: &'a Host, staleness: Staleness) -> Self {
        let facts = &host.canonical_facts;
        let times = &host.times;
        Self {
            id: host.id.0,
            display_name: &host.display_name,
            ansible_host: host.ansible_host.as_deref(),
            account: host.account.as_deref(),
            insights_id: facts.insights_id,
            subscription_manager_id: facts.subscription_manager_id.as_deref(),
            satellite_id: facts.satellite_id.as_deref(),
            bios_uuid: facts.bios_uuid.as_deref(),
            ip_addresses: &facts.ip_addresses,
            fqdn: facts.fqdn.as_deref(),
            mac_addresses: &facts.mac_addresses,
            provider_id: facts.provider_id.as_deref(),
            provider_type: facts.provider_type.as_deref(),
            openshift_cluster_id: host.openshift_cluster_id,
            host_type: &host.host_type,
            tags: host.tags.iter_stored().map(TagOut::from).collect(),
            group: host.group.as_ref().map(|group| GroupThen {
                id: group.id.0,
                name: &group.name,
                ungrouped: group.ungrouped,
            }),
            facts: host.facts.iter().map(FactSet::from).collect(),
            created: host.created,
            updated: times.updated,
            last_check_in: times.last_check_in,
            stale_timestamp: times.last_check_in.plus_seconds(staleness.stale),
            stale_warning_timestamp: times.last_check_in.plus_seconds(staleness.warning),
            culled_timestamp: times.last_check_in.plus_seconds(staleness.delete),
            reporter: &times.reporter,
            reporters: times.reporters.iter().map(|(name, at)| (name.as_str(), at.to_string())).collect(),
        }
    }
}

impl<'a> From<Tag<'a>> for TagOut<'a> {
    fn from(tag: Tag<'a>) -> Self {
        Self { namespace: tag.namespace, key: tag.key, value: tag.value }
    }
}

impl<'a> From<&'a (String, Value)> for FactSet<'a> {
    /// Facts that are null are shown as an empty object.
    fn from((namespace, facts): &'a (String, Value)) -> Self {
        let facts = facts.as_object().map_or_else(|| Cow::Owned(Map::new()), Cow::Borrowed);
        Self { namespace, facts }
    }
}
