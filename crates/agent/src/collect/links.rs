//! Which interfaces are the machine's own, and which it has for its guests alone.
//!
//! The kernel tells the structure: what an interface stands on and leads to. Names decide only where it says nothing.
//! What is there for a guest comes and goes with it, and is not reported.

use std::collections::{BTreeMap, BTreeSet};

use super::network::FOLDER;
use crate::Root;

/// `IFF_TAP` of `tun_flags`: such an interface ends in a virtual machine, or in a private network.
const TAP: u32 = 0x2;
/// `ARPHRD_ETHER`.
const ETHERNET: u32 = 1;
/// The kind of a bridge.
const BRIDGE: &str = "bridge";
/// The name of a bridge that is for guests, without its number.
const BRIDGES: [&str; 10] =
    ["docker", "virbr", "podman", "cni-podman", "cni", "lxdbr", "lxcbr", "incusbr", "fwbr", "qbr"];
/// How the names of ends of links to guests begin.
const ENDS: [&str; 10] = ["veth", "tap", "vnet", "cali", "lxc", "cni", "fwpr", "fwln", "vif", "macvtap"];
/// How the names of interfaces begin that networks among containers have on each machine.
const OVERLAYS: [&str; 9] =
    ["flannel", "kube-", "cilium", "vxlan.calico", "weave", "antrea-", "ovn-k8s-", "nodelocaldns", "tunl0"];

/// An interface, as it stands among the others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// Whether it has a device of its own.
    pub device: bool,
    /// What it stands on, or what is plugged into it when it is a bridge.
    below: Vec<String>,
    /// The kind that the kernel's driver calls itself: `bridge`, `vlan`, `bond`, `vxlan`.
    kind: Option<String>,
    /// Whether it is one end of a link of Ethernet, whose other end is another interface.
    leads_elsewhere: bool,
    /// Whether it ends in a program as Ethernet; none where no program made it.
    tap: Option<bool>,
    /// Whether it is plugged into a bridge.
    plugged: bool,
}

/// All interfaces, and those by which the machine reaches the world.
#[derive(Debug)]
pub(super) struct Links {
    all: BTreeMap<String, Link>,
    default_routes: BTreeSet<String>,
}

impl Links {
    pub fn read(root: &Root, names: Vec<String>) -> Self {
        // Files stand among the folders, as `bonding_masters`.
        let names = names.into_iter().filter(|name| root.has(&format!("{FOLDER}/{name}/type")));
        let all = names.map(|name| (name.clone(), Link::read(root, &name))).collect();
        Self { all, default_routes: default_routes(root) }
    }

    /// The machine's own interfaces, by name. `addressed` says of an interface whether it has an address that others
    /// may reach.
    pub fn own(&self, addressed: impl Fn(&str) -> bool) -> Vec<(String, &Link)> {
        // In a container every interface leads elsewhere: they are its own.
        let contained = !self.all.values().any(|link| link.device);
        let own = self.all.iter().filter(|(name, link)| {
            link.device
                || self.default_routes.contains(*name)
                || !(Self::is_end(name, link, contained, addressed(name))
                    || self.is_bridge_of_guests(name, link))
        });
        own.map(|(name, link)| (name.clone(), link)).collect()
    }

    /// Whether it is this machine's end of a link to a guest.
    fn is_end(name: &str, link: &Link, contained: bool, addressed: bool) -> bool {
        if let Some(tap) = link.tap {
            return tap && !addressed;
        }
        if link.kind.is_some() || !link.below.is_empty() {
            // It stands on an interface as a VLAN does, and ends in a virtual machine.
            return name.starts_with("macvtap");
        }
        (link.leads_elsewhere && (!contained || link.plugged)) || begins(name, &ENDS)
    }

