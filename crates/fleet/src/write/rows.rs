//! The rows that a transaction writes of hosts.

use std::collections::HashMap;

use ::store::Rows;
use ground::HostId;
use serde_json::Value;

use crate::{
    Result,
    db::codec::{Packer, Unpacker},
    fold,
    index::System,
    write::{change_row::ChangeRows, loaded_host::LoadedHost},
};

/// Rows to be written, each kind in one order everywhere; none where there are none.
pub(super) struct PendingRows {
    pub(super) hosts: Option<Rows>,
    pub(super) checkins: Option<Rows>,
    pub(super) changes: Option<Rows>,
}

impl PendingRows {
    pub(super) fn of(
        entries: &mut HashMap<HostId, LoadedHost>,
        log: &ChangeRows,
        facts: &mut Unpacker<'_>,
        packer: &mut Packer<'_>,
    ) -> Result<Self> {
        let kept = |entry: &&mut LoadedHost| entry.dirty.times && !entry.dirty.gone;
        let mut kept: Vec<&mut LoadedHost> = entries.values_mut().filter(kept).collect();
        kept.sort_by_key(|entry| entry.host.id);
        let checkins = if kept.is_empty() { None } else { Some(checkin_rows(&kept)?) };
        kept.retain(|entry| entry.dirty.state);
        let hosts = if kept.is_empty() { None } else { Some(host_rows(&mut kept, facts, packer)?) };
        let changes = if log.is_empty() { None } else { Some(log.rows()?) };
        Ok(Self { hosts, checkins, changes })
    }
}

fn host_rows(
    entries: &mut [&mut LoadedHost],
    unpacker: &mut Unpacker<'_>,
    packer: &mut Packer<'_>,
) -> Result<Rows> {
    let (mut systems, mut releases, mut packed) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries.iter_mut() {
        let facts = entry.facts.get(unpacker)?;
        let system = profile::os_sort_key(facts);
        let release = facts.get("os_release").and_then(Value::as_str).map(str::to_owned);
        packed.push(packer.pack(&profile::facts_json(facts))?);
        entry.system = Some(System::new(system.clone(), release.clone()));
        systems.push(system);
        releases.push(release);
    }
    let each = || entries.iter().map(|entry| &entry.host);
    Ok(Rows::new()
        .column(each().map(|host| host.id))
        .column(entries.iter().map(|entry| entry.seq))
        .column(entries.iter().map(|entry| entry.profile_seq))
        .column(each().map(|host| host.canonical_facts.insights_id))
        .column(each().map(|host| host.canonical_facts.subscription_manager_id.clone()))
        .column(each().map(|host| host.canonical_facts.provider_id.clone()))
        .column(each().map(|host| host.canonical_facts.provider_type.clone()))
        .column(each().map(|host| host.canonical_facts.fqdn.as_deref().map(fold)))
        .column(each().map(|host| host.display_name.as_str()))
        .column(each().map(|host| fold(&host.display_name)))
        .column(systems)
        .column(releases)
        .column(each().map(|host| host.host_type.as_str()))
        .column(entries.iter().map(|entry| entry.owner.clone()))
        .column(each().map(|host| host.group.as_ref().map(|group| group.id)))
        .column(packed))
}

fn checkin_rows(entries: &[&mut LoadedHost]) -> Result<Rows> {
    let times = || entries.iter().map(|entry| &entry.host.times);
    let reporters =
        times().map(|times| Ok(serde_json::to_string(&times.reporters)?)).collect::<Result<Vec<_>>>()?;
    let raw =
        entries.iter().map(|entry| Ok(serde_json::to_string(&entry.raw)?)).collect::<Result<Vec<_>>>()?;
    Ok(Rows::new()
        .column(entries.iter().map(|entry| entry.host.id))
        .column(entries.iter().map(|entry| entry.version))
        .column(times().map(|times| times.updated))
        .column(times().map(|times| times.last_check_in))
        .column(times().map(|times| times.reporter.as_str()))
        .column(reporters)
        .column(raw))
}
