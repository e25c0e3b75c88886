//! Whether the machine is one of metal, and whose it is if not.

use super::bios;
use crate::{Root, collected::Collected};

/// What a processor says of a hypervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Processor {
    /// There is one.
    Guest,
    /// There is none.
    Metal,
    /// Nothing: architectures but x86 have no flag for it.
    Silent,
}

pub(super) fn collect(root: &Root, found: &mut Collected) {
    if let Some(engine) = container(root) {
        is_virtual(found, Some(&engine));
        return;
    }
    let processor = processor(root);
    let vendor = bios::word(root, "sys_vendor").unwrap_or_default();
    let product = bios::word(root, "product_name").unwrap_or_default();
    let host_of_xen = is_host_of_xen(root);
    // The host of a Xen has the flag, for it runs beside its guests.
    let metal = host_of_xen || product.contains(".metal") || processor == Processor::Metal;
    match by_firmware(&vendor, &product) {
        // Machines of metal that are for rent have the same firmware.
        Some((_, Rented::AsMetalToo)) if metal => is_physical(found),
        Some((name, _)) => is_virtual(found, Some(name)),
        None if host_of_xen => is_physical(found),
        None => match by_kernel(root) {
            Some(name) => is_virtual(found, Some(name)),
            None if processor == Processor::Guest => is_virtual(found, None),
            // Only a machine whose firmware was heard is known to be of metal, and that only where guests are told.
            None if !vendor.is_empty() && (metal || is_of_metal_kind(root)) => is_physical(found),
            None => {}
        },
    }
}

fn is_virtual(found: &mut Collected, vendor: Option<&str>) {
    found.set("infrastructure_type", "virtual");
    found.set_some("infrastructure_vendor", vendor);
}

fn is_physical(found: &mut Collected) {
    found.set("infrastructure_type", "physical");
    found.set("infrastructure_vendor", "baremetal");
}

fn processor(root: &Root) -> Processor {
    let cpuinfo = root.read("/proc/cpuinfo").unwrap_or_default();
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"));
    match flags.map(|line| line.split_ascii_whitespace().any(|word| word == "hypervisor")) {
        Some(true) => Processor::Guest,
        Some(false) => Processor::Metal,
        None => Processor::Silent,
    }
}

/// How engines name the groups of what runs in their containers.
const BY_GROUP: [(&str, &str); 6] = [
    ("kubepods", "kubernetes"),
    ("docker", "docker"),
    ("libpod", "podman"),
    ("lxc", "lxc"),
    ("garden", "garden"),
    ("containerd", "containerd"),
];

/// The kind of container that the program runs in.
pub(crate) fn container(root: &Root) -> Option<String> {
    // Those that run systemd tell it; the first process of the others was told.
    if let Some(manager) =
        root.word("/run/systemd/container").or_else(|| root.word("/run/host/container-manager"))
    {
        return Some(manager);
    }
    let environment = root.read("/proc/1/environ").unwrap_or_default();
    let variable =
        |name: &str| environment.split('\0').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let in_pod =
        ["/var/run/secrets/kubernetes.io/serviceaccount", "/run/secrets/kubernetes.io/serviceaccount"];
    if in_pod.iter().any(|path| root.has(path)) || variable("KUBERNETES_SERVICE_HOST").is_some() {
        return Some("kubernetes".to_owned());
    }
    if root.has("/run/.containerenv") {
        return Some("podman".to_owned());
    }
    if let Some(engine) = variable("container").filter(|engine| !engine.is_empty()) {
        return Some(if engine == "oci" { "docker" } else { engine }.to_owned());
    }
    let groups = root.word("/proc/1/cgroup").unwrap_or_default();
    // The first process of a machine is in a group of its own init, not below those that engines make.
    by_part(&BY_GROUP, &groups)
        .or_else(|| root.has("/.dockerenv").then_some("docker"))
        .or_else(|| by_mounts(root))
        .or_else(|| (root.has("/proc/vz") && !root.has("/proc/bc")).then_some("openvz"))
        .or_else(|| {
            let release = root.word("/proc/sys/kernel/osrelease").unwrap_or_default();
            (release.contains("WSL") || release.contains("Microsoft")).then_some("wsl")
        })
        .map(str::to_owned)
}

