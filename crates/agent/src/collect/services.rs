//! Services: those that are installed, enabled, and running.

use std::collections::{BTreeMap, BTreeSet};

use super::processes::Table;
use crate::{Root, collected::Collected, ini};

/// Where units of systemd stand; the first that has a unit decides.
const UNITS: [&str; 4] = [
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];
/// No slices and groups stand deeper in one another.
const DEEPEST: u8 = 5;

/// Read from folders rather than asked of systemd: they say the same, also where systemd is not the first process,
/// and no command has to be waited for.
pub(super) fn collect(root: &Root, found: &mut Collected) {
    let (mut installed, mut enabled) = (BTreeSet::new(), BTreeSet::new());
    let mut masked = BTreeSet::new();
    for folder in UNITS {
        let names = root.list(folder).unwrap_or_else(|error| {
            found.unreadable("installed_services", folder, &error);
            Vec::new()
        });
        for name in names {
            let path = format!("{folder}/{name}");
            if matches!(name.rsplit_once('.'), Some((_, "wants" | "requires"))) {
                // What the system's maker wants is part of the units; what is here was enabled.
                if folder == UNITS[0] {
                    enabled.extend(root.names(&path).iter().filter_map(|unit| service(unit)));
                }
            } else if let Some(service) = service(&name) {
                match root.link(&path) {
                    Some(target) if target == "/dev/null" => {
                        masked.insert(service);
                    }
                    // Another name of a unit, which its enabling made.
                    Some(_) if folder == UNITS[0] => {
                        enabled.insert(service.clone());
                        installed.insert(service);
                    }
                    _ if masked.contains(&service) => {}
                    _ => {
                        installed.insert(service);
                    }
                }
            }
        }
    }
    if root.has("/sbin/openrc") || root.has("/usr/sbin/openrc") || root.has("/usr/bin/openrc") {
        let scripts = root.names("/etc/init.d").into_iter();
        installed.extend(scripts.filter(|name| !matches!(name.rsplit_once('.'), Some((_, "sh")))));
        for level in root.names("/etc/runlevels") {
            enabled.extend(root.names(&format!("/etc/runlevels/{level}")));
        }
    }
    found.set_all("installed_services", installed);
    found.set_all("enabled_services", enabled.into_iter().filter(|service| !masked.contains(service)));
    if let Some(running) = running(root) {
        found.fact("running_services", running);
    }
}

/// The name of a service: of `getty@tty1.service` and `getty@.service` the part before the `@`, with the instance.
fn service(unit: &str) -> Option<String> {
    Some(unit.strip_suffix(".service")?.trim_end_matches('@').to_owned())
}

/// The services of the system that have run for a while: systemd keeps the processes of each in a control group of its
/// own. What is started to do one thing and end is none of them, however long it takes.
fn running(root: &Root) -> Option<Vec<String>> {
    let slices = ["/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"];
    let mut groups = BTreeMap::new();
    gather(root, slices.into_iter().find(|folder| root.has(folder))?, DEEPEST, &mut groups);
    let table = Table::read(root);
    let settled = |id: &str| table.as_ref().is_none_or(|table| table.has_settled_id(id));
    let groups = groups.into_iter();
    let running: Vec<String> = groups
        .filter(|(service, group)| any_process(root, group, DEEPEST, &settled) && !is_passing(root, service))
        .map(|(service, _)| service)
        .collect();
    (!running.is_empty()).then_some(running)
}

/// The control groups of services in a slice and the slices in it.
fn gather(root: &Root, slice: &str, depth: u8, groups: &mut BTreeMap<String, String>) {
    for name in root.names(slice) {
        let path = format!("{slice}/{name}");
        if let Some(service) = service(&name) {
            groups.insert(service, path);
        } else if depth > 0 && matches!(name.rsplit_once('.'), Some((_, "slice"))) {
            gather(root, &path, depth - 1, groups);
        }
    }
}

/// Whether this holds for a process of a control group, or of one that the service made in it.
fn any_process(root: &Root, group: &str, depth: u8, holds: &dyn Fn(&str) -> bool) -> bool {
    let processes = root.read(&format!("{group}/cgroup.procs")).unwrap_or_default();
    processes.lines().any(holds)
        || (depth > 0
            && root.names(group).iter().map(|name| format!("{group}/{name}")).any(|below| {
                root.has(&format!("{below}/cgroup.procs")) && any_process(root, &below, depth - 1, holds)
            }))
}

