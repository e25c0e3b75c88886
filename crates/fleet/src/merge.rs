//! What becomes of a host when a report comes (contract inventory-events §5).

use ground::{HostId, Timestamp};

use crate::{CanonicalFacts, Group, Host, Report, Times};

/// A host from its first report.
pub(crate) fn create(report: &Report, id: HostId, group: Group, now: Timestamp) -> Host {
    let given = report.display_name.as_deref().filter(|name| !name.is_empty());
    let mut host = Host {
        id,
        org: report.org.clone(),
        account: report.account.clone(),
        display_name: given.unwrap_or_default().to_owned(),
        display_name_reporter: given.map(|_| report.reporter.clone()),
        ansible_host: report.ansible_host.clone(),
        canonical_facts: report.canonical_facts.clone(),
        openshift_cluster_id: report.openshift_cluster_id,
        facts: report.facts.clone(),
        tags: report.tags.clone().without_empty(),
        group: Some(group),
        host_type: String::new(),
        created: now,
        times: Times::default(),
    };
    host.name_by_default(None);
    host.seen_by(&report.reporter, now);
    host
}

/// Takes a report over into a host, field by field. The times move, and everything that the report says.
pub(crate) fn update(host: &mut Host, report: &Report, now: Timestamp) {
    match report.display_name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => {
            if !keeps_name(host, &report.reporter) {
                name.clone_into(&mut host.display_name);
                host.display_name_reporter = Some(report.reporter.clone());
            }
        }
        None => host.name_by_default(report.canonical_facts.fqdn.as_deref()),
    }
    merge_facts(&mut host.canonical_facts, &report.canonical_facts);
    if report.ansible_host.is_some() {
        host.ansible_host.clone_from(&report.ansible_host);
    }
    if report.openshift_cluster_id.is_some() {
        host.openshift_cluster_id = report.openshift_cluster_id;
    }
    for (namespace, facts) in &report.facts {
        match host.facts.iter_mut().find(|(known, _)| known == namespace) {
            Some((_, known)) => known.clone_from(facts),
            None => host.facts.push((namespace.clone(), facts.clone())),
        }
    }
    host.tags.merge(&report.tags);
    host.seen_by(&report.reporter, now);
}

/// The subscription service's own reports do not overwrite a name that a person or the client gave.
fn keeps_name(host: &Host, reporter: &str) -> bool {
    matches!(reporter, "rhsm-conduit" | "rhsm-system-profile-bridge")
        && matches!(host.display_name_reporter.as_deref(), Some("puptoo" | "API"))
}

/// Given values replace stored ones; what is not given stays.
fn merge_facts(stored: &mut CanonicalFacts, given: &CanonicalFacts) {
    macro_rules! take {
        ($($field:ident)*) => {$(
            if given.$field.is_some() {
                stored.$field.clone_from(&given.$field);
            }
        )*};
    }
    take!(insights_id subscription_manager_id satellite_id bios_uuid fqdn provider_id provider_type);
    if !given.ip_addresses.is_empty() {
        stored.ip_addresses.clone_from(&given.ip_addresses);
    }
    if !given.mac_addresses.is_empty() {
        stored.mac_addresses.clone_from(&given.mac_addresses);
    }
}
