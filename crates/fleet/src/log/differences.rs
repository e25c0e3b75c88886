//! What differs between two states of a host, told from what rows of the log carry.

use std::collections::BTreeSet;

use profile::Section;

use crate::{Host, SectionMap};

/// The names of the fields in which two states of a host differ; of a host that was not there, those that are filled.
/// Of a group only which one it is counts, not how many members it had.
pub(crate) fn differing_fields(before: Option<&Host>, after: &Host) -> Vec<&'static str> {
    let mut names = Vec::new();
    macro_rules! compare {
        ($($name:literal: |$host:ident| $of:expr;)*) => {$(
            let new = { let $host = after; $of };
            let differs = match before {
                Some($host) => $of != new,
                None => is_filled(&new),
            };
            if differs {
                names.push($name);
            }
        )*};
    }
    compare! {
        "display_name": |host| host.display_name.as_str();
        "ansible_host": |host| host.ansible_host.as_deref();
        "account": |host| host.account.as_deref();
        "insights_id": |host| host.canonical_facts.insights_id;
        "subscription_manager_id": |host| host.canonical_facts.subscription_manager_id.as_deref();
        "satellite_id": |host| host.canonical_facts.satellite_id.as_deref();
        "bios_uuid": |host| host.canonical_facts.bios_uuid.as_deref();
        "ip_addresses": |host| host.canonical_facts.ip_addresses.as_slice();
        "fqdn": |host| host.canonical_facts.fqdn.as_deref();
        "mac_addresses": |host| host.canonical_facts.mac_addresses.as_slice();
        "provider_id": |host| host.canonical_facts.provider_id.as_deref();
        "provider_type": |host| host.canonical_facts.provider_type.as_deref();
        "openshift_cluster_id": |host| host.openshift_cluster_id;
        "host_type": |host| host.host_type.as_str();
        "group": |host| host.group.as_ref().map(|group| (group.id, group.name.as_str()));
        "tags": |host| host.tags.iter().collect::<BTreeSet<_>>();
        "facts": |host| host.facts.as_slice();
    }
    names
}

fn is_filled<T: Default + PartialEq>(value: &T) -> bool {
    *value != T::default()
}

/// The sections in which two states differ, whatever the order of their items.
pub(crate) fn differing_sections(before: Option<&SectionMap>, after: &SectionMap) -> Vec<Section> {
    let canonical = |map: Option<&SectionMap>, section| {
        map.and_then(|map| map.get(&section)).map(|reference| reference.canonical)
    };
    Section::ALL
        .into_iter()
        .filter(|section| canonical(before, *section) != canonical(Some(after), *section))
        .collect()
}
