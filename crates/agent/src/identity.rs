//! What the machine is recognised by.

use std::collections::BTreeSet;

use ground::placeholder;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Root,
    collect::{cloud, network, virtualisation},
    collected::Collected,
};

/// Made once for this program. machine-id(5): the id of a machine is confidential; what others see is derived from it
/// by a keyed hash, so that it neither tells the id nor agrees with what other programs derive.
const CONTEXT: &str = "plumbline 2026-11-27 insights_id of the machine with this machine-id";

/// The canonical facts of the machine, but for its `insights_id`.
pub(crate) fn facts(root: &Root, found: &mut Collected) -> Map<String, Value> {
    let mut facts = Map::new();
    let mut set = |name: &str, value: Value| facts.insert(name.to_owned(), value);
    if let Some(id) = bios_uuid(root, found) {
        set("bios_uuid", id.hyphenated().to_string().into());
    }
    if let Some(name) = fqdn(root) {
        set("fqdn", name.into());
    }
    if let Some(provider) = cloud::provider(root) {
        set("provider_id", provider.id.into());
        set("provider_type", provider.kind.into());
    }
    let interfaces = network::interfaces(root, found);
    let own: Vec<_> =
        interfaces.iter().filter(|interface| !interface.loopback && !interface.overlay).collect();
    let addresses: BTreeSet<String> = own
        .iter()
        .flat_map(|interface| {
            let ipv4 = interface.ipv4.iter().filter(|ip| !ip.is_link_local() && !ip.is_loopback());
            let ipv6 = interface.ipv6.iter().filter(|ip| !ip.is_unicast_link_local() && !ip.is_loopback());
            ipv4.map(ToString::to_string).chain(ipv6.map(ToString::to_string)).collect::<Vec<_>>()
        })
        .collect();
    if !addresses.is_empty() {
        set("ip_addresses", addresses.into_iter().collect::<Vec<_>>().into());
    }
    // Of devices; a container has none and is known by what it was given.
    let any_device = own.iter().any(|interface| interface.device);
    let macs: BTreeSet<&str> = own
        .iter()
        .filter(|interface| interface.device || !any_device)
        .filter_map(|interface| interface.mac.as_deref())
        .filter(|mac| mac.bytes().any(|byte| !matches!(byte, b'0' | b':')))
        .collect();
    if !macs.is_empty() {
        set("mac_addresses", macs.into_iter().collect::<Vec<_>>().into());
    }
    facts
}

/// The id by which every report of this machine is recognised, when it has a machine-id.
pub(crate) fn insights_id(root: &Root) -> Option<Uuid> {
    ["/etc/machine-id", "/var/lib/dbus/machine-id"].iter().find_map(|path| {
        let id = Uuid::try_parse(&root.word(path)?).ok().filter(|id| !id.is_nil())?;
        let hash = blake3::derive_key(CONTEXT, id.as_bytes());
        let bytes: [u8; 16] = hash[..16].try_into().ok()?;
        Some(uuid::Builder::from_random_bytes(bytes).into_uuid())
    })
}

fn bios_uuid(root: &Root, found: &mut Collected) -> Option<Uuid> {
    // The firmware that a container sees is that of many others.
    if virtualisation::container(root).is_some() {
        return None;
    }
    let text = found.read(root, "/sys/class/dmi/id/product_uuid", "bios_uuid")?;
    Uuid::try_parse(text.trim()).ok().filter(|id| !placeholder::firmware_uuid(id))
}

