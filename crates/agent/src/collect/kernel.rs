//! The kernel: its version, the architecture it runs on, its modules.

use crate::{Root, collected::Collected};

/// The kernel's own version, as `uname -r` prints it.
const RELEASE: &str = "/proc/sys/kernel/osrelease";

pub(super) fn collect(root: &Root, found: &mut Collected) {
    if let Some(release) = found.read(root, RELEASE, "os_kernel_version") {
        let release = release.trim();
        match version(release) {
            Some(version) => found.set("os_kernel_version", version),
            None => found.gap(
                "os_kernel_version",
                format!("'{release}' does not begin with three numbers"),
                "nothing to do: the whole text is among the facts",
            ),
        }
        found.fact("kernel_release", release);
    }
    if root.is_system() {
        found.set("arch", rustix::system::uname().machine().to_string_lossy());
    } else {
        found.set_some("arch", root.word("/proc/sys/kernel/arch"));
    }
    // A kernel without modules has no such file.
    if let Some(modules) = found.read(root, "/proc/modules", "kernel_modules") {
        let names = modules.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned);
        found.set_all("kernel_modules", names);
    }
}

/// The three or four numbers that a release begins with: `6.1.0` of `6.1.0-37-amd64`.
fn version(release: &str) -> Option<&str> {
    let end = release.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(release.len());
    let numbers = release[..end].trim_end_matches('.');
    let parts: Vec<&str> = numbers.split('.').collect();
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    match parts.len() {
        3 | 4 => Some(numbers),
        // What stands after four numbers belongs to the vendor.
        5.. => numbers.match_indices('.').nth(3).map(|(at, _)| &numbers[..at]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    const MODULES: &str = "\
tls 155648 0 - Live 0x0000000000000000
ext4 983040 1 - Live 0x0000000000000000
mbcache 16384 1 ext4, Live 0x0000000000000000
";

    #[test]
    fn version_architecture_and_modules_are_read() {
        let files = [
            (RELEASE, "6.1.0-37-amd64\n"),
            ("/proc/sys/kernel/arch", "x86_64\n"),
            ("/proc/modules", MODULES),
        ];
        let found = tree(&files).collect(collect);
        assert_eq!(
            found.profile(),
            json!({"os_kernel_version": "6.1.0", "arch": "x86_64", "kernel_modules": ["ext4", "mbcache", "tls"]})
        );
        assert_eq!(found.facts["kernel_release"], "6.1.0-37-amd64");
    }

    #[test]
    fn a_version_has_three_or_four_numbers() {
        for (release, numbers) in [
            ("5.14.0-427.13.1.el9_4.x86_64", Some("5.14.0")),
            ("3.10.0-1160.el7.x86_64", Some("3.10.0")),
            ("6.6.87.2-microsoft-standard-WSL2", Some("6.6.87.2")),
            ("6.18.44-fc-v657", Some("6.18.44")),
            ("6.9.1.2.3-x", Some("6.9.1.2")),
            ("6.1-rc4", None),
            ("6..1-x", None),
            ("", None),
        ] {
            assert_eq!(version(release), numbers, "{release}");
        }
    }

    #[test]
    fn a_version_without_three_numbers_is_a_gap() {
        let found = tree(&[(RELEASE, "6.1-rc4\n")]).collect(collect);
        assert_eq!(found.profile(), json!({}));
        assert_eq!(found.gaps[0].what, "os_kernel_version");
    }
}
