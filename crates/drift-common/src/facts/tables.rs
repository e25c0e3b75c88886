//! Facts of lists of objects: interfaces and repositories.

use std::net::Ipv6Addr;

use compare::Fact;
use serde_json::Value;

use super::{Named, items, text};

/// The facts of each interface that has a name.
pub(super) fn interfaces(value: Option<&Value>) -> Vec<Named> {
    let mut facts = Vec::new();
    for interface in items(value) {
        let Some(name) = name(interface, "network interface has no name, skipping") else { continue };
        let addresses = |member: &str, shown: fn(&str) -> String| {
            let list = items(interface.get(member)).iter().map(|address| shown(&text(address)));
            list.collect::<Vec<_>>().join(", ")
        };
        let mut put = |member: &str, value: String| {
            facts.push((format!("network_interfaces.{name}.{member}"), Fact::Text(value)));
        };
        put("ipv4_addresses", addresses("ipv4_addresses", str::to_owned));
        put("ipv6_addresses", addresses("ipv6_addresses", canonical));
        for member in ["mac_address", "mtu", "state", "type"] {
            put(member, told(interface, member));
        }
    }
    facts
}

/// The facts of each repository that has a name.
pub(super) fn repositories(value: Option<&Value>) -> Vec<Named> {
    let mut facts = Vec::new();
    for repository in items(value) {
        let Some(name) = name(repository, "yum repo has no name, skipping") else { continue };
        for member in ["base_url", "enabled", "gpgcheck"] {
            facts.push((format!("yum_repos.{name}.{member}"), Fact::Text(told(repository, member))));
        }
    }
    facts
}

fn name(item: &Value, complaint: &'static str) -> Option<String> {
    let name = item.get("name").filter(|name| !name.is_null()).map(text);
    if name.is_none() {
        tracing::warn!("{complaint}");
    }
    name
}

/// A member; empty when it is missing or null.
fn told(item: &Value, member: &str) -> String {
    item.get(member).filter(|value| !value.is_null()).map(text).unwrap_or_default()
}

/// An IPv6 address in small letters and compressed, with its zone; what is none stays.
fn canonical(address: &str) -> String {
    let (bare, zone) = match address.split_once('%') {
        Some((bare, zone)) if !zone.is_empty() => (bare, Some(zone)),
        _ => (address, None),
    };
    let Ok(parsed) = bare.parse::<Ipv6Addr>() else { return address.to_owned() };
    let shown = match parsed.segments() {
        // The standard library writes these with dots.
        [0, 0, 0, 0, 0, 0xffff, high, low] => format!("::ffff:{high:x}:{low:x}"),
        _ => parsed.to_string(),
    };
    zone.map_or_else(|| shown.clone(), |zone| format!("{shown}%{zone}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_are_written_in_one_way() {
        for (told, shown) in [
            ("FE80::0:1", "fe80::1"),
            ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
            ("::ffff:1.2.3.4", "::ffff:102:304"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("1.2.3.4", "1.2.3.4"),
            ("no address", "no address"),
            ("::", "::"),
        ] {
            assert_eq!(canonical(told), shown);
        }
    }

    #[test]
    fn an_interface_without_a_name_is_skipped_and_a_later_one_of_a_name_counts() {
        let list = json!([{"ipv4_addresses": ["1.2.3.4"]}, {"name": "e", "ipv4_addresses": ["1.1.1.1", "2.2.2.2"], "mtu": 1500,
            "mac_address": null}]);
        let facts = interfaces(Some(&list));
        let values: Vec<_> = facts.iter().map(|(name, fact)| (name.as_str(), fact.clone())).collect();
        let one = |text: &str| Fact::Text(text.to_owned());
        assert_eq!(
            values,
            [
                ("network_interfaces.e.ipv4_addresses", one("1.1.1.1, 2.2.2.2")),
                ("network_interfaces.e.ipv6_addresses", one("")),
                ("network_interfaces.e.mac_address", one("")),
                ("network_interfaces.e.mtu", one("1500")),
                ("network_interfaces.e.state", one("")),
                ("network_interfaces.e.type", one("")),
            ]
        );
    }

    #[test]
    fn a_repository_says_whether_it_is_enabled() {
        let facts = repositories(Some(&json!([{"name": "dotted.name", "enabled": false}])));
        let values: Vec<_> = facts.into_iter().map(|(name, fact)| format!("{name}={fact}")).collect();
        let expected = ["base_url=", "enabled=False", "gpgcheck="];
        assert_eq!(values, expected.map(|rest| format!("yum_repos.dotted.name.{rest}")));
    }
}
