//! Legacy fields, moved to where they live now.

use serde_json::{Map, Value};

use crate::{Schema, schema::Storage};

/// Flat SAP fields and their names in `workloads.sap`.
const FLAT_SAP: [(&str, &str); 4] = [
    ("sap_system", "sap_system"),
    ("sap_sids", "sids"),
    ("sap_instance_number", "instance_number"),
    ("sap_version", "version"),
];

/// Objects that move as a whole, `rhel_ai` with members that today's `workloads.rhel_ai` does not describe.
const WHOLE: [&str; 4] = ["ansible", "intersystems", "mssql", "rhel_ai"];

/// Moves the legacy members of validated facts into `workloads` and removes them (contract system-profile §6). A
/// workload that is already there wins over its legacy counterpart completely. `workloads` without
/// any type is removed too: it says nothing.
pub(crate) fn migrate(facts: &mut Map<String, Value>) {
    let mut workloads = object(facts.remove("workloads"));
    let mut found = |name: &str, legacy: Map<String, Value>| {
        if !legacy.is_empty() && !workloads.contains_key(name) {
            workloads.insert(name.to_owned(), Value::Object(legacy));
        }
    };

    let mut sap = Map::new();
    for (flat, name) in FLAT_SAP {
        if let Some(value) = facts.remove(flat) {
            sap.insert(name.to_owned(), value);
        }
    }
    sap.extend(object(facts.remove("sap")));
    found("sap", sap);
    for name in WHOLE {
        found(name, object(facts.remove(name)));
    }
    let mut services = object(facts.remove("third_party_services"));
    found("crowdstrike", object(services.remove("crowdstrike")));

    facts.retain(|name, _| Schema::get().member(name).is_some_and(|node| node.storage != Storage::Legacy));
    if !workloads.is_empty() {
        facts.insert("workloads".to_owned(), Value::Object(workloads));
    }
}

/// The members of an object; of anything else, none.
fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn migrated(sent: Value) -> Value {
        let mut facts = object(Some(sent));
        migrate(&mut facts);
        Value::Object(facts)
    }

    #[test]
    fn flat_sap_fields_move_and_nested_ones_override_them() {
        assert_eq!(
            migrated(json!({
                "sap_system": false, "sap_sids": ["ABC"], "sap_instance_number": "00", "sap_version": "v",
                "sap": {"sap_system": true, "sids": ["H2O"]},
            })),
            json!({"workloads": {"sap": {
                "sap_system": true, "sids": ["H2O"], "instance_number": "00", "version": "v",
            }}})
        );
    }

    #[test]
    fn whole_objects_move_verbatim() {
        assert_eq!(
            migrated(json!({
                "ansible": {"hub_version": "1.2"}, "intersystems": {"is_intersystems": true},
                "mssql": {"version": "15"}, "rhel_ai": {"nvidia_gpu_models": ["T4"]},
                "third_party_services": {"crowdstrike": {"falcon_aid": "a"}},
            })),
            json!({"workloads": {
                "ansible": {"hub_version": "1.2"}, "intersystems": {"is_intersystems": true},
                "mssql": {"version": "15"}, "rhel_ai": {"nvidia_gpu_models": ["T4"]},
                "crowdstrike": {"falcon_aid": "a"},
            }})
        );
    }

    #[test]
    fn a_workload_that_is_there_wins_completely() {
        assert_eq!(
            migrated(json!({"sap_system": true, "workloads": {"sap": {"sids": ["ABC"]}}})),
            json!({"workloads": {"sap": {"sids": ["ABC"]}}})
        );
    }

    #[test]
    fn empty_legacy_objects_and_empty_workloads_say_nothing() {
        assert_eq!(
            migrated(json!({"sap": {}, "mssql": {}, "third_party_services": {}, "workloads": {}})),
            json!({})
        );
    }
}
