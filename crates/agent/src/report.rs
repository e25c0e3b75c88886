//! A report of this machine.

use std::path::{Path, PathBuf};

use ground::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    Gap, Root, StateError, collect,
    collected::Collected,
    fit, identity,
    state::{Boot, State},
};

/// The name that reports are made under.
const REPORTER: &str = "plumbline";

/// Collects reports of one machine.
#[derive(Debug, Clone)]
pub struct Agent {
    root: Root,
    state: Option<PathBuf>,
}

/// In whose name a report is sent.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The organisation.
    pub org: String,
    /// The identity, as the ingress wants it: base64.
    pub b64_identity: String,
}

/// What a machine is, at one moment.
#[derive(Debug)]
pub struct Report {
    identity: Map<String, Value>,
    profile: Map<String, Value>,
    facts: Map<String, Value>,
    gaps: Vec<Gap>,
    state: State,
    folder: Option<PathBuf>,
}

impl Agent {
    /// An agent for the machine under `root`. In the folder `state` one report leaves what the next needs.
    pub fn new(root: Root, state: Option<&Path>) -> Self {
        Self { root, state: state.map(Path::to_owned) }
    }

    /// The id that every report of the machine has; none before the first of a machine that has no id of its own.
    pub fn insights_id(&self) -> Option<Uuid> {
        identity::insights_id(&self.root).or_else(|| State::read(self.state.as_deref()).id)
    }

    /// Collects everything. Reads files and waits for commands: not to be called where others wait for the thread.
    /// `fresh` becomes the id of a machine that has none. Nothing is written.
    pub fn collect(&self, now: Timestamp, fresh: Uuid) -> Report {
        let Collected { mut profile, facts, mut gaps } = {
            let mut found = collect::everything(&self.root);
            found.facts.retain(|_, value| !value.is_null());
            found
        };
        let mut found = Collected { gaps: std::mem::take(&mut gaps), ..Collected::default() };
        let mut identity = identity::facts(&self.root, &mut found);
        gaps = found.gaps;
        fit::fit(&mut profile, &mut gaps);

        let before = State::read(self.state.as_deref());
        let boot = profile.get("last_boot_time").and_then(Value::as_str).map(|at| {
            Boot::reported(before.boot.as_ref(), self.root.word("/proc/sys/kernel/random/boot_id"), at)
        });
        profile.extend(boot.iter().map(|boot| ("last_boot_time".to_owned(), boot.at.as_str().into())));
        let derived = identity::insights_id(&self.root);
        let made = if derived.is_none() { before.id.or(Some(fresh)) } else { None };
        if let Some(id) = derived.or(made) {
            identity.insert("insights_id".to_owned(), id.hyphenated().to_string().into());
        }
        // The moment of capture moves only with what was captured.
        let digest = digest(&[&identity, &profile, &facts]);
        let captured = if before.digest == digest && Timestamp::parse(&before.captured).is_ok() {
            before.captured
        } else {
            now.to_string()
        };
        profile.insert("captured_date".to_owned(), captured.clone().into());
        let state = State { id: made, digest, captured, boot };
        Report { identity, profile, facts, gaps, state, folder: self.state.clone() }
    }
}

impl Report {
    /// The report as an ingress envelope. It has no request id: what is sent of an unchanged machine is the same to
    /// the byte.
    pub fn envelope(&self, sender: &Sender) -> Value {
        let mut data = self.identity.clone();
        data.insert("org_id".to_owned(), sender.org.as_str().into());
        data.insert("reporter".to_owned(), REPORTER.into());
        data.insert("system_profile".to_owned(), self.profile.clone().into());
        if !self.facts.is_empty() {
            data.insert("facts".to_owned(), json!([{"namespace": REPORTER, "facts": self.facts}]));
        }
        json!({
            "operation": "add_host",
            "platform_metadata": {"b64_identity": sender.b64_identity},
            "data": data,
        })
    }

    /// Keeps what the next report needs; to be called before this one is sent.
    pub fn remember(&self) -> Result<(), StateError> {
        self.state.write(self.folder.as_deref())
    }

    /// What was left out.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The system profile.
    pub fn profile(&self) -> &Map<String, Value> {
        &self.profile
    }

    /// The name of the machine, as it will be shown.
    pub fn name(&self) -> Option<&str> {
        ["fqdn", "insights_id"].iter().find_map(|name| self.identity.get(*name)?.as_str())
    }
}

