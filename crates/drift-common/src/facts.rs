//! What a profile says, as facts with names (contract drift §4).
//!
//! Each part of a profile gives its facts alone ([`of_part`]), so that parts which several machines have in common are
//! read once. [`of_profile`] gives all of them.

mod lists;
mod size;
mod tables;

use compare::Fact;
use serde_json::{Map, Value};

use crate::System;

pub use lists::{packages, packages_with_delta, tags};
pub use size::human_size;

/// A fact with its name.
pub type Named = (String, Fact);

/// Facts that are texts: as they are.
const TEXTS: [&str; 17] = [
    "arch",
    "bios_release_date",
    "bios_vendor",
    "bios_version",
    "cloud_provider",
    "cpu_model",
    "fqdn",
    "infrastructure_type",
    "infrastructure_vendor",
    "last_boot_time",
    "os_kernel_version",
    "os_release",
    "sap_instance_number",
    "sap_version",
    "selinux_config_file",
    "selinux_current_mode",
    "tuned_profile",
];
/// Facts that are numbers.
const NUMBERS: [&str; 3] = ["cores_per_socket", "number_of_cpus", "number_of_sockets"];
/// Facts that are true or false.
const BOOLEANS: [&str; 2] = ["sap_system", "satellite_managed"];

/// The parts of a profile whose facts come from a member of their own; `installed_packages` and its delta are one part.
pub const PARTS: [&str; 11] = [
    "ansible",
    "cpu_flags",
    "enabled_services",
    "installed_packages",
    "installed_services",
    "kernel_modules",
    "mssql",
    "network_interfaces",
    "running_processes",
    "systemd",
    "yum_repos",
];

/// The facts of a host.
pub fn of_system(system: &System) -> Vec<Named> {
    let mut facts = of_members(&system.profile, system.fqdn.as_deref(), &system.tags);
    sort(&mut facts);
    facts
}

/// The facts of a historical profile, which has `fqdn` and `tags` inside.
pub fn of_profile(profile: &Map<String, Value>) -> Vec<Named> {
    let tags = profile.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut facts = of_members(profile, profile.get("fqdn").and_then(Value::as_str), tags);
    sort(&mut facts);
    facts
}

fn of_members(profile: &Map<String, Value>, fqdn: Option<&str>, list: &[Value]) -> Vec<Named> {
    let mut facts = of_small_facts(profile, fqdn);
    for part in PARTS {
        let delta = if part == "installed_packages" { profile.get("installed_packages_delta") } else { None };
        facts.extend(of_part(part, profile.get(part), delta));
    }
    facts.extend(tags(list));
    facts
}

/// The facts that stand in a profile by themselves. Those that are missing are there and say nothing; `sap_sids` and
/// `system_memory` are not there then.
pub fn of_small_facts(profile: &Map<String, Value>, fqdn: Option<&str>) -> Vec<Named> {
    let mut facts = Vec::with_capacity(26);
    for name in TEXTS {
        let value = profile.get(name).filter(|value| !value.is_null()).map(text);
        let value = if name == "fqdn" { fqdn.map(str::to_owned) } else { value };
        facts.push((name.to_owned(), Fact::Text(value.unwrap_or_default())));
    }
    for name in NUMBERS {
        let value = profile.get(name).filter(|value| !value.is_null()).map(text);
        facts.push((name.to_owned(), Fact::Text(value.unwrap_or_default())));
    }
    for name in BOOLEANS {
        facts.push((name.to_owned(), Fact::Text(profile.get(name).map(text).unwrap_or_default())));
    }
    if let Some(sids) = profile.get("sap_sids") {
        let mut sids: Vec<String> = items(Some(sids)).iter().map(text).collect();
        sids.sort();
        facts.push(("sap_sids".to_owned(), Fact::Text(sids.join(", "))));
    }
    if let Some(bytes) = profile.get("system_memory_bytes").and_then(Value::as_f64) {
        facts.push(("system_memory".to_owned(), Fact::Text(human_size(bytes))));
    }
    facts
}

