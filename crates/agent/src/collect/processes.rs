//! What runs: names, never command lines, which hold secrets.

use std::{collections::BTreeMap, fs, thread};

use crate::{Root, collected::Collected};

/// A process younger than this, in seconds, is passing: what happens to run at the moment of a report would make
/// every report another one.
const SETTLED: f64 = 60.0;
/// Clocks that are further apart than this, in seconds, are not the same.
const TOLERANCE: f64 = 1.0;
/// `PF_KTHREAD`: the kernel's own, whose names change from minute to minute.
const KERNEL_THREAD: u64 = 0x0020_0000;

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let Some(table) = Table::read(root) else { return };
    if !table.processes.is_empty() && table.hidden {
        found.gap(
            "running_processes",
            "/proc shows this user's processes only (it is mounted with hidepid)",
            "run plumbline as root to have all of them reported",
        );
    }
    let settled = table
        .processes
        .values()
        .filter(|process| process.flags & KERNEL_THREAD == 0 && table.has_settled(process));
    found.set_all("running_processes", settled.map(|process| process.name.clone()));
}

/// What time it is on the clock of processes: when a thread is said to have been started that starts now.
fn now_of_processes(root: &Root) -> Option<f64> {
    let path = root.path("/proc/thread-self/stat");
    let stat = thread::spawn(move || fs::read_to_string(path)).join().ok()?.ok()?;
    Some(Process::read(&stat)?.started())
}

/// What runs, and what time it is on the clock that their start was taken from.
pub(super) struct Table {
    processes: BTreeMap<String, Process>,
    now: f64,
    /// Where others' processes are hidden, the first one is among them.
    hidden: bool,
}

impl Table {
    /// Reads it; none where no clock is told.
    pub fn read(root: &Root) -> Option<Self> {
        let ids =
            root.names("/proc").into_iter().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
        let processes: BTreeMap<String, Process> = ids
            // A process may end while it is read.
            .filter_map(|id| {
                Process::read(&root.read(&format!("/proc/{id}/stat")).ok()?).map(|process| (id, process))
            })
            .collect();
        // Read last, so that nobody started later.
        let uptime =
            root.word("/proc/uptime").and_then(|text| text.split(' ').next()?.parse::<f64>().ok())?;
        let youngest = processes.values().map(Process::started).fold(0.0, f64::max);
        // lxcfs tells how long the container runs, and each process when it was started on the clock of the host.
        let others = youngest > uptime + TOLERANCE;
        let now = others.then(|| now_of_processes(root)).flatten().unwrap_or(uptime);
        let hidden = !root.has("/proc/1/stat");
        Some(Self { processes, now, hidden })
    }

    /// Whether a process has run for a while. One that started after now was dated by another clock.
    fn has_settled(&self, process: &Process) -> bool {
        let age = self.now - process.started();
        !(-TOLERANCE..SETTLED).contains(&age)
    }

    /// The same by its number. Of a process that is hidden nothing is known but that it is there.
    pub fn has_settled_id(&self, id: &str) -> bool {
        self.processes.get(id).map_or(self.hidden, |process| self.has_settled(process))
    }
}

struct Process {
    name: String,
    flags: u64,
    started: u64,
}

impl Process {
    /// When it was started, in seconds: the times of a kernel stand in hundredths, whatever its own tick is.
    fn started(&self) -> f64 {
        self.started as f64 / 100.0
    }

    /// Takes `/proc/ID/stat` apart: the name stands in brackets and may hold anything, brackets included.
    fn read(stat: &str) -> Option<Self> {
        let (_, rest) = stat.split_once('(')?;
        let (name, rest) = rest.rsplit_once(") ")?;
        let words: Vec<&str> = rest.split_ascii_whitespace().collect();
        // The first of them is the third of proc(5).
        let number = |field: usize| words.get(field - 3)?.parse().ok();
        Some(Self { name: name.to_owned(), flags: number(9)?, started: number(22)? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    /// A line of `/proc/ID/stat` with these fields, recorded otherwise.
    fn stat(id: u32, name: &str, flags: u64, started: u64) -> String {
        format!(
            "{id} ({name}) S 1 {id} {id} 0 -1 {flags} 100 0 0 0 1 2 0 0 20 0 1 0 {started} 16000000 900 18446744073709551615 1\n"
        )
    }

    fn found(processes: &[(&str, String)]) -> Collected {
        let mut files = vec![("/proc/uptime".to_owned(), "1000.50 500.00\n".to_owned())];
        files.extend(processes.iter().map(|(id, stat)| (format!("/proc/{id}/stat"), stat.clone())));
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        tree(&files).collect(collect)
    }

    #[test]
    fn names_of_settled_processes_are_reported_once() {
        let found = found(&[
            ("1", stat(1, "systemd", 4_194_560, 5)),
            ("2", stat(2, "kthreadd", 2_129_984, 5)),
            ("77", stat(77, "kworker/0:1-events", 69_238_880, 7)),
            ("300", stat(300, "nginx", 4_194_624, 9_000)),
            ("301", stat(301, "nginx", 4_194_624, 9_000)),
            ("302", stat(302, "(sd-pam)", 4_194_624, 9_000)),
            ("303", stat(303, "tmux: a) b", 4_194_624, 9_000)),
            ("900", stat(900, "plumbline", 4_194_624, 99_000)),
            ("self", stat(900, "plumbline", 4_194_624, 9_000)),
        ]);
        assert_eq!(
            found.profile(),
            json!({"running_processes": ["(sd-pam)", "nginx", "systemd", "tmux: a) b"]})
        );
        assert_eq!(found.gaps, []);
    }

    #[test]
    fn what_was_dated_by_the_clock_of_another_is_settled() {
        let found =
            found(&[("1", stat(1, "systemd", 0, 250_000_000)), ("80", stat(80, "nginx", 0, 250_000_500))]);
        assert_eq!(found.profile(), json!({"running_processes": ["nginx", "systemd"]}));
    }

    #[test]
    fn the_clock_of_processes_is_told_by_a_thread() {
        let uptime: f64 =
            Root::system().word("/proc/uptime").unwrap().split(' ').next().unwrap().parse().unwrap();
        let now = now_of_processes(&Root::system()).unwrap();
        // In a container of its own clock the two are apart, and never backwards.
        assert!(now + TOLERANCE > uptime, "{now} {uptime}");
    }

    #[test]
    fn hidden_processes_are_a_gap() {
        let found = found(&[("300", stat(300, "bash", 4_194_304, 9))]);
        assert_eq!(found.profile(), json!({"running_processes": ["bash"]}));
        assert!(found.gaps[0].why.contains("hidepid"));
    }
}