    /// Whether it is a bridge from which nothing leads outside.
    fn is_bridge_of_guests(&self, name: &str, link: &Link) -> bool {
        let outside = link.below.iter().any(|port| self.leads_outside(port, DEEPEST));
        if outside {
            return false;
        }
        // Docker names those of its networks by 12 digits.
        let of_docker = name
            .strip_prefix("br-")
            .is_some_and(|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let by_name = of_docker || BRIDGES.iter().any(|begin| is_numbered(name, begin));
        by_name || link.kind.as_deref() == Some(BRIDGE)
    }

    /// Whether an interface has a device, at whatever depth.
    fn leads_outside(&self, name: &str, depth: u8) -> bool {
        let Some(link) = self.all.get(name) else { return false };
        link.device
            || self.default_routes.contains(name)
            || (depth > 0 && link.below.iter().any(|below| self.leads_outside(below, depth - 1)))
    }
}

/// No interfaces stand deeper on one another.
const DEEPEST: u8 = 8;

impl Link {
    fn read(root: &Root, name: &str) -> Self {
        let folder = format!("{FOLDER}/{name}");
        let word = |file: &str| root.word(&format!("{folder}/{file}"));
        let number = |file: &str| word(file).and_then(|text| text.parse::<u32>().ok());
        let files = root.names(&folder);
        let mut below: Vec<String> =
            files.iter().filter_map(|file| file.strip_prefix("lower_").map(str::to_owned)).collect();
        below.extend(root.names(&format!("{folder}/brif")));
        let event = word("uevent").unwrap_or_default();
        let kind = event.lines().find_map(|line| line.strip_prefix("DEVTYPE=")).map(str::to_owned);
        let has = |file: &str| files.iter().any(|name| name == file);
        let kind = kind.or_else(|| (has("bridge") || has("brif")).then(|| BRIDGE.to_owned()));
        let flags =
            word("tun_flags").and_then(|text| u32::from_str_radix(text.trim_start_matches("0x"), 16).ok());
        Self {
            device: has("device"),
            leads_elsewhere: number("type") == Some(ETHERNET)
                && number("iflink")
                    .zip(number("ifindex"))
                    .is_some_and(|(other, own)| other != 0 && other != own),
            tap: flags.map(|flags| flags & TAP != 0),
            plugged: has("brport") || has("master"),
            below,
            kind,
        }
    }

