//! Machines in the spirit of public bug reports of other tools (`testdata/reports`): of each, what is right.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use agent::{Agent, Root, Sender};
use ground::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_micros(1_795_810_459_000_000);

type Check = fn(&Value) -> bool;

/// What has to hold of the report of each machine, by the name of its folder.
const CHECKS: [(&str, Check); 25] = [
    ("01-password-of-second-url", |report| {
        let first = "https://mirror1.example.com/el9/";
        urls(report) == [first, first] && !report.to_string().contains("s3cr3t")
    }),
    ("02-token-in-query", |report| !report.to_string().contains("AbCdEf0123456789")),
    ("06-localhost-localdomain", |report| report["data"].get("fqdn").is_none()),
    ("07-chromebook", |report| {
        profile(report).get("cloud_provider").is_none() && is(report, "physical", "baremetal")
    }),
    ("08-gce-bare-metal", |report| {
        profile(report)["cloud_provider"] == "gcp" && is(report, "physical", "baremetal")
    }),
    ("09-xen-dom0", |report| is(report, "physical", "baremetal")),
    ("10a-arm-hetzner", |report| is(report, "virtual", "kvm")),
    ("11a-pod", |report| is(report, "virtual", "kubernetes")),
    ("12-rhel-client", |report| {
        profile(report)["operating_system"] == json!({"name": "RHEL", "major": 7, "minor": 9})
            && profile(report)["os_release"] == "7.9"
    }),
    ("13-os-release-later-wins", |report| profile(report)["os_release"] == "Appliance 8.2"),
    ("14-el6", |report| {
        profile(report)["operating_system"] == json!({"name": "RHEL", "major": 6, "minor": 10})
            && profile(report)["os_release"] == "6.10"
    }),
    ("15-dpkg-states", |report| {
        let states = ["awaited", "halfconf", "halfinst", "installed", "pending", "unpacked"];
        let expected: Vec<String> = states.iter().map(|state| format!("p-{state}-0:1.0-1.amd64")).collect();
        profile(report)["installed_packages"] == json!(expected)
    }),
    ("16-baseurl-on-the-next-line", |report| urls(report)[0].starts_with("https://one.example.com/el9/")),
    ("17-apt-cdrom", |report| {
        let id = "deb cdrom:[OS Linux 1.8.1.6  DVD]/ bookworm main contrib";
        urls(report) == ["cdrom:[OS Linux 1.8.1.6  DVD]/"] && profile(report)["yum_repos"][0]["id"] == id
    }),
    ("18-deb822-blank-line", |report| {
        urls(report)
            == [
                "http://deb.example.com/debian",
                "http://deb.example.org/debian",
                "http://security.example.com/debian",
                "http://security.example.org/debian",
            ]
    }),
    ("19-apk-3", |report| {
        urls(report)
            == [
                "https://example.com/distro/community",
                "https://example.com/distro/main",
                "https://example.com/r/packages.adb",
            ]
    }),
    ("20-fuse-mounts", |report| {
        mounts(report) == ["/mnt/ceph", "/mnt/gcs", "/mnt/gluster", "/mnt/pool", "/mnt/rclone", "/overlay"]
    }),
    ("21-label-of-lvm", |report| profile(report)["disk_devices"][0]["label"] == "ROOT"),
    ("22-mounts-that-come-and-go", |report| mounts(report) == ["/"]),
    ("23-ends-of-links", |report| {
        let interfaces = profile(report)["network_interfaces"].as_array().unwrap();
        interfaces.len() == 1 && interfaces[0]["name"] == "eth0"
    }),
    ("24-own-bridge", |report| report["data"]["ip_addresses"] == json!(["192.0.2.10"])),
    ("26-big-little", |report| {
        let count = |name: &str| profile(report)[name].clone();
        [count("number_of_sockets"), count("cores_per_socket"), count("threads_per_core")] == [1, 6, 1]
    }),
    ("28-lxcfs", |report| profile(report)["running_processes"] == json!(["nginx", "systemd"])),
    ("30-placeholders", |report| {
        let firmware = ["bios_vendor", "bios_version", "bios_release_date"];
        report["data"].get("bios_uuid").is_none()
            && firmware.iter().all(|name| profile(report).get(name).is_none())
    }),
    ("31-oneshot-services", |report| {
        report["data"]["facts"][0]["facts"]["running_services"] == json!(["ssh"])
    }),
];

fn profile(report: &Value) -> &Value {
    &report["data"]["system_profile"]
}

fn is(report: &Value, kind: &str, vendor: &str) -> bool {
    profile(report)["infrastructure_type"] == kind && profile(report)["infrastructure_vendor"] == vendor
}

fn sorted(report: &Value, list: &str, member: &str) -> Vec<String> {
    let items = profile(report)[list].as_array().unwrap();
    let mut texts: Vec<String> = items.iter().map(|item| item[member].as_str().unwrap().to_owned()).collect();
    texts.sort_unstable();
    texts
}

fn urls(report: &Value) -> Vec<String> {
    sorted(report, "yum_repos", "base_url")
}

fn mounts(report: &Value) -> Vec<String> {
    sorted(report, "disk_devices", "mount_point")
}

fn reports() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/reports")
}

/// The envelope of the machine in a folder, and what of it is kept for the next.
fn report(root: &Path, state: Option<&Path>) -> Value {
    let report = Agent::new(Root::recorded(root), state).collect(NOW, Uuid::from_u128(1));
    report.remember().unwrap_or_default();
    report.envelope(&Sender { org: "local".to_owned(), b64_identity: "e30=".to_owned() })
}

/// A copy of a recorded tree that a test may change.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, kind) = entry.map(|entry| (entry.path(), entry.file_type().unwrap())).unwrap();
        let target = to.join(entry.file_name().unwrap());
        if kind.is_dir() {
            copy(&entry, &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&entry).unwrap(), target).unwrap();
        } else {
            fs::copy(&entry, target).unwrap();
        }
    }
}

#[test]
fn what_was_reported_of_other_tools_is_right_here() {
    let checks: BTreeMap<_, _> = CHECKS.into_iter().collect();
    let mut wrong = Vec::new();
    for folder in fs::read_dir(reports()).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if !folder.join("expect.jq").exists() {
            continue;
        }
        let copied = tempfile::tempdir().unwrap();
        copy(&folder.join("root"), copied.path());
        // Addresses stand in no file of the system: those that its `setup.sh` gives.
        fs::create_dir_all(copied.path().join("recorded")).unwrap();
        fs::write(copied.path().join("recorded/ipv4"), "br-ex 192.0.2.10\nbr-0a1b2c3d4e5f 172.18.0.1\n")
            .unwrap();
        let report = report(copied.path(), None);
        let check = checks.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no check here"));
        if !check(&report) {
            wrong.push(format!("{name}: {report}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_clock_that_is_set_moves_no_boot() {
    let (tree, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(&reports().join("29-boot-time/root"), tree.path());
    let first = report(tree.path(), Some(state.path()));
    fs::write(tree.path().join("proc/stat"), "btime 1795810460\n").unwrap();
    assert_eq!(report(tree.path(), Some(state.path())), first);
    fs::write(tree.path().join("proc/sys/kernel/random/boot_id"), "another\n").unwrap();
    assert_ne!(report(tree.path(), Some(state.path())), first);
}
