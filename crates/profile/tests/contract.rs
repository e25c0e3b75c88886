//! The examples of contract system-profile §11, each through the whole pipeline.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

use profile::{Invalid, Profile, Schema, schema::NodeKind};
use serde_json::{Value, json};

/// The profile as it would be answered.
fn accepted(sent: &Value) -> Value {
    let profile = Profile::parse(&sent.to_string()).unwrap_or_else(|invalid| panic!("{sent}: {invalid}"));
    let texts: Vec<_> = profile.lists.iter().map(|(section, list)| (*section, list.json())).collect();
    let lists = texts.iter().map(|(section, json)| (*section, &**json));
    serde_json::from_str(&profile::join(&profile.facts, lists)).unwrap()
}

/// Where the profile is refused.
fn refused(sent: &Value) -> String {
    match Profile::parse(&sent.to_string()) {
        Err(Invalid::Nonconforming { path, .. }) => path,
        other => panic!("{sent}: {other:?}"),
    }
}

fn unchanged(sent: &Value) {
    assert_eq!(accepted(sent), *sent);
}

/// A value at a path such as `rhsm.environment_ids[]`, with lists and objects around it.
fn at(path: &str, value: Value) -> Value {
    path.split('.').rev().fold(value, |inner, step| match step.strip_suffix("[]") {
        Some(name) => json!({ name: [inner] }),
        None => json!({ step: inner }),
    })
}

#[test]
fn a_text_of_the_greatest_length_is_accepted_and_one_more_character_is_refused() {
    let table = include_str!("../src/fields.tsv");
    let mut tried = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [path, "string", _, max, "", "", ..] = columns[..] else { continue };
        let max: usize = max.parse().unwrap();
        // The objects around these would want more members.
        if path.starts_with("rpm_ostree_deployments") || path.starts_with("systemd") {
            continue;
        }
        let longest = at(path, json!("é".repeat(max)));
        Profile::parse(&longest.to_string()).unwrap_or_else(|invalid| panic!("{path}: {invalid}"));
        assert_eq!(refused(&at(path, json!("é".repeat(max + 1)))).replace("[0]", "[]"), path);
        tried += 1;
    }
    assert!(tried > 70, "{tried}");
}

#[test]
fn every_notation_of_a_mac_address_is_accepted() {
    let long = vec!["00"; 20];
    for mac in [
        "00:1a:2B:3c:4d:5e",
        "00-1a-2B-3c-4d-5e",
        "001a.2B3c.4d5e",
        "001a2B3c4d5e",
        &long.join(":"),
        &"0".repeat(40),
    ] {
        unchanged(&json!({"network_interfaces": [{"mac_address": mac}]}));
    }
    for mac in ["", "00:1a:2B:3c:4d", "00:1a:2B:3c:4d:5g", "001a2B3c4d5e\n", "x00:1a:2B:3c:4d:5e"] {
        assert_eq!(
            refused(&json!({"network_interfaces": [{"mac_address": mac}]})),
            "network_interfaces[0].mac_address"
        );
    }
}

#[test]
fn valid_examples_are_visible_unchanged() {
    let digest = format!("sha256:{}", "aB".repeat(32));
    for sent in [
        json!({"os_kernel_version": "3.10.0"}),
        json!({"os_kernel_version": "3.10.0.1"}),
        json!({"operating_system": {"name": "RHEL", "major": 8, "minor": 10}}),
        json!({"operating_system": {"name": "CentOS", "major": 0, "minor": 99}}),
        json!({"operating_system": {"name": "CentOS Linux", "major": 99, "minor": 0}}),
        json!({"rhsm": {"environment_ids": ["any one-line text", ""]}}),
        json!({"rhsm": {}}),
        json!({"bootc_status": {"booted": {"image": "i", "image_digest": digest}}}),
        json!({"bootc_status": {"rollback": {"cached_image": "i", "cached_image_digest": digest}}}),
        json!({"bootc_status": {"staged": {}}}),
        json!({"host_type": "edge"}),
        json!({"system_memory_bytes": 9_007_199_254_740_991_i64}),
        json!({"public_ipv4_addresses": ["12.23.31.32"], "public_dns": []}),
        json!({"yum_repos": [{"base_url": "no url at all", "mirrorlist": "", "gpgcheck": true}]}),
        json!({"workloads": {
            "ansible": {"controller_version": "1.2.3", "gateway_version": "1.2"},
            "crowdstrike": {"falcon_aid": "a"}, "ibm_db2": {"is_running": true},
            "intersystems": {"is_intersystems": true, "running_instances": [{"version": "2023.1"}]},
            "mssql": {"version": "15.2.0"}, "oracle_db": {"is_running": false},
            "rhel_ai": {"gpu_models": [{"name": "A100", "count": 4}]}, "satellite": {"type": "server"},
            "sap": {"sap_system": true, "sids": ["H2O", "ABC"], "instance_number": "03",
                    "version": "1.00.122.04.1478575636"},
        }}),
        json!({}),
    ] {
        unchanged(&sent);
    }
}

