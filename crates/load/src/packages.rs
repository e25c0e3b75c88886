//! Packages: what there is, in which versions.

use crate::dice::Dice;

const BASES: [&str; 60] = [
    "acl",
    "attr",
    "audit",
    "bash",
    "bind",
    "binutils",
    "bzip2",
    "ca-certificates",
    "chrony",
    "coreutils",
    "cronie",
    "cryptsetup",
    "curl",
    "cyrus-sasl",
    "dbus",
    "device-mapper",
    "dnf",
    "dracut",
    "e2fsprogs",
    "elfutils",
    "expat",
    "file",
    "gcc",
    "gdbm",
    "git",
    "glib2",
    "glibc",
    "gnupg2",
    "gnutls",
    "grub2",
    "httpd",
    "iproute",
    "iptables",
    "java-17-openjdk",
    "kernel",
    "kmod",
    "krb5",
    "libxml2",
    "lvm2",
    "mariadb",
    "ncurses",
    "NetworkManager",
    "nginx",
    "nss",
    "openldap",
    "openssh",
    "openssl",
    "pam",
    "perl",
    "php",
    "podman",
    "policycoreutils",
    "postgresql",
    "python3",
    "rpm",
    "samba",
    "selinux-policy",
    "sqlite",
    "sssd",
    "systemd",
];
const ENDS: [&str; 20] = [
    "",
    "-client",
    "-common",
    "-config",
    "-core",
    "-data",
    "-devel",
    "-doc",
    "-extras",
    "-filesystem",
    "-lang",
    "-libs",
    "-minimal",
    "-modules",
    "-plugins",
    "-python",
    "-selinux",
    "-server",
    "-tools",
    "-utils",
];

/// How many versions of a package there are.
pub(crate) const VERSIONS: usize = 8;

/// All packages of one major release: names in the order in which package managers list them, each as the JSON text of
/// each of its versions.
pub(crate) struct Packages(Vec<[String; VERSIONS]>);

impl Packages {
    pub(crate) fn of(major: u64) -> Self {
        let mut names: Vec<String> =
            BASES.iter().flat_map(|base| ENDS.iter().map(move |end| format!("{base}{end}-"))).collect();
        names.sort_unstable();
        let versions = |(n, name): (usize, String)| {
            let mut dice = Dice::at(major, &[n as u64]);
            let epoch = if dice.percent(10) { 1 + dice.below(2) } else { 0 };
            let arch = if dice.percent(15) { "noarch" } else { "x86_64" };
            let (first, second, third) = (dice.below(10), dice.below(40), dice.below(20));
            let release = 1 + dice.below(40);
            std::array::from_fn(|version| {
                let (third, release) = (third + version / 4, release + version);
                format!("\"{name}{epoch}:{first}.{second}.{third}-{release}.el{major}.{arch}\"")
            })
        };
        Self(names.into_iter().enumerate().map(versions).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text of one of them in one version.
    pub(crate) fn text(&self, (package, version): (usize, usize)) -> &str {
        &self.0[package][version % VERSIONS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_names_is_the_order_of_texts_in_any_version() {
        let packages = Packages::of(9);
        let mut dice = Dice::at(1, &[]);
        for _ in 0..20 {
            let texts: Vec<&str> =
                (0..packages.len()).map(|n| packages.text((n, dice.below(VERSIONS)))).collect();
            let unordered = texts.windows(2).find(|pair| pair[0] >= pair[1]);
            assert_eq!(unordered, None);
        }
    }
}
