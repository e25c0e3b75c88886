//! One list of a profile.

use std::borrow::Cow;

use crate::{
    Digest, Invalid, Section, canonical,
    conform::{Coercion, conform},
    list_cache::{Digests, ListCache},
    path::Path,
    raw,
    schema::{Array, Node, NodeKind},
};

/// A valid list of a profile.
#[derive(Debug, Clone)]
pub struct List {
    /// Digest of the canonical form: keys sorted and, in lists whose order means nothing, items sorted. Two
    /// machines with the same packages share it, in whatever order they were sent.
    pub canonical: Digest,
    /// Digest of [`List::json`]: as sent. The same as `canonical` when the order sent is the canonical one.
    pub content: Digest,
    text: Text,
}

#[derive(Debug, Clone)]
enum Text {
    /// The content, written.
    Content(String),
    /// The bytes received, seen before: the content is written when somebody asks.
    Raw(&'static Node, String),
}

impl List {
    /// Checks a list, or recognises it. `node` is the array that the schema has for `section`.
    pub(crate) fn parse(
        section: Section,
        node: &'static Node,
        raw: &str,
        seen: Option<&ListCache>,
    ) -> Result<Self, Invalid> {
        let key = seen.map(|seen| (seen, Digest::of(section, raw)));
        if let Some((seen, key)) = key
            && let Some(Digests { canonical, content }) = seen.get(key)
        {
            return Ok(Self { canonical, content, text: Text::Raw(node, raw.to_owned()) });
        }
        let Checked { content: text, canonical } = check(node, raw, Path::Top(section.name()))?;
        let content = match key {
            Some((_, key)) if text == raw => key,
            _ => Digest::of(section, &text),
        };
        let canonical = canonical.map_or(content, |canonical| Digest::of(section, &canonical));
        if let Some((seen, key)) = key {
            seen.put(key, Digests { canonical, content });
        }
        Ok(Self { canonical, content, text: Text::Content(text) })
    }

    /// The list as compact JSON: items in the order sent, keys sorted, unknown keys removed.
    pub fn json(&self) -> Cow<'_, str> {
        match &self.text {
            Text::Content(text) => Cow::from(text),
            // Raw text passed the same check when it was first seen, so the fallback is never taken.
            Text::Raw(node, raw) => match check(node, raw, Path::Top("")) {
                Ok(checked) => Cow::from(checked.content),
                Err(_) => Cow::from(raw),
            },
        }
    }
}

struct Checked {
    content: String,
    /// The canonical text where it differs from the content.
    canonical: Option<String>,
}

fn check(node: &Node, raw: &str, at: Path<'_>) -> Result<Checked, Invalid> {
    if let NodeKind::Array(array) = &node.kind
        && let Some(Texts { mut items, plain }) = valid_texts(array, raw)
    {
        let write = |items: &[Cow<'_, str>]| {
            if plain {
                format!("[\"{}\"]", items.join("\",\""))
            } else {
                canonical::strings(items, raw.len())
            }
        };
        let content = write(&items);
        let out_of_order = array.set && !items.is_sorted();
        let canonical = out_of_order.then(|| {
            items.sort_unstable();
            write(&items)
        });
        return Ok(Checked { content, canonical });
    }
    let mut value = raw::value(raw, at)?;
    conform(node, &mut value, Coercion::Off, at)?;
    let content = canonical::as_sent(&value);
    let canonical = Some(canonical::sorted(node, &value)).filter(|canonical| *canonical != content);
    Ok(Checked { content, canonical })
}

/// The items of a list of texts.
struct Texts<'a> {
    items: Vec<Cow<'a, str>>,
    /// Whether there are some, and none needs an escape.
    plain: bool,
}

/// The items of a valid list of texts, without building values. Anything else gives nothing and takes the long way,
/// which also finds the words for what is wrong.
fn valid_texts<'a>(array: &Array, raw: &'a str) -> Option<Texts<'a>> {
    let NodeKind::String(text) = &array.item.kind else { return None };
    if array.unique {
        return None;
    }
    let texts = match plain_texts(raw) {
        Some(items) => Texts { items, plain: true },
        None => Texts { items: raw::strings(raw)?, plain: false },
    };
    texts.items.iter().all(|item| text.check(item).is_ok()).then_some(texts)
}

