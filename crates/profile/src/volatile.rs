//! Facts that change by themselves on a machine that nobody touches.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::Section;

/// The facts that are volatile unless settings say otherwise, by path, and why.
pub const VOLATILE: [(&str, &str); 3] = [
    ("running_processes", "processes come and go with every cron job and every login"),
    ("captured_date", "it is when the profile was collected, and another with each of them"),
    ("systemd.jobs_queued", "it is how many units were starting at that moment"),
];

/// Facts that are kept and do not count as a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volatile(BTreeSet<String>);

impl Default for Volatile {
    /// Those of [`VOLATILE`].
    fn default() -> Self {
        Self::new(VOLATILE.map(|(path, _)| path))
    }
}

impl Volatile {
    /// Facts by their dotted paths: what stands below one of them is volatile too.
    pub fn new<T: Into<String>>(paths: impl IntoIterator<Item = T>) -> Self {
        Self(paths.into_iter().map(Into::into).collect())
    }

    /// Whether the fact at this path is one of them, or below one of them.
    ///
    /// ```
    /// use profile::Volatile;
    /// let volatile = Volatile::default();
    /// assert!(volatile.contains("running_processes"));
    /// assert!(volatile.contains("systemd.jobs_queued"));
    /// assert!(!volatile.contains("systemd.failed"));
    /// ```
    pub fn contains(&self, path: &str) -> bool {
        let mut path = Some(path);
        while let Some(here) = path {
            if self.0.contains(here) {
                return true;
            }
            path = here.rsplit_once('.').map(|(above, _)| above);
        }
        false
    }

    /// Whether a whole list of the profile is volatile.
    pub fn is_section(&self, section: Section) -> bool {
        section != Section::Facts && self.contains(section.name())
    }

    /// Whether two states of the small facts differ in one that is not volatile.
    pub fn differ(&self, before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
        self.differ_below("", before, after)
    }

    fn differ_below(&self, above: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        names.into_iter().any(|name| {
            let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            match (before.get(name), after.get(name)) {
                (old, new) if old == new => false,
                _ if self.contains(&path) => false,
                (Some(Value::Object(old)), Some(Value::Object(new))) => self.differ_below(&path, old, new),
                _ => true,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("no object") };
        map
    }

    #[test]
    fn facts_differ_when_one_does_that_is_not_volatile() {
        let facts = |captured: &str, queued: u32, failed: u32| {
            map(json!({
                "captured_date": captured, "arch": "x86_64", "systemd": {"jobs_queued": queued, "failed": failed},
            }))
        };
        let volatile = Volatile::default();
        assert!(!volatile.differ(&facts("a", 1, 0), &facts("b", 2, 0)));
        assert!(volatile.differ(&facts("a", 1, 0), &facts("a", 1, 1)));
        assert!(volatile.differ(&Map::new(), &facts("a", 0, 0)));
        assert!(!volatile.differ(&Map::new(), &map(json!({"captured_date": "a"}))));
    }

    #[test]
    fn every_volatile_fact_is_one_of_the_schema() {
        for (path, _) in VOLATILE {
            let first = path.split('.').next().unwrap();
            assert!(crate::Schema::get().member(first).is_some(), "{path}");
        }
    }
}
