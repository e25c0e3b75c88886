//! Processors.

use std::collections::BTreeMap;

use crate::{Root, collected::Collected};

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let Some(text) = found.read(root, "/proc/cpuinfo", "cpu_model") else { return };
    let value = |names: &[&str]| {
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        lines
            .map(|(name, value)| (name.trim(), value.trim()))
            .find(|(name, _)| names.contains(name))
            .map(|(_, v)| v)
    };
    // x86, POWER and old ARM name it themselves; a z machine in the line of its first processor.
    let model = value(&["model name", "cpu", "Processor"]);
    let on_z = || text.lines().find(|line| line.starts_with("processor 0:"))?.split("machine = ").nth(1);
    let model = model.map(|model| model.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
    found.set_some("cpu_model", model.or_else(|| on_z().map(|machine| format!("IBM z {}", machine.trim()))));
    let flags = value(&["flags", "Features", "features"]).unwrap_or_default();
    found.set_all("cpu_flags", flags.split_ascii_whitespace().map(str::to_owned));

    // What makes a benchmark differ on the same processor.
    if let Some(microcode) = value(&["microcode"]) {
        found.fact("cpu_microcode", microcode);
    }
    if let Some(governor) = root.word("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") {
        found.fact("cpu_governor", governor);
    }

    let cpus = match online(root) {
        0 => text.lines().filter(|line| line.starts_with("processor")).count(),
        cpus => cpus,
    };
    if cpus > 0 {
        found.set("number_of_cpus", cpus);
    }
    if let Some(Topology { sockets, cores, threads }) = topology(root) {
        found.set("number_of_sockets", sockets);
        found.set("cores_per_socket", cores);
        found.set("threads_per_core", threads);
    }
}

/// How many sockets; how many cores the largest of them has, and how many threads the core with most of them: cores of
/// one processor may differ, so that no ratio tells it.
struct Topology {
    sockets: usize,
    cores: usize,
    threads: usize,
}

/// How many processors are in use.
fn online(root: &Root) -> usize {
    let Some(ranges) = root.word("/sys/devices/system/cpu/online") else { return 0 };
    let count = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(last.parse::<usize>().ok()?.checked_sub(first.parse().ok()?)? + 1)
    };
    ranges.split(',').filter_map(count).sum()
}

