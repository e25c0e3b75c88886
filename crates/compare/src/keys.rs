//! How the items of a value are told apart.

/// How the items of a value are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Members of objects, by their dotted path. A list inside is one value.
    Paths,
    /// A list of texts: a set.
    Texts,
    /// A list of packages `NAME-EPOCH:VERSION.ARCH`, by name.
    Packages,
    /// A list of objects, by the first of these members that an object has.
    Members(&'static [&'static str]),
}

impl Keys {
    /// Those of a section of a system profile.
    pub fn of(section: &str) -> Self {
        match section {
            "installed_packages" | "installed_packages_delta" => Self::Packages,
            "network_interfaces" => Self::Members(&["name", "mac_address"]),
            "disk_devices" => Self::Members(&["device", "mount_point", "label"]),
            "yum_repos" => Self::Members(&["id", "name", "base_url"]),
            "dnf_modules" => Self::Members(&["name"]),
            "installed_products" => Self::Members(&["id", "name"]),
            "rpm_ostree_deployments" => Self::Members(&["id", "checksum"]),
            "cpu_flags"
            | "kernel_modules"
            | "running_processes"
            | "public_ipv4_addresses"
            | "public_dns"
            | "gpg_pubkeys"
            | "installed_services"
            | "enabled_services" => Self::Texts,
            _ => Self::Paths,
        }
    }
}
