//! Tags as parameters name them (contract inventory-http §10.6).

use percent_encoding::percent_decode_str;

/// The pattern that a tag must match, as the refusal shows it.
pub const PATTERN: &str = "^([^=/]+/)?(?!.*/=)[^=]+(=[^=/]+)?$";

/// Most characters of a part.
const LONGEST: usize = 255;

/// A tag parameter in its parts, which may still be percent-encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagParam<'a> {
    /// What stands before the first `/`, unless that is nothing.
    pub namespace: Option<&'a str>,
    /// At least one character.
    pub key: &'a str,
    /// What stands after `=`.
    pub value: Option<&'a str>,
}

/// Why the part of a tag cannot be searched for. The text is the answer's detail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPart {
    /// Longer than a stored tag can be.
    #[error("{0} is longer than {LONGEST} characters")]
    TooLong(&'static str),
    /// No stored tag has it.
    #[error("{0} must not contain the character NUL")]
    Nul(&'static str),
}

impl<'a> TagParam<'a> {
    /// Splits `[namespace/]key[=value]`; commas mean nothing in it. `None` when the text does not match [`PATTERN`].
    pub fn parse(text: &'a str) -> Option<Self> {
        let spaced =
            text.split_once('/').filter(|(namespace, _)| !namespace.is_empty() && !namespace.contains('='));
        spaced
            .and_then(|(namespace, rest)| Self::without_namespace(rest).map(|tag| (namespace, tag)))
            .map(|(namespace, tag)| Self { namespace: Some(namespace), ..tag })
            .or_else(|| Self::without_namespace(text))
    }

    fn without_namespace(text: &'a str) -> Option<Self> {
        let (key, value) = text.split_once('=').map_or((text, None), |(key, value)| (key, Some(value)));
        let ends_with_slash = value.is_some() && key.ends_with('/');
        let bad_value = value.is_some_and(|value| value.is_empty() || value.contains(['=', '/']));
        (!key.is_empty() && !ends_with_slash && !bad_value).then_some(Self { namespace: None, key, value })
    }

    /// What is looked for: each part decoded once more, so that it may hold `/` and `=`.
    pub fn decode(self) -> Result<fleet::TagMatch, BadPart> {
        Ok(fleet::TagMatch {
            namespace: self.namespace.map(|text| decode("namespace", text)).transpose()?,
            key: decode("key", self.key)?,
            value: self.value.map(|text| decode("value", text)).transpose()?,
        })
    }
}

fn decode(part: &'static str, text: &str) -> Result<String, BadPart> {
    let text = percent_decode_str(text).decode_utf8_lossy();
    if text.contains('\0') {
        return Err(BadPart::Nul(part));
    }
    if text.chars().count() > LONGEST {
        return Err(BadPart::TooLong(part));
    }
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tag_is_split_as_the_contracts_table_says() {
        let split = |text| TagParam::parse(text).map(|tag| (tag.namespace, tag.key, tag.value));
        assert_eq!(split("ns/k=v"), Some((Some("ns"), "k", Some("v"))));
        assert_eq!(split("ns/k"), Some((Some("ns"), "k", None)));
        assert_eq!(split("k=v"), Some((None, "k", Some("v"))));
        assert_eq!(split("k"), Some((None, "k", None)));
        assert_eq!(split("ns/a/b=v"), Some((Some("ns"), "a/b", Some("v"))));
        assert_eq!(split("/a/b=v"), Some((None, "/a/b", Some("v"))));
        for bad in ["ns/=v", "", "=v", "k=", "a=b=c", "a/b=c,a/b=d", "k=a/b", "ns/sl=ash/k ey=v&al"] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }

    #[test]
    fn parts_are_decoded_and_bounded() {
        let decoded = TagParam::parse("n%2Fs/k%3D=%C3%A4").unwrap().decode().unwrap();
        assert_eq!(
            decoded,
            fleet::TagMatch {
                namespace: Some("n/s".to_owned()),
                key: "k=".to_owned(),
                value: Some("ä".to_owned())
            }
        );
        let refused = |text: &str| TagParam::parse(text).unwrap().decode().unwrap_err().to_string();
        assert_eq!(refused(&format!("{}/k", "x".repeat(256))), "namespace is longer than 255 characters");
        assert_eq!(refused(&format!("k={}", "x".repeat(256))), "value is longer than 255 characters");
        assert_eq!(refused("k%00"), "key must not contain the character NUL");
    }

    proptest! {
        #[test]
        fn an_accepted_tag_is_put_together_again(text in "[a-z/=,]{0,12}") {
            if let Some(TagParam { namespace, key, value }) = TagParam::parse(&text) {
                let namespace = namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
                let value = value.map(|value| format!("={value}")).unwrap_or_default();
                prop_assert_eq!(format!("{namespace}{key}{value}"), text);
            }
        }
    }
}
