//! What changes by the second: how busy the processors, memory, disks, network are. Named as Prometheus' node exporter names them,
//! so that what is known of its dashboards holds here.

use std::fmt;

use rustix::fs::statvfs;

use crate::{Root, identity};

/// The clock of `/proc/stat`, in ticks a second: what Linux shows to programs, whatever it counts by itself.
const TICKS: f64 = 100.0;
/// A sector of `/proc/diskstats`, in bytes.
const SECTOR: f64 = 512.0;
/// The most disks, filesystems or interfaces that are told of.
const MOST: usize = 100;

/// A number of this machine at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What is measured.
    pub name: &'static str,
    /// Whether it only grows; it may go down otherwise.
    pub counter: bool,
    /// Of what part.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: f64,
}

impl fmt::Display for Sample {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(out, "{}{{{}}} {}", self.name, labels.join(","), self.value)
    }
}

/// The numbers of a machine now. What cannot be read is absent.
pub fn samples(root: &Root) -> Vec<Sample> {
    let mut all = Vec::new();
    processors(root, &mut all);
    memory(root, &mut all);
    disks(root, &mut all);
    filesystems(root, &mut all);
    network(root, &mut all);
    load(root, &mut all);
    all
}

/// What the machine is called, as its reports call it.
pub fn name(root: &Root) -> Option<String> {
    identity::fqdn(root)
}

fn gauge(name: &'static str, labels: &[(&'static str, &str)], value: f64) -> Sample {
    let labels = labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Sample { name, counter: false, labels, value }
}

fn counter(name: &'static str, labels: &[(&'static str, &str)], value: f64) -> Sample {
    Sample { counter: true, ..gauge(name, labels, value) }
}

fn numbers<'a>(words: impl Iterator<Item = &'a str>) -> Vec<f64> {
    words.map_while(|word| word.parse().ok()).collect()
}

/// The time of all processors together, by what they did.
fn processors(root: &Root, all: &mut Vec<Sample>) {
    const MODES: [&str; 8] = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
    let text = root.read("/proc/stat").unwrap_or_default();
    let mut count = 0;
    for line in text.lines().filter(|line| line.starts_with("cpu")) {
        let mut words = line.split_ascii_whitespace();
        if words.next() != Some("cpu") {
            count += 1;
            continue;
        }
        for (mode, ticks) in MODES.iter().zip(numbers(words)) {
            all.push(counter("node_cpu_seconds_total", &[("mode", mode)], ticks / TICKS));
        }
    }
    if count > 0 {
        all.push(gauge("node_cpus", &[], f64::from(count)));
    }
}

fn memory(root: &Root, all: &mut Vec<Sample>) {
    const MEMBERS: [(&str, &str); 7] = [
        ("MemTotal", "node_memory_MemTotal_bytes"),
        ("MemFree", "node_memory_MemFree_bytes"),
        ("MemAvailable", "node_memory_MemAvailable_bytes"),
        ("Buffers", "node_memory_Buffers_bytes"),
        ("Cached", "node_memory_Cached_bytes"),
        ("SwapTotal", "node_memory_SwapTotal_bytes"),
        ("SwapFree", "node_memory_SwapFree_bytes"),
    ];
    for line in root.read("/proc/meminfo").unwrap_or_default().lines() {
        let Some((member, rest)) = line.split_once(':') else { continue };
        let known = MEMBERS.iter().find(|(own, _)| *own == member);
        if let (Some((_, name)), Some(kilobytes)) = (known, numbers(rest.split_ascii_whitespace()).first()) {
            all.push(gauge(name, &[], kilobytes * 1024.0));
        }
    }
}

/// Whole disks; their partitions are counted in them.
fn disks(root: &Root, all: &mut Vec<Sample>) {
    let whole = root.names("/sys/block");
    let text = root.read("/proc/diskstats").unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace().skip(2);
        let device = words.next()?;
        let passing = ["loop", "ram", "zram", "sr", "fd"].iter().any(|start| device.starts_with(start));
        let numbers = numbers(words);
        (!passing && whole.iter().any(|name| name == device)).then_some((device, numbers))
    });
    for (device, numbers) in lines.take(MOST) {
        let [_, _, read, _, _, _, written, _, _, busy, ..] = numbers[..] else { continue };
        let of = [("device", device)];
        all.push(counter("node_disk_read_bytes_total", &of, read * SECTOR));
        all.push(counter("node_disk_written_bytes_total", &of, written * SECTOR));
        all.push(counter("node_disk_io_time_seconds_total", &of, busy / 1000.0));
    }
}

/// Filesystems on disks of this machine: to ask one of another machine may take for ever.
fn filesystems(root: &Root, all: &mut Vec<Sample>) {
    if !root.is_system() {
        return;
    }
    let mut seen: Vec<String> = Vec::new();
    for line in root.read("/proc/mounts").unwrap_or_default().lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(device), Some(point), Some(kind)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let image = matches!(kind, "squashfs" | "iso9660" | "udf");
        if !device.starts_with("/dev/") || image || seen.len() == MOST || seen.iter().any(|own| own == device)
        {
            continue;
        }
        seen.push(device.to_owned());
        if let Ok(sizes) = statvfs(root.path(point)) {
            let bytes = |blocks: u64| blocks as f64 * sizes.f_frsize as f64;
            let of = [("device", device), ("mountpoint", point)];
            all.push(gauge("node_filesystem_size_bytes", &of, bytes(sizes.f_blocks)));
            all.push(gauge("node_filesystem_avail_bytes", &of, bytes(sizes.f_bavail)));
        }
    }
}

