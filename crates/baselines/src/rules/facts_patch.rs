//! A JSON patch (RFC 6902) of the facts of a baseline (contract baselines §5.3).

use json_patch::{Patch, PatchOperation};
use legacy::literal;
use serde::Deserialize;
use serde_json::Value;

use super::facts::{self, BadFacts, Fact};

/// Most characters that the operations of one patch may copy: a copy of a copy of a copy would double each time.
const MOST_COPIED: usize = 4 << 20;
/// How deep what a patch makes may be nested. Facts are five deep.
const DEEPEST: usize = 32;

/// Why a patch is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPatch {
    /// It is no patch, or does not fit these facts, or a `test` of it fails.
    #[error("unable to apply patch to baseline")]
    Impossible,
    /// What it makes are no facts.
    #[error(transparent)]
    Facts(#[from] BadFacts),
}

/// The facts after a patch, whose root is their list in its stored order. All of the patch is done, or nothing.
pub fn apply(facts: &[Fact], patch: &Value) -> Result<Vec<Fact>, BadPatch> {
    let impossible = |_| BadPatch::Impossible;
    let operations = Patch::deserialize(patch).map_err(impossible)?;
    let mut list = serde_json::to_value(facts).map_err(impossible)?;
    let mut copied = 0;
    for operation in operations.0 {
        copied += copies(&list, &operation);
        if copied > MOST_COPIED || is_too_deep(&list, &operation) {
            return Err(BadPatch::Impossible);
        }
        json_patch::patch(&mut list, &[operation]).map_err(|_| BadPatch::Impossible)?;
    }
    Ok(facts::read(&list)?)
}

/// How many characters an operation adds that are not in the patch itself.
fn copies(list: &Value, operation: &PatchOperation) -> usize {
    match operation {
        PatchOperation::Copy(copy) => {
            list.pointer(copy.from.as_str()).map_or(0, |value| literal(value).len())
        }
        _ => 0,
    }
}

/// Whether an operation would nest deeper than anything that can be facts: whoever walks through the outcome does so
/// recursively.
fn is_too_deep(list: &Value, operation: &PatchOperation) -> bool {
    let source = |from: &str| list.pointer(from);
    let (path, value) = match operation {
        PatchOperation::Add(add) => (&add.path, Some(&add.value)),
        PatchOperation::Replace(replace) => (&replace.path, Some(&replace.value)),
        PatchOperation::Move(moved) => (&moved.path, source(moved.from.as_str())),
        PatchOperation::Copy(copy) => (&copy.path, source(copy.from.as_str())),
        PatchOperation::Remove(_) | PatchOperation::Test(_) => return false,
    };
    path.count() + value.map_or(0, depth) > DEEPEST
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn start() -> Vec<Fact> {
        facts::read(&json!([
            {"name": "arch", "value": "x86_64"},
            {"name": "cpu_flags", "values": [{"name": "fpu", "value": "enabled"}]},
        ]))
        .unwrap()
    }

    fn patched(patch: &Value) -> Result<Value, String> {
        apply(&start(), patch)
            .map(|facts| serde_json::to_value(facts).unwrap())
            .map_err(|refused| refused.to_string())
    }

    #[test]
    fn an_index_is_that_of_the_stored_order_and_the_outcome_is_sorted() {
        let patch = json!([
            {"op": "replace", "path": "/0/value", "value": "aarch64"},
            {"op": "add", "path": "/-", "value": {"name": "Big", "value": "1"}},
            {"op": "add", "path": "/1/values/0", "value": {"name": "sse", "value": "enabled"}},
            {"op": "test", "path": "/0/name", "value": "arch"},
        ]);
        assert_eq!(
            patched(&patch).unwrap(),
            json!([
                {"name": "arch", "value": "aarch64"},
                {"name": "Big", "value": "1"},
                {"name": "cpu_flags", "values": [{"name": "fpu", "value": "enabled"}, {"name": "sse", "value": "enabled"}]},
            ])
        );
        assert_eq!(patched(&json!([])).unwrap(), serde_json::to_value(start()).unwrap());
    }

    #[test]
    fn what_is_no_patch_or_does_not_fit_is_refused() {
        for patch in [
            json!([{"op": "replace", "path": "/9/value", "value": "x"}]),
            json!([{"op": "remove", "path": "/arch"}]),
            json!([{"op": "test", "path": "/0/value", "value": "no"}]),
            json!([{"op": "bogus", "path": "/0"}]),
            json!([{"op": "add", "path": "/0"}]),
            json!([{"path": "/0"}]),
            json!([{"op": "add", "path": "0", "value": {}}]),
        ] {
            assert_eq!(patched(&patch), Err("unable to apply patch to baseline".to_owned()), "{patch}");
        }
    }

    #[test]
    fn the_outcome_must_be_facts() {
        let of = |value: Value| patched(&json!([{"op": "replace", "path": "/0/value", "value": value}]));
        assert_eq!(of(json!("")), Err("value for arch cannot be empty".to_owned()));
        assert_eq!(
            of(json!(5)),
            Err("5 is not valid under any of the given schemas - 'baseline_facts.0.value'".to_owned())
        );
        let root = patched(&json!([{"op": "replace", "path": "", "value": {"name": "x"}}]));
        assert_eq!(root, Err("{'name': 'x'} is not of type 'array' - 'baseline_facts'".to_owned()));
        let twice = patched(&json!([{"op": "copy", "from": "/0", "path": "/-"}]));
        assert_eq!(twice, Err("A fact with this name already exists.".to_owned()));
    }

    #[test]
    fn a_patch_that_doubles_itself_ends_early() {
        let doubling = vec![json!({"op": "copy", "from": "/1/values", "path": "/1/values/-"}); 64];
        assert_eq!(patched(&json!(doubling)), Err("unable to apply patch to baseline".to_owned()));
        let wide: Vec<Value> = (0..64)
            .flat_map(|n| {
                [
                    json!({"op": "add", "path": "/-", "value": []}),
                    json!({"op": "copy", "from": "", "path": format!("/{}/-", n + 2)}),
                ]
            })
            .collect();
        assert_eq!(patched(&json!(wide)), Err("unable to apply patch to baseline".to_owned()));
    }

    proptest! {
        #[test]
        fn no_patch_makes_it_panic(operations in proptest::collection::vec(
            ("(add|remove|replace|move|copy|test|x)", "(/[0-2-]|/value|/values|/name|~){0,5}", "(/[0-2-]|/values){0,4}"), 0..8)) {
            let patch: Vec<Value> = operations
                .into_iter()
                .map(|(op, path, from)| json!({"op": op, "path": path, "from": from, "value": {"name": "n", "value": "v"}}))
                .collect();
            let _ = patched(&json!(patch));
        }
    }
}
