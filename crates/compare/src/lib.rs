//! What differs between two values.
//!
//! Floor 1 of the house, pure: values in, values out. Two lists are not compared by position: a list of packages is one
//! thing by the names of packages, a list of network interfaces by the names of interfaces, a list of texts is a set.
//! [`Keys`] says how the items of a value are told apart, [`diff`] gives one [`Difference`] for each key that differs.
//!
//! ```
//! use compare::{Keys, diff};
//! use serde_json::json;
//! let before = json!(["bash-0:5.1.8-6.el9.x86_64", "vim-0:9.0-1.el9.x86_64"]);
//! let after = json!(["bash-0:5.1.8-9.el9.x86_64", "vim-0:9.0-1.el9.x86_64"]);
//! let differences = diff(Some(&before), Some(&after), Keys::of("installed_packages"));
//! assert_eq!(differences.len(), 1);
//! assert_eq!(differences[0].key(), "bash");
//! ```
//!
//! # To compare a new section
//! A line in [`Keys::of`]. Without one a list is compared by whole items, which is right and says little.

pub mod causes;
mod difference;
mod fact;
mod items;
mod keys;
pub mod outliers;
mod package;
mod paths;
pub mod report;
mod version;

use std::collections::BTreeMap;

use serde_json::Value;

pub use difference::{Became, Difference};
pub use fact::Fact;
pub use keys::Keys;
pub use package::Package;
pub use version::Ecosystem;

/// What differs, by key, in the order of the keys. Nothing when the values are equal but for the order of their items.
pub fn diff(before: Option<&Value>, after: Option<&Value>, keys: Keys) -> Vec<Difference> {
    let (Some(old), Some(new)) = (list(before), list(after)) else {
        return paths::diff(before, after);
    };
    match keys {
        Keys::Paths => paths::diff(before, after),
        Keys::Texts => items::diff(old, new, items::text),
        Keys::Packages => package::diff(old, new),
        Keys::Members(members) => items::diff_objects(old, new, members),
    }
}

/// The items of a list; none of what is not there. What is no list is compared as it is.
fn list(value: Option<&Value>) -> Option<&[Value]> {
    match value {
        None => Some(&[]),
        Some(value) => value.as_array().map(Vec::as_slice),
    }
}

/// Items by key, on both sides.
type Sides<'v, K> = BTreeMap<K, (Vec<&'v Value>, Vec<&'v Value>)>;

/// What stands on one side only. Items count as often as they stand there.
fn without_common<'v>(before: &[&'v Value], after: &[&'v Value]) -> (Vec<&'v Value>, Vec<&'v Value>) {
    let mut came: Vec<&Value> = after.to_vec();
    let mut went = Vec::new();
    for item in before {
        match came.iter().position(|other| other == item) {
            Some(at) => drop(came.remove(at)),
            None => went.push(*item),
        }
    }
    let sorted = |mut items: Vec<&'v Value>| {
        items.sort_by_cached_key(ToString::to_string);
        items
    };
    (sorted(went), sorted(came))
}
