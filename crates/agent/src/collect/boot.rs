//! When the machine was started.

use ground::Timestamp;

use crate::{Root, collected::Collected};

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let Some(text) = found.read(root, "/proc/stat", "last_boot_time") else { return };
    let seconds = text.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse::<i64>().ok());
    let at = seconds.map(|seconds| Timestamp::from_micros(0).plus_seconds(seconds));
    found.set_some("last_boot_time", at.map(|at| at.to_string()));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    #[test]
    fn the_moment_is_given_in_utc() {
        let text = "cpu  1 2 3\nintr 5 0\nctxt 7\nbtime 1795810459\nprocesses 1\n";
        let found = tree(&[("/proc/stat", text)]).collect(collect);
        assert_eq!(found.profile(), json!({"last_boot_time": "2026-11-27T20:14:19+00:00"}));
    }
}