#[test]
fn coercion_makes_valid_what_was_meant_to_be() {
    assert_eq!(
        accepted(&json!({"number_of_cpus": "1", "katello_agent_running": "True", "cores_per_socket": 1.7})),
        json!({"number_of_cpus": 1, "katello_agent_running": true, "cores_per_socket": 1})
    );
    assert_eq!(accepted(&json!({"sap_system": "true"})), json!({"workloads": {"sap": {"sap_system": true}}}));
}

#[test]
fn values_outside_an_enumeration_are_refused() {
    for (path, value) in [
        ("selinux_current_mode", "random"),
        ("host_type", "nope"),
        ("greenboot_status", "blue"),
        ("system_update_method", "inv_method"),
        ("workloads.satellite.type", "invalid"),
    ] {
        assert_eq!(refused(&at(path, json!(value))), path);
    }
    assert_eq!(refused(&json!({"dnf_modules": [{"status": ["unknown"]}]})), "dnf_modules[0].status[0]");
    for name in ["ABCD", "UBUNTU"] {
        let os = json!({"operating_system": {"name": name, "major": 1, "minor": 1}});
        assert_eq!(refused(&os), "operating_system.name");
    }
    let systemd = json!({"systemd": {"state": "invalid", "failed": 0, "jobs_queued": 0}});
    assert_eq!(refused(&systemd), "systemd.state");
}

#[test]
fn texts_that_miss_their_pattern_are_refused() {
    for (path, values) in [
        ("workloads.sap.sids[]", &["XX", "XXXX", "123", "abc"][..]),
        ("sap_sids[]", &["XX", "ABC\n"]),
        ("workloads.sap.instance_number", &["300", "3", "aa"]),
        ("sap_version", &["1.00.122.04.147857563", "1.00.122.04"]),
        ("os_kernel_version", &["3.10", "3.10.", "3,10,5", "3.10.5.", "31055", "4.18.2\n"]),
        ("owner_id", &["not-a-uuid", "22CD8E39-13BB-4D02-8316-84B850DC5136"]),
        ("rhc_client_id", &[""]),
        ("virtual_host_uuid", &["22cd8e3913bb4d02831684b850dc5136"]),
        ("image_builder.blueprint_id", &["x"]),
        ("image_builder.compliance_policy_id", &["x"]),
        ("rhsm.environment_ids[]", &["two\nlines"]),
        ("intersystems.running_instances[].version", &["2023-1-2"]),
    ] {
        for value in values {
            assert_eq!(refused(&at(path, json!(value))).replace("[0]", "[]"), path, "{value}");
        }
    }
    let image = json!({"bootc_status": {"booted": {"image_digest": "a".repeat(64)}}});
    assert_eq!(refused(&image), "bootc_status.booted.image_digest");
}

fn deployment(name: &str, value: &Value) -> Value {
    let mut item = json!({
        "id": "i", "checksum": "aB".repeat(32), "origin": "", "osname": "o", "booted": true, "pinned": false,
    });
    if value.is_null() {
        item.as_object_mut().unwrap().remove(name);
    } else {
        item[name] = value.clone();
    }
    json!({"rpm_ostree_deployments": [item]})
}