/// By what engines mount into a container: with a group namespace its groups name none.
fn by_mounts(root: &Root) -> Option<&'static str> {
    const BY_SOURCE: [(&str, &str); 5] = [
        ("/kubelet/pods/", "kubernetes"),
        ("/containers/storage/", "podman"),
        ("/docker/", "docker"),
        ("/containerd/", "containerd"),
        ("/lxc/", "lxc"),
    ];
    // `ID PARENT DEVICE SOURCE PLACE …`, where the source is a path on the filesystem that it comes from.
    let mounts = root.read("/proc/1/mountinfo").unwrap_or_default();
    let bound = mounts.lines().find_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let (source, place) = (words.get(3)?, words.get(4)?);
        let given =
            matches!(*place, "/etc/hosts" | "/etc/hostname" | "/etc/resolv.conf" | "/dev/termination-log");
        let layers = *place == "/" && line.contains(" - overlay ");
        by_part(&BY_SOURCE, if layers { line } else { given.then_some(*source)? })
    });
    bound.or_else(|| {
        // lxcfs shows a container its own share of the machine.
        let mounts = root.read("/proc/1/mounts").or_else(|_| root.read("/proc/mounts")).unwrap_or_default();
        let own = |line: &str| line.split(' ').nth(1).is_some_and(|place| place.starts_with("/proc/"));
        mounts.lines().any(|line| line.starts_with("lxcfs ") && own(line)).then_some("lxc")
    })
}

/// Whether this is the machine that the guests of a Xen run on.
fn is_host_of_xen(root: &Root) -> bool {
    /// `XENFEAT_dom0`.
    const HOST: u64 = 1 << 11;
    let features = root.word("/sys/hypervisor/properties/features");
    root.word("/proc/xen/capabilities").is_some_and(|text| text.contains("control_d"))
        || features.and_then(|text| u64::from_str_radix(&text, 16).ok()).is_some_and(|bits| bits & HOST != 0)
}

/// Whether a maker of virtual machines rents machines of metal too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rented {
    VirtualOnly,
    AsMetalToo,
}

