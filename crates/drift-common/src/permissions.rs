//! What RBAC grants (contract drift §2.3).

use access::GroupScope;
use ground::{GroupId, any_uuid};
use serde_json::Value;

use crate::Failure;

/// Alternatives, each a list of permissions that must all be granted. Shown as the original writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement(pub &'static [&'static [&'static str]]);

/// What RBAC granted a caller: the entries of its answer; nothing where nobody was asked, and everything is allowed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Permissions(Option<Vec<Value>>);

/// Which hosts of the organisation a caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupFilter {
    /// All.
    All,
    /// Those of these groups; `None` among them are hosts in no group. An empty list reaches nothing.
    Only(Vec<Option<String>>),
}

impl Requirement {
    /// As Python writes lists of lists of texts: `[['drift:*:*'], ['drift:comparisons:read']]`.
    fn text(self) -> String {
        let texts = |list: &&[&str]| {
            let quoted: Vec<String> = list.iter().map(|one| legacy::repr(one)).collect();
            format!("[{}]", quoted.join(", "))
        };
        format!("[{}]", self.0.iter().map(texts).collect::<Vec<_>>().join(", "))
    }
}

impl Permissions {
    /// Everything is allowed.
    pub const fn everything() -> Self {
        Self(None)
    }

    /// What stands under `data` of RBAC's answer.
    pub const fn granted(data: Vec<Value>) -> Self {
        Self(Some(data))
    }

    /// 403 without one of the alternatives:
    /// `user does not have access to [['drift:*:*'], ['drift:comparisons:read']]`.
    pub fn require(&self, requirement: Requirement) -> Result<(), Failure> {
        let Some(data) = &self.0 else { return Ok(()) };
        let granted: Vec<&str> = data.iter().filter_map(permission).collect();
        let has = |wanted: &&str| granted.iter().any(|granted| allows(granted, wanted));
        if requirement.0.iter().any(|all| all.iter().all(has)) {
            return Ok(());
        }
        Err(Failure::forbidden(format!("user does not have access to {}", requirement.text())))
    }

    /// Which hosts the caller reaches, by the groups that RBAC's entries about hosts name.
    pub fn groups(&self) -> Result<GroupFilter, Failure> {
        let Some(data) = &self.0 else { return Ok(GroupFilter::All) };
        let about_hosts =
            |entry: &&Value| permission(entry).is_some_and(|granted| allows(granted, "inventory:hosts:read"));
        let mut definitions = Vec::new();
        let mut any = false;
        for entry in data.iter().filter(about_hosts) {
            any = true;
            match entry.get("resourceDefinitions").and_then(Value::as_array) {
                Some(some) if !some.is_empty() => definitions.extend(some),
                _ => return Ok(GroupFilter::All),
            }
        }
        if !any {
            return Ok(GroupFilter::Only(Vec::new()));
        }
        let mut groups: Vec<Option<String>> = Vec::new();
        let mut named = false;
        for filter in definitions.into_iter().filter_map(|definition| definition.get("attributeFilter")) {
            if filter.get("key").and_then(Value::as_str) != Some("group.id") {
                continue;
            }
            named = true;
            let found: Vec<Option<String>> = match filter.get("value") {
                None | Some(Value::Null) => return Ok(GroupFilter::All),
                Some(Value::Array(list)) => list.iter().map(|id| id.as_str().map(str::to_owned)).collect(),
                Some(Value::String(text)) => {
                    text.split(',').map(|id| (id != "null").then(|| id.to_owned())).collect()
                }
                Some(_) => {
                    return Err(Failure::internal(&"a group filter of RBAC is neither a list nor a text"));
                }
            };
            for group in found {
                if !groups.contains(&group) {
                    groups.push(group);
                }
            }
        }
        Ok(if named { GroupFilter::Only(groups) } else { GroupFilter::All })
    }
}

impl GroupFilter {
    /// The same for questions to the record. An id that is none reaches nothing.
    pub fn scope(&self) -> GroupScope {
        match self {
            Self::All => GroupScope::All,
            Self::Only(groups) => GroupScope::Only {
                ids: groups.iter().flatten().filter_map(|id| any_uuid(id).map(GroupId)).collect(),
                ungrouped: groups.contains(&None),
            },
        }
    }
}

fn permission(entry: &Value) -> Option<&str> {
    entry.get("permission").and_then(Value::as_str)
}

/// Whether a granted permission is the wanted one, or names it with a star for resource, verb or both.
fn allows(granted: &str, wanted: &str) -> bool {
    let granted: Vec<&str> = granted.split(':').collect();
    let wanted: Vec<&str> = wanted.split(':').collect();
    let same = |(at, part): (usize, &&str)| match granted.get(at) {
        Some(other) => other == part || (at > 0 && *other == "*"),
        None => granted.len() > 1 && granted.last() == Some(&"*"),
    };
    granted.len() <= wanted.len() && wanted.iter().enumerate().all(same)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COMPARE: Requirement = Requirement(&[&["drift:*:*"], &["drift:comparisons:read"]]);

    fn may(granted: &[&str]) -> bool {
        let data = granted.iter().map(|one| json!({"permission": one})).collect();
        Permissions::granted(data).require(COMPARE).is_ok()
    }

    #[test]
    fn a_star_stands_for_any_resource_and_any_verb() {
        for granted in
            ["drift:*:*", "drift:comparisons:read", "drift:*:read", "drift:comparisons:*", "drift:*"]
        {
            assert!(may(&[granted]), "{granted}");
        }
        for granted in ["drift:*:write", "drift:baselines:read", "inventory:*:*", "*:*:*", ""] {
            assert!(!may(&[granted]), "{granted}");
        }
    }

    #[test]
    fn the_refusal_names_what_is_needed_in_the_originals_notation() {
        let refused = Permissions::granted(Vec::new()).require(COMPARE);
        let text = "user does not have access to [['drift:*:*'], ['drift:comparisons:read']]";
        assert_eq!(refused, Err(Failure::forbidden(text)));
        assert_eq!(Permissions::everything().require(COMPARE), Ok(()));
    }

    fn filter(value: &Value) -> Value {
        json!({"attributeFilter": {"key": "group.id", "operation": "in", "value": value}})
    }

    fn groups(entries: &[Value]) -> GroupFilter {
        Permissions::granted(entries.to_vec()).groups().unwrap()
    }

    #[test]
    fn hosts_are_reached_by_the_groups_of_all_entries() {
        let entry = |definitions: Value| json!({"permission": "inventory:hosts:read", "resourceDefinitions": definitions});
        assert_eq!(groups(&[]), GroupFilter::Only(vec![]));
        assert_eq!(groups(&[json!({"permission": "inventory:hosts:read"})]), GroupFilter::All);
        assert_eq!(groups(&[entry(json!([]))]), GroupFilter::All);
        assert_eq!(
            groups(&[entry(json!([filter(&json!("a,null"))])), entry(json!([filter(&json!(["b", "a"]))]))]),
            GroupFilter::Only(vec![Some("a".into()), None, Some("b".into())])
        );
        assert_eq!(groups(&[entry(json!([filter(&Value::Null)]))]), GroupFilter::All);
        assert_eq!(
            groups(&[entry(json!([{"attributeFilter": {"key": "other", "value": 1}}]))]),
            GroupFilter::All
        );
        assert!(Permissions::granted(vec![entry(json!([filter(&json!(5))]))]).groups().is_err());
    }
}
