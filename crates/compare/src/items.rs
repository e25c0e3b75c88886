//! Items of lists, by a key of their own.

use serde_json::Value;

use crate::{Difference, Sides, paths, without_common};

/// What differs between two lists whose items have these keys.
pub(crate) fn diff(before: &[Value], after: &[Value], key: impl Fn(&Value) -> String) -> Vec<Difference> {
    sides(before, after, key)
        .into_iter()
        .filter_map(|(key, (before, after))| {
            let (went, came) = without_common(&before, &after);
            Difference::new(vec![key], went, came)
        })
        .collect()
}

/// What differs between two lists of objects, by the first of these members that an object has. Of an object that is on
/// both sides what differs in it.
pub(crate) fn diff_objects(before: &[Value], after: &[Value], members: &[&str]) -> Vec<Difference> {
    let key = |item: &Value| {
        let member = members.iter().find_map(|member| item.get(member));
        member.map_or_else(|| item.to_string(), text)
    };
    let mut all = Vec::new();
    for (key, (before, after)) in sides(before, after, key) {
        if let ([old @ Value::Object(_)], [new @ Value::Object(_)]) = (before.as_slice(), after.as_slice()) {
            all.extend(paths::diff_under(&[key], Some(old), Some(new)));
        } else {
            let (went, came) = without_common(&before, &after);
            all.extend(Difference::new(vec![key], went, came));
        }
    }
    all
}

/// A text as it is, anything else as JSON.
pub(crate) fn text(item: &Value) -> String {
    item.as_str().map_or_else(|| item.to_string(), str::to_owned)
}

fn sides<'v>(before: &'v [Value], after: &'v [Value], key: impl Fn(&Value) -> String) -> Sides<'v, String> {
    let mut sides = Sides::new();
    for item in before {
        sides.entry(key(item)).or_default().0.push(item);
    }
    for item in after {
        sides.entry(key(item)).or_default().1.push(item);
    }
    sides
}
