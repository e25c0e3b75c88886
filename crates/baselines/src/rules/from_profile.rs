//! What a machine is becomes what machines should be (contract baselines §5.1).

use std::collections::BTreeMap;

use super::facts::{self, Fact, FactValue, NestedFact};

/// Facts that tell which machine it is, and none of what it should be.
const OF_THE_RECORD: [&str; 4] = ["id", "name", "is_baseline", "system_profile_exists"];
/// How a missing value is written.
const MISSING: [&str; 2] = ["N/A", "None"];

/// The facts of a baseline that is made from the facts of a host or of a historical profile, by their names with dots:
/// the part before the first dot is the category. What no baseline may have (an empty value, a blank at an end, a name
/// that is too long) is left out: one odd package must not stand in the way of all the others.
pub fn facts(found: impl IntoIterator<Item = (String, FactValue)>) -> Vec<Fact> {
    let mut plain = BTreeMap::new();
    let mut categories: BTreeMap<String, BTreeMap<String, FactValue>> = BTreeMap::new();
    for (name, value) in found {
        let is_missing = matches!(&value, FactValue::One(text) if MISSING.contains(&text.as_str()));
        if is_missing || OF_THE_RECORD.contains(&name.as_str()) {
            continue;
        }
        match name.split_once('.') {
            None if facts::is_storable(&name, &value) => drop(plain.insert(name, value)),
            Some((category, nested))
                if facts::is_storable(category, &value) && facts::is_storable(nested, &value) =>
            {
                let nested = nested.to_owned();
                categories.entry(category.to_owned()).or_default().insert(nested, value);
            }
            _ => {}
        }
    }
    let plain = plain.into_iter().map(|(name, value)| Fact { name, value: Some(value), values: None });
    let categories = categories.into_iter().map(|(name, values)| {
        let nested = |(name, value)| NestedFact { name, value, others: serde_json::Map::new() };
        Fact { name, value: None, values: Some(values.into_iter().map(nested).collect()) }
    });
    let mut all: Vec<Fact> = plain.chain(categories).collect();
    facts::sort(&mut all);
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(found: &[(&str, &str)]) -> serde_json::Value {
        let found =
            found.iter().map(|(name, value)| ((*name).to_owned(), FactValue::One((*value).to_owned())));
        serde_json::to_value(facts(found)).unwrap()
    }

    #[test]
    fn the_part_before_the_first_dot_is_the_category() {
        let found = [
            ("network_interfaces.eth0.mtu", "1500"),
            ("arch", "x86_64"),
            ("installed_packages.Upper", "1.0-1.noarch"),
            ("installed_packages.bash", "4.4-1.x86_64"),
        ];
        assert_eq!(
            made(&found),
            json!([
                {"name": "arch", "value": "x86_64"},
                {"name": "installed_packages", "values": [
                    {"name": "bash", "value": "4.4-1.x86_64"}, {"name": "Upper", "value": "1.0-1.noarch"}]},
                {"name": "network_interfaces", "values": [{"name": "eth0.mtu", "value": "1500"}]},
            ])
        );
    }

    #[test]
    fn what_is_missing_or_tells_the_machine_is_left_out() {
        let found =
            [("id", "1"), ("name", "web"), ("bios_vendor", "N/A"), ("mssql.version", "None"), ("arch", "x")];
        assert_eq!(made(&found), json!([{"name": "arch", "value": "x"}]));
    }

    #[test]
    fn what_no_baseline_may_have_is_left_out() {
        let long = "v".repeat(1_001);
        let found = [
            ("yum_repos.a.base_url", ""),
            ("running_processes.odd ", "1"),
            ("cpu_model", " Xeon"),
            ("bios_version", long.as_str()),
            ("installed_packages.", "1"),
            ("arch", "x"),
        ];
        let all = made(&found);
        assert_eq!(all, json!([{"name": "arch", "value": "x"}]));
        assert!(facts::read(&all).is_ok());
    }
}
