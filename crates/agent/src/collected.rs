//! What collectors found, and what they had to leave out.

use std::{collections::BTreeSet, io};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Root, address::without_secrets, command};

/// What to do when a file may not be read.
const AS_ROOT: &str = "run plumbline as root to have it reported";

/// Something that was left out of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What is missing: a field of the profile, or of the identity.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// Members of the system profile.
    pub profile: Map<String, Value>,
    /// Facts that the profile has no place for.
    pub facts: Map<String, Value>,
    /// What was left out.
    pub gaps: Vec<Gap>,
}

impl Collected {
    /// Sets a member of the profile. An empty text says nothing and is left out. Whatever it is, no address in it keeps
    /// a password.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = cleaned(value.into());
        if value.as_str() != Some("") {
            self.profile.insert(name.to_owned(), value);
        }
    }

    /// Sets a fact that the profile has no place for, in the same way.
    pub fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), cleaned(value.into()));
    }

    /// The same for what may be absent.
    pub fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Sets a list that has no order: sorted, each item once. Nothing is said of a machine by an empty one.
    pub fn set_all(&mut self, name: &str, items: impl IntoIterator<Item = String>) {
        let items: BTreeSet<String> = items.into_iter().collect();
        if !items.is_empty() {
            self.set(name, items.into_iter().collect::<Vec<_>>());
        }
    }

    /// Notes what is left out.
    pub fn gap(&mut self, what: &str, why: impl Into<String>, remedy: &str) {
        let gap = Gap { what: what.to_owned(), why: why.into(), remedy: remedy.to_owned() };
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    /// The text of a file that `what` is read from. One that does not exist is absent; one that cannot be read is a
    /// gap as well.
    pub fn read(&mut self, root: &Root, path: &str, what: &str) -> Option<String> {
        match root.read(path) {
            Ok(text) => Some(text),
            Err(error) => {
                self.unreadable(what, path, &error);
                None
            }
        }
    }

    /// Notes that a file or folder that `what` is read from cannot be read, unless it is not there.
    pub fn unreadable(&mut self, what: &str, path: &str, error: &io::Error) {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => return,
            io::ErrorKind::PermissionDenied => AS_ROOT,
            _ => "see whether the file can be read at all",
        };
        self.gap(what, format!("cannot read {path}: {error}"), remedy);
    }

    /// The output of a command that `what` is read from; none in a recorded tree.
    pub fn run(&mut self, root: &Root, command: &[&str], what: &str) -> Option<String> {
        if !root.is_system() {
            return None;
        }
        match command::run(command) {
            Ok(text) => Some(text),
            Err(error) => {
                let remedy = format!("see what `{}` says", command.join(" "));
                self.gap(what, error.to_string(), &remedy);
                None
            }
        }
    }
}

/// The value with addresses that hold no secret, at any depth.
fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains("//") => without_secrets(&text).into(),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            members
                .map(|(name, value)| (without_secrets(&name), cleaned(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::testing::tree;

    #[test]
    fn what_is_absent_is_no_gap_and_what_may_not_be_read_is_one() {
        let tree = tree(&[("/secret", "x")]);
        let mut found = Collected::default();
        assert_eq!(found.read(&tree.root, "/nothing", "a"), None);
        assert_eq!(found.gaps, []);
        found.unreadable("b", "/secret", &io::ErrorKind::PermissionDenied.into());
        assert_eq!(found.gaps.len(), 1);
        assert_eq!(found.gaps[0].what, "b");
        assert!(found.gaps[0].why.contains("/secret") && found.gaps[0].remedy.contains("as root"));
        if !rustix::process::geteuid().is_root() {
            let nobody = std::fs::Permissions::from_mode(0o0);
            std::fs::set_permissions(tree.root.path("/secret"), nobody).unwrap();
            assert_eq!(found.read(&tree.root, "/secret", "b"), None);
            assert_eq!(found.gaps.len(), 1, "the same gap is noted once");
        }
    }

    #[test]
    fn lists_are_sorted_and_empty_values_left_out() {
        let mut found = Collected::default();
        found.set("arch", "");
        found.set_all("cpu_flags", []);
        found.set_all("kernel_modules", ["b", "a", "b"].map(str::to_owned));
        assert_eq!(found.profile(), serde_json::json!({"kernel_modules": ["a", "b"]}));
    }

    #[test]
    fn no_address_keeps_its_password_wherever_it_stands() {
        let mut found = Collected::default();
        found.set("x", serde_json::json!({"a": ["b", {"http://u:p@h": "http://u:p@h/?T"}]}));
        found.fact("y", "http://u:p@h");
        assert_eq!(found.profile(), serde_json::json!({"x": {"a": ["b", {"http://h": "http://h/"}]}}));
        assert_eq!(found.facts["y"], "http://h");
    }

    #[test]
    fn no_command_is_run_in_a_recorded_tree() {
        let mut found = Collected::default();
        assert_eq!(found.run(&tree(&[]).root, &["echo", "x"], "x"), None);
        assert_eq!(found.run(&Root::system(), &["echo", "x"], "x").as_deref(), Some("x\n"));
        assert_eq!(found.run(&Root::system(), &["no-such-command"], "x"), None);
        assert!(found.gaps[0].why.contains("no-such-command"), "{:?}", found.gaps);
    }
}
