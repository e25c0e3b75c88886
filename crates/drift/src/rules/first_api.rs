//! The comparison of the API of 2019 (contract drift §10.1): flat facts, no groups, no references.

use std::collections::BTreeMap;

use compare::Package;
use drift_common::{Failure, Query, ids};
use serde_json::{Value, json};

use crate::Machine;

/// More machines are refused.
pub const MOST: usize = 20;
const NOT_SET: &str = "FACT_NOT_SET";
const UNREADABLE: &str = "PARSE_ERROR";
/// The namespace of facts that is compared.
pub const NAMESPACE: &str = "system_profile";

/// Facts by name.
pub type Flat = BTreeMap<String, String>;

/// The ids that are asked for: some, at most [`MOST`], each once.
pub fn ids(query: Option<&str>) -> Result<Vec<String>, Failure> {
    let query = Query::read(query, &["system_ids[]"])?;
    query.required("system_ids[]")?;
    let told: Vec<&str> = query.all("system_ids[]").collect();
    if told.len() > MOST {
        return Err(Failure::bad_request(format!("Too many systems requested, limit is {MOST}")));
    }
    if ids::has_repeated(&told) {
        return Err(Failure::bad_request("duplicate UUID specified in system_ids list"));
    }
    ids::checked(told)
}

/// The facts of a namespace.
pub fn facts(namespaces: &Value, namespace: &str) -> Flat {
    let mut flat = Flat::new();
    let sets = namespaces.as_array().map(Vec::as_slice).unwrap_or_default();
    for set in sets.iter().filter(|set| set.get("namespace").and_then(Value::as_str) == Some(namespace)) {
        flatten("", set.get("facts").unwrap_or(&Value::Null), &mut flat);
    }
    flat
}

/// Objects by their path with dots; a few lists in ways of their own.
pub fn flatten(path: &str, value: &Value, flat: &mut Flat) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let mut put = |name: String, text: String| drop(flat.insert(name, text));
    match (path, value) {
        (_, Value::Object(members)) => {
            for (name, member) in members {
                flatten(&below(name), member, flat);
            }
        }
        ("os.kernel_modules", Value::Array(list)) => {
            for item in list {
                put(below(&text(item)), "loaded".to_owned());
            }
        }
        ("cpu.cpu_flags", Value::Array(list)) => {
            for item in list {
                put(below(&text(item)), "enabled".to_owned());
            }
        }
        ("processes.running", Value::Array(list)) => {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for item in list {
                *counts.entry(text(item)).or_default() += 1;
            }
            for (name, count) in counts {
                put(format!("{path}.count.{name}"), count.to_string());
            }
        }
        ("installed_packages", Value::Array(list)) => {
            for item in list {
                match item.as_str().and_then(Package::parse) {
                    Some(package) => put(below(package.name), package.to_string()),
                    None => put(below(&text(item)), UNREADABLE.to_owned()),
                }
            }
        }
        ("network.interfaces", Value::Array(list)) => {
            for interface in list {
                let Some(name) = interface.get("name").map(text) else { continue };
                for member in ["mtu", "state", "type"] {
                    let told = interface.get(member).map_or_else(|| "N/A".to_owned(), text);
                    put(below(&format!("{name}.{member}")), told);
                }
                for member in ["ipv4_addresses", "ipv6_addresses"] {
                    let list = interface
                        .get(member)
                        .and_then(Value::as_array)
                        .map(Vec::as_slice)
                        .unwrap_or_default();
                    let told = if list.is_empty() { "N/A".to_owned() } else { joined(list) };
                    put(below(&format!("{name}.{member}")), told);
                }
            }
        }
        (_, Value::Array(list)) if list.iter().any(|item| item.is_object() || item.is_array()) => {
            put(path.to_owned(), UNREADABLE.to_owned());
        }
        (_, Value::Array(list)) => put(path.to_owned(), joined(list)),
        ("", _) => {}
        (_, other) => put(path.to_owned(), text(other)),
    }
}

