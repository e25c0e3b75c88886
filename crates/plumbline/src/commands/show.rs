//! `plumbline show`.

use std::{path::PathBuf, process::ExitCode};

use fleet::{Change, ChangeKind, ChangeQuery, Fleet, Host, Scope, Start, StoredProfile};
use fleet_api::api::host_state::HostState;
use ground::{Clock, Timestamp};
use profile::Section;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    cli::Place,
    failure::{Failure, Result},
    moment, out,
    pager::Pager,
    record::{self, Found},
    style::{Style, ago, count, pad, second},
};

/// Shows one host, as it is or as it was.
pub async fn run(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<&str>,
    host: &str,
    at: Option<&str>,
    json: bool,
) -> Result<ExitCode> {
    let at = at.map(|text| moment::read("--at", text, Clock::system().now())).transpose()?;
    let fleet = record::open(config, place).await?;
    let found = record::find(&fleet, org, host).await?;
    let change = state(&fleet, &found, at).await?;
    let mut profiles = fleet.profiles_of(&found.org, std::slice::from_ref(&change)).await?;
    let profile = profiles.pop().unwrap_or(StoredProfile { facts: Map::new(), lists: Vec::new() });
    if json {
        let raw =
            RawValue::from_string(profile.json()).map_err(|error| Failure::Runtime(error.to_string()))?;
        out::json(&HostState::new(&change, raw))?;
        return Ok(ExitCode::SUCCESS);
    }
    let last = last_change(&fleet, &found, change.seq).await?;
    let then = at.unwrap_or_else(|| fleet.clock().now());
    let style = Style::of_stdout();
    let host = &*change.host;
    let age = if change.kind == ChangeKind::Deleted {
        "deleted"
    } else {
        record::age(host.times.last_check_in, fleet.staleness(&found.org).await?, then)
    };
    let _pager = Pager::begin();
    let name = out::escaped(&host.display_name);
    out::spans(&[style.bold(&*name), "  ".into(), style.age(age)])?;
    out::spans(&[style.dim("─".repeat(name.chars().count()))])?;
    let mut lines = of_host(host, then);
    lines.extend(of_facts(&profile.facts));
    lines.extend(of_lists(&profile));
    lines.extend(of_past(host, &change, last.as_ref(), then));
    let width = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    for (label, value) in lines {
        let value = out::escaped(&value);
        let columns = if style.terminal { WIDTH - width - 2 } else { usize::MAX };
        for (at, part) in wrapped(&value, columns).into_iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            out::spans(&[style.label(pad(label, width)), "  ".into(), part.into()])?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The state that is asked for. Of a host that is gone, the last one.
async fn state(fleet: &Fleet, found: &Found, at: Option<Timestamp>) -> Result<Change> {
    let state = match at {
        Some(at) => fleet.as_of(&found.org, found.id, at).await?,
        None => fleet.newest_state(&found.org, found.id).await?,
    };
    state.ok_or_else(|| {
        let at = at.map(second).unwrap_or_default();
        Failure::Runtime(format!(
            "host {} was not known at {at}; `plumbline history {}` shows since when it is",
            found.id, found.id
        ))
    })
}

/// The newest row up to this one that says more than "seen".
async fn last_change(fleet: &Fleet, found: &Found, seq: i64) -> Result<Option<Change>> {
    let query = ChangeQuery {
        host: Some(found.id),
        start: Start::Before(seq + 1),
        limit: 1,
        ..ChangeQuery::newest_changes(Scope::of(found.org.clone()))
    };
    Ok(fleet.feed(&query).await?.changes.pop())
}

/// The columns that a terminal has at the least.
const WIDTH: usize = 100;

/// A text in lines of at most so many characters, broken behind the commas of a list.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for part in text.split_inclusive(", ") {
        let length = part.trim_end().chars().count();
        if used > 0 && used + length > columns {
            lines.push(String::new());
            used = 0;
        }
        used += part.chars().count();
        if let Some(line) = lines.last_mut() {
            line.push_str(part);
        }
    }
    lines
}

type Lines = Vec<(&'static str, String)>;

fn push(lines: &mut Lines, label: &'static str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        lines.push((label, value));
    }
}

