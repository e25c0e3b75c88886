//! How systemd is.

use serde_json::json;

use crate::{Root, collected::Collected};

pub(super) fn collect(root: &Root, found: &mut Collected) {
    // There only while systemd is the first process.
    if !root.has("/run/systemd/system") {
        return;
    }
    let show = ["systemctl", "show", "--property=SystemState", "--property=NFailedUnits", "--property=NJobs"];
    let Some(state) = found.run(root, &show, "systemd").as_deref().and_then(Manager::read) else { return };
    let list =
        ["systemctl", "list-units", "--state=failed", "--type=service", "--plain", "--no-legend", "--full"];
    let failed = if state.failed > 0 { found.run(root, &list, "systemd.failed_services") } else { None };
    found.set("systemd", state.json(&failed.unwrap_or_default()));
}

struct Manager {
    state: String,
    failed: u32,
    jobs: u32,
}

impl Manager {
    fn read(text: &str) -> Option<Self> {
        let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        Some(Self {
            state: value("SystemState")?.to_owned(),
            failed: value("NFailedUnits")?.parse().ok()?,
            jobs: value("NJobs")?.parse().ok()?,
        })
    }

    fn json(&self, failed: &str) -> serde_json::Value {
        let mut services: Vec<&str> =
            failed.lines().filter_map(|line| line.split_ascii_whitespace().next()).collect();
        services.sort_unstable();
        json!({
            "state": self.state, "failed": self.failed, "jobs_queued": self.jobs, "failed_services": services,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tree;

    #[test]
    fn state_and_failed_services_are_read() {
        let state = Manager::read("NFailedUnits=2\nNJobs=0\nSystemState=degraded\n").unwrap();
        let failed = "nginx.service loaded failed failed A high performance web server\nexim4.service loaded failed failed LSB\n";
        assert_eq!(
            state.json(failed),
            json!({"state": "degraded", "failed": 2, "jobs_queued": 0, "failed_services": ["exim4.service", "nginx.service"]})
        );
        assert!(Manager::read("").is_none());
    }

    #[test]
    fn without_systemd_as_first_process_nothing_is_said() {
        let found = tree(&[("/usr/lib/systemd/system/ssh.service", "")]).collect(collect);
        assert_eq!((found.profile(), found.gaps.len()), (json!({}), 0));
    }
}
