//! A host as the answers of 2020 show it.

use fleet::{Host, Staleness};
use ground::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    group_out::shown,
    host_out::{FactSet, HostOut},
};

/// A host in the answer to `POST /hosts` (contract inventory-http §25.7).
#[derive(Debug, Serialize, ToSchema)]
pub struct LegacyHostOut<'a> {
    /// Made by the client at registration.
    pub insights_id: Option<Uuid>,
    /// Not kept any more: null.
    pub rhel_machine_id: Option<Uuid>,
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
    /// Not kept any more: null.
    pub external_id: Option<String>,
    /// Its id.
    pub id: Uuid,
    /// The account number it was created with.
    pub account: Option<&'a str>,
    /// The name that people see.
    pub display_name: &'a str,
    /// The name that Ansible uses; may be empty.
    pub ansible_host: Option<&'a str>,
    /// Facts by namespace.
    pub facts: Vec<FactSet<'a>>,
    /// The last reporter.
    pub reporter: &'a str,
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
}

impl<'a> LegacyHostOut<'a> {
    /// The host as it is now.
    pub fn new(host: &'a Host, staleness: Staleness) -> Self {
        let now = HostOut::new(host, staleness, None);
        Self {
            insights_id: host.canonical_facts.insights_id,
            rhel_machine_id: None,
            subscription_manager_id: now.subscription_manager_id,
            satellite_id: now.satellite_id,
            bios_uuid: now.bios_uuid,
            ip_addresses: now.ip_addresses,
            fqdn: now.fqdn,
            mac_addresses: now.mac_addresses,
            external_id: None,
            id: now.id,
            account: now.account,
            display_name: now.display_name,
            ansible_host: now.ansible_host,
            facts: now.facts,
            reporter: now.reporter,
            stale_timestamp: now.stale_timestamp,
            stale_warning_timestamp: now.stale_warning_timestamp,
            culled_timestamp: now.culled_timestamp,
            created: now.created,
            updated: now.updated,
        }
    }
}