fn of_host(host: &Host, then: Timestamp) -> Lines {
    let mut lines = Lines::new();
    let facts = &host.canonical_facts;
    push(&mut lines, "Id", Some(host.id.to_string()));
    push(&mut lines, "Organisation", Some(host.org.to_string()));
    push(&mut lines, "Full name", facts.fqdn.clone().filter(|name| *name != host.display_name));
    push(&mut lines, "Ansible name", host.ansible_host.clone());
    push(&mut lines, "Addresses", Some(some(&facts.ip_addresses, 6)));
    push(
        &mut lines,
        "Cloud",
        facts.provider_type.clone().zip(facts.provider_id.clone()).map(|(cloud, id)| format!("{cloud} {id}")),
    );
    push(&mut lines, "Group", host.group.as_ref().map(|group| group.name.clone()));
    let tags: Vec<String> = host
        .tags
        .iter_stored()
        .map(|tag| {
            let space = tag.namespace.map(|space| format!("{space}/")).unwrap_or_default();
            let value = tag.value.map(|value| format!("={value}")).unwrap_or_default();
            format!("{space}{}{value}", tag.key)
        })
        .collect();
    push(&mut lines, "Tags", Some(some(&tags, 8)));
    let reporters: Vec<String> =
        host.times.reporters.iter().map(|(name, at)| format!("{name} {}", ago(*at, then))).collect();
    push(&mut lines, "Reported by", Some(some(&reporters, 8)));
    lines
}

fn of_facts(facts: &Map<String, Value>) -> Lines {
    let text = |name: &str| {
        facts.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let number = |name: &str| facts.get(name).and_then(Value::as_u64);
    let mut lines = Lines::new();
    push(&mut lines, "System", record::system(facts));
    push(
        &mut lines,
        "Kernel",
        text("os_kernel_version")
            .map(|version| {
                let release = text("kernel_release").filter(|release| release.starts_with(&version));
                release.unwrap_or(version)
            })
            .or_else(|| text("kernel_release")),
    );
    push(&mut lines, "Architecture", text("arch"));
    let model = text("cpu_model");
    let cores = number("number_of_cpus").map(|cpus| format!("{cpus} CPUs"));
    push(&mut lines, "Processor", join([model, cores], ", "));
    push(&mut lines, "Memory", number("system_memory_bytes").map(gibibytes));
    push(&mut lines, "Firmware", join([text("bios_vendor"), text("bios_version")], " "));
    push(
        &mut lines,
        "Infrastructure",
        join([text("infrastructure_type"), text("infrastructure_vendor")], ", "),
    );
    push(&mut lines, "SELinux", text("selinux_current_mode"));
    push(&mut lines, "Tuned profile", text("tuned_profile"));
    push(&mut lines, "Booted", text("last_boot_time"));
    lines
}

fn of_lists(profile: &StoredProfile) -> Lines {
    let length = |section: Section| {
        let text = profile.lists.iter().find(|(known, _)| *known == section).map(|(_, text)| text)?;
        let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        Some(items.len())
    };
    let counted = |section| length(section).map(count);
    let mut lines = Lines::new();
    push(&mut lines, "Packages", counted(Section::InstalledPackages));
    let enabled = counted(Section::EnabledServices).map(|count| format!("{count} enabled"));
    let installed = counted(Section::InstalledServices).map(|count| format!("{count} installed"));
    push(&mut lines, "Services", join([enabled, installed], ", "));
    push(&mut lines, "Repositories", counted(Section::YumRepos));
    push(&mut lines, "Kernel modules", counted(Section::KernelModules));
    push(&mut lines, "Processes", counted(Section::RunningProcesses));
    push(&mut lines, "Interfaces", counted(Section::NetworkInterfaces));
    push(&mut lines, "Disks", counted(Section::DiskDevices));
    lines
}

fn of_past(host: &Host, change: &Change, last: Option<&Change>, then: Timestamp) -> Lines {
    let when = |at: Timestamp| format!("{}  ({} UTC)", ago(at, then), second(at));
    let mut lines = Lines::new();
    push(&mut lines, "Last check-in", Some(when(host.times.last_check_in)));
    let told = last.map(|last| {
        let by = last.reporter.as_deref().map(|reporter| format!(" of {reporter}")).unwrap_or_default();
        format!("{} by {}{by}, {}", last.kind.name(), last.cause, when(last.at))
    });
    push(&mut lines, "Last change", told);
    push(&mut lines, "Known since", Some(when(host.created)));
    push(&mut lines, "Row of the log", Some(change.seq.to_string()));
    lines
}

fn join<const N: usize>(parts: [Option<String>; N], between: &str) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

/// The first of a list, and how many more there are.
fn some(items: &[String], most: usize) -> String {
    let shown = items.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    if items.len() > most { format!("{shown} and {} more", items.len() - most) } else { shown }
}

fn gibibytes(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_go_on_below() {
        assert_eq!(wrapped("one, two, three", 9), ["one, two, ", "three"]);
        assert_eq!(wrapped("a long word without a list", 5), ["a long word without a list"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
