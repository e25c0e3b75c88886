//! Services: those that are installed, enabled, and running.

use std::collections::BTreeSet;

use crate::{Root, found::Found};

/// Where units of systemd stand; the first that has a unit decides.
const UNITS: [&str; 4] = [
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// Read from folders rather than asked of systemd: they say the same, also where systemd is not the first process,
/// and no command has to be waited for.
pub(super) fn collect(root: &Root, found: &mut Found) {
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
    found.facts.extend(running(root).map(|running| ("running_services".to_owned(), running.into())));
}

/// The name of a service: of `getty@tty1.service` and `getty@.service` the part before the `@`, with the instance.
fn service(unit: &str) -> Option<String> {
    Some(unit.strip_suffix(".service")?.trim_end_matches('@').to_owned())
}

/// The services of the system that have processes: systemd keeps each in a control group of its own.
fn running(root: &Root) -> Option<Vec<String>> {
    let slice = ["/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"];
    let names = slice.into_iter().find_map(|folder| root.list(folder).ok())?;
    let running: Vec<String> = names.iter().filter_map(|unit| service(unit)).collect();
    (!running.is_empty()).then_some(running)
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
    fn running_services_have_control_groups() {
        let found = tree(&[
            ("/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs", "1"),
            ("/sys/fs/cgroup/system.slice/cron.service/cgroup.procs", "1"),
            ("/sys/fs/cgroup/system.slice/cpu.stat", ""),
        ])
        .collect(collect);
        assert_eq!(found.facts["running_services"], json!(["cron", "ssh"]));
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
