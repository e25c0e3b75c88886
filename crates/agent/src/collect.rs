//! Everything that is collected: one file for each part.

mod bios;
mod boot;
pub(crate) mod cloud;
mod cpu;
mod disks;
mod kernel;
mod links;
mod memory;
pub(crate) mod network;
mod os;
mod packages;
mod processes;
mod repositories;
mod security;
mod services;
mod systemd;
pub(crate) mod virtualisation;

use crate::{Root, collected::Collected};

/// One part of what is known of a machine.
type Collector = fn(&Root, &mut Collected);

const COLLECTORS: &[Collector] = &[
    bios::collect,
    boot::collect,
    cloud::collect,
    cpu::collect,
    disks::collect,
    kernel::collect,
    memory::collect,
    network::collect,
    os::collect,
    packages::collect,
    processes::collect,
    repositories::collect,
    security::collect,
    services::collect,
    systemd::collect,
    virtualisation::collect,
];

/// Collects all of it.
pub(crate) fn everything(root: &Root) -> Collected {
    let mut found = Collected::default();
    for collect in COLLECTORS {
        collect(root, &mut found);
    }
    found
}
