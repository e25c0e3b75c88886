//! What differs, in the words that are the same on every machine where the same happened: `openssl 3.0.2 → 3.0.6`.
//!
//! A [`Difference`] tells what differs on one machine, to the architecture and the last digit of an item. A [`Cause`] leaves
//! out what tells machines apart and not what happened, so that machines can be counted by it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::Value;

use crate::{Difference, Keys, Package, diff, items::text};

/// The longest text of a value, in bytes: a cause is something to read.
const MAX_TEXT: usize = 120;

/// One thing that happened: to a package, a service, a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// What it happened to: the name of a package, the key of an item, the way to a fact.
    pub key: String,
    /// What was there; of a package its versions. Nothing when it is new.
    pub before: Option<String>,
    /// What is there; nothing when it is gone.
    pub after: Option<String>,
}

impl Cause {
    /// What happened between two values of a section, in the order of keys.
    ///
    /// ```
    /// use compare::{Keys, causes::Cause};
    /// use serde_json::json;
    /// let before = json!(["openssl-libs-1:3.0.2-1.el9.x86_64", "openssl-libs-1:3.0.2-1.el9.i686"]);
    /// let after = json!(["openssl-libs-1:3.0.6-1.el9.x86_64", "openssl-libs-1:3.0.6-1.el9.i686"]);
    /// let causes = Cause::between(Some(&before), Some(&after), Keys::Packages);
    /// assert_eq!(causes[0].to_string(), "openssl-libs 1:3.0.2-1.el9 → 1:3.0.6-1.el9");
    /// assert_eq!(causes.len(), 1);
    /// ```
    pub fn between(before: Option<&Value>, after: Option<&Value>, keys: Keys) -> Vec<Self> {
        let differences = diff(before, after, keys);
        if matches!(keys, Keys::Packages) {
            packages(&differences)
        } else {
            differences.iter().map(Self::of).collect()
        }
    }

    fn of(difference: &Difference) -> Self {
        Self {
            key: difference.key(),
            before: side(difference.before.iter().map(text)),
            after: side(difference.after.iter().map(text)),
        }
    }
}

impl fmt::Display for Cause {
    /// `openssl 3.0.2 → 3.0.6`, `+ nginx 1.24`, `− telnet 0.17`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of a list of texts the item is its own key.
        let value = |text: &str| if text == self.key { String::new() } else { format!(" {text}") };
        match (self.before.as_deref(), self.after.as_deref()) {
            (None, after) => write!(f, "+ {}{}", self.key, after.map(value).unwrap_or_default()),
            (Some(before), None) => write!(f, "− {}{}", self.key, value(before)),
            (Some(before), Some(after)) => write!(f, "{} {before} → {after}", self.key),
        }
    }
}

/// Packages by name, whatever their architectures, with the versions that are on one side only.
fn packages(differences: &[Difference]) -> Vec<Cause> {
    let mut names: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    let mut sort = |items: &[Value], is_after: bool| {
        for item in items.iter().map(text) {
            let package = Package::named(&item);
            let (before, after) = names.entry(package.name.to_owned()).or_default();
            let side = if is_after { after } else { before };
            side.insert(package.full_version().into_owned());
        }
    };
    for difference in differences {
        sort(&difference.before, false);
        sort(&difference.after, true);
    }
    let cause = |(key, (before, after)): (String, (BTreeSet<String>, BTreeSet<String>))| {
        let only =
            |these: &BTreeSet<String>, others: &BTreeSet<String>| side(these.difference(others).cloned());
        let (went, came) = (only(&before, &after), only(&after, &before));
        (went.is_some() || came.is_some()).then_some(Cause { key, before: went, after: came })
    };
    names.into_iter().filter_map(cause).collect()
}

/// The texts of one side as one, which is cut where it is longer than a person reads.
fn side(texts: impl Iterator<Item = String>) -> Option<String> {
    let mut all: Option<String> = None;
    for text in texts {
        match &mut all {
            None => all = Some(text),
            Some(all) if all.len() <= MAX_TEXT => {
                all.push_str(", ");
                all.push_str(&text);
            }
            Some(_) => break,
        }
    }
    all.map(|mut all| {
        if all.len() > MAX_TEXT {
            all.truncate(all.floor_char_boundary(MAX_TEXT));
            all.push('…');
        }
        all
    })
}