/// The facts of one of [`PARTS`], from the member of that name. `delta` is that of the packages.
pub fn of_part(part: &str, value: Option<&Value>, delta: Option<&Value>) -> Vec<Named> {
    match part {
        "cpu_flags" | "kernel_modules" | "enabled_services" => lists::present(part, value, "enabled"),
        "installed_services" => lists::present(part, value, "installed"),
        "running_processes" => lists::counted(part, value),
        "installed_packages" => packages_with_delta(value, delta),
        "network_interfaces" => tables::interfaces(value),
        "yum_repos" => tables::repositories(value),
        _ => members(part, value),
    }
}

/// Every member of an object. A list inside is joined.
fn members(part: &str, value: Option<&Value>) -> Vec<Named> {
    let Some(Value::Object(object)) = value else { return Vec::new() };
    let fact = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
            other => text(other),
        };
        (format!("{part}.{name}"), Fact::Text(value))
    };
    object.iter().map(fact).collect()
}

/// By name. Of a name that is there twice the last one counts.
fn sort(facts: &mut Vec<Named>) {
    facts.reverse();
    facts.sort_by(|(one, _), (other, _)| one.cmp(other));
    facts.dedup_by(|later, kept| later.0 == kept.0);
}

/// The items of a list; none of what is no list.
fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A value as a text: `True` and `False`, `None`, numbers in decimal.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => legacy::literal(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(profile: &Value) -> std::collections::BTreeMap<String, Fact> {
        of_profile(profile.as_object().unwrap()).into_iter().collect()
    }

    fn one(text: &str) -> Fact {
        Fact::Text(text.to_owned())
    }

    #[test]
    fn small_facts_are_there_also_when_they_are_missing() {
        let facts = of(
            &json!({"arch": "x86_64", "bios_vendor": null, "number_of_cpus": 4, "cores_per_socket": null,
            "sap_system": false, "satellite_managed": null, "system_memory_bytes": 8_589_934_592_u64, "sap_sids": ["B", "A"],
            "gpg_pubkeys": ["x"], "fqdn": "a.b"}),
        );
        for (name, expected) in [
            ("arch", "x86_64"),
            ("bios_vendor", ""),
            ("bios_version", ""),
            ("number_of_cpus", "4"),
            ("cores_per_socket", ""),
            ("sap_system", "False"),
            ("satellite_managed", "None"),
            ("system_memory", "8.00 GiB"),
            ("sap_sids", "A, B"),
            ("fqdn", "a.b"),
        ] {
            assert_eq!(facts[name], one(expected), "{name}");
        }
        assert_eq!(facts.len(), 24);
        let empty = of(&json!({}));
        assert!(!empty.contains_key("sap_sids") && !empty.contains_key("system_memory"));
    }

    #[test]
    fn objects_give_a_fact_for_each_member() {
        let facts = of(
            &json!({"systemd": {"failed": 0, "state": "running", "units": ["b", "a"], "up": true, "x": null},
            "mssql": null, "cpu_flags": null}),
        );
        let told: Vec<_> = facts.iter().filter(|(name, _)| name.contains('.')).collect();
        let expected =
            [("failed", "0"), ("state", "running"), ("units", "b, a"), ("up", "True"), ("x", "None")];
        let expected: Vec<_> = expected.map(|(name, value)| (format!("systemd.{name}"), one(value))).into();
        assert_eq!(told, expected.iter().map(|(name, fact)| (name, fact)).collect::<Vec<_>>());
    }

    #[test]
    fn a_host_is_called_by_its_own_name() {
        let system = System {
            fqdn: Some("web.example.com".to_owned()),
            tags: vec![json!({"namespace": "ns", "key": "env", "value": "prod"})],
            ..System::default()
        };
        let facts: std::collections::BTreeMap<_, _> = of_system(&system).into_iter().collect();
        assert_eq!((&facts["fqdn"], &facts["tags.ns.env"]), (&one("web.example.com"), &one("prod")));
    }
}