/// The full name: the host name when it has dots, else the name that the file of hosts has for it.
pub(crate) fn fqdn(root: &Root) -> Option<String> {
    let name = root.word("/proc/sys/kernel/hostname").or_else(|| root.word("/etc/hostname"))?;
    let name = name.trim_end_matches('.').to_lowercase();
    // The names of a machine that was given none: `localhost`, also in a domain of any name.
    let first = name.split('.').next().unwrap_or_default();
    if matches!(first, "" | "localhost" | "localhost4" | "localhost6" | "(none)") || name.len() > 255 {
        return None;
    }
    if name.contains('.') {
        return Some(name);
    }
    let hosts = root.read("/etc/hosts").unwrap_or_default();
    let full = hosts.lines().find_map(|line| {
        let words: Vec<&str> = line.split('#').next()?.split_ascii_whitespace().skip(1).collect();
        let ours = words.iter().any(|word| word.eq_ignore_ascii_case(&name));
        let full = words
            .iter()
            .find(|word| word.to_lowercase().strip_prefix(&name).is_some_and(|r| r.starts_with('.')));
        full.filter(|_| ours).map(|full| full.to_lowercase())
    });
    Some(full.unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    const ID: (&str, &str) = ("/etc/machine-id", "0b5c5b0d8f8e4a6f9d4c2b1a0e3f5a74\n");
    const HOSTNAME: &str = "/proc/sys/kernel/hostname";

    #[test]
    fn the_machine_id_is_hashed_and_always_to_the_same() {
        let id = insights_id(&tree(&[ID]).root).unwrap();
        // Must never change: every host that reported before would become another one.
        assert_eq!(id.to_string(), "54d5a902-dd93-4971-9deb-bd77badefeac");
        assert_eq!(id.get_version_num(), 4);
        let other = ("/etc/machine-id", "0b5c5b0d8f8e4a6f9d4c2b1a0e3f5a75\n");
        assert_ne!(insights_id(&tree(&[other]).root), Some(id));
        assert_eq!(insights_id(&tree(&[("/var/lib/dbus/machine-id", ID.1)]).root), Some(id));
    }

    #[test]
    fn a_machine_id_that_is_none_is_not_used() {
        for text in ["", "uninitialized\n", "00000000000000000000000000000000\n", "3d12\n"] {
            assert_eq!(insights_id(&tree(&[("/etc/machine-id", text)]).root), None, "{text}");
        }
    }

    #[test]
    fn names_and_addresses_come_from_the_machine() {
        let files = [
            (HOSTNAME, "Web-1\n"),
            (
                "/etc/hosts",
                "127.0.0.1 localhost\n# 1.2.3.4 web-1.comment web-1\n127.0.1.1 web-1.example.com web-1\n",
            ),
            ("/sys/class/dmi/id/product_uuid", "4C4C4544-0042-3010-8053-B8C04F4A4E32\n"),
            ("/sys/class/net/eth0/type", "1"),
            ("/sys/class/net/eth0/address", "52:54:00:00:00:01\n"),
            ("/sys/class/net/eth0/device/x", ""),
            ("/sys/class/net/dummy0/type", "1"),
            ("/sys/class/net/dummy0/address", "12:34:56:78:9a:bc"),
            ("/sys/class/net/docker0/type", "1"),
            ("/sys/class/net/flannel.1/type", "1"),
            ("/sys/class/net/lo/type", "772"),
            (
                "/recorded/ipv4",
                "eth0 192.0.2.9\neth0 169.254.7.7\ndocker0 172.17.0.1\nlo 127.0.0.1\ndummy0 10.0.0.1\nflannel.1 10.1.0.0\n",
            ),
            (
                "/proc/net/if_inet6",
                "fe80000000000000505400fffe000001 02 40 20 80 eth0\n20010db8000000000000000000000001 02 40 00 80 eth0\n",
            ),
        ];
        let mut found = Collected::default();
        assert_eq!(
            Value::Object(facts(&tree(&files).root, &mut found)),
            json!({
                "fqdn": "web-1.example.com", "bios_uuid": "4c4c4544-0042-3010-8053-b8c04f4a4e32",
                "mac_addresses": ["52:54:00:00:00:01"], "ip_addresses": ["10.0.0.1", "192.0.2.9", "2001:db8::1"],
            })
        );
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        let files = [
            (HOSTNAME, "localhost\n"),
            ("/sys/class/dmi/id/product_uuid", "03000200-0400-0500-0006-000700080009\n"),
            ("/sys/class/net/lo/type", "772"),
        ];
        let mut found = Collected::default();
        assert_eq!(facts(&tree(&files).root, &mut found), Map::new());
        for none in ["localhost.localdomain", "LOCALHOST4.localdomain4", "localhost.local", "(none)"] {
            assert_eq!(fqdn(&tree(&[(HOSTNAME, none)]).root), None, "{none}");
        }
        assert_eq!(fqdn(&tree(&[(HOSTNAME, "db-2\n")]).root).as_deref(), Some("db-2"));
        assert_eq!(
            fqdn(&tree(&[(HOSTNAME, "db-2.example.com\n")]).root).as_deref(),
            Some("db-2.example.com")
        );
    }
}
