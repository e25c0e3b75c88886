//! What machines are cloned from.

use std::fmt::Write as _;

use crate::{dice::Dice, lists, packages::VERSIONS};

/// Packages of a machine.
pub(crate) const PACKAGES: usize = 600;
const RELEASES: [(u64, u64); 4] = [(7, 9), (8, 8), (9, 2), (9, 4)];
const ROLES: [&str; 3] = ["web", "db", "cache"];
/// How many images there are.
pub(crate) const IMAGES: usize = RELEASES.len() * ROLES.len();

/// A release with a role: what its clones have in common.
pub(crate) struct Image {
    pub(crate) role: &'static str,
    pub(crate) major: u64,
    /// Each package with its version, in order.
    pub(crate) packages: Vec<(usize, usize)>,
    /// The members of the profile that every clone has the same, as JSON text.
    pub(crate) shared: String,
}

impl Image {
    pub(crate) fn new(seed: u64, number: usize, known: usize) -> Self {
        let (major, minor) = RELEASES[number % RELEASES.len()];
        let role = ROLES[number / RELEASES.len() % ROLES.len()];
        let mut dice = Dice::at(seed, &[0, number as u64]);
        let packages = some_packages(&mut dice, known);
        let shared = shared(&mut dice, major, minor, role);
        Self { role, major, packages, shared }
    }
}

/// [`PACKAGES`] of the packages that are known, each in a version.
pub(crate) fn some_packages(dice: &mut Dice, known: usize) -> Vec<(usize, usize)> {
    let mut chosen: Vec<usize> = (0..known).collect();
    while chosen.len() > PACKAGES {
        chosen.swap_remove(dice.below(chosen.len()));
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|package| (package, dice.below(VERSIONS))).collect()
}

fn shared(dice: &mut Dice, major: u64, minor: u64, role: &str) -> String {
    let mut out = format!(
        "\"operating_system\": {{\"name\": \"RHEL\", \"major\": {major}, \"minor\": {minor}}}, \"os_release\": \"{major}.{minor}\", \
         \"os_kernel_version\": \"5.14.{minor}\", \"arch\": \"x86_64\", \"basearch\": \"x86_64\", \"subscription_status\": \"valid\", \
         \"subscription_auto_attach\": \"yes\", \"katello_agent_running\": false, \"satellite_managed\": false, \
         \"insights_client_version\": \"3.0.1\", \"insights_egg_version\": \"3.5.1-1\", \"tuned_profile\": \"virtual-guest\", \
         \"selinux_current_mode\": \"enforcing\", \"selinux_config_file\": \"enforcing\", \"system_update_method\": \"dnf\", \
         \"systemd\": {{\"state\": \"running\", \"jobs_queued\": 0, \"failed\": 0, \"failed_services\": []}}, \
         \"installed_products\": [{{\"name\": \"RHEL for x86_64\", \"id\": \"479\", \"status\": \"Subscribed\"}}], \
         \"dnf_modules\": [{{\"name\": \"perl\", \"stream\": \"el{major}\"}}, {{\"name\": \"{role}\", \"stream\": \"el{major}\"}}]"
    );
    let installed = lists::services(dice, 80);
    let mut enabled = installed.clone();
    while enabled.len() > 40 {
        enabled.remove(dice.below(enabled.len()));
    }
    lists::member(&mut out, "cpu_flags", lists::flags(dice));
    lists::member(&mut out, "kernel_modules", lists::modules(dice, 40));
    lists::member(&mut out, "running_processes", lists::services(dice, 50));
    lists::member(&mut out, "installed_services", installed);
    lists::member(&mut out, "enabled_services", enabled);
    lists::member(&mut out, "gpg_pubkeys", ["gpg-pubkey-11111111-22222222", "gpg-pubkey-33333333-44444444"]);
    out.push_str(", \"yum_repos\": [");
    for n in 0..8 {
        let comma = if n == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{comma}{{\"id\": \"{role}-{major}-{n}\", \"name\": \"Repository {n} for {role} {major}\", \"gpgcheck\": true, \
             \"enabled\": {}, \"base_url\": \"https://cdn.example.com/content/{role}/{major}/{n}\"}}",
            n % 3 != 2
        );
    }
    out.push_str("], \"disk_devices\": [");
    for (n, place) in ["/", "/boot", "/home", "/var"].into_iter().enumerate() {
        let comma = if n == 0 { "" } else { ", " };
        let _ = write!(
            out,
            "{comma}{{\"device\": \"/dev/vda{n}\", \"label\": \"part{n}\", \"mount_point\": \"{place}\", \"type\": \"xfs\", \
             \"options\": {{\"rw\": true, \"uid\": \"0\"}}}}"
        );
    }
    out.push(']');
    out
}
