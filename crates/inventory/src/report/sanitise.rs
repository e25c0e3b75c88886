//! Texts that no database or client could take are taken out of a message, or the message with them.

use std::borrow::Cow;

/// A text of the message has half of a surrogate pair, which is no character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LoneSurrogate {
    /// Where its escape starts, in bytes.
    pub(super) at: usize,
}

/// The JSON without NUL characters, which stand as `\u0000`. Escapes are found wherever they are, in names, values
/// and in what stays unread later. In JSON a backslash stands nowhere but in texts.
pub(super) fn sanitise(json: &str) -> Result<Cow<'_, str>, LoneSurrogate> {
    let mut clean = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(escape) = next_backslash(json, at) {
        at = escape + 2;
        let Some(unit) = unit_at(json, escape) else { continue };
        at = escape + 6;
        match unit {
            0 => {
                clean.push_str(&json[copied..escape]);
                copied = at;
            }
            0xD800..=0xDBFF if matches!(unit_at(json, at), Some(0xDC00..=0xDFFF)) => at += 6,
            0xD800..=0xDFFF => return Err(LoneSurrogate { at: escape }),
            _ => {}
        }
    }
    if copied == 0 {
        return Ok(Cow::Borrowed(json));
    }
    clean.push_str(&json[copied..]);
    Ok(Cow::Owned(clean))
}

fn next_backslash(json: &str, from: usize) -> Option<usize> {
    json.get(from..)?.find('\\').map(|found| from + found)
}

/// The code unit of the escape `\uXXXX` that starts there, if one does.
fn unit_at(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(json: &str) -> String {
        sanitise(json).unwrap().into_owned()
    }

    #[test]
    fn nul_is_removed_from_names_and_values() {
        assert_eq!(clean(r#"{"a\u0000b": "\u0000c\u0000"}"#), r#"{"ab": "c"}"#);
        assert_eq!(clean(r#"["\\u0000", "\\\u0000"]"#), r#"["\\u0000", "\\"]"#);
    }

    #[test]
    fn a_message_without_nul_is_not_copied() {
        assert!(matches!(sanitise(r#"{"a": "\u00e4 \n \ud83d\ude00"}"#), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn half_a_pair_is_refused() {
        for json in [
            r#""\udce2""#,
            r#""\ud83d""#,
            r#""\ud83d\u0000\ude00""#,
            r#""\ud83d\ud83d\ude00""#,
            r#""\uDE00\uD83D""#,
        ] {
            assert!(sanitise(json).is_err(), "{json}");
        }
        assert_eq!(sanitise(r#"["a\udce2"]"#), Err(LoneSurrogate { at: 3 }));
    }

    proptest! {
        #[test]
        fn any_text_survives_and_loses_nothing_but_nul(text in ".*") {
            let json = serde_json::to_string(&text).unwrap();
            let read: String = serde_json::from_str(&clean(&json)).unwrap();
            prop_assert_eq!(read, text.replace('\0', ""));
        }

        #[test]
        fn no_text_makes_it_panic(json in r#"[\\u0dDcC8\{\}"ä ]*"#) {
            let _ = sanitise(&json);
        }
    }
}
