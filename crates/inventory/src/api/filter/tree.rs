//! The `filter` parameter as a tree, whatever mix of brackets and JSON it came in (contract inventory-http §11.1).

use legacy::Params;
use serde_json::Value;

use crate::api::errors::Failure;

/// What stands at one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// Texts, and whether they were given as a list.
    Values(Vec<String>, bool),
    /// Members in the order in which they came.
    Members(Vec<(String, Self)>),
}

/// The members of `filter`; 400 when one is no object.
pub fn read(params: &Params) -> Result<Vec<(String, Tree)>, Failure> {
    params.no_bare("filter")?;
    let mut root = Vec::new();
    for given in params.bracketed("filter") {
        let (path, is_list) = match given.path.split_last() {
            Some((&"", path)) => (path, true),
            _ => (&*given.path, false),
        };
        let tree = of_text(given.value, is_list);
        match (path, &tree) {
            ([name], Tree::Values(_, _)) => return Err(no_object(name, given.value)),
            ([], _) => return Err(no_object("", given.value)),
            _ => add(&mut root, path, tree),
        }
    }
    Ok(root)
}

fn no_object(name: &str, value: &str) -> Failure {
    let detail = if matches!(serde_json::from_str(value), Ok(Value::Array(_))) {
        format!("Filter param 'filter[{name}]' must be a JSON object, not an array.")
    } else {
        format!(
            "Filter param 'filter[{name}]' value must be a JSON object or use bracket notation for nested fields \
             (e.g., filter[{name}][field]=value)."
        )
    };
    Failure::bad_request(detail)
}

/// A value as it was sent: JSON, if it is an object or a list, else a text.
fn of_text(text: &str, is_list: bool) -> Tree {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => of_json(value),
        _ => Tree::Values(vec![text.to_owned()], is_list),
    }
}

fn of_json(value: Value) -> Tree {
    match value {
        Value::Object(members) => {
            Tree::Members(members.into_iter().map(|(name, value)| (name, of_json(value))).collect())
        }
        Value::Array(values) => Tree::Values(values.into_iter().map(scalar).collect(), true),
        value => Tree::Values(vec![scalar(value)], false),
    }
}

fn scalar(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => "nil".to_owned(),
        value => value.to_string(),
    }
}

/// Adds what stands at a path. Of two structures that contradict each other the first counts.
fn add(members: &mut Vec<(String, Tree)>, path: &[&str], tree: Tree) {
    let Some((first, rest)) = path.split_first() else { return };
    let known = members.iter_mut().find(|(name, _)| name == first).map(|(_, known)| known);
    match known {
        None => {
            let tree =
                rest.iter().rev().fold(tree, |tree, name| Tree::Members(vec![((*name).to_owned(), tree)]));
            members.push(((*first).to_owned(), tree));
        }
        Some(known) => merge(known, rest, tree),
    }
}

fn merge(known: &mut Tree, rest: &[&str], tree: Tree) {
    match (known, rest, tree) {
        (Tree::Members(members), [_, ..], tree) => add(members, rest, tree),
        (Tree::Members(members), [], Tree::Members(more)) => {
            for (name, tree) in more {
                add(members, &[&name], tree);
            }
        }
        (Tree::Values(values, true), [], Tree::Values(more, true)) => values.extend(more),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::{detail, params};

    fn tree(query: &str) -> Vec<(String, Tree)> {
        read(&params(query)).unwrap()
    }

    fn refusal(query: &str) -> String {
        detail(&read(&params(query)).unwrap_err())
    }

    #[test]
    fn brackets_and_json_say_the_same() {
        let brackets = tree("filter[sp][arch][]=a&filter[sp][arch][]=b&filter[sp][cpus][gte]=4");
        assert_eq!(brackets, tree(r#"filter[sp]={"arch":["a","b"],"cpus":{"gte":4}}"#));
        assert_eq!(brackets, tree(r#"filter[sp][arch]=["a","b"]&filter[sp][cpus]={"gte":"4"}"#));
        assert_eq!(tree("filter[sp][arch]={bad"), tree("filter[sp][arch]=%7Bbad"));
    }

    #[test]
    fn of_contradicting_structures_the_first_counts() {
        let first = tree("filter[sp][arch]=a");
        assert_eq!(first, tree("filter[sp][arch]=a&filter[sp][arch][eq]=b"));
        let list = tree("filter[sp][arch][]=a");
        assert_eq!(list, tree("filter[sp][arch][]=a&filter[sp][arch]=b"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert_eq!(refusal("filter=a"), "'a' is not of type 'object'");
        assert!(
            refusal("filter[sp]=true").starts_with("Filter param 'filter[sp]' value must be a JSON object")
        );
        assert!(
            refusal("filter[sp][]=x").starts_with("Filter param 'filter[sp]' value must be a JSON object")
        );
        assert_eq!(
            refusal(r#"filter[sp]=["a"]"#),
            "Filter param 'filter[sp]' must be a JSON object, not an array."
        );
    }
}