/// The items of a list as most programs write it: `["…","…"]` or `["…", "…"]`, without escapes. `raw` is known to be
/// JSON, and without a backslash every quote begins or ends a text.
fn plain_texts(raw: &str) -> Option<Vec<Cow<'_, str>>> {
    let inner = raw.strip_prefix("[\"")?.strip_suffix("\"]")?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_some() {
        return None;
    }
    let mut items = Vec::new();
    let mut begin = 0;
    let mut quotes = memchr::memchr_iter(b'"', inner.as_bytes());
    while let Some(end) = quotes.next() {
        let next = quotes.next()?;
        if !matches!(inner.get(end..=next)?, "\",\"" | "\", \"") {
            return None;
        }
        items.push(Cow::from(&inner[begin..end]));
        begin = next + 1;
    }
    items.push(Cow::from(&inner[begin..]));
    Some(items)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;

    use super::*;
    use crate::Schema;

    fn list(section: Section, raw: &str, seen: Option<&ListCache>) -> Result<List, String> {
        let node = Schema::get().member(section.name()).unwrap();
        List::parse(section, node, raw, seen).map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn the_order_of_a_set_is_content_and_not_canon() {
        let sent = list(Section::CpuFlags, r#"["b", "a", "b"]"#, None).unwrap();
        let ordered = list(Section::CpuFlags, r#"["a","b","b"]"#, None).unwrap();
        assert_eq!(sent.json(), r#"["b","a","b"]"#);
        assert_eq!(sent.canonical, ordered.canonical);
        assert_ne!(sent.content, ordered.content);
        assert_eq!(ordered.canonical, ordered.content);
    }

    #[test]
    fn the_order_of_deployments_is_canon() {
        let deployment = |id: &str| {
            let checksum = "a".repeat(64);
            format!(
                r#"{{"id":"{id}","checksum":"{checksum}","origin":"","osname":"o","booted":true,"pinned":false}}"#
            )
        };
        let parsed = |first: &str, second: &str| {
            let raw = format!("[{},{}]", deployment(first), deployment(second));
            list(Section::RpmOstreeDeployments, &raw, None).unwrap()
        };
        assert_ne!(parsed("a", "b").canonical, parsed("b", "a").canonical);
    }

    #[test]
    fn a_list_of_texts_is_refused_with_the_item_at_fault() {
        let refusal = list(Section::CpuFlags, r#"["fpu", 7]"#, None).unwrap_err();
        assert!(refusal.ends_with("7 is not of type 'string' - 'cpu_flags[1]'"), "{refusal}");
        let refusal = list(Section::CpuFlags, &format!(r#"["{}"]"#, "x".repeat(31)), None).unwrap_err();
        assert!(refusal.ends_with("is too long, at most 30 characters - 'cpu_flags[0]'"), "{refusal}");
    }

    #[test]
    fn a_list_seen_before_still_gives_its_content() {
        let seen = ListCache::new(NonZeroUsize::MIN);
        let raw = r#"[ {"name": "eth0", "unknown": 1, "mtu": 1500} ]"#;
        for _ in 0..2 {
            let found = list(Section::NetworkInterfaces, raw, Some(&seen)).unwrap();
            assert_eq!(found.json(), r#"[{"mtu":1500,"name":"eth0"}]"#);
        }
    }

    #[test]
    fn a_list_as_most_write_it_is_read_as_any_other() {
        for raw in [r#"["a","b,c"]"#, r#"["a", "b"]"#, r#"[""]"#, r#"["é", ",","]"]"#] {
            assert_eq!(plain_texts(raw), raw::strings(raw), "{raw}");
        }
        for raw in ["[]", r#"["a" ,"b"]"#, r#"[ "a"]"#, r#"["\u0061"]"#, r#"["a",1,"b"]"#, r#"["a",["b"]]"#] {
            assert!(plain_texts(raw).is_none(), "{raw}");
        }
    }

    #[test]
    fn an_invalid_list_is_not_remembered() {
        let seen = ListCache::new(NonZeroUsize::MIN);
        for _ in 0..2 {
            assert!(list(Section::CpuFlags, "[1]", Some(&seen)).is_err());
        }
    }

    proptest! {
        #[test]
        fn texts_in_any_order_have_one_canon(
            (sent, shuffled) in prop::collection::vec(".{0,8}", 0..8)
                .prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle()))
        ) {
            let [sent, shuffled] = [sent, shuffled].map(|items| {
                list(Section::CpuFlags, &serde_json::to_string_pretty(&items).unwrap(), None).unwrap()
            });
            prop_assert_eq!(sent.canonical, shuffled.canonical);
            prop_assert_eq!(sent.content == shuffled.content, sent.json() == shuffled.json());
        }
    }
}
