//! Names of things on machines, and JSON lists of them.

use crate::dice::Dice;

const PARTS: [&str; 30] = [
    "audit",
    "bind",
    "chrony",
    "cloud",
    "core",
    "crond",
    "dbus",
    "dracut",
    "firewalld",
    "getty",
    "gssproxy",
    "irqbalance",
    "kdump",
    "libvirt",
    "lvm2",
    "network",
    "nfs",
    "nginx",
    "polkit",
    "postfix",
    "rhsm",
    "rpc",
    "rsyslog",
    "selinux",
    "sshd",
    "sssd",
    "systemd",
    "tuned",
    "udev",
    "zram",
];
const ENDS: [&str; 8] = ["agent", "cleanup", "daemon", "init", "monitor", "setup", "timer", "wait"];
const MODULES: [&str; 20] = [
    "8021q", "bridge", "crc32", "dm", "drm", "ext4", "fuse", "intel", "ip6", "iscsi", "kvm", "nf", "nvme",
    "overlay", "scsi", "snd", "usb", "virtio", "xfs", "xt",
];
const MODULE_ENDS: [&str; 6] = ["blk", "core", "filter", "log", "net", "table"];
const FLAGS: &str = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss \
    syscall nx pdpe1gb rdtscp lm constant_tsc rep_good nopl xtopology cpuid pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 \
    x2apic movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm abm 3dnowprefetch";

/// `wanted` different names out of all pairs of a part and an end, sorted.
fn some(dice: &mut Dice, parts: &[&str], ends: &[&str], joint: char, wanted: usize) -> Vec<String> {
    let mut all: Vec<String> =
        parts.iter().flat_map(|part| ends.iter().map(move |end| format!("{part}{joint}{end}"))).collect();
    while all.len() > wanted {
        all.swap_remove(dice.below(all.len()));
    }
    all.sort_unstable();
    all
}

/// Services, or processes.
pub(crate) fn services(dice: &mut Dice, wanted: usize) -> Vec<String> {
    some(dice, &PARTS, &ENDS, '-', wanted)
}

/// Kernel modules.
pub(crate) fn modules(dice: &mut Dice, wanted: usize) -> Vec<String> {
    some(dice, &MODULES, &MODULE_ENDS, '_', wanted)
}

/// The flags of a processor, in the order in which it names them.
pub(crate) fn flags(dice: &mut Dice) -> Vec<&'static str> {
    let mut flags: Vec<&str> = FLAGS.split_whitespace().collect();
    for _ in 0..4 {
        flags.remove(dice.below(flags.len()));
    }
    flags
}

/// Adds `, "name": [` items `]`. No item may need an escape.
pub(crate) fn member(out: &mut String, name: &str, items: impl IntoIterator<Item = impl AsRef<str>>) {
    out.extend([", \"", name, "\": ["]);
    for (n, item) in items.into_iter().enumerate() {
        out.push_str(if n == 0 { "\"" } else { ", \"" });
        out.push_str(item.as_ref());
        out.push('"');
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different_sorted_and_as_many_as_wanted() {
        for names in [services(&mut Dice::at(1, &[]), 80), modules(&mut Dice::at(1, &[]), 40)] {
            assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
        }
        assert_eq!(services(&mut Dice::at(1, &[]), 80).len(), 80);
        assert_eq!(modules(&mut Dice::at(2, &[]), 40).len(), 40);
    }
}
