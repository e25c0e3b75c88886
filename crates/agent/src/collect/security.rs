//! SELinux, and the tuning of the machine.

use crate::{Root, collected::Collected, ini};

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let config = found.read(root, "/etc/selinux/config", "selinux_config_file");
    let configured = config.as_deref().and_then(|text| {
        let sections = ini::read_flat(text);
        sections.first()?.get("SELINUX").map(str::to_owned)
    });
    found.set_some("selinux_config_file", configured);
    let mode = match root.word("/sys/fs/selinux/enforce").as_deref() {
        Some("1") => Some("enforcing"),
        Some("0") => Some("permissive"),
        // A machine that has it configured and does not have it mounted has it switched off.
        _ => config.map(|_| "disabled"),
    };
    found.set_some("selinux_current_mode", mode);
    found.set_some("tuned_profile", root.word("/etc/tuned/active_profile"));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    const CONFIG: (&str, &str) = (
        "/etc/selinux/config",
        "# SELINUX= can take one of these\nSELINUX=enforcing\nSELINUXTYPE=targeted\n",
    );

    #[test]
    fn the_mode_in_force_and_the_configured_one_are_told_apart() {
        let enforce = |text| ("/sys/fs/selinux/enforce", text);
        for (files, mode) in [
            (vec![CONFIG, enforce("1")], "enforcing"),
            (vec![CONFIG, enforce("0")], "permissive"),
            (vec![CONFIG], "disabled"),
        ] {
            assert_eq!(
                tree(&files).collect(collect).profile(),
                json!({"selinux_config_file": "enforcing", "selinux_current_mode": mode})
            );
        }
    }

    #[test]
    fn a_machine_without_it_says_nothing() {
        assert_eq!(tree(&[]).collect(collect).profile(), json!({}));
    }

    #[test]
    fn the_profile_of_tuned_is_read() {
        let found = tree(&[("/etc/tuned/active_profile", "virtual-guest\n")]).collect(collect);
        assert_eq!(found.profile(), json!({"tuned_profile": "virtual-guest"}));
    }
}
