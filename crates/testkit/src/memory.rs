//! What memory a process takes, as the kernel counts it.

/// Bytes of resident memory now, and the most there were; 0 where there is no such process any more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Now.
    pub now: u64,
    /// At most, so far.
    pub peak: u64,
}

impl Memory {
    /// That of a process.
    pub fn of(process: u32) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
        };
        Self { now: field("VmRSS:"), peak: field("VmHWM:") }
    }
}

/// The most memory that this process has had, in MiB.
pub fn peak_megabytes() -> u64 {
    Memory::of(std::process::id()).peak >> 20
}