/// Whether a service runs to do one thing and end, as its unit says.
fn is_passing(root: &Root, service: &str) -> bool {
    let template = service.split_once('@').map(|(name, _)| format!("{name}@"));
    let names = [Some(service.to_owned()), template];
    let mut paths =
        names.iter().flatten().flat_map(|name| UNITS.map(|folder| format!("{folder}/{name}.service")));
    let Some(text) = paths.find_map(|path| root.read(&path).ok()) else { return false };
    ini::read_flat(&text).iter().any(|section| {
        section.name == "Service"
            && section.last("Type") == Some("oneshot")
            && section.truth("RemainAfterExit") != Some(true)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    #[test]
    fn units_are_read_from_their_folders() {
        let found = tree(&[
            ("/usr/lib/systemd/system/ssh.service", "[Unit]"),
            ("/usr/lib/systemd/system/cron.service", ""),
            ("/usr/lib/systemd/system/getty@.service", ""),
            ("/usr/lib/systemd/system/cups.service", ""),
            ("/usr/lib/systemd/system/basic.target", ""),
            ("/usr/lib/systemd/system/basic.target.wants/tmp.service", ""),
            ("/etc/systemd/system/mine.service", ""),
        ])
        .link("/etc/systemd/system/multi-user.target.wants/ssh.service", "/lib/systemd/system/ssh.service")
        .link(
            "/etc/systemd/system/getty.target.wants/getty@tty1.service",
            "/lib/systemd/system/getty@.service",
        )
        .link("/etc/systemd/system/sshd.service", "/lib/systemd/system/ssh.service")
        .link("/etc/systemd/system/cups.service", "/dev/null")
        .link("/etc/systemd/system/printer.target.wants/cups.service", "/lib/systemd/system/cups.service")
        .collect(collect);
        assert_eq!(
            found.profile(),
            json!({
                "installed_services": ["cron", "getty", "mine", "ssh", "sshd"],
                "enabled_services": ["getty@tty1", "ssh", "sshd"],
            })
        );
        assert!(found.facts.is_empty());
    }

    #[test]
    fn running_services_have_control_groups_with_processes() {
        let found = tree(&[
            ("/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs", "1"),
            ("/sys/fs/cgroup/system.slice/cron.service/cgroup.procs", "1"),
            ("/sys/fs/cgroup/system.slice/docker.service/cgroup.procs", ""),
            ("/sys/fs/cgroup/system.slice/docker.service/init/cgroup.procs", "7"),
            ("/sys/fs/cgroup/system.slice/ended.service/cgroup.procs", ""),
            ("/sys/fs/cgroup/system.slice/system-getty.slice/getty@tty1.service/cgroup.procs", "9"),
            ("/sys/fs/cgroup/system.slice/cpu.stat", ""),
        ])
        .collect(collect);
        assert_eq!(found.facts["running_services"], json!(["cron", "docker", "getty@tty1", "ssh"]));
    }

    #[test]
    fn services_that_come_and_go_are_not_reported() {
        let stat = |started: u32| format!("1 (x) S 1 1 1 0 -1 0 100 0 0 0 1 2 0 0 20 0 1 0 {started} 0\n");
        let group = |name: &str| format!("/sys/fs/cgroup/system.slice/{name}.service/cgroup.procs");
        let found = tree(&[
            ("/proc/uptime", "1000.00 1.0"),
            ("/proc/1/stat", &stat(5)),
            ("/proc/80/stat", &stat(5_000)),
            ("/proc/900/stat", &stat(99_000)),
            (&group("ssh"), "80\n"),
            (&group("apt-daily"), "900\n"),
            (&group("backup@home"), "80\n"),
            (&group("network"), "80\n900\n"),
            (&group("gone"), "901\n"),
            ("/etc/systemd/system/backup@.service", "[Service]\nType=oneshot\n"),
            ("/usr/lib/systemd/system/network.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\n"),
        ])
        .collect(collect);
        assert_eq!(found.facts["running_services"], json!(["network", "ssh"]));
    }

    #[test]
    fn alpine_starts_services_by_run_level() {
        let found = tree(&[
            ("/sbin/openrc", ""),
            ("/etc/init.d/sshd", ""),
            ("/etc/init.d/crond", ""),
            ("/etc/init.d/functions.sh", ""),
        ])
        .link("/etc/runlevels/default/sshd", "/etc/init.d/sshd")
        .collect(collect);
        assert_eq!(
            found.profile(),
            json!({"installed_services": ["crond", "sshd"], "enabled_services": ["sshd"]})
        );
    }
}
