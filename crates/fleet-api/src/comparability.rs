//! Whether two results were measured on machines alike: which of the facts that differ may make a program faster or slower.

use compare::Difference;
use profile::Volatile;
use serde::Serialize;
use utoipa::ToSchema;

use crate::past::SectionChanges;

/// What a fact is about, from what changes measurements most to what changes them least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The processor: model, number, flags.
    Processor,
    /// Kernel, its modules and its command line.
    Kernel,
    /// Microcode and firmware.
    Firmware,
    /// How the processor is clocked: governor, tuned profile.
    Power,
    /// Memory.
    Memory,
    /// The operating system and its settings of security.
    System,
    /// Packages.
    Packages,
    /// Disks and network interfaces.
    Devices,
    /// Services, repositories and whatever else.
    Other,
}

/// A fact that differs.
#[derive(Debug, PartialEq)]
pub struct Differing {
    /// What it is about.
    pub category: Category,
    /// The section that holds it: `host`, `facts`, or a list of the profile.
    pub section: &'static str,
    /// The way to it, with dots.
    pub key: String,
    /// What differs.
    pub difference: Difference,
}

/// How the names of packages begin whose versions most programs feel.
const FELT: [&str; 8] = ["kernel", "linux-image", "glibc", "libc6", "gcc", "openssl", "python", "java"];

/// What may explain another result, the likeliest first. Who a machine is (names, ids, addresses, tags, group) explains
/// nothing, nor do facts that change by themselves.
pub fn ranked(sections: Vec<SectionChanges>, volatile: &Volatile) -> Vec<Differing> {
    let mut all: Vec<Differing> = sections
        .into_iter()
        .flat_map(|SectionChanges { section, changes }| {
            changes.into_iter().filter_map(move |difference| {
                let key = difference.key();
                let category = category(section, &key, volatile)?;
                Some(Differing { category, section, key, difference })
            })
        })
        .collect();
    all.sort_by(|a, b| place(a).cmp(&place(b)));
    all
}

fn place(fact: &Differing) -> (Category, bool, &str, &str) {
    let felt = FELT.iter().any(|name| fact.key.starts_with(name));
    (fact.category, !felt, fact.section, &fact.key)
}

/// What a fact is about; nothing when it explains no result.
fn category(section: &str, key: &str, volatile: &Volatile) -> Option<Category> {
    let has = |parts: &[&str]| parts.iter().any(|part| key.contains(part));
    match section {
        "host" => {
            // Facts that a reporter gives beside the profile; all else of a host is who it is.
            key.starts_with("facts.").then_some(if has(&["microcode", "firmware", "bios"]) {
                Category::Firmware
            } else if has(&["governor", "cpufreq"]) {
                Category::Power
            } else {
                Category::Other
            })
        }
        "facts" if volatile.contains(key) || has(&OF_ONE_MACHINE) => None,
        "facts" => Some(if has(&["cpu", "core", "socket", "threads"]) || key == "arch" {
            Category::Processor
        } else if has(&["kernel"]) {
            Category::Kernel
        } else if has(&["bios"]) {
            Category::Firmware
        } else if has(&["tuned"]) {
            Category::Power
        } else if has(&["memory", "swap"]) {
            Category::Memory
        } else if has(&["os_release", "operating_system", "selinux", "infrastructure", "virtual", "bootc"]) {
            Category::System
        } else {
            Category::Other
        }),
        "cpu_flags" => Some(Category::Processor),
        "kernel_modules" => Some(Category::Kernel),
        "installed_packages" | "installed_products" | "dnf_modules" | "gpg_pubkeys" | "greenboot" => {
            Some(Category::Packages)
        }
        // An address is whose machine it is.
        "network_interfaces" if has(&["mac_address", "ipv4", "ipv6"]) => None,
        "network_interfaces" | "disk_devices" => Some(Category::Devices),
        list if volatile.contains(list) => None,
        _ => Some(Category::Other),
    }
}

/// Small facts that each machine has its own of, or that say when something was looked at.
const OF_ONE_MACHINE: [&str; 12] = [
    "captured_date",
    "last_boot_time",
    "owner_id",
    "_id",
    "uuid",
    "ipv4_addresses",
    "ipv6_addresses",
    "public_dns",
    "insights_client_version",
    "insights_egg_version",
    "subscription_",
    "systemd.",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changes(section: &'static str, keys: &[&str]) -> SectionChanges {
        let one = |key: &&str| Difference {
            path: key.split('.').map(str::to_owned).collect(),
            before: vec![json!(1)],
            after: Vec::new(),
        };
        SectionChanges { section, changes: keys.iter().map(one).collect() }
    }

    fn keys(sections: Vec<SectionChanges>) -> Vec<String> {
        ranked(sections, &Volatile::default()).into_iter().map(|fact| fact.key).collect()
    }

    #[test]
    fn what_explains_most_comes_first() {
        let found = keys(vec![
            changes("host", &["facts.plumbline.cpu_governor", "facts.plumbline.cpu_microcode"]),
            changes("facts", &["os_release", "os_kernel_version", "cpu_model", "bios_version"]),
            changes("installed_packages", &["bash", "glibc"]),
        ]);
        let expected = [
            "cpu_model",
            "os_kernel_version",
            "bios_version",
            "facts.plumbline.cpu_microcode",
            "facts.plumbline.cpu_governor",
            "os_release",
            "glibc",
            "bash",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn who_a_machine_is_and_what_changes_by_itself_explains_nothing() {
        let nothing = vec![
            changes("host", &["display_name", "insights_id", "tags.a/b", "ip_addresses"]),
            changes("facts", &["captured_date", "last_boot_time", "owner_id", "virtual_host_uuid"]),
            changes("network_interfaces", &["eth0.mac_address", "eth0.ipv4_addresses"]),
            changes("running_processes", &["bash"]),
        ];
        assert!(keys(nothing).is_empty());
    }
}
