//! `plumbline show`.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use ground::{Clock, HostId, Timestamp};
use profile::Section;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    api::{self, Ages, FLEET, FoundHost},
    cli::Source,
    failure::Result,
    moment, out,
    pager::Pager,
    record,
    style::{Style, ago, count, pad, second},
};

/// A host at a moment.
#[derive(Deserialize)]
struct State {
    seq: i64,
    kind: String,
    host: Host,
    system_profile: Map<String, Value>,
}

#[derive(Deserialize)]
struct Host {
    id: HostId,
    display_name: String,
    fqdn: Option<String>,
    #[serde(rename = "ansible_host")]
    ansible_name: Option<String>,
    ip_addresses: Vec<String>,
    provider_id: Option<String>,
    provider_type: Option<String>,
    group: Option<Group>,
    tags: Vec<Tag>,
    reporters: BTreeMap<String, String>,
    #[serde(deserialize_with = "api::time")]
    created: Timestamp,
    #[serde(deserialize_with = "api::time")]
    last_check_in: Timestamp,
    #[serde(flatten)]
    ages: Ages,
}

#[derive(Deserialize)]
struct Group {
    name: String,
}

#[derive(Deserialize)]
struct Tag {
    namespace: Option<String>,
    key: String,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Timeline {
    changes: Vec<Change>,
}

/// What last happened to it.
#[derive(Deserialize)]
struct Change {
    kind: String,
    cause: String,
    reporter: Option<String>,
    #[serde(deserialize_with = "api::time")]
    at: Timestamp,
}

/// Shows one host, as it is or as it was.
pub async fn run(
    config: Option<&PathBuf>,
    source: &Source,
    org: Option<&str>,
    host: &str,
    at: Option<&str>,
    json: bool,
) -> Result<ExitCode> {
    let now = Clock::system().now();
    let at = at.map(|text| moment::read("--at", text, now)).transpose()?;
    let apis = api::open(config, source, org).await?;
    let found = api::host(&apis, host).await?;
    let state = api::state(&found, at).await?;
    if json {
        out::json(&state)?;
        return Ok(ExitCode::SUCCESS);
    }
    let state: State = api::read_part(&state)?;
    let last = last_change(&found, state.seq).await?;
    let then = at.unwrap_or(now);
    let style = Style::of_stdout();
    let age = if state.kind == "deleted" { "deleted" } else { state.host.ages.word(then) };
    let _pager = Pager::begin();
    let name = out::escaped(&state.host.display_name);
    out::spans(&[style.bold(&*name), "  ".into(), style.age(age)])?;
    out::spans(&[style.dim("─".repeat(name.chars().count()))])?;
    let mut lines = of_host(&state.host, found.api.org().map(ToString::to_string), then);
    lines.extend(of_facts(&state.system_profile));
    lines.extend(of_lists(&state.system_profile));
    lines.extend(of_past(&state, last.as_ref(), then));
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

/// The newest row up to this one that says more than "seen".
async fn last_change(found: &FoundHost<'_>, seq: i64) -> Result<Option<Change>> {
    let kinds = ["created", "updated", "deleted"].map(|kind| ("kind", kind.to_owned()));
    let one =
        [("before", (seq + 1).to_string()), ("limit", "1".to_owned()), ("volatile", "false".to_owned())];
    let path = format!("{FLEET}/hosts/{}/timeline", found.id);
    let mut rows: Timeline = found.api.get(&path, kinds.into_iter().chain(one)).await?;
    Ok(rows.changes.pop())
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

fn of_host(host: &Host, org: Option<String>, then: Timestamp) -> Lines {
    let mut lines = Lines::new();
    push(&mut lines, "Id", Some(host.id.to_string()));
    push(&mut lines, "Organisation", org);
    push(&mut lines, "Full name", host.fqdn.clone().filter(|name| *name != host.display_name));
    push(&mut lines, "Ansible name", host.ansible_name.clone());
    push(&mut lines, "Addresses", Some(some(&host.ip_addresses, 6)));
    push(
        &mut lines,
        "Cloud",
        host.provider_type.clone().zip(host.provider_id.clone()).map(|(cloud, id)| format!("{cloud} {id}")),
    );
    push(&mut lines, "Group", host.group.as_ref().map(|group| group.name.clone()));
    let tags: Vec<String> = host
        .tags
        .iter()
        .map(|tag| {
            let space = tag.namespace.as_ref().map(|space| format!("{space}/")).unwrap_or_default();
            let value = tag.value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
            format!("{space}{}{value}", tag.key)
        })
        .collect();
    push(&mut lines, "Tags", Some(some(&tags, 8)));
    let told = |at: &str| Timestamp::parse(at).map_or_else(|_| at.to_owned(), |at| ago(at, then));
    let reporters: Vec<String> =
        host.reporters.iter().map(|(name, at)| format!("{name} {}", told(at))).collect();
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

fn of_lists(profile: &Map<String, Value>) -> Lines {
    let length = |section: Section| profile.get(section.name()).and_then(Value::as_array).map(Vec::len);
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

fn of_past(state: &State, last: Option<&Change>, then: Timestamp) -> Lines {
    let when = |at: Timestamp| format!("{}  ({} UTC)", ago(at, then), second(at));
    let mut lines = Lines::new();
    push(&mut lines, "Last check-in", Some(when(state.host.last_check_in)));
    let told = last.map(|last| {
        let by = last.reporter.as_deref().map(|reporter| format!(" of {reporter}")).unwrap_or_default();
        format!("{} by {}{by}, {}", last.kind, last.cause, when(last.at))
    });
    push(&mut lines, "Last change", told);
    push(&mut lines, "Known since", Some(when(state.host.created)));
    push(&mut lines, "Row of the log", Some(state.seq.to_string()));
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
