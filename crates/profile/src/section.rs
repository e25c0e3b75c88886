//! The parts that a profile is stored in.

/// A part of a profile: each top-level list of the schema is one of its own, everything else (texts, numbers,
/// objects) stays together as [`Section::Facts`].
///
/// Ordered by code. Codes are stored: a retired one is never given to another section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each list is named after its member of the profile")]
#[repr(u8)]
pub enum Section {
    Facts = 0,
    NetworkInterfaces = 1,
    DiskDevices = 2,
    CpuFlags = 3,
    KernelModules = 4,
    RunningProcesses = 5,
    PublicIpv4Addresses = 6,
    PublicDns = 7,
    YumRepos = 8,
    DnfModules = 9,
    InstalledProducts = 10,
    InstalledPackages = 11,
    InstalledPackagesDelta = 12,
    GpgPubkeys = 13,
    InstalledServices = 14,
    EnabledServices = 15,
    RpmOstreeDeployments = 16,
}

impl Section {
    /// Every section, by code.
    pub const ALL: [Self; 17] = [
        Self::Facts,
        Self::NetworkInterfaces,
        Self::DiskDevices,
        Self::CpuFlags,
        Self::KernelModules,
        Self::RunningProcesses,
        Self::PublicIpv4Addresses,
        Self::PublicDns,
        Self::YumRepos,
        Self::DnfModules,
        Self::InstalledProducts,
        Self::InstalledPackages,
        Self::InstalledPackagesDelta,
        Self::GpgPubkeys,
        Self::InstalledServices,
        Self::EnabledServices,
        Self::RpmOstreeDeployments,
    ];

    /// The number that stands for the section in databases.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The section of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.code() == code)
    }

    /// The name of the list in a profile; `facts` for the facts, which no profile has a member for.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::NetworkInterfaces => "network_interfaces",
            Self::DiskDevices => "disk_devices",
            Self::CpuFlags => "cpu_flags",
            Self::KernelModules => "kernel_modules",
            Self::RunningProcesses => "running_processes",
            Self::PublicIpv4Addresses => "public_ipv4_addresses",
            Self::PublicDns => "public_dns",
            Self::YumRepos => "yum_repos",
            Self::DnfModules => "dnf_modules",
            Self::InstalledProducts => "installed_products",
            Self::InstalledPackages => "installed_packages",
            Self::InstalledPackagesDelta => "installed_packages_delta",
            Self::GpgPubkeys => "gpg_pubkeys",
            Self::InstalledServices => "installed_services",
            Self::EnabledServices => "enabled_services",
            Self::RpmOstreeDeployments => "rpm_ostree_deployments",
        }
    }

    /// The section of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Schema,
        schema::{NodeKind, Storage},
    };

    #[test]
    fn every_stored_list_of_the_schema_is_a_section() {
        for (name, node) in Schema::get().members() {
            let listed = matches!(node.kind, NodeKind::Array(_)) && node.storage != Storage::Legacy;
            assert_eq!(Section::from_name(name).is_some(), listed, "{name}");
        }
        let lists = Section::ALL.into_iter().filter(|section| *section != Section::Facts);
        assert!(lists.into_iter().all(|section| Schema::get().member(section.name()).is_some()));
    }

    #[test]
    fn codes_and_names_lead_back_to_their_section() {
        for (index, section) in Section::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(section.code()), index);
            assert_eq!(Section::from_code(section.code()), Some(section));
            assert_eq!(Section::from_name(section.name()), Some(section));
        }
        assert_eq!(Section::from_code(17), None);
        assert_eq!(Section::from_name("arch"), None);
    }
}
