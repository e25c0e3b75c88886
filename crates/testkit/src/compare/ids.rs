//! Which id of ours stands for which recorded one.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

static UUID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
        .expect("a valid expression")
});
static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{([^{}]+)\}").expect("a valid expression"));

/// Pairs of ids; no id is in two of them. Two that meet for the first time become a pair.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs {
    recorded_by_name: HashMap<String, String>,
    ours: HashMap<String, String>,
    recorded: HashMap<String, String>,
}

impl Pairs {
    pub(super) fn name(&mut self, name: &str, recorded: &str) {
        self.recorded_by_name.insert(name.to_owned(), recorded.to_owned());
    }

    pub(super) fn learn(&mut self, name: &str, id: &str) {
        if let Some(recorded) = self.recorded_by_name.get(name).cloned() {
            self.ours.insert(recorded.clone(), id.to_owned());
            self.recorded.insert(id.to_owned(), recorded);
        }
    }

    /// The recorded id that stands for one of ours.
    pub(super) fn recorded(&self, ours: &str) -> Option<String> {
        self.recorded.get(ours).cloned()
    }

    pub(super) fn fill(&self, template: &str) -> String {
        NAME.replace_all(template, |found: &regex::Captures<'_>| {
            let ours = self.recorded_by_name.get(&found[1]).and_then(|recorded| self.ours.get(recorded));
            ours.cloned().unwrap_or_else(|| found[0].to_owned())
        })
        .into_owned()
    }

    /// Whether two texts say the same: the same words around ids that are pairs.
    pub(super) fn same_text(&mut self, recorded: &str, ours: &str) -> bool {
        let around = |text: &str| UUID.replace_all(text, "{}").into_owned();
        if around(recorded) != around(ours) {
            return false;
        }
        let found = UUID.find_iter(recorded).zip(UUID.find_iter(ours));
        found.fold(true, |same, (recorded, ours)| self.same(recorded.as_str(), ours.as_str()) && same)
    }

    fn same(&mut self, recorded: &str, ours: &str) -> bool {
        match (self.ours.get(recorded), self.recorded.get(ours)) {
            (None, None) => {
                self.ours.insert(recorded.to_owned(), ours.to_owned());
                self.recorded.insert(ours.to_owned(), recorded.to_owned());
                true
            }
            (Some(known), _) => known == ours,
            (None, Some(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "d48007e0-6146-468a-948a-69f162e7cdf7";
    const B: &str = "1b8a4154-2f8b-4929-919d-6cb9659cf3cc";
    const X: &str = "4c11d2ba-3a2c-4e3f-8a4e-7a4f7b7d3a10";
    const Y: &str = "0156eb16-2b14-4f2a-8e1f-007a100da176";

    #[test]
    fn ids_that_meet_once_belong_together() {
        let mut pairs = Pairs::default();
        assert!(pairs.same_text(A, X));
        assert!(pairs.same_text(A, X));
        assert!(!pairs.same_text(A, Y));
        assert!(!pairs.same_text(B, X));
        assert!(pairs.same_text(B, Y));
    }

    #[test]
    fn ids_are_found_within_texts() {
        let mut pairs = Pairs::default();
        assert!(pairs.same_text(&format!("host {A} of {B}"), &format!("host {X} of {Y}")));
        assert!(!pairs.same_text(&format!("host {A}"), &format!("host {Y}")));
        assert!(!pairs.same_text(&format!("host {A}"), &format!("Host {X}")));
        assert!(!pairs.same_text(A, "none"));
    }

    #[test]
    fn names_become_our_ids() {
        let mut pairs = Pairs::default();
        pairs.name("h01", A);
        pairs.name("g:alpha", B);
        pairs.learn("h01", X);
        pairs.learn("stranger", Y);
        assert_eq!(pairs.fill("/hosts/{h01}/{g:alpha}?x={}"), format!("/hosts/{X}/{{g:alpha}}?x={{}}"));
        assert!(pairs.same_text(B, Y));
        assert_eq!(pairs.fill("{g:alpha}"), Y);
    }
}
