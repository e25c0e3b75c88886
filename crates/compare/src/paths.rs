//! Members of objects, by their dotted path.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Difference;

/// What differs between two trees of facts, leaf by leaf.
pub(crate) fn diff(before: Option<&Value>, after: Option<&Value>) -> Vec<Difference> {
    diff_under(&[], before, after)
}

/// The same, for what stands at `root`.
pub(crate) fn diff_under(root: &[String], before: Option<&Value>, after: Option<&Value>) -> Vec<Difference> {
    let mut leaves: BTreeMap<Vec<String>, (Option<&Value>, Option<&Value>)> = BTreeMap::new();
    let mut path = root.to_vec();
    collect(before, true, &mut path, &mut |path, leaf| leaves.entry(path).or_default().0 = Some(leaf));
    collect(after, true, &mut path, &mut |path, leaf| leaves.entry(path).or_default().1 = Some(leaf));
    leaves
        .into_iter()
        .filter(|(_, (before, after))| before != after)
        .filter_map(|(path, (before, after))| {
            Difference::new(path, before.into_iter().collect(), after.into_iter().collect())
        })
        .collect()
}

/// Finds the leaves. An empty object is one, unless it is the whole.
fn collect<'v>(
    value: Option<&'v Value>,
    whole: bool,
    path: &mut Vec<String>,
    found: &mut impl FnMut(Vec<String>, &'v Value),
) {
    match value {
        None => {}
        Some(Value::Object(members)) if whole || !members.is_empty() => {
            for (name, member) in members {
                path.push(name.clone());
                collect(Some(member), false, path, found);
                path.pop();
            }
        }
        Some(leaf) => found(path.clone(), leaf),
    }
}
