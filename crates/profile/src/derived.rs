//! What hosts derive from facts.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// The type of a host (contract inventory-events §5.4): `cluster`, `edge`, `bootc` or `conventional`. `cluster` says
/// whether the host has an `openshift_cluster_id`.
pub fn host_type(cluster: bool, facts: &Map<String, Value>) -> &'static str {
    if cluster {
        return "cluster";
    }
    match text(facts, "host_type") {
        Some("cluster") => return "cluster",
        Some("edge") => return "edge",
        _ => {}
    }
    let booted = facts.get("bootc_status").and_then(|status| status.get("booted"));
    let digest = booted.and_then(|booted| booted.get("image_digest")).and_then(Value::as_str);
    if digest.is_some_and(|digest| !digest.is_empty()) { "bootc" } else { "conventional" }
}

/// The key that lists are ordered by for `operating_system` (contract inventory-http §12): `NAME MMM.mmm`, and
/// ` 000.000` without one, which sorts first.
pub fn os_sort_key(facts: &Map<String, Value>) -> String {
    let part = |name| match facts.get("operating_system").and_then(|os| os.get(name)) {
        Some(Value::Number(number)) => Cow::from(number.to_string()),
        Some(Value::String(digits)) => Cow::from(digits),
        _ => Cow::from(""),
    };
    format!("{} {:0>3}.{:0>3}", os_name(facts).unwrap_or_default(), part("major"), part("minor"))
}

/// The name of the operating system.
pub fn os_name(facts: &Map<String, Value>) -> Option<&str> {
    facts.get("operating_system")?.get("name")?.as_str()
}

/// The identity of the machine that owns the host record.
pub fn owner_id(facts: &Map<String, Value>) -> Option<&str> {
    text(facts, "owner_id")
}

fn text<'a>(facts: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    facts.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn the_host_type_is_the_first_that_applies() {
        let booted = json!({"booted": {"image_digest": "sha256:a"}});
        for (cluster, given, derived) in [
            (true, json!({"host_type": "edge"}), "cluster"),
            (false, json!({"host_type": "cluster"}), "cluster"),
            (false, json!({"host_type": "edge", "bootc_status": booted}), "edge"),
            (false, json!({"host_type": "conventional", "bootc_status": booted}), "bootc"),
            (false, json!({"bootc_status": {"booted": {"image_digest": ""}}}), "conventional"),
            (false, json!({"bootc_status": {"staged": {"image_digest": "sha256:a"}}}), "conventional"),
            (false, json!({}), "conventional"),
        ] {
            assert_eq!(host_type(cluster, &facts(&given)), derived, "{given}");
        }
    }

    #[test]
    fn operating_systems_sort_by_name_and_version() {
        for (os, key) in [
            (json!({"operating_system": {"name": "RHEL", "major": 8, "minor": 10}}), "RHEL 008.010"),
            (
                json!({"operating_system": {"name": "CentOS Linux", "major": "7", "minor": "9"}}),
                "CentOS Linux 007.009",
            ),
            (json!({"operating_system": {}}), " 000.000"),
            (json!({}), " 000.000"),
        ] {
            assert_eq!(os_sort_key(&facts(&os)), key);
        }
    }

    #[test]
    fn the_owner_is_read_as_text() {
        assert_eq!(owner_id(&facts(&json!({"owner_id": "o"}))), Some("o"));
        assert_eq!(owner_id(&Map::new()), None);
    }
}
