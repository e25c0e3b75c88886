//! Tags: namespace, key, values.

use serde::{Deserialize, Serialize};

use crate::model::set::set;

/// The namespace of tags that have none, as stored.
pub const NO_NAMESPACE: &str = "null";

/// Tags by namespace and key, in the order they came. A key without values is a tag of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<(String, Keys)>);

/// The keys of one namespace, each with its values.
pub type Keys = Vec<(String, Vec<String>)>;

/// One tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag<'a> {
    /// `None` for tags without a namespace.
    pub namespace: Option<&'a str>,
    /// At least one character.
    pub key: &'a str,
    /// `None` for a key without a value.
    pub value: Option<&'a str>,
}

/// A tag by itself, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnedTag {
    /// `None` for tags without a namespace.
    pub namespace: Option<String>,
    /// At least one character.
    pub key: String,
    /// `None` for a key without a value.
    pub value: Option<String>,
}

impl Tags {
    /// The most tags of one host.
    pub const MAX: usize = 10_000;

    /// No tags.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is no namespace.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The namespaces with their keys, in the order they came.
    pub fn namespaces(&self) -> impl Iterator<Item = (&str, &Keys)> {
        self.0.iter().map(|(namespace, keys)| (namespace.as_str(), keys))
    }

    /// Makes sure that the namespace is there (an empty one asks for deletion on update) and gives its keys.
    pub fn namespace(&mut self, namespace: &str) -> &mut Keys {
        let at = self.0.iter().position(|(known, _)| known == namespace).unwrap_or_else(|| {
            self.0.push((namespace.to_owned(), Keys::new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// Adds a value to a key (or the key alone); what is there already is not doubled. Empty values count as none.
    pub fn add(&mut self, namespace: &str, key: &str, value: Option<&str>) {
        let keys = self.namespace(namespace);
        let at = keys.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
            keys.push((key.to_owned(), Vec::new()));
            keys.len() - 1
        });
        let values = &mut keys[at].1;
        if let Some(value) = value.filter(|value| !value.is_empty())
            && !values.iter().any(|known| known == value)
        {
            values.push(value.to_owned());
        }
    }

    /// Takes a value away from a key, and with the last one the key; without a value, a key that has none. What is not
    /// there stays away.
    pub fn remove(&mut self, namespace: &str, key: &str, value: Option<&str>) {
        let Some((_, keys)) = self.0.iter_mut().find(|(known, _)| known == namespace) else { return };
        let Some(at) = keys.iter().position(|(known, _)| known == key) else { return };
        let values = &mut keys[at].1;
        let goes = match value.filter(|value| !value.is_empty()) {
            None => values.is_empty(),
            Some(value) => {
                let had = values.len();
                values.retain(|known| known != value);
                values.is_empty() && had > 0
            }
        };
        if goes {
            keys.remove(at);
        }
        self.0.retain(|(_, keys)| !keys.is_empty());
    }

    /// Takes away every tag of a namespace.
    pub fn drop_namespace(&mut self, namespace: &str) {
        self.0.retain(|(known, _)| known != namespace);
    }

    /// The tags without empty namespaces: what a new host is stored with.
    #[must_use]
    pub fn without_empty(mut self) -> Self {
        self.0.retain(|(_, keys)| !keys.is_empty());
        self
    }

    /// Takes over what a report says: a namespace that has keys replaces the stored one, an empty one deletes it,
    /// others stay (contract inventory-events §5.2). Whether that changed anything.
    pub fn merge(&mut self, report: &Self) -> bool {
        let mut changed = false;
        for (namespace, keys) in &report.0 {
            if keys.is_empty() {
                let had = self.0.len();
                self.0.retain(|(known, _)| known != namespace);
                changed |= self.0.len() < had;
            } else {
                changed |= set(self.namespace(namespace), keys);
            }
        }
        changed
    }

    /// One entry for each value, and one for each key without values.
    pub fn iter(&self) -> impl Iterator<Item = Tag<'_>> {
        self.0.iter().flat_map(|(namespace, keys)| entries(namespace, keys))
    }

    /// [`Tags::iter`] in the order in which PostgreSQL's `jsonb` keeps keys (shorter first, then by bytes), which is
    /// the order that readers of the old service see.
    pub fn iter_stored(&self) -> impl Iterator<Item = Tag<'_>> {
        let mut namespaces: Vec<_> = self.0.iter().collect();
        namespaces.sort_by(|(a, _), (b, _)| jsonb_order(a, b));
        namespaces.into_iter().flat_map(|(namespace, keys)| {
            let mut keys: Vec<_> = keys.iter().collect();
            keys.sort_by(|(a, _), (b, _)| jsonb_order(a, b));
            keys.into_iter().flat_map(move |entry| entries(namespace, std::slice::from_ref(entry)))
        })
    }
}

/// How `jsonb` orders the keys of an object.
pub fn jsonb_order(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn entries<'a>(namespace: &'a str, keys: &'a [(String, Vec<String>)]) -> impl Iterator<Item = Tag<'a>> {
    let namespace = (namespace != NO_NAMESPACE && !namespace.is_empty()).then_some(namespace);
    keys.iter().flat_map(move |(key, values)| {
        let alone = values.is_empty().then_some(Tag { namespace, key, value: None });
        alone.into_iter().chain(values.iter().map(move |value| Tag { namespace, key, value: Some(value) }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(entries: &[(&str, &str, Option<&str>)]) -> Tags {
        let mut tags = Tags::new();
        for (namespace, key, value) in entries {
            tags.add(namespace, key, *value);
        }
        tags
    }

    #[test]
    fn a_value_goes_and_with_the_last_one_its_key() {
        let mut tags = Tags::new();
        tags.add("ns", "k", Some("a"));
        tags.add("ns", "k", Some("b"));
        tags.add("ns", "alone", None);
        let before = tags.clone();
        for (namespace, key, value) in
            [("ns", "k", None), ("ns", "k", Some("c")), ("ns", "alone", Some("a")), ("x", "k", None)]
        {
            tags.remove(namespace, key, value);
            assert_eq!(tags, before, "{namespace}/{key}={value:?}");
        }
        tags.remove("ns", "k", Some("a"));
        tags.remove("ns", "alone", None);
        assert_eq!(tags.iter().map(|tag| tag.value).collect::<Vec<_>>(), [Some("b")]);
        tags.remove("ns", "k", Some("b"));
        assert!(tags.is_empty());
    }

    #[test]
    fn a_value_is_not_doubled_and_an_empty_one_is_none() {
        let tags = tags(&[
            ("ns", "k", Some("v")),
            ("ns", "k", Some("v")),
            ("ns", "k", Some("")),
            ("ns", "flag", None),
        ]);
        let shown: Vec<_> = tags.iter().map(|tag| (tag.key, tag.value)).collect();
        assert_eq!(shown, [("k", Some("v")), ("flag", None)]);
    }

    #[test]
    fn a_report_replaces_the_namespaces_that_it_names_and_no_others() {
        let mut stored = tags(&[("a", "k", Some("old")), ("b", "k", Some("kept")), ("c", "k", Some("gone"))]);
        let mut report = tags(&[("a", "other", Some("new"))]);
        report.namespace("c");
        stored.merge(&report);
        assert_eq!(stored, tags(&[("a", "other", Some("new")), ("b", "k", Some("kept"))]));
    }

    #[test]
    fn stored_order_is_by_length_first() {
        let tags = tags(&[("insights-client", "env", Some("prod")), ("satellite", "org", Some("x"))]);
        let order: Vec<_> = tags.iter_stored().map(|tag| tag.namespace).collect();
        assert_eq!(order, [Some("satellite"), Some("insights-client")]);
    }

    #[test]
    fn the_namespace_null_is_shown_as_none() {
        assert_eq!(tags(&[(NO_NAMESPACE, "k", None)]).iter().next().unwrap().namespace, None);
    }
}