/// Sockets, cores and threads, as the kernel tells them for every architecture alike.
fn topology(root: &Root) -> Option<Topology> {
    let folder = "/sys/devices/system/cpu";
    let mut sockets: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for name in root.names(folder) {
        let number = name.strip_prefix("cpu").filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        if number.is_none_or(str::is_empty) {
            continue;
        }
        let id = |of: &str| root.word(&format!("{folder}/{name}/topology/{of}"));
        // Ids of cores begin anew in each cluster and die; the list of those that share a core is its own.
        let core = id("thread_siblings_list").or_else(|| id("core_cpus_list")).or_else(|| id("core_id"));
        // A processor that is switched off has none; a machine that does not know its socket says -1.
        let (Some(socket), Some(core)) = (id("physical_package_id"), core) else { continue };
        *sockets.entry(socket).or_default().entry(core).or_default() += 1;
    }
    let cores = sockets.values().map(BTreeMap::len).max()?;
    let threads = sockets.values().flat_map(BTreeMap::values).copied().max()?;
    Some(Topology { sockets: sockets.len(), cores, threads })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{Tree, tree};

    /// Recorded from a virtual machine, shortened.
    const X86: &str = "\
processor\t: 0
vendor_id\t: AuthenticAMD
model name\t: AMD EPYC   9R14
physical id\t: 0
siblings\t: 2
flags\t\t: fpu vme sse2 avx2 hypervisor

processor\t: 1
model name\t: AMD EPYC   9R14
flags\t\t: fpu vme sse2 avx2 hypervisor
";

    /// Sockets, cores in each, threads in each.
    fn machine(cpuinfo: &str, sockets: usize, cores: usize, threads: usize) -> Tree {
        let mut files = vec![("/proc/cpuinfo".to_owned(), cpuinfo.to_owned())];
        let cpus = sockets * cores * threads;
        files.push(("/sys/devices/system/cpu/online".to_owned(), format!("0-{}\n", cpus - 1)));
        files.push(("/sys/devices/system/cpu/cpufreq/x".to_owned(), String::new()));
        for cpu in 0..cpus {
            let folder = format!("/sys/devices/system/cpu/cpu{cpu}/topology");
            let core = cpu % (sockets * cores);
            files.push((format!("{folder}/physical_package_id"), format!("{}\n", core / cores)));
            files.push((format!("{folder}/core_id"), format!("{}\n", core % cores)));
        }
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        tree(&files)
    }

    #[test]
    fn model_flags_and_counts_are_read() {
        assert_eq!(
            machine(X86, 2, 4, 2).collect(collect).profile(),
            json!({
                "cpu_model": "AMD EPYC 9R14", "cpu_flags": ["avx2", "fpu", "hypervisor", "sse2", "vme"],
                "number_of_cpus": 16, "number_of_sockets": 2, "cores_per_socket": 4, "threads_per_core": 2,
            })
        );
    }

    /// Cores of one socket by the processors that share each, with ids that say less.
    fn unequal(cores: &[&str]) -> Value {
        let mut files = vec![("/proc/cpuinfo".to_owned(), "processor : 0\nFeatures : fp\n".to_owned())];
        for (id, core) in cores.iter().enumerate() {
            for cpu in core.split(',') {
                let folder = format!("/sys/devices/system/cpu/cpu{cpu}/topology");
                files.push((format!("{folder}/physical_package_id"), "0\n".to_owned()));
                files.push((format!("{folder}/core_id"), format!("{}\n", id % 4)));
                files.push((format!("{folder}/thread_siblings_list"), format!("{core}\n")));
            }
        }
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let profile = tree(&files).collect(collect).profile();
        json!([profile["number_of_sockets"], profile["cores_per_socket"], profile["threads_per_core"]])
    }

    #[test]
    fn cores_that_differ_are_counted_one_by_one() {
        assert_eq!(unequal(&["0", "1", "2", "3", "4", "5"]), json!([1, 6, 1]), "two clusters");
        assert_eq!(
            unequal(&["0,1", "2,3", "4", "5", "6", "7"]),
            json!([1, 6, 2]),
            "performance and efficiency"
        );
    }

    #[test]
    fn other_architectures_write_other_words() {
        let arm =
            "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm\nCPU implementer\t: 0x41\n";
        let found = machine(arm, 1, 4, 1).collect(collect);
        assert_eq!(found.profile["cpu_flags"], json!(["asimd", "evtstrm", "fp"]));
        assert!(!found.profile.contains_key("cpu_model"));
        let power = "processor\t: 0\ncpu\t\t: POWER9 (architected), altivec supported\n";
        assert_eq!(
            machine(power, 1, 1, 8).collect(collect).profile["cpu_model"],
            "POWER9 (architected), altivec supported"
        );
        let z = "vendor_id       : IBM/S390\nfeatures\t: esan3 zarch\nprocessor 0: version = 00,  identification = 0,  machine = 8561\n";
        let found = tree(&[("/proc/cpuinfo", z)]).collect(collect);
        assert_eq!(
            found.profile(),
            json!({"cpu_model": "IBM z 8561", "cpu_flags": ["esan3", "zarch"], "number_of_cpus": 1})
        );
    }

    #[test]
    fn processors_are_counted_over_ranges() {
        let online = |text: &str| online(&tree(&[("/sys/devices/system/cpu/online", text)]).root);
        assert_eq!((online("0-3,8,10-11\n"), online("0"), online("")), (7, 1, 0));
    }
}
