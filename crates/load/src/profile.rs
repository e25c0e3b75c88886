//! The profile of one machine as JSON text.

use std::fmt::Write as _;

use crate::{
    dice::Dice,
    image::{PACKAGES, some_packages},
    machines::{Machine, Machines},
    packages::VERSIONS,
};

/// How many packages of a clone are not those of its image.
const OWN_PACKAGES: usize = 15;
/// How many packages an update changes.
const UPDATED: usize = 3;
const MAX_CARDS: usize = 5;
const CPUS: [&str; 4] =
    ["AMD EPYC 7571", "AMD EPYC 9354", "Intel(R) Xeon(R) Gold 6338", "Intel(R) Xeon(R) Platinum 8259CL"];
const FIRMWARE: [&str; 4] = ["Phoenix", "SeaBIOS", "Dell Inc.", "HPE"];

impl Machines {
    /// Adds the profile of a machine after so many updates.
    pub(crate) fn write_profile(&self, out: &mut String, machine: &Machine<'_>, updates: u32) {
        let mut dice = Dice::at(self.seed, &[2, machine.number]);
        let (cores, memory) = (1 << dice.below(5), 1_u64 << (31 + dice.below(6)));
        let (booted, year) = (dice.below(28) + 1, 2020 + dice.below(6));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{{\"owner_id\": \"{}\", \"cpu_model\": \"{}\", \"number_of_cpus\": {cores}, \"number_of_sockets\": 1, \
             \"cores_per_socket\": {cores}, \"threads_per_core\": 1, \"system_memory_bytes\": {memory}, \
             \"infrastructure_type\": \"{}\", \"infrastructure_vendor\": \"{}\", \"bios_vendor\": \"{}\", \
             \"bios_version\": \"1.{}.0\", \"bios_release_date\": \"{year}-04-07\", \
             \"last_boot_time\": \"2026-10-{booted:02}T{:02}:{:02}:{:02}+00:00\", \"captured_date\": \"2026-11-20T00:00:00+00:00\", ",
            machine.subscription,
            dice.of(&CPUS),
            dice.of(&["virtual", "physical"]),
            dice.of(&["kvm", "vmware", "xen"]),
            dice.of(&FIRMWARE),
            dice.below(9),
            dice.below(24),
            dice.below(60),
            dice.below(60),
        );
        out.push_str(&machine.image.shared);
        self.write_packages(out, machine, updates);
        write_interfaces(out, machine);
        out.push('}');
    }

    fn write_packages(&self, out: &mut String, machine: &Machine<'_>, updates: u32) {
        let mut dice = Dice::at(self.seed, &[3, machine.number]);
        let known = self.packages_of(machine.image.major);
        let mut packages = if machine.unique {
            some_packages(&mut dice, known.len())
        } else {
            let mut packages = machine.image.packages.clone();
            for _ in 0..OWN_PACKAGES {
                let odd = &mut packages[dice.below(PACKAGES)];
                odd.1 += 1 + dice.below(VERSIONS - 1);
            }
            packages
        };
        for update in 0..updates {
            let mut dice = Dice::at(self.seed, &[4, machine.number, u64::from(update)]);
            for _ in 0..UPDATED {
                packages[dice.below(PACKAGES)].1 += 1 + dice.below(VERSIONS - 1);
            }
        }
        out.push_str(", \"installed_packages\": [");
        for (n, package) in packages.into_iter().enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            out.push_str(known.text(package));
        }
        out.push(']');
    }
}

fn write_interfaces(out: &mut String, machine: &Machine<'_>) {
    out.push_str(
        ", \"network_interfaces\": [{\"name\": \"lo\", \"ipv4_addresses\": [\"127.0.0.1\"], \"ipv6_addresses\": [\"::1\"], \
         \"mtu\": 65536, \"mac_address\": \"00:00:00:00:00:00\", \"state\": \"UNKNOWN\", \"type\": \"loopback\"}",
    );
    for card in 0..MAX_CARDS {
        let _ = write!(
            out,
            ", {{\"name\": \"eth{card}\", \"ipv4_addresses\": [\"{}\"], \"ipv6_addresses\": [\"fe80::{:x}:{card:x}\"], \
             \"mtu\": 1500, \"mac_address\": \"{}\", \"state\": \"UP\", \"type\": \"ether\"}}",
            machine.address(card),
            machine.number % 0x1_0000,
            machine.mac(card),
        );
    }
    out.push(']');
}

/// The addresses of a machine as the members of a report.
pub(crate) fn write_addresses(out: &mut String, machine: &Machine<'_>) {
    crate::lists::member(out, "ip_addresses", (0..MAX_CARDS).map(|card| machine.address(card)));
    crate::lists::member(out, "mac_addresses", (0..MAX_CARDS).map(|card| machine.mac(card)));
}