/// Interfaces that have a device: those that software makes for containers come and go, and carry the same bytes.
fn network(root: &Root, all: &mut Vec<Sample>) {
    let text = root.read("/proc/net/dev").unwrap_or_default();
    let mut count = 0;
    for line in text.lines() {
        let Some((device, rest)) = line.split_once(':') else { continue };
        let (device, numbers) = (device.trim(), numbers(rest.split_ascii_whitespace()));
        if count == MOST || !root.has(&format!("/sys/class/net/{device}/device")) {
            continue;
        }
        let [received, _, receive_errors, _, _, _, _, _, sent, _, send_errors, ..] = numbers[..] else {
            continue;
        };
        count += 1;
        let of = [("device", device)];
        all.push(counter("node_network_receive_bytes_total", &of, received));
        all.push(counter("node_network_receive_errs_total", &of, receive_errors));
        all.push(counter("node_network_transmit_bytes_total", &of, sent));
        all.push(counter("node_network_transmit_errs_total", &of, send_errors));
    }
}

fn load(root: &Root, all: &mut Vec<Sample>) {
    let text = root.read("/proc/loadavg").unwrap_or_default();
    for (name, value) in ["node_load1", "node_load5", "node_load15"].into_iter().zip(numbers(text.split(' ')))
    {
        all.push(gauge(name, &[], value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tree;

    #[test]
    fn numbers_of_a_recorded_machine_are_read() {
        let tree = tree(&[
            (
                "/proc/stat",
                "cpu  200 0 50 1000 3 0 7 0 0 0\ncpu0 100 0 25 500 3 0 7 0 0 0\ncpu1 100 0 25 500 0 0 0 0 0 0\nctxt 1\n",
            ),
            (
                "/proc/meminfo",
                "MemTotal:        2048 kB\nMemAvailable:    1024 kB\nHugePages_Total:       0\n",
            ),
            (
                "/proc/diskstats",
                " 254 0 vda 10 0 2000 5 20 0 4000 9 0 1500 14 0 0 0 0\n 254 1 vda1 10 0 2000 5 20 0 4000 9 0 1500 14\n 7 0 loop0 1 0 2 0 0 0 0 0 0 0 0\n",
            ),
            ("/sys/block/vda/size", "100"),
            ("/sys/block/loop0/size", "100"),
            (
                "/proc/net/dev",
                "Inter-|   Receive |  Transmit\n face |bytes\n    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n  eth0: 700 7 1 0 0 0 0 0 300 3 2 0 0 0 0 0\n",
            ),
            ("/sys/class/net/eth0/device/vendor", "0x1af4"),
            ("/proc/loadavg", "0.50 1.25 2.00 1/200 4242\n"),
        ]);
        let shown: Vec<String> = samples(&tree.root).iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "node_cpu_seconds_total{mode=user} 2",
                "node_cpu_seconds_total{mode=nice} 0",
                "node_cpu_seconds_total{mode=system} 0.5",
                "node_cpu_seconds_total{mode=idle} 10",
                "node_cpu_seconds_total{mode=iowait} 0.03",
                "node_cpu_seconds_total{mode=irq} 0",
                "node_cpu_seconds_total{mode=softirq} 0.07",
                "node_cpu_seconds_total{mode=steal} 0",
                "node_cpus{} 2",
                "node_memory_MemTotal_bytes{} 2097152",
                "node_memory_MemAvailable_bytes{} 1048576",
                "node_disk_read_bytes_total{device=vda} 1024000",
                "node_disk_written_bytes_total{device=vda} 2048000",
                "node_disk_io_time_seconds_total{device=vda} 1.5",
                "node_network_receive_bytes_total{device=eth0} 700",
                "node_network_receive_errs_total{device=eth0} 1",
                "node_network_transmit_bytes_total{device=eth0} 300",
                "node_network_transmit_errs_total{device=eth0} 2",
                "node_load1{} 0.5",
                "node_load5{} 1.25",
                "node_load15{} 2",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        assert!(samples(&tree(&[]).root).is_empty());
        let strange = tree(&[
            ("/proc/stat", "cpu x\n"),
            ("/proc/diskstats", "1\n"),
            ("/proc/net/dev", ":\n"),
            ("/proc/loadavg", ""),
        ]);
        assert!(samples(&strange.root).is_empty());
    }

    #[test]
    fn this_machine_has_processors_memory_and_load() {
        let names: Vec<&str> = samples(&Root::system()).iter().map(|sample| sample.name).collect();
        for name in ["node_cpu_seconds_total", "node_memory_MemTotal_bytes", "node_load1"] {
            assert!(names.contains(&name), "{name}");
        }
    }
}
