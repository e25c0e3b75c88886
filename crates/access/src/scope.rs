//! Which groups an access reaches.

use std::collections::BTreeSet;

use ground::GroupId;
use serde_json::Value;
use uuid::Uuid;

use crate::Permission;

/// Which hosts and groups an allowed caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupScope {
    /// All of the organisation.
    All,
    /// These groups and no others.
    Only {
        /// The groups.
        ids: BTreeSet<GroupId>,
        /// Whether hosts without a group are reached too.
        ungrouped: bool,
    },
}

impl GroupScope {
    /// Whether this group is reached.
    pub fn has(&self, group: GroupId) -> bool {
        match self {
            Self::All => true,
            Self::Only { ids, .. } => ids.contains(&group),
        }
    }

    /// Reads `data` of RBAC's answer: `None` when no permission matches. The first matching permission without
    /// resource definitions reaches everything; otherwise their groups add up (contract inventory-http §5.4).
    /// An `in` with an empty list reaches nothing; the original takes it for everything.
    pub(crate) fn read(data: &[Value], asked: Permission) -> Result<Option<Self>, BadScope> {
        let granted = |entry: &&Value| {
            entry
                .get("permission")
                .and_then(Value::as_str)
                .is_some_and(|granted| asked.is_allowed_by(granted))
        };
        let (mut ids, mut ungrouped, mut matches) = (BTreeSet::new(), false, false);
        for entry in data.iter().filter(granted) {
            matches = true;
            let definitions = match entry.get("resourceDefinitions") {
                None => return Ok(Some(Self::All)),
                Some(definitions) => definitions.as_array().ok_or(BadScope::Definitions)?,
            };
            if definitions.is_empty() {
                return Ok(Some(Self::All));
            }
            for definition in definitions {
                for group in groups(definition)? {
                    match group {
                        Some(id) => drop(ids.insert(GroupId(id))),
                        None => ungrouped = true,
                    }
                }
            }
        }
        Ok(matches.then_some(Self::Only { ids, ungrouped }))
    }
}

/// A resource definition that cannot be understood; status 503.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadScope {
    #[error("Did not receive a list for resourceDefinitions in RBAC response.")]
    Definitions,
    #[error("Invalid value for attributeFilter.key in RBAC response.")]
    Key,
    #[error(
        "Invalid value for attributeFilter.operation in RBAC response: '{0}'. Allowed values are ('in', 'equal')."
    )]
    Operation(String),
    #[error("Did not receive a list for attributeFilter.value in RBAC response.")]
    NoList,
    #[error("Received invalid UUIDs for attributeFilter.value in RBAC response.")]
    Uuid,
}

/// The groups of one resource definition; `None` among them stands for hosts without a group.
fn groups(definition: &Value) -> Result<Vec<Option<Uuid>>, BadScope> {
    let filter = |member: &str| definition.get("attributeFilter").and_then(|filter| filter.get(member));
    let text = |member: &str| filter(member).and_then(Value::as_str).unwrap_or_default();
    if text("key") != "group.id" {
        return Err(BadScope::Key);
    }
    let value = filter("value").unwrap_or(&Value::Null);
    match text("operation") {
        "in" => value.as_array().ok_or(BadScope::NoList)?.iter().map(group).collect(),
        "equal" => group(value).map(|one| vec![one]),
        other => Err(BadScope::Operation(other.to_owned())),
    }
}

fn group(value: &Value) -> Result<Option<Uuid>, BadScope> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Uuid::parse_str(text).map(Some).map_err(|_| BadScope::Uuid),
        _ => Err(BadScope::Uuid),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const A: Uuid = Uuid::from_u128(10);
    const B: Uuid = Uuid::from_u128(11);

    fn filter(operation: &str, value: &Value) -> Value {
        json!({"attributeFilter": {"key": "group.id", "operation": operation, "value": value}})
    }

    fn granted(permission: &str, definitions: &Value) -> Value {
        json!({"permission": permission, "resourceDefinitions": definitions})
    }

    fn read(data: &[Value]) -> Result<Option<GroupScope>, BadScope> {
        GroupScope::read(data, Permission::HostsRead)
    }

    fn only(ids: &[Uuid], ungrouped: bool) -> GroupScope {
        GroupScope::Only { ids: ids.iter().copied().map(GroupId).collect(), ungrouped }
    }

    #[test]
    fn no_matching_permission_is_no_scope() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[granted("inventory:hosts:write", &json!([])), json!(5), json!({})]), Ok(None));
    }

    #[test]
    fn a_permission_without_definitions_reaches_everything() {
        let some = granted("inventory:hosts:read", &json!([filter("equal", &json!(A))]));
        let all = granted("inventory:*:*", &json!([]));
        assert_eq!(read(&[some, all]), Ok(Some(GroupScope::All)));
    }

    #[test]
    fn groups_of_all_matching_permissions_add_up() {
        let first = granted("inventory:hosts:read", &json!([filter("in", &json!([A, null]))]));
        let second = granted("inventory:hosts:*", &json!([filter("equal", &json!(B))]));
        let other = granted("inventory:hosts:write", &json!([filter("equal", &json!("no uuid"))]));
        let scope = read(&[first, second, other]).unwrap().unwrap();
        assert_eq!(scope, only(&[A, B], true));
        assert!(scope.has(GroupId(A)) && !scope.has(GroupId(Uuid::nil())));
    }

    #[test]
    fn an_empty_list_reaches_nothing() {
        let empty = granted("inventory:hosts:read", &json!([filter("in", &json!([]))]));
        assert_eq!(read(&[empty]), Ok(Some(only(&[], false))));
    }

    #[test]
    fn a_definition_that_is_not_understood_is_an_error_with_its_reason() {
        let error = |definition: &Value| {
            read(&[granted("inventory:hosts:read", &json!([definition]))]).unwrap_err().to_string()
        };
        assert_eq!(error(&json!({})), "Invalid value for attributeFilter.key in RBAC response.");
        assert_eq!(
            error(&filter("like", &json!([]))),
            "Invalid value for attributeFilter.operation in RBAC response: 'like'. Allowed values are ('in', 'equal')."
        );
        assert_eq!(
            error(&filter("in", &json!(A))),
            "Did not receive a list for attributeFilter.value in RBAC response."
        );
        for bad in [json!(["x"]), json!([5])] {
            assert_eq!(
                error(&filter("in", &bad)),
                "Received invalid UUIDs for attributeFilter.value in RBAC response."
            );
        }
    }

    #[test]
    fn definitions_of_another_type_give_no_access() {
        for wrong in [json!(null), json!({}), json!("group"), json!(true), json!(0)] {
            let refused = read(&[granted("inventory:hosts:read", &wrong)]);
            assert_eq!(refused, Err(BadScope::Definitions), "{wrong}");
        }
        assert_eq!(read(&[json!({"permission": "inventory:hosts:read"})]), Ok(Some(GroupScope::All)));
    }

    proptest! {
        #[test]
        fn a_scope_never_has_what_was_not_granted(ids in proptest::collection::vec(any::<u128>(), 1..9), other: u128) {
            let value: Vec<Uuid> = ids.iter().copied().map(Uuid::from_u128).collect();
            let data = granted("inventory:hosts:read", &json!([filter("in", &json!(value))]));
            let scope = read(&[data]).unwrap().unwrap();
            prop_assert_eq!(scope.has(GroupId(Uuid::from_u128(other))), ids.contains(&other));
        }
    }
}
