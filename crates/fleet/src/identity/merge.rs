//! What becomes of a host when a report comes (contract inventory-events §5).

use ground::{HostId, Timestamp};

use crate::{CanonicalFacts, Group, Host, Precedence, Report, Times, model::set::set};

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
    host.seen_by(&report.reporter, report.precedence, now);
    host
}

/// What a report made of a host, its times apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// Whether anything is as it was not before.
    pub changed: bool,
    /// Whether its tags are.
    pub tags: bool,
}

/// Takes a report over into a host, field by field. The times move, and everything that the report says.
pub(crate) fn update(host: &mut Host, report: &Report, now: Timestamp) -> Merged {
    let mut changed = match report.display_name.as_deref().filter(|name| !name.is_empty()) {
        Some(_) if keeps_name(host, report.precedence) => false,
        Some(name) => {
            set(&mut host.display_name, name)
                | set(&mut host.display_name_reporter, &Some(report.reporter.clone()))
        }
        None => host.name_by_default(report.canonical_facts.fqdn.as_deref()),
    };
    changed |= merge_facts(&mut host.canonical_facts, &report.canonical_facts);
    if report.ansible_host.is_some() {
        changed |= set(&mut host.ansible_host, &report.ansible_host);
    }
    if report.openshift_cluster_id.is_some() {
        changed |= set(&mut host.openshift_cluster_id, &report.openshift_cluster_id);
    }
    for (namespace, facts) in &report.facts {
        if let Some((_, known)) = host.facts.iter_mut().find(|(known, _)| known == namespace) {
            changed |= set(known, facts);
        } else {
            host.facts.push((namespace.clone(), facts.clone()));
            changed = true;
        }
    }
    let tags = host.tags.merge(&report.tags);
    host.seen_by(&report.reporter, report.precedence, now);
    Merged { changed: changed | tags, tags }
}

fn keeps_name(host: &Host, precedence: Precedence) -> bool {
    let named_by = host.display_name_reporter.as_deref();
    named_by.is_some_and(|reporter| precedence.keeps_names_of.contains(&reporter))
}

/// Given values replace stored ones; what is not given stays. Whether any is another one.
fn merge_facts(stored: &mut CanonicalFacts, given: &CanonicalFacts) -> bool {
    let mut changed = false;
    macro_rules! take {
        ($($field:ident)*) => {$(
            if given.$field.is_some() {
                changed |= set(&mut stored.$field, &given.$field);
            }
        )*};
    }
    take!(insights_id subscription_manager_id satellite_id bios_uuid fqdn provider_id provider_type);
    if !given.ip_addresses.is_empty() {
        changed |= set(&mut stored.ip_addresses, &given.ip_addresses);
    }
    if !given.mac_addresses.is_empty() {
        changed |= set(&mut stored.mac_addresses, &given.mac_addresses);
    }
    changed
}
