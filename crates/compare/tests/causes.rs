//! What happened, told alike for all machines.

use compare::{Keys, causes::Cause};
use serde_json::{Value, json};

fn told(before: &Value, after: &Value, keys: Keys) -> Vec<String> {
    Cause::between(Some(before), Some(after), keys).iter().map(ToString::to_string).collect()
}

#[test]
fn packages_are_told_by_name_and_version_whatever_their_architectures() {
    let before = json!(["a-0:1-1.x86_64", "a-0:1-1.i686", "gone-0:2-1.noarch", "kernel-0:5-1.x86_64"]);
    let after = json!([
        "a-0:2-1.x86_64",
        "a-0:2-1.i686",
        "new-0:3-1.noarch",
        "kernel-0:5-1.x86_64",
        "kernel-0:6-1.x86_64"
    ]);
    assert_eq!(
        told(&before, &after, Keys::Packages),
        ["a 1-1 → 2-1", "− gone 2-1", "+ kernel 6-1", "+ new 3-1"]
    );
}

#[test]
fn a_package_that_came_for_another_architecture_is_new() {
    let (before, after) = (json!(["a-0:1-1.x86_64"]), json!(["a-0:1-1.x86_64", "a-0:1-1.i686"]));
    assert_eq!(told(&before, &after, Keys::Packages), ["+ a 1-1"]);
}

#[test]
fn items_and_facts_are_told_by_their_keys() {
    assert_eq!(told(&json!(["sshd"]), &json!(["nginx"]), Keys::Texts), ["+ nginx", "− sshd"]);
    assert_eq!(
        told(&json!({"os_kernel_version": "5.14.0"}), &json!({"os_kernel_version": "5.15.0"}), Keys::Paths),
        ["os_kernel_version 5.14.0 → 5.15.0"]
    );
}

#[test]
fn a_long_value_is_cut_between_characters() {
    let cause = Cause::between(None, Some(&json!([{"name": "é".repeat(500)}])), Keys::Members(&["id"]));
    assert!(cause[0].after.as_ref().is_some_and(|text| text.len() < 130));
}
