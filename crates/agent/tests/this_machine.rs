//! Reports of the machine that the test runs on, and what becomes of them in the record.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{fs, path::Path};

use agent::{Agent, Report, Root, Sender};
use fleet::{CanonicalFacts, ChangeKind, Fleet, FleetOptions, MIGRATIONS, StoredReport};
use ground::{Clock, OrgId, Timestamp};
use profile::Profile;
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::TestDatabase;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_micros(1_795_810_459_000_000);

fn envelope(report: &Report) -> Value {
    report.envelope(&Sender { org: "local".to_owned(), b64_identity: "e30=".to_owned() })
}

#[test]
fn this_machine_has_a_kernel_an_interface_and_a_package() {
    let agent = Agent::new(Root::system(), None);
    let report = agent.collect(NOW, Uuid::from_u128(1));
    let profile = report.profile();
    let kernel = profile["os_kernel_version"].as_str().unwrap();
    assert!(kernel.split('.').count() >= 3, "{kernel}");
    let interfaces = profile["network_interfaces"].as_array().unwrap();
    let loopback = interfaces.iter().find(|interface| interface["name"] == "lo").unwrap();
    assert_eq!(loopback["ipv4_addresses"][0], "127.0.0.1");
    let packages = profile["installed_packages"].as_array().unwrap();
    assert!(packages.iter().all(|package| package.as_str().unwrap().contains(':')), "each has an epoch");
    assert!(profile["number_of_cpus"].as_u64().unwrap() >= 1);
    assert!(profile["system_memory_bytes"].as_u64().unwrap() > 1 << 20);
    assert!(Timestamp::parse(profile["last_boot_time"].as_str().unwrap()).unwrap() > Timestamp::default());
    assert_eq!(profile["captured_date"], NOW.to_string());
    assert!(profile.contains_key("arch") && profile.contains_key("os_release"));
}

#[test]
fn what_this_machine_reports_is_valid_as_it_is() {
    let report = Agent::new(Root::system(), None).collect(NOW, Uuid::from_u128(1));
    let sent = envelope(&report)["data"]["system_profile"].clone();
    let valid = Profile::parse(&sent.to_string()).unwrap();
    let lists = valid.lists.iter().map(|(section, list)| (*section, list.json()));
    let lists: Vec<_> = lists.collect();
    let kept = profile::join(&valid.facts, lists.iter().map(|(section, text)| (*section, text.as_ref())));
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), sent, "nothing is coerced or removed");
}

#[test]
fn a_report_tells_no_secret_of_this_machine() {
    let text = envelope(&Agent::new(Root::system(), None).collect(NOW, Uuid::from_u128(1))).to_string();
    let machine_id = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    assert!(machine_id.trim().is_empty() || !text.contains(machine_id.trim()));
    for key in fs::read_dir("/etc/ssh").into_iter().flatten().flatten() {
        if key.path().extension().is_some_and(|extension| extension == "pub") {
            let key = fs::read_to_string(key.path()).unwrap_or_default();
            let body = key.split_ascii_whitespace().nth(1).unwrap_or("no key");
            assert!(!text.contains(body));
        }
    }
}

/// A recorded machine whose name and hardware address can be changed.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap() };
        machine.write("/etc/machine-id", "0b5c5b0d8f8e4a6f9d4c2b1a0e3f5a7c\n");
        machine.write(
            "/etc/os-release",
            "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
        );
        machine.write("/sys/class/net/eth0/type", "1");
        machine.write("/sys/class/net/eth0/address", "52:54:00:00:00:01\n");
        machine.write("/proc/sys/kernel/hostname", "web-1.example.com\n");
        machine
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn report(&self, state: &Path, at: Timestamp) -> Report {
        let report =
            Agent::new(Root::recorded(self.folder.path()), Some(state)).collect(at, Uuid::from_u128(1));
        report.remember().unwrap();
        report
    }
}

/// Takes a report in as the ingress does with its envelope.
async fn take_in(fleet: &Fleet, report: &Report) -> StoredReport {
    let data = envelope(report)["data"].clone();
    let report = fleet::Report {
        profile: Some(data["system_profile"].to_string().into()),
        ..fleet::Report::new(
            OrgId::parse("local").unwrap(),
            data["reporter"].as_str().unwrap(),
            serde_json::from_value::<CanonicalFacts>(data.clone()).unwrap(),
        )
    };
    fleet.ingest(vec![report.into()]).await.unwrap().pop().unwrap().unwrap()
}

#[tokio::test]
async fn a_machine_that_is_renamed_or_gets_another_card_stays_one_host() {
    let (database, state, machine) = (TestDatabase::embedded(), tempfile::tempdir().unwrap(), Machine::new());
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[MIGRATIONS], NOW).await.unwrap();
    let clock = Clock::manual(NOW);
    let fleet = Fleet::open(db, clock.clone(), FleetOptions::default());
    let report = |minutes: i64| {
        clock.set(NOW.plus_seconds(60 * minutes));
        machine.report(state.path(), clock.now())
    };

    let first = take_in(&fleet, &report(0)).await;
    assert_eq!((first.kind, first.host.display_name.as_str()), (ChangeKind::Created, "web-1.example.com"));
    let again = take_in(&fleet, &report(15)).await;
    assert_eq!((again.id, again.kind), (first.id, ChangeKind::Seen), "nothing happened");

    machine.write("/proc/sys/kernel/hostname", "db-7.example.com\n");
    let renamed = take_in(&fleet, &report(30)).await;
    assert_eq!((renamed.id, renamed.kind), (first.id, ChangeKind::Updated));
    assert_eq!(renamed.host.display_name, "db-7.example.com");

    machine.write("/sys/class/net/eth0/address", "52:54:00:00:00:02\n");
    let exchanged = take_in(&fleet, &report(45)).await;
    assert_eq!((exchanged.id, exchanged.kind), (first.id, ChangeKind::Updated));
    assert_eq!(exchanged.host.canonical_facts.mac_addresses, ["52:54:00:00:00:02"]);
}

#[tokio::test]
async fn another_machine_of_the_same_name_is_another_host() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[MIGRATIONS], NOW).await.unwrap();
    let fleet = Fleet::open(db, Clock::manual(NOW), FleetOptions::default());
    let (one, other) = (Machine::new(), Machine::new());
    other.write("/etc/machine-id", "0b5c5b0d8f8e4a6f9d4c2b1a0e3f5a7d\n");
    let states = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let first = take_in(&fleet, &one.report(states[0].path(), NOW)).await;
    let second = take_in(&fleet, &other.report(states[1].path(), NOW)).await;
    assert_eq!(second.kind, ChangeKind::Created);
    assert_ne!(first.id, second.id);
}

#[test]
fn a_recorded_tree_says_nothing_of_the_machine_it_lies_on() {
    let machine = Machine::new();
    let report = Agent::new(Root::recorded(machine.folder.path()), None).collect(NOW, Uuid::from_u128(1));
    let mut profile = Value::Object(report.profile().clone());
    assert_eq!(profile.as_object_mut().unwrap().remove("captured_date"), Some(NOW.to_string().into()));
    assert_eq!(
        profile,
        json!({
            "os_release": "Debian GNU/Linux 12 (bookworm)",
            "network_interfaces": [{"name": "eth0", "type": "ether", "mac_address": "52:54:00:00:00:01",
                "ipv4_addresses": [], "ipv6_addresses": []}],
        })
    );
    assert_eq!(report.gaps(), []);
}
