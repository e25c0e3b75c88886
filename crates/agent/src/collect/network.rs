//! Network interfaces and their addresses.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, Ipv6Addr},
};

use serde_json::{Map, Value};

use super::links::Links;
use crate::{Root, collected::Collected};

pub(super) const FOLDER: &str = "/sys/class/net";
/// Addresses that the machine makes up for a while, and those that are not settled yet (`IFA_F_TEMPORARY`,
/// `IFA_F_DADFAILED`, `IFA_F_TENTATIVE`).
const PASSING: u8 = 0x01 | 0x08 | 0x40;

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interface {
    /// Its name.
    pub name: String,
    /// Its hardware address, if it has one.
    pub mac: Option<String>,
    /// Its IPv4 addresses.
    pub ipv4: Vec<Ipv4Addr>,
    /// Its IPv6 addresses, without passing ones.
    pub ipv6: Vec<Ipv6Addr>,
    /// Whether it is the loopback.
    pub loopback: bool,
    /// Whether it has a device: the others are made by software.
    pub device: bool,
    /// Whether it is of a network among containers, whose addresses say nothing to others.
    pub overlay: bool,
    state: Option<String>,
    kind: &'static str,
    mtu: Option<u32>,
}

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let interfaces: Vec<Value> = interfaces(root, found).iter().map(Interface::json).collect();
    if !interfaces.is_empty() {
        found.set("network_interfaces", interfaces);
    }
}

/// The interfaces, by name.
pub(crate) fn interfaces(root: &Root, found: &mut Collected) -> Vec<Interface> {
    let names = root.list(FOLDER).unwrap_or_else(|error| {
        found.unreadable("network_interfaces", FOLDER, &error);
        Vec::new()
    });
    let mut ipv4 = if root.is_system() { system_ipv4(found) } else { recorded_ipv4(root) };
    let mut ipv6 = ipv6(&root.read("/proc/net/if_inet6").unwrap_or_default());
    let links = Links::read(root, names);
    let own = links.own(|name| {
        ipv4.contains_key(name)
            || ipv6.get(name).is_some_and(|ips| ips.iter().any(|ip| !ip.is_unicast_link_local()))
    });
    own.into_iter()
        .map(|(name, link)| {
            let word = |file: &str| root.word(&format!("{FOLDER}/{name}/{file}"));
            let code = word("type").and_then(|code| code.parse().ok()).unwrap_or_default();
            Interface {
                mac: word("address").filter(|mac| matches!(mac.len(), 17 | 59)),
                state: word("operstate").map(|state| state.to_uppercase()),
                mtu: word("mtu").and_then(|mtu| mtu.parse().ok()),
                device: link.device,
                overlay: link.is_overlay(&name),
                ipv4: ipv4.remove(&name).unwrap_or_default(),
                ipv6: ipv6.remove(&name).unwrap_or_default(),
                loopback: code == 772,
                kind: kind(code),
                name,
            }
        })
        .collect()
}

impl Interface {
    fn json(&self) -> Value {
        let mut json = Map::new();
        json.insert("name".to_owned(), self.name.as_str().into());
        json.insert("type".to_owned(), self.kind.into());
        json.extend(self.mac.as_deref().map(|mac| ("mac_address".to_owned(), mac.into())));
        json.extend(self.state.as_deref().map(|state| ("state".to_owned(), state.into())));
        json.extend(self.mtu.map(|mtu| ("mtu".to_owned(), mtu.into())));
        let texts = |addresses: &mut dyn Iterator<Item = String>| addresses.collect::<Vec<String>>();
        let ipv4 = texts(&mut self.ipv4.iter().map(ToString::to_string));
        let ipv6 = texts(&mut self.ipv6.iter().map(ToString::to_string));
        json.insert("ipv4_addresses".to_owned(), ipv4.into());
        json.insert("ipv6_addresses".to_owned(), ipv6.into());
        Value::Object(json)
    }
}

/// The kind of link in the words of `ip address`.
fn kind(code: u16) -> &'static str {
    match code {
        1 => "ether",
        32 => "infiniband",
        280 => "can",
        512 => "ppp",
        768 => "ipip",
        769 => "tunnel6",
        772 => "loopback",
        776 => "sit",
        778 => "gre",
        65534 => "none",
        _ => "unknown",
    }
}

/// The IPv4 addresses of the running machine.
fn system_ipv4(found: &mut Collected) -> BTreeMap<String, Vec<Ipv4Addr>> {
    let addresses = nix::ifaddrs::getifaddrs().map_err(|error| {
        found.gap(
            "network_interfaces[].ipv4_addresses",
            format!("the system does not tell them: {error}"),
            "see what `ip -4 address` says",
        );
    });
    let pairs = addresses.into_iter().flatten().filter_map(|address| {
        // An alias in the manner of old (`eth0:1`) belongs to its interface.
        let name = address.interface_name.split(':').next()?.to_owned();
        Some((name, address.address?.as_sockaddr_in()?.ip()))
    });
    by_name(pairs)
}

