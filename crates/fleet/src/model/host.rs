//! What is known of one machine, apart from its profile.

use std::collections::BTreeMap;

use ground::{HostId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Group, Precedence, Tag, Tags,
    model::{
        json_size::{memory_bytes, text_bytes},
        set::set,
    },
};

/// The facts by which a machine is recognised or found (contract inventory-events §4.1). Texts are case-folded;
/// an empty text or list is never stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CanonicalFacts {
    /// Made by the client at registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insights_id: Option<Uuid>,
    /// Made by the subscription manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_manager_id: Option<String>,
    /// A UUID or ten digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satellite_id: Option<String>,
    /// Of the firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bios_uuid: Option<String>,
    /// All addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<String>,
    /// The full host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fqdn: Option<String>,
    /// All hardware addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mac_addresses: Vec<String>,
    /// The cloud's name for the machine; only together with `provider_type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Which cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_type: Option<String>,
}

/// The state of one host: everything but its profile. This is what a row of the log carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// Its id.
    pub id: HostId,
    /// The organisation it belongs to.
    pub org: OrgId,
    /// The account number it was created with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The name that people see; never empty.
    pub display_name: String,
    /// Who gave that name, when it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name_reporter: Option<String>,
    /// The name that Ansible uses; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ansible_host: Option<String>,
    /// How it is recognised.
    pub canonical_facts: CanonicalFacts,
    /// The cluster it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openshift_cluster_id: Option<Uuid>,
    /// Namespaced facts in the order they came; an object, or null.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, Value)>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its group as it was at the last write of this host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// `conventional`, `bootc`, `edge` or `cluster`.
    pub host_type: String,
    /// When it was first heard of.
    pub created: Timestamp,
    /// When and from whom it was heard of: apart, because a report that changes nothing else changes this.
    #[serde(skip)]
    pub times: Times,
}

/// When and from whom a host was heard of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// When anything of the host was last written.
    pub updated: Timestamp,
    /// When it last reported.
    pub last_check_in: Timestamp,
    /// The last reporter.
    pub reporter: String,
    /// When each reporter last reported.
    pub reporters: BTreeMap<String, Timestamp>,
}

impl Host {
    /// Most bytes of a host's facts, as JSON: they are in memory as a whole wherever the host is.
    pub const MAX_FACTS_BYTES: usize = 2 << 20;

    /// Bytes of the facts as JSON, with the names of their namespaces.
    pub(crate) fn facts_bytes(&self) -> usize {
        self.facts.iter().map(|(namespace, facts)| namespace.len() + text_bytes(facts)).sum()
    }

    /// About how many bytes of memory its facts and tags take: of these a host may have few or many.
    pub(crate) fn variable_bytes(&self) -> usize {
        let facts = self.facts.iter().map(|(namespace, facts)| namespace.len() + memory_bytes(facts));
        let text = |tag: Tag<'_>| tag.key.len() + tag.value.map_or(0, str::len) + 2 * size_of::<String>();
        facts.sum::<usize>() + self.tags.iter().map(text).sum::<usize>()
    }

    /// Adds `reporter` at `at`.
    pub(crate) fn seen_by(&mut self, reporter: &str, precedence: Precedence, at: Timestamp) {
        for other in precedence.takes_place_of {
            self.times.reporters.remove(*other);
        }
        self.times.reporters.insert(reporter.to_owned(), at);
        reporter.clone_into(&mut self.times.reporter);
        self.times.last_check_in = at;
        self.times.updated = at;
    }

    /// Gives the host a name when its own is empty, its old FQDN or its id: the new FQDN, else the stored one, else
    /// the id (contract inventory-events §5.2). Whether that is another one.
    pub(crate) fn name_by_default(&mut self, new_fqdn: Option<&str>) -> bool {
        let stored = self.canonical_facts.fqdn.as_deref();
        let id = self.id.to_string();
        let by_default = self.display_name.is_empty()
            || Some(self.display_name.as_str()) == stored
            || self.display_name == id;
        by_default && set(&mut self.display_name, new_fqdn.or(stored).unwrap_or(&id))
    }
}
