//! Memory.

use crate::{Root, collected::Collected};

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let Some(text) = found.read(root, "/proc/meminfo", "system_memory_bytes") else { return };
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = total.and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok());
    found.set_some("system_memory_bytes", kibibytes.map(|kibibytes| kibibytes.saturating_mul(1024)));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    #[test]
    fn the_total_is_given_in_bytes() {
        let text = "MemTotal:       24684096 kB\nMemFree:        20000000 kB\n";
        let found = tree(&[("/proc/meminfo", text)]).collect(collect);
        assert_eq!(found.profile(), json!({"system_memory_bytes": 25_276_514_304_u64}));
        assert_eq!(tree(&[("/proc/meminfo", "MemFree: 1 kB\n")]).collect(collect).profile(), json!({}));
    }
}
