//! Documents that the original stored with tokens that are no JSON (contract metrics §5.2).

use serde_json::value::RawValue;

/// A document as JSON: bare `NaN`, `Infinity` and `-Infinity` become `null`; what is no JSON even so is `null`.
pub fn plain_json(text: &str) -> String {
    let valid = |text: &str| serde_json::from_str::<&RawValue>(text).is_ok();
    if valid(text) {
        return text.to_owned();
    }
    let cleaned = without_tokens(text);
    if valid(&cleaned) { cleaned } else { "null".to_owned() }
}

fn without_tokens(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(sign) = rest.chars().next() {
        let token =
            ["NaN", "Infinity", "-Infinity"].into_iter().find(|token| !quoted && rest.starts_with(token));
        let taken = match (token, sign) {
            (Some(token), _) => {
                cleaned.push_str("null");
                token.len()
            }
            (None, '\\') if quoted => {
                let escaped = rest.chars().take(2).map(char::len_utf8).sum();
                cleaned.push_str(&rest[..escaped]);
                escaped
            }
            (None, sign) => {
                quoted ^= sign == '"';
                cleaned.push(sign);
                sign.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_tokens_become_null() {
        for (stored, plain) in [
            (r#"{"a": [1, 2.50]}"#, r#"{"a": [1, 2.50]}"#),
            (
                r#"{"a": NaN, "b\"NaN": [-Infinity, Infinity, "NaN"]}"#,
                r#"{"a": null, "b\"NaN": [null, null, "NaN"]}"#,
            ),
            ("nonsense", "null"),
            ("", "null"),
        ] {
            assert_eq!(plain_json(stored), plain);
        }
    }
}