/// The IPv4 addresses of a recorded tree: lines of `NAME ADDRESS`, as no file of the system has them.
fn recorded_ipv4(root: &Root) -> BTreeMap<String, Vec<Ipv4Addr>> {
    let text = root.read("/recorded/ipv4").unwrap_or_default();
    let pairs = text.lines().filter_map(|line| {
        let (name, address) = line.split_once(' ')?;
        Some((name.to_owned(), address.parse().ok()?))
    });
    by_name(pairs)
}

/// The IPv6 addresses in the kernel's table of them, without passing ones.
fn ipv6(table: &str) -> BTreeMap<String, Vec<Ipv6Addr>> {
    let pairs = table.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let &[address, _, _, _, flags, name] = words.as_slice() else { return None };
        let bits = u128::from_str_radix(address, 16).ok()?;
        let passing = u32::from_str_radix(flags, 16).ok()? & u32::from(PASSING) != 0;
        (!passing).then(|| (name.to_owned(), Ipv6Addr::from_bits(bits)))
    });
    by_name(pairs)
}

fn by_name<T: Ord>(pairs: impl Iterator<Item = (String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut map: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (name, address) in pairs {
        map.entry(name).or_default().push(address);
    }
    for addresses in map.values_mut() {
        addresses.sort_unstable();
        addresses.dedup();
    }
    map
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    const IF_INET6: &str = "\
00000000000000000000000000000001 01 80 10 80       lo
fe80000000000000505400fffe000001 02 40 20 80     eth0
20010db8000000000000000000000001 02 40 00 80     eth0
20010db800000000a1b2c3d4e5f60718 02 40 00 01     eth0
";

    #[test]
    fn interfaces_have_their_addresses_state_and_kind() {
        let files = [
            ("/sys/class/net/lo/type", "772\n"),
            ("/sys/class/net/lo/address", "00:00:00:00:00:00\n"),
            ("/sys/class/net/lo/operstate", "unknown\n"),
            ("/sys/class/net/lo/mtu", "65536\n"),
            ("/sys/class/net/eth0/type", "1\n"),
            ("/sys/class/net/eth0/address", "52:54:00:00:00:01\n"),
            ("/sys/class/net/eth0/operstate", "up\n"),
            ("/sys/class/net/eth0/mtu", "1500\n"),
            ("/sys/class/net/wg0/type", "65534\n"),
            ("/sys/class/net/wg0/address", "\n"),
            ("/sys/class/net/veth1a2b/type", "1\n"),
            ("/sys/class/net/bonding_masters", "\n"),
            ("/proc/net/if_inet6", IF_INET6),
            ("/recorded/ipv4", "eth0 192.0.2.10\neth0 192.0.2.9\nlo 127.0.0.1\n"),
        ];
        assert_eq!(
            tree(&files).collect(collect).profile()["network_interfaces"],
            json!([
                {"name": "eth0", "type": "ether", "mac_address": "52:54:00:00:00:01", "state": "UP", "mtu": 1500,
                    "ipv4_addresses": ["192.0.2.9", "192.0.2.10"],
                    "ipv6_addresses": ["2001:db8::1", "fe80::5054:ff:fe00:1"]},
                {"name": "lo", "type": "loopback", "mac_address": "00:00:00:00:00:00", "state": "UNKNOWN", "mtu": 65536,
                    "ipv4_addresses": ["127.0.0.1"], "ipv6_addresses": ["::1"]},
                {"name": "wg0", "type": "none", "ipv4_addresses": [], "ipv6_addresses": []},
            ])
        );
    }

    #[test]
    fn the_running_machine_has_its_loopback() {
        let mut found = Collected::default();
        let interfaces = interfaces(&Root::system(), &mut found);
        let loopback = interfaces.iter().find(|interface| interface.loopback).unwrap();
        assert_eq!((loopback.name.as_str(), &loopback.ipv4[..1]), ("lo", &[Ipv4Addr::LOCALHOST][..]));
    }

    #[test]
    fn hardware_addresses_of_infiniband_are_long() {
        let long = ["80"; 20].join(":");
        let files = [("/sys/class/net/ib0/type", "32"), ("/sys/class/net/ib0/address", long.as_str())];
        assert_eq!(tree(&files).collect(collect).profile["network_interfaces"][0]["mac_address"], long);
        let files = [("/sys/class/net/sit0/type", "776"), ("/sys/class/net/sit0/address", "0.0.0.0")];
        let found = tree(&files).collect(collect);
        assert!(found.profile["network_interfaces"][0].get("mac_address").is_none());
    }
}