/// The hypervisor, by what the firmware calls its maker or the machine: the names that virt-what uses.
fn by_firmware(vendor: &str, product: &str) -> Option<(&'static str, Rented)> {
    use Rented::{AsMetalToo, VirtualOnly};
    const BY_PRODUCT: [(&str, &str, Rented); 12] = [
        ("Google Compute Engine", "kvm", AsMetalToo),
        ("Alibaba Cloud ECS", "kvm", AsMetalToo),
        ("KVM", "kvm", VirtualOnly),
        ("VMware", "vmware", VirtualOnly),
        ("VirtualBox", "virtualbox", VirtualOnly),
        ("HVM domU", "xen", VirtualOnly),
        ("BHYVE", "bhyve", VirtualOnly),
        ("Standard PC", "kvm", VirtualOnly),
        ("OpenStack", "kvm", VirtualOnly),
        ("Apple Virtualization", "apple", VirtualOnly),
        ("Parallels", "parallels", VirtualOnly),
        ("vServer", "kvm", VirtualOnly),
    ];
    const BY_VENDOR: [(&str, &str, Rented); 19] = [
        ("Amazon EC2", "kvm", AsMetalToo),
        ("Alibaba Cloud", "kvm", AsMetalToo),
        ("VMware", "vmware", VirtualOnly),
        ("innotek GmbH", "virtualbox", VirtualOnly),
        ("Xen", "xen", VirtualOnly),
        ("QEMU", "kvm", VirtualOnly),
        ("KubeVirt", "kvm", VirtualOnly),
        ("OpenStack", "kvm", VirtualOnly),
        ("DigitalOcean", "kvm", VirtualOnly),
        ("Hetzner", "kvm", AsMetalToo),
        ("UpCloud", "kvm", VirtualOnly),
        ("Vultr", "kvm", AsMetalToo),
        ("Linode", "kvm", VirtualOnly),
        ("Akamai", "kvm", VirtualOnly),
        ("Exoscale", "kvm", VirtualOnly),
        ("oVirt", "kvm", VirtualOnly),
        ("Nutanix", "nutanix_ahv", AsMetalToo),
        ("Parallels", "parallels", VirtualOnly),
        ("Bochs", "bochs", VirtualOnly),
    ];
    if vendor == "Microsoft Corporation" && product == "Virtual Machine" {
        return Some(("hyperv", VirtualOnly));
    }
    let by = |list: &[(&str, &'static str, Rented)], text: &str| {
        list.iter().find(|(part, _, _)| text.contains(part)).map(|(_, name, rented)| (*name, *rented))
    };
    by(&BY_PRODUCT, product).or_else(|| by(&BY_VENDOR, vendor))
}

/// The hypervisor, by what the kernel knows of it.
fn by_kernel(root: &Root) -> Option<&'static str> {
    const BY_TREE: [(&str, &str); 6] = [
        ("linux,kvm", "kvm"),
        ("xen", "xen"),
        ("vmware", "vmware"),
        ("linux,dummy-virt", "kvm"),
        ("qemu", "kvm"),
        ("IBM pSeries (emulated by qemu)", "kvm"),
    ];
    const BY_CONTROL_PROGRAM: [(&str, &str); 2] = [("z/VM", "ibm_systemz"), ("KVM", "kvm")];
    if root.word("/sys/hypervisor/type").as_deref() == Some("xen") {
        return Some("xen");
    }
    let tree = ["hypervisor/compatible", "compatible", "model"];
    let texts = ["/proc/device-tree", "/sys/firmware/devicetree/base"]
        .iter()
        .flat_map(|base| tree.iter().filter_map(move |file| root.word(&format!("{base}/{file}"))));
    let known = texts.into_iter().find_map(|text| by_part(&BY_TREE, &text));
    let control = || by_part(&BY_CONTROL_PROGRAM, &root.read("/proc/sysinfo").unwrap_or_default());
    let pseries =
        || root.read("/proc/cpuinfo").is_ok_and(|text| text.contains("emulated by qemu")).then_some("kvm");
    let partition = || root.has("/proc/device-tree/ibm,partition-name").then_some("ibm_power");
    known.or_else(control).or_else(pseries).or_else(partition)
}

/// Whether the case is one that virtual machines do not have: a laptop, a rack, a blade.
fn is_of_metal_kind(root: &Root) -> bool {
    let kind = root.word("/sys/class/dmi/id/chassis_type");
    matches!(kind.as_deref(), Some("9" | "10" | "14" | "17" | "23" | "28" | "29" | "30" | "31" | "32"))
}

