//! The cloud that the machine is rented from. No metadata service is asked: firmware and cloud-init know.

use serde_json::Value;

use super::{bios, virtualisation};
use crate::{Root, collected::Collected};

/// The cloud's name for the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Provider {
    /// Which cloud: a provider type of the inventory.
    pub kind: &'static str,
    /// The id of the instance.
    pub id: String,
}

pub(super) fn collect(root: &Root, found: &mut Collected) {
    found.set_some("cloud_provider", kind(root));
}

fn kind(root: &Root) -> Option<&'static str> {
    const MAKERS: [(&str, &str); 5] = [
        ("Amazon EC2", "aws"),
        ("Alibaba Cloud", "alibaba"),
        ("DigitalOcean", "digitalocean"),
        ("Hetzner", "hetzner"),
        ("OpenStack Foundation", "openstack"),
    ];
    /// Google makes laptops as well.
    const PRODUCTS: [(&str, &str); 1] = [("Google Compute Engine", "gcp")];
    /// What Azure and Oracle write onto the case.
    const CASES: [(&str, &str); 2] =
        [("7783-7084-3265-9085-8269-3286-77", "azure"), ("OracleCloud.com", "oracle")];
    let by = |file: &str, list: &[(&str, &'static str)]| {
        let word = bios::word(root, file)?;
        list.iter().find(|(known, _)| word == *known).map(|(_, kind)| *kind)
    };
    by("sys_vendor", &MAKERS)
        .or_else(|| by("product_name", &PRODUCTS))
        .or_else(|| by("chassis_asset_tag", &CASES))
        // Older machines of Amazon are Xen's, and say so in their BIOS.
        .or_else(|| {
            bios::word(root, "bios_version").filter(|version| version.contains("amazon")).map(|_| "aws")
        })
        .or_else(|| cloud_init(root).map(|provider| provider.kind))
}

/// The cloud's name for the machine, where it can be learned without asking the cloud.
pub(crate) fn provider(root: &Root) -> Option<Provider> {
    cloud_init(root).or_else(|| {
        // A container sees the board of the machine that it runs on, which is not itself.
        if virtualisation::container(root).is_some() {
            return None;
        }
        let id = bios::word(root, "board_asset_tag").filter(|id| id.starts_with("i-"))?;
        (kind(root) == Some("aws")).then_some(Provider { kind: "aws", id })
    })
}

/// What cloud-init left for everybody to read.
fn cloud_init(root: &Root) -> Option<Provider> {
    const NAMES: [(&str, &str); 6] = [
        ("aws", "aws"),
        ("azure", "azure"),
        ("gce", "gcp"),
        ("aliyun", "alibaba"),
        ("alibaba", "alibaba"),
        ("ibmcloud", "ibm"),
    ];
    let text = root.read("/run/cloud-init/instance-data.json").ok()?;
    let data: Value = serde_json::from_str(&text).ok()?;
    let word = |name: &str| data.get("v1")?.get(name)?.as_str().filter(|word| !word.trim().is_empty());
    let given = word("cloud_name")?;
    let (_, kind) = NAMES.iter().find(|(name, _)| *name == given)?;
    Some(Provider { kind, id: word("instance_id")?.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    #[test]
    fn a_cloud_is_recognised_by_its_firmware() {
        for (file, word, name) in [
            ("sys_vendor", "Amazon EC2\n", "aws"),
            ("bios_version", "4.11.amazon\n", "aws"),
            ("product_name", "Google Compute Engine\n", "gcp"),
            ("chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77\n", "azure"),
            ("chassis_asset_tag", "OracleCloud.com\n", "oracle"),
        ] {
            let path = format!("/sys/class/dmi/id/{file}");
            assert_eq!(tree(&[(&path, word)]).collect(collect).profile(), json!({"cloud_provider": name}));
        }
        for maker in ["Dell Inc.\n", "Google\n"] {
            let metal = tree(&[("/sys/class/dmi/id/sys_vendor", maker)]);
            assert_eq!((metal.collect(collect).profile(), provider(&metal.root)), (json!({}), None));
        }
    }

    #[test]
    fn the_instance_is_named_by_the_board_or_by_cloud_init() {
        let tag = ("/sys/class/dmi/id/board_asset_tag", "i-0123456789abcdef0\n");
        let board = tree(&[("/sys/class/dmi/id/sys_vendor", "Amazon EC2"), tag]);
        let aws = Provider { kind: "aws", id: "i-0123456789abcdef0".to_owned() };
        assert_eq!(provider(&board.root), Some(aws));
        assert_eq!(provider(&tree(&[tag]).root), None, "a board that is not Amazon's");
        let container = tree(&[("/sys/class/dmi/id/sys_vendor", "Amazon EC2"), tag, ("/.dockerenv", "")]);
        assert_eq!(provider(&container.root), None, "it is not the machine that it runs on");
        let data = json!({"v1": {"cloud_name": "gce", "instance_id": "4521386795063451234", "region": "x"}});
        let init = tree(&[("/run/cloud-init/instance-data.json", &data.to_string())]);
        assert_eq!(provider(&init.root).map(|provider| provider.kind), Some("gcp"));
        assert_eq!(init.collect(collect).profile(), json!({"cloud_provider": "gcp"}));
        let none = json!({"v1": {"cloud_name": "nocloud", "instance_id": "iid-local01"}});
        let none = tree(&[("/run/cloud-init/instance-data.json", &none.to_string())]);
        assert_eq!(provider(&none.root), None);
    }
}