fn digest(parts: &[&Map<String, Value>]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // Keys of these maps are sorted.
        hasher.update(serde_json::to_string(part).unwrap_or_default().as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tree;

    const NOW: Timestamp = Timestamp::from_micros(1_795_810_459_000_000);
    const FRESH: Uuid = Uuid::from_u128(7);

    fn sender() -> Sender {
        Sender { org: "local".to_owned(), b64_identity: "e30=".to_owned() }
    }

    #[test]
    fn the_same_machine_reports_the_same_bytes_whenever_it_does() {
        let (tree, state) = (tree(&[("/etc/machine-id", &"3d".repeat(16))]), tempfile::tempdir().unwrap());
        let agent = Agent::new(tree.root.clone(), Some(state.path()));
        let first = agent.collect(NOW, FRESH);
        first.remember().unwrap();
        assert_eq!(first.profile()["captured_date"], NOW.to_string());
        let later = NOW.plus_seconds(900);
        let second = agent.collect(later, FRESH);
        assert_eq!(second.envelope(&sender()).to_string(), first.envelope(&sender()).to_string());

        std::fs::create_dir_all(tree.root.path("/proc")).unwrap();
        std::fs::write(tree.root.path("/proc/meminfo"), "MemTotal: 4 kB\n").unwrap();
        let third = agent.collect(later, FRESH);
        assert_eq!(third.profile()["captured_date"], later.to_string());
    }

    #[test]
    fn what_passes_changes_no_report() {
        let stat = |started: u32| format!("1 (x) S 1 1 1 0 -1 0 100 0 0 0 1 2 0 0 20 0 1 0 {started} 0\n");
        let machine = [
            ("/etc/machine-id", "3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d".to_owned()),
            ("/proc/sys/kernel/random/boot_id", "0f3a6c1e-0000-4000-8000-000000000001".to_owned()),
            ("/proc/stat", "btime 1795810459\n".to_owned()),
            ("/proc/uptime", "1000.00 1.0\n".to_owned()),
            ("/proc/1/stat", stat(5)),
            (
                "/proc/mounts",
                "/dev/vda1 / ext4 rw 0 0\n/dev/loop3 /snap/core20/1974 squashfs ro 0 0\n".to_owned(),
            ),
            ("/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs", "1\n".to_owned()),
            ("/sys/class/net/eth0/type", "1".to_owned()),
            ("/sys/class/net/eth0/device/uevent", String::new()),
            ("/sys/class/net/docker0/type", "1".to_owned()),
            ("/sys/class/net/docker0/operstate", "down".to_owned()),
        ];
        let later = [
            ("/proc/stat", "btime 1795810460\n".to_owned()),
            ("/proc/uptime", "1900.00 1.0\n".to_owned()),
            ("/proc/900/stat", stat(189_900)),
            (
                "/proc/mounts",
                "/dev/vda1 / ext4 rw 0 0\n/dev/loop4 /snap/core20/2000 squashfs ro 0 0\n\
                 /dev/sdb /var/lib/kubelet/pods/0b/volumes/kubernetes.io~csi/p/mount ext4 rw 0 0\n\
                 /dev/vda1 /home/u/.local/share/containers/storage/overlay ext4 rw 0 0\n\
                 tmpfs /run/user/1000 tmpfs rw 0 0\n/dev/sdc1 /run/media/u/STICK vfat rw 0 0\n"
                    .to_owned(),
            ),
            ("/sys/fs/cgroup/system.slice/apt-daily.service/cgroup.procs", "900\n".to_owned()),
            ("/sys/class/net/docker0/operstate", "up".to_owned()),
            ("/sys/class/net/veth1a2b3c4/type", "1".to_owned()),
            ("/sys/class/net/eni1a2b3c4d5e6/type", "1".to_owned()),
            ("/sys/class/net/eni1a2b3c4d5e6/ifindex", "10".to_owned()),
            ("/sys/class/net/eni1a2b3c4d5e6/iflink", "100".to_owned()),
            ("/sys/class/net/vnet0/type", "1".to_owned()),
            ("/sys/class/net/vnet0/tun_flags", "0x1002".to_owned()),
        ];
        let files = |files: &[(&'static str, String)]| {
            tree(&files.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>())
        };
        let state = tempfile::tempdir().unwrap();
        let report = |tree: &crate::testing::Tree, at| {
            let report = Agent::new(tree.root.clone(), Some(state.path())).collect(at, FRESH);
            report.remember().unwrap();
            report.envelope(&sender()).to_string()
        };
        let before = report(&files(&machine), NOW);
        let after = report(&files(&[&machine[..], &later[..]].concat()), NOW.plus_seconds(900));
        assert_eq!(after, before);
        assert!(before.contains("\"ssh\"") && before.contains("2026-11-27T20:14:19"), "{before}");
    }

    #[test]
    fn a_machine_without_an_id_keeps_the_one_that_was_made_for_it() {
        let (tree, state) = (tree(&[]), tempfile::tempdir().unwrap());
        let agent = Agent::new(tree.root.clone(), Some(state.path()));
        let id = |report: &Report| report.envelope(&sender())["data"]["insights_id"].clone();
        let first = agent.collect(NOW, FRESH);
        assert_eq!(id(&first), FRESH.to_string());
        first.remember().unwrap();
        assert_eq!(id(&agent.collect(NOW, Uuid::from_u128(8))), FRESH.to_string());
        let nowhere = Agent::new(tree.root.clone(), None).collect(NOW, FRESH);
        assert!(nowhere.remember().is_err(), "a new host with each report");
    }

    #[test]
    fn an_envelope_says_who_reports_for_whom() {
        let tree = tree(&[("/etc/machine-id", &"3d".repeat(16)), ("/etc/timezone", "Etc/UTC\n")]);
        let envelope = Agent::new(tree.root.clone(), None).collect(NOW, FRESH).envelope(&sender());
        assert_eq!(envelope["operation"], "add_host");
        assert_eq!(envelope["platform_metadata"], json!({"b64_identity": "e30="}));
        assert_eq!(
            (&envelope["data"]["org_id"], &envelope["data"]["reporter"]),
            (&json!("local"), &json!("plumbline"))
        );
        assert_eq!(
            envelope["data"]["facts"],
            json!([{"namespace": "plumbline", "facts": {"time_zone": "Etc/UTC"}}])
        );
    }
}