fn by_part(list: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    list.iter().find(|(part, _)| text.contains(part)).map(|(_, name)| *name)
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

    /// What is said of a machine of this maker, by type and vendor.
    fn said(vendor: &str, product: &str, more: &[(&str, &str)]) -> String {
        let files = [&[(VENDOR, vendor), (PRODUCT, product)], more].concat();
        let profile = tree(&files).collect(collect).profile();
        let word = |name: &str| profile.get(name).and_then(|word| word.as_str()).unwrap_or("-").to_owned();
        format!("{} {}", word("infrastructure_type"), word("infrastructure_vendor"))
    }

    const X86: (&str, &str) = ("/proc/cpuinfo", "flags\t\t: fpu vme sse2\n");
    const X86_GUEST: (&str, &str) = ("/proc/cpuinfo", "flags\t\t: fpu vme sse2 hypervisor\n");
    const ARM: (&str, &str) = ("/proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\n");

    #[test]
    fn a_machine_of_metal_has_firmware_of_another_maker_and_no_hypervisor() {
        for (vendor, product) in [
            ("Dell Inc.", "PowerEdge R650"),
            ("Microsoft Corporation", "Surface"),
            ("Amazon EC2", "c5.metal"),
            ("Google", "Google Compute Engine"),
            ("Google", "Volet"),
            ("Alibaba Cloud", "Alibaba Cloud ECS"),
        ] {
            assert_eq!(said(vendor, product, &[X86]), "physical baremetal", "{product}");
        }
        assert_eq!(said("Google", "Google Compute Engine", &[X86_GUEST]), "virtual kvm");
        assert_eq!(said("QEMU", "Standard PC", &[X86]), "virtual kvm", "it hides its flag");
    }

    #[test]
    fn what_is_not_recognised_is_not_called_metal_where_guests_have_no_flag() {
        assert_eq!(said("Hetzner", "vServer", &[ARM]), "virtual kvm");
        assert_eq!(said("Amazon EC2", "c7g.large", &[ARM]), "virtual kvm");
        assert_eq!(said("Amazon EC2", "c7g.metal", &[ARM]), "physical baremetal");
        assert_eq!(said("Nobody", "Heard Of", &[ARM]), "- -");
        assert_eq!(said("Dell Inc.", "PowerEdge R650", &[]), "- -");
        let rack = ("/sys/class/dmi/id/chassis_type", "23\n");
        assert_eq!(said("GIGABYTE", "R272-P30", &[ARM, rack]), "physical baremetal");
        assert_eq!(said("Google", "Kevin", &[ARM]), "- -");
        for (file, text, name) in [
            ("/proc/device-tree/hypervisor/compatible", "linux,kvm\0", "kvm"),
            ("/proc/device-tree/hypervisor/compatible", "xen,xen-4.17\0xen,xen\0", "xen"),
            ("/sys/firmware/devicetree/base/compatible", "linux,dummy-virt\0", "kvm"),
            ("/proc/sysinfo", "VM00 Control Program: KVM/Linux\n", "kvm"),
        ] {
            assert_eq!(said("", "", &[ARM, (file, text)]), format!("virtual {name}"), "{text}");
        }
    }

    #[test]
    fn the_host_of_a_xen_is_no_guest_of_it() {
        let xen = ("/sys/hypervisor/type", "xen\n");
        let host = ("/proc/xen/capabilities", "control_d\n");
        let bits = |text| ("/sys/hypervisor/properties/features", text);
        let dell = |files: &[(&str, &str)]| said("Dell Inc.", "PowerEdge", &[&[xen], files].concat());
        assert_eq!(dell(&[X86_GUEST, host]), "physical baremetal");
        assert_eq!(dell(&[X86_GUEST, bits("00000b61")]), "physical baremetal");
        assert_eq!(dell(&[X86_GUEST, bits("00000361")]), "virtual xen");
        assert_eq!(said("QEMU", "Standard PC", &[xen, host]), "virtual kvm", "a Xen in a virtual machine");
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
            ("/var/run/secrets/kubernetes.io/serviceaccount/namespace", "default", "kubernetes"),
            ("/proc/1/environ", "HOME=/\0container=lxc\0", "lxc"),
            ("/proc/1/mounts", "lxcfs /proc/cpuinfo fuse.lxcfs rw 0 0\n", "lxc"),
            (
                "/proc/1/mountinfo",
                "9 1 8:1 /var/lib/kubelet/pods/x/etc-hosts /etc/hosts rw - ext4 /dev/a rw\n",
                "kubernetes",
            ),
            (
                "/proc/1/mountinfo",
                "9 1 0:5 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n",
                "docker",
            ),
            ("/proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n", "wsl"),
        ] {
            let found = tree(&[(VENDOR, "QEMU"), (file, text)]).collect(collect);
            assert_eq!(found.profile["infrastructure_vendor"], name);
        }
    }
}