fn joined(list: &[Value]) -> String {
    let mut items: Vec<String> = list.iter().map(text).collect();
    items.sort();
    items.join(", ")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "enabled".to_owned(),
        Value::Bool(false) => "disabled".to_owned(),
        Value::Null => NOT_SET.to_owned(),
        other => other.to_string(),
    }
}

/// The answer: each fact with what every machine says of it.
pub fn report(machines: &[(&Machine, Flat)]) -> Value {
    let mut names: Vec<&str> =
        machines.iter().flat_map(|(_, flat)| flat.keys().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    let fact = |name: &str| {
        let values: Vec<&str> =
            machines.iter().map(|(_, flat)| flat.get(name).map_or(NOT_SET, String::as_str)).collect();
        let state = if values.contains(&NOT_SET) {
            "INCOMPLETE_DATA"
        } else if values.windows(2).all(|pair| pair[0] == pair[1]) {
            "SAME"
        } else {
            "DIFFERENT"
        };
        let systems: Vec<Value> = machines
            .iter()
            .zip(&values)
            .map(|((machine, _), value)| json!({"id": machine.id, "value": value}))
            .collect();
        json!({"name": name, "state": state, "systems": systems})
    };
    let systems: Vec<Value> = machines
        .iter()
        .map(|(machine, _)| json!({"id": machine.id, "fqdn": machine.fqdn, "last_updated": machine.updated}))
        .collect();
    json!({"facts": names.into_iter().map(fact).collect::<Vec<_>>(), "systems": systems})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(facts: &Value) -> Flat {
        super::facts(
            &json!([{"namespace": "system_profile", "facts": facts}, {"namespace": "x", "facts": {"y": 1}}]),
            NAMESPACE,
        )
    }

    #[test]
    fn facts_are_flat_with_lists_in_ways_of_their_own() {
        let facts = json!({"os": {"kernel_modules": ["xfs"], "release": 8}, "cpu": {"cpu_flags": ["fpu"]},
            "processes": {"running": ["sh", "sh"]}, "installed_packages": ["bash-0:4.4-1.el8.x86_64"], "on": true,
            "network": {"interfaces": [{"name": "e", "mtu": 1500, "ipv4_addresses": ["2", "1"]}]}, "list": ["b", "a"], "odd": [{}]});
        let told: Vec<String> =
            flat(&facts).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            told,
            [
                "cpu.cpu_flags.fpu=enabled",
                "installed_packages.bash=4.4-1.el8.x86_64",
                "list=a, b",
                "network.interfaces.e.ipv4_addresses=1, 2",
                "network.interfaces.e.ipv6_addresses=N/A",
                "network.interfaces.e.mtu=1500",
                "network.interfaces.e.state=N/A",
                "network.interfaces.e.type=N/A",
                "odd=PARSE_ERROR",
                "on=enabled",
                "os.kernel_modules.xfs=loaded",
                "os.release=8",
                "processes.running.count.sh=2",
            ]
        );
    }

    #[test]
    fn what_one_machine_does_not_say_makes_a_fact_incomplete() {
        let machine = |id: &str| Machine { id: id.to_owned(), ..Machine::default() };
        let (a, b) = (machine("a"), machine("b"));
        let told = report(&[
            (&a, flat(&json!({"same": 1, "other": 1, "only": 1}))),
            (&b, flat(&json!({"same": 1, "other": 2}))),
        ]);
        let states: Vec<_> =
            told["facts"].as_array().unwrap().iter().map(|fact| fact["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["INCOMPLETE_DATA", "DIFFERENT", "SAME"]);
        assert_eq!(told["facts"][0]["systems"][1], json!({"id": "b", "value": "FACT_NOT_SET"}));
    }

    #[test]
    fn at_most_twenty_machines_are_compared() {
        let id = |at: usize| format!("system_ids[]=e6ab0da0-f744-5ee2-9b62-9c4274d1c1{at:02}");
        let query = |count: usize| (10..10 + count).map(id).collect::<Vec<_>>().join("&");
        assert_eq!(ids(Some(&query(20))).unwrap().len(), 20);
        let refused = ids(Some(&query(21))).unwrap_err();
        assert_eq!(refused, Failure::bad_request("Too many systems requested, limit is 20"));
        assert!(ids(None).is_err());
    }
}
