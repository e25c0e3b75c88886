//! Whether the machine is one of metal, and whose it is if not.

use super::bios;
use crate::{Root, found::Found};

pub(super) fn collect(root: &Root, found: &mut Found) {
    let vendor = container(root).or_else(|| hypervisor(root));
    // The flag says that there is one, even when nothing says which.
    let flagged = || root.read("/proc/cpuinfo").is_ok_and(|text| has_flag(&text, "hypervisor"));
    match vendor {
        Some(vendor) => {
            found.set("infrastructure_type", "virtual");
            found.set("infrastructure_vendor", vendor);
        }
        None if flagged() => found.set("infrastructure_type", "virtual"),
        // Only a machine whose firmware was heard is known to be of metal.
        None if bios::word(root, "sys_vendor").is_some() => {
            found.set("infrastructure_type", "physical");
            found.set("infrastructure_vendor", "baremetal");
        }
        None => {}
    }
}

fn has_flag(cpuinfo: &str, flag: &str) -> bool {
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"));
    flags.is_some_and(|line| line.split_ascii_whitespace().any(|word| word == flag))
}

/// The kind of container that the program runs in.
fn container(root: &Root) -> Option<String> {
    if let Some(manager) = root.word("/run/systemd/container") {
        return Some(manager);
    }
    if root.has("/run/.containerenv") {
        return Some("podman".to_owned());
    }
    let groups = root.word("/proc/1/cgroup").unwrap_or_default();
    let by_group = [("kubepods", "kubernetes"), ("docker", "docker"), ("libpod", "podman"), ("lxc", "lxc")];
    let grouped = by_group.iter().find(|(part, _)| groups.contains(part)).map(|(_, name)| (*name).to_owned());
    grouped.or_else(|| root.has("/.dockerenv").then(|| "docker".to_owned()))
}

/// The hypervisor, by what the firmware calls its maker or the machine: the names that virt-what uses.
fn hypervisor(root: &Root) -> Option<String> {
    const BY_VENDOR: [(&str, &str); 12] = [
        ("VMware", "vmware"),
        ("innotek GmbH", "virtualbox"),
        ("Xen", "xen"),
        ("QEMU", "kvm"),
        ("Amazon EC2", "kvm"),
        ("Google", "kvm"),
        ("KubeVirt", "kvm"),
        ("OpenStack", "kvm"),
        ("DigitalOcean", "kvm"),
        ("Alibaba Cloud", "kvm"),
        ("Parallels", "parallels"),
        ("Bochs", "bochs"),
    ];
    const BY_PRODUCT: [(&str, &str); 7] = [
        ("KVM", "kvm"),
        ("VMware", "vmware"),
        ("VirtualBox", "virtualbox"),
        ("HVM domU", "xen"),
        ("BHYVE", "bhyve"),
        ("Standard PC", "kvm"),
        ("OpenStack", "kvm"),
    ];
    let vendor = bios::word(root, "sys_vendor").unwrap_or_default();
    let product = bios::word(root, "product_name").unwrap_or_default();
    if vendor == "Microsoft Corporation" && product == "Virtual Machine" {
        return Some("hyperv".to_owned());
    }
    // Machines of metal that are for rent have the same maker.
    if product.contains(".metal") {
        return None;
    }
    let by = |list: &[(&str, &str)], text: &str| {
        list.iter().find(|(part, _)| text.contains(part)).map(|(_, name)| (*name).to_owned())
    };
    by(&BY_PRODUCT, &product)
        .or_else(|| by(&BY_VENDOR, &vendor))
        .or_else(|| root.word("/sys/hypervisor/type"))
        .or_else(|| {
            root.read("/proc/sysinfo")
                .is_ok_and(|text| text.contains("z/VM"))
                .then(|| "ibm_systemz".to_owned())
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    const VENDOR: &str = "/sys/class/dmi/id/sys_vendor";
    const PRODUCT: &str = "/sys/class/dmi/id/product_name";

    #[test]
    fn a_hypervisor_is_recognised_by_its_firmware() {
        for (vendor, product, name) in [
            ("QEMU", "Standard PC (Q35 + ICH9, 2009)", "kvm"),
            ("Red Hat", "KVM", "kvm"),
            ("VMware, Inc.", "VMware Virtual Platform", "vmware"),
            ("Microsoft Corporation", "Virtual Machine", "hyperv"),
            ("innotek GmbH", "VirtualBox", "virtualbox"),
            ("Amazon EC2", "m7i.large", "kvm"),
            ("Google", "Google Compute Engine", "kvm"),
            ("Xen", "HVM domU", "xen"),
        ] {
            let found = tree(&[(VENDOR, vendor), (PRODUCT, product)]).collect(collect);
            assert_eq!(
                found.profile(),
                json!({"infrastructure_type": "virtual", "infrastructure_vendor": name}),
                "{vendor}"
            );
        }
    }

    #[test]
    fn a_machine_of_metal_has_firmware_of_another_maker() {
        for (vendor, product) in [
            ("Dell Inc.", "PowerEdge R650"),
            ("Microsoft Corporation", "Surface"),
            ("Amazon EC2", "c5.metal"),
        ] {
            let found = tree(&[(VENDOR, vendor), (PRODUCT, product)]).collect(collect);
            assert_eq!(
                found.profile(),
                json!({"infrastructure_type": "physical", "infrastructure_vendor": "baremetal"})
            );
        }
    }

    #[test]
    fn the_flag_alone_says_virtual_and_nothing_says_nothing() {
        let found = tree(&[("/proc/cpuinfo", "flags\t: fpu hypervisor sse\n")]).collect(collect);
        assert_eq!(found.profile(), json!({"infrastructure_type": "virtual"}));
        let found = tree(&[("/proc/cpuinfo", "flags\t: fpu sse\n")]).collect(collect);
        assert_eq!(found.profile(), json!({}));
    }

    #[test]
    fn a_container_is_told_before_the_machine_it_runs_on() {
        for (file, text, name) in [
            ("/.dockerenv", "", "docker"),
            ("/run/.containerenv", "engine=\"podman-4\"", "podman"),
            ("/run/systemd/container", "lxc\n", "lxc"),
            ("/proc/1/cgroup", "0::/kubepods.slice/kubepods-besteffort.slice/x\n", "kubernetes"),
        ] {
            let found = tree(&[(VENDOR, "QEMU"), (file, text)]).collect(collect);
            assert_eq!(found.profile["infrastructure_vendor"], name);
        }
    }
}
