//! The name of a series.

use std::{fmt, sync::Arc};

/// The label that holds the name of the metric.
pub const METRIC_NAME: &str = "__name__";

/// Separates names and values in the bytes of a label set: never a byte of UTF-8.
const SEPARATOR: u8 = 0xff;

/// The labels of a series: sorted by name, each name once, no empty values. Cloning is cheap. The order of label sets is
/// that of their first difference.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels(Arc<[(Box<str>, Box<str>)]>);

impl Default for Labels {
    fn default() -> Self {
        Self(Arc::from([]))
    }
}

impl Labels {
    /// Labels from names and values in any order; of several with one name the last counts, and an empty value is none.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut builder = LabelsBuilder::default();
        for (name, value) in pairs {
            builder.set(name.as_ref(), value.as_ref());
        }
        builder.build()
    }

    /// The value of a label; nothing and the empty value are the same.
    pub fn get(&self, name: &str) -> &str {
        self.0.binary_search_by(|(own, _)| (**own).cmp(name)).map_or("", |at| &self.0[at].1)
    }

    /// The name of the metric, empty when there is none.
    pub fn name(&self) -> &str {
        self.get(METRIC_NAME)
    }

    /// Names and values by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many labels.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels that `keep` accepts by name.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        if self.iter().all(|(name, _)| keep(name)) {
            return self.clone();
        }
        Self(self.0.iter().filter(|(name, _)| keep(name)).cloned().collect())
    }

    /// A builder that begins with these labels.
    pub fn edit(&self) -> LabelsBuilder {
        LabelsBuilder(self.0.to_vec())
    }

    /// The canonical bytes: equal labels have equal bytes, in every version.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes =
            Vec::with_capacity(self.0.iter().map(|(name, value)| name.len() + value.len() + 2).sum());
        for (name, value) in &*self.0 {
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(SEPARATOR);
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(SEPARATOR);
        }
        bytes
    }

    /// Labels from their canonical bytes; `None` when these are not.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut parts = bytes.split(|byte| *byte == SEPARATOR);
        let mut pairs = Vec::new();
        loop {
            let name = std::str::from_utf8(parts.next()?).ok()?;
            let Some(value) = parts.next() else {
                return name.is_empty().then(|| Self(pairs.into()));
            };
            pairs.push((Box::from(name), Box::from(std::str::from_utf8(value).ok()?)));
        }
    }
}

impl fmt::Display for Labels {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("{")?;
        for (n, (name, value)) in self.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            if plain(name) {
                write!(out, "{comma}{name}={value:?}")?;
            } else {
                write!(out, "{comma}{name:?}={value:?}")?;
            }
        }
        out.write_str("}")
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Whether a name needs no quotes.
fn plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Labels in the making.
#[derive(Debug, Clone, Default)]
pub struct LabelsBuilder(Vec<(Box<str>, Box<str>)>);

impl LabelsBuilder {
    /// Gives a label a value; the empty value takes it away.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        // Nearly all come in order.
        if !value.is_empty() && self.0.last().is_none_or(|(last, _)| **last < *name) {
            self.0.push((name.into(), value.into()));
            return self;
        }
        match (self.0.binary_search_by(|(own, _)| (**own).cmp(name)), value.is_empty()) {
            (Ok(at), true) => drop(self.0.remove(at)),
            (Ok(at), false) => self.0[at].1 = value.into(),
            (Err(_), true) => {}
            (Err(at), false) => self.0.insert(at, (name.into(), value.into())),
        }
        self
    }

    /// The value of a label so far.
    pub fn get(&self, name: &str) -> &str {
        self.0.binary_search_by(|(own, _)| (**own).cmp(name)).map_or("", |at| &self.0[at].1)
    }

    /// Keeps the labels that `keep` accepts by name.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) -> &mut Self {
        self.0.retain(|(name, _)| keep(name));
        self
    }

    /// The finished labels.
    pub fn build(self) -> Labels {
        Labels(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_sorted_and_have_no_empty_values() {
        let labels = Labels::new([("job", "api"), ("__name__", "up"), ("zone", ""), ("job", "web")]);
        assert_eq!(labels.to_string(), r#"{__name__="up", job="web"}"#);
        assert_eq!((labels.name(), labels.get("zone"), labels.len()), ("up", "", 2));
    }

    #[test]
    fn a_name_that_is_not_plain_is_quoted() {
        assert_eq!(Labels::new([("a.b", "x\"y")]).to_string(), r#"{"a.b"="x\"y"}"#);
    }

    #[test]
    fn a_filter_keeps_what_it_is_told() {
        let labels = Labels::new([("a", "1"), ("b", "2")]);
        assert_eq!(labels.filter(|name| name != "a"), Labels::new([("b", "2")]));
        assert_eq!(labels.edit().set("a", "").get("b"), "2");
    }

    proptest! {
        #[test]
        fn bytes_tell_the_same_labels(pairs in prop::collection::vec(("[a-zé.]{1,6}", "[ -~é]{0,9}"), 0..6)) {
            let labels = Labels::new(pairs);
            prop_assert_eq!(Labels::from_bytes(&labels.to_bytes()), Some(labels));
        }

        #[test]
        fn foreign_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = Labels::from_bytes(&bytes);
        }
    }
}