#[test]
fn ostree_deployments_need_all_but_the_version() {
    unchanged(&deployment("version", &Value::Null));
    unchanged(&deployment("version", &json!("33.21")));
    for required in ["id", "checksum", "origin", "osname", "booted", "pinned"] {
        assert_eq!(refused(&deployment(required, &Value::Null)), "rpm_ostree_deployments[0]", "{required}");
    }
    let hex = |length: usize| json!("a".repeat(length));
    for (name, value) in [
        ("checksum", json!("")),
        ("checksum", hex(63)),
        ("checksum", hex(65)),
        ("checksum", json!("g".repeat(64))),
        ("id", json!("")),
        ("osname", json!("")),
        ("version", json!("")),
        ("booted", json!("true")),
    ] {
        assert_eq!(refused(&deployment(name, &value)), format!("rpm_ostree_deployments[0].{name}"));
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    for counter in ["number_of_cpus", "number_of_sockets", "cores_per_socket", "threads_per_core"] {
        for value in [json!(-1), json!(2_147_483_648_i64), json!("2147483648"), json!(1e300)] {
            assert_eq!(refused(&at(counter, value)), counter);
        }
    }
    for value in [json!(9_007_199_254_740_992_i64), json!("9007199254740992"), json!(u64::MAX)] {
        assert_eq!(refused(&at("system_memory_bytes", value)), "system_memory_bytes");
    }
    assert_eq!(
        refused(&json!({"network_interfaces": [{"mtu": 2_147_483_648_i64}]})),
        "network_interfaces[0].mtu"
    );
    let systemd = json!({"systemd": {"state": "running", "failed": -1, "jobs_queued": 0}});
    assert_eq!(refused(&systemd), "systemd.failed");
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    for (path, value) in [
        ("katello_agent_running", json!("yes")),
        ("satellite_managed", json!(1)),
        ("mssql.version", json!(15.3)),
        ("os_release", json!(true)),
        ("insights_client_version", json!(3)),
        ("systemd", json!([])),
        ("workloads", json!([])),
        ("os_kernel_version", json!(["3.10.0"])),
        ("cpu_model", json!({"a": 1})),
        ("disk_devices", json!({"a": 1})),
        ("installed_packages", json!("bash")),
        ("last_boot_time", json!(1_620_762_416)),
        ("arch", Value::Null),
        ("cpu_flags", Value::Null),
    ] {
        assert_eq!(refused(&at(path, value)), path);
    }
    let interface = |name: &str, value: Value| json!({"network_interfaces": [{ name: value }]});
    assert_eq!(refused(&interface("mtu", json!("15"))), "network_interfaces[0].mtu");
    assert_eq!(
        refused(&interface("ipv4_addresses", json!("10.0.0.1"))),
        "network_interfaces[0].ipv4_addresses"
    );
    assert_eq!(
        refused(&interface("ipv4_addresses", json!(["fe80::1"]))),
        "network_interfaces[0].ipv4_addresses[0]"
    );
    assert_eq!(refused(&interface("name", json!(""))), "network_interfaces[0].name");
}

#[test]
fn no_field_takes_null() {
    for (name, node) in Schema::get().members() {
        assert_eq!(refused(&json!({ name: null })), *name);
        if let NodeKind::Array(_) = node.kind {
            assert_eq!(refused(&json!({ name: [null] })), format!("{name}[0]"));
        }
    }
}

#[test]
fn the_same_sid_twice_is_refused() {
    assert_eq!(refused(&json!({"sap_sids": ["ABC", "ABC"]})), "sap_sids");
    assert_eq!(refused(&json!({"workloads": {"sap": {"sids": ["ABC", "ABC"]}}})), "workloads.sap.sids");
}

#[test]
fn objects_without_their_required_members_are_refused() {
    assert_eq!(refused(&json!({"operating_system": {"name": "RHEL", "major": 8}})), "operating_system");
    assert_eq!(refused(&json!({"systemd": {}})), "systemd");
}

#[test]
fn an_empty_key_in_mount_options_is_refused_in_the_words_of_the_contract() {
    let sent = json!({"disk_devices": [{"options": {"a": [{"": "x"}]}}]});
    assert_eq!(
        Profile::parse(&sent.to_string()).unwrap_err().to_string(),
        "System profile does not conform to schema.\nKey may not be empty. - 'disk_devices[0].options.a[0]'"
    );
}

#[test]
fn what_is_no_object_is_refused_in_the_words_of_the_contract() {
    assert_eq!(Profile::parse("[]").unwrap_err().to_string(), "Not a valid mapping type.");
    assert_eq!(Profile::parse("null").unwrap_err().to_string(), "Field may not be null.");
}

#[test]
fn legacy_workloads_are_answered_under_workloads_only() {
    assert_eq!(
        accepted(&json!({
            "sap_system": true, "sap_sids": ["ABC"], "sap": {"sap_system": true, "sids": ["ABC"]},
            "rhel_ai": {"variant": "RHEL AI", "amd_gpu_models": ["V320"]},
            "workloads": {"rhel_ai": {"ai_models": ["granite"]}, "tetris": {}},
        })),
        json!({"workloads": {
            "sap": {"sap_system": true, "sids": ["ABC"]}, "rhel_ai": {"ai_models": ["granite"]},
        }})
    );
}
