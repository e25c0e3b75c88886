//! The inventory groups of a system.

use drift_common::System;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An inventory group of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The groups of a host. The group of hosts without one is none.
pub fn of_system(system: &System) -> Option<Vec<Group>> {
    let groups = system.groups.as_array()?.iter();
    let named = groups.filter(|group| group.get("ungrouped") != Some(&Value::Bool(true)));
    let text = |group: &Value, name: &str| group.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(
        named
            .filter_map(|group| {
                Some(Group { id: text(group, "id")?, name: text(group, "name").unwrap_or_default() })
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_group_of_hosts_without_one_is_none() {
        let of = |groups| groups_of(&groups);
        assert_eq!(
            of(json!([{"id": "a", "name": "x", "created": 1}])),
            Some(vec![("a", "x")].into_iter().map(own).collect())
        );
        assert_eq!(of(json!([{"id": "u", "name": "Ungrouped Hosts", "ungrouped": true}])), Some(vec![]));
        assert_eq!(of(json!([])), Some(vec![]));
        assert_eq!(of(json!(null)), None);
    }

    fn own((id, name): (&str, &str)) -> Group {
        Group { id: id.to_owned(), name: name.to_owned() }
    }

    fn groups_of(value: &Value) -> Option<Vec<Group>> {
        of_system(&System { groups: value.clone(), ..System::default() })
    }
}