    /// Whether it belongs to a network among containers.
    pub fn is_overlay(&self, name: &str) -> bool {
        !self.device && begins(name, &OVERLAYS)
    }
}

fn begins(name: &str, list: &[&str]) -> bool {
    list.iter().any(|begin| name.starts_with(begin))
}

/// Whether a name is this one with a number, as `docker0`, or with the id of a guest, as `fwbr100i0`.
fn is_numbered(name: &str, begin: &str) -> bool {
    name.strip_prefix(begin).is_some_and(|rest| {
        rest.bytes().all(|byte| byte.is_ascii_digit()) || matches!(begin, "fwbr" | "qbr") && !rest.is_empty()
    })
}

/// The interfaces that packets to anywhere leave by.
fn default_routes(root: &Root) -> BTreeSet<String> {
    /// `RTF_UP` and `RTF_REJECT`.
    const UP: u32 = 0x1;
    const REJECT: u32 = 0x200;
    let mut names = BTreeSet::new();
    let usable = |flags: &str| {
        u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & UP != 0 && flags & REJECT == 0)
    };
    for line in root.read("/proc/net/route").unwrap_or_default().lines() {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        if let [name, "00000000", _, flags, _, _, _, "00000000", ..] = words.as_slice()
            && usable(flags)
        {
            names.insert((*name).to_owned());
        }
    }
    for line in root.read("/proc/net/ipv6_route").unwrap_or_default().lines() {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        if let [to, "00", _, _, _, _, _, _, flags, name] = words.as_slice()
            && to.bytes().all(|byte| byte == b'0')
            && usable(flags)
        {
            names.insert((*name).to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tree;

    /// The machine's own interfaces, of those with these files; each is of Ethernet.
    fn own(files: &[(&str, &str)]) -> Vec<String> {
        own_with(files, &[])
    }

    fn own_with(files: &[(&str, &str)], addressed: &[&str]) -> Vec<String> {
        let names: BTreeSet<&str> = files
            .iter()
            .filter(|(path, _)| !path.starts_with('/'))
            .filter_map(|(path, _)| path.split('/').next())
            .collect();
        let mut all: Vec<(String, String)> =
            names.iter().map(|name| (format!("{FOLDER}/{name}/type"), "1\n".to_owned())).collect();
        all.extend(files.iter().map(|(path, text)| {
            let path = if path.starts_with('/') { (*path).to_owned() } else { format!("{FOLDER}/{path}") };
            (path, (*text).to_owned())
        }));
        let all: Vec<_> = all.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let tree = tree(&all);
        let links = Links::read(&tree.root, tree.root.names(FOLDER));
        links.own(|name| addressed.contains(&name)).into_iter().map(|(name, _)| name).collect()
    }

    /// An interface with a device, as every machine of metal and every virtual one has.
    const ETH0: (&str, &str) = ("eth0/device/uevent", "");

    #[test]
    fn ends_of_links_to_guests_are_told_by_where_they_lead() {
        for name in ["eni1a2b3c4d5e6", "gke0a1b2c3d", "ve-web1", "qvo1a2b3c4d-56", "anything"] {
            let (other, own_one) = (format!("{name}/iflink"), format!("{name}/ifindex"));
            assert_eq!(own(&[ETH0, (&other, "7\n"), (&own_one, "12\n")]), ["eth0"], "{name}");
            assert_eq!(
                own(&[ETH0, (&other, "12\n"), (&own_one, "12\n")]),
                [name, "eth0"].into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn what_stands_on_a_device_of_the_machine_is_its_own() {
        let files = [
            ETH0,
            ("eth0.5/iflink", "2"),
            ("eth0.5/ifindex", "9"),
            ("eth0.5/lower_eth0/x", ""),
            ("vxlan7/iflink", "2"),
            ("vxlan7/ifindex", "10"),
            ("vxlan7/uevent", "DEVTYPE=vxlan\nINTERFACE=vxlan7\n"),
            ("lxc-uplink/lower_eth0/x", ""),
            ("macvtap0/lower_eth0/x", ""),
        ];
        assert_eq!(own(&files), ["eth0", "eth0.5", "lxc-uplink", "vxlan7"]);
    }

    #[test]
    fn the_ends_that_a_container_was_given_are_its_own() {
        let files = [
            ("eth0/iflink", "7"),
            ("eth0/ifindex", "2"),
            ("inner/iflink", "3"),
            ("inner/ifindex", "9"),
            ("inner/brport/x", ""),
        ];
        assert_eq!(own(&files), ["eth0"]);
    }

    #[test]
    fn a_tap_is_of_a_guest_unless_the_machine_has_an_address_on_it() {
        let files = [ETH0, ("kvm7/tun_flags", "0x1002\n"), ("tun0/tun_flags", "0x1001\n")];
        assert_eq!(own(&files), ["eth0", "tun0"]);
        assert_eq!(own_with(&files, &["kvm7"]), ["eth0", "kvm7", "tun0"]);
    }

    #[test]
    fn a_bridge_is_the_machines_own_when_something_leads_outside() {
        let files = [
            ETH0,
            ("bond0/lower_eth0/x", ""),
            ("br-lan/bridge/x", ""),
            ("br-lan/brif/bond0/x", ""),
            ("virbr7/brif/eth0/x", ""),
            ("inner/bridge/x", ""),
            ("inner/brif/vnet0/x", ""),
            ("vnet0/tun_flags", "0x1002"),
            ("br-ex/mtu", "1500"),
            ("br-0a1b2c3d4e5f/mtu", "1500"),
            ("docker0/mtu", "1500"),
            ("dockernet/mtu", "1500"),
        ];
        assert_eq!(own(&files), ["bond0", "br-ex", "br-lan", "dockernet", "eth0", "virbr7"]);
    }

    #[test]
    fn the_interface_of_the_default_route_is_never_hidden() {
        let route = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\nveth0\t00000000\t0100007F\t0003\t0\t0\t0\t00000000\t0\t0\t0\nveth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
        let zeros = "0".repeat(32);
        let route6 = format!(
            "{zeros} 00 {zeros} 00 {zeros} 00000400 00000001 00000000 00000003 docker0\n{zeros} 00 {zeros} 00 {zeros} ffffffff 00000001 00000000 00200200 lo\n"
        );
        let files = [
            ETH0,
            ("veth0/mtu", "1500"),
            ("veth1/mtu", "1500"),
            ("docker0/bridge/x", ""),
            ("/proc/net/route", route),
            ("/proc/net/ipv6_route", &route6),
        ];
        assert_eq!(own(&files), ["docker0", "eth0", "veth0"]);
    }
}
