//! Facts for trying out (`RETURN_MOCK_DATA`, contract drift §10.1): enough of them to page through, and at least one
//! that is the same, one that differs and one that is incomplete on any two machines.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::first_api::{Flat, flatten};
use crate::Machine;

/// What every name begins with.
const PREFIX: &str = "MOCK-";
/// How many facts are the same on every machine, beside the services.
const STATIC: usize = 191;
const AREAS: [&str; 6] = ["hardware", "network", "distribution", "kernel", "storage", "firmware"];
const SERVICES: [&str; 8] = ["auditd", "chronyd", "crond", "dbus", "firewalld", "kdump", "rngd", "sshd"];

/// The facts of a machine. `random` is new for every answer.
pub fn facts(machine: &Machine, random: Uuid) -> Flat {
    let mut facts: Map<String, Value> = Map::new();
    for at in 0..STATIC {
        let area = AREAS[at % AREAS.len()];
        facts.insert(format!("{area}.item{:03}", at / AREAS.len()), json!(format!("{area} value {at}")));
    }
    let services: Map<String, Value> =
        SERVICES.iter().enumerate().map(|(at, name)| ((*name).to_owned(), json!(at % 2 == 0))).collect();
    facts.insert("configuration.services".to_owned(), Value::Object(services));
    facts.insert("a.random.number".to_owned(), json!((1_000_000 + random.as_u128() % 9_000_000).to_string()));
    facts.insert("here.is.a.uuid".to_owned(), json!(random.to_string()));
    facts.insert("seed.string".to_owned(), json!(machine.id));
    facts.insert("seed.hash".to_owned(), json!(hash(&machine.id)));
    if machine.id.starts_with(|first: char| first.is_ascii_lowercase()) {
        facts.insert("defined.for.seeds.that.start.with.a.letter".to_owned(), json!("True"));
    }
    let mut flat = Flat::new();
    flatten("", &Value::Object(facts), &mut flat);
    flat.into_iter().map(|(name, value)| (format!("{PREFIX}{name}"), value)).collect()
}

/// 64 hexadecimal digits that follow from the id.
fn hash(id: &str) -> String {
    blake3::hash(id.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::first_api::report;

    fn machine(id: &str) -> Machine {
        Machine { id: id.to_owned(), ..Machine::default() }
    }

    #[test]
    fn any_two_machines_have_facts_in_every_state() {
        let (a, b) = (
            machine("a6ab0da0-f744-5ee2-9b62-9c4274d1c1e9"),
            machine("1b2d0c48-2630-5005-9dff-b6f5ac6c43c5"),
        );
        let told = report(&[(&a, facts(&a, Uuid::from_u128(1))), (&b, facts(&b, Uuid::from_u128(2)))]);
        let all = told["facts"].as_array().unwrap();
        assert_eq!(all.len(), STATIC + SERVICES.len() + 5);
        for state in ["SAME", "DIFFERENT", "INCOMPLETE_DATA"] {
            assert!(all.iter().any(|fact| fact["state"] == state), "{state}");
        }
        assert!(all.iter().all(|fact| fact["name"].as_str().unwrap().starts_with(PREFIX)));
    }
}
