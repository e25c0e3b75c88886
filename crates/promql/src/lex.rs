//! The words of an expression.

use crate::{ParseError, duration};

/// A word and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub pos: usize,
    pub word: Word,
}

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Word {
    /// A name, as written.
    Name(String),
    /// A number, or a duration in seconds.
    Number(f64),
    /// A text without its quotes.
    Text(String),
    /// `( ) { } [ ] , : @ = == != =~ !~ < <= </ > >= >/ + - * / % ^`.
    Sign(&'static str),
    /// Behind the last word.
    End,
}

/// Longer signs first.
const SIGNS: [&str; 26] = [
    "==", "!=", "=~", "!~", "<=", "</", ">=", ">/", "(", ")", "{", "}", "[", "]", ",", ":", "@", "=", "<",
    ">", "+", "-", "*", "/", "%", "^",
];

/// The words of a text, the last one [`Word::End`].
pub(crate) fn words(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut words = Vec::new();
    let (mut pos, mut brackets, mut braces) = (0, 0_usize, 0_usize);
    let bytes = text.as_bytes();
    while let Some(first) = bytes.get(pos) {
        let rest = &text[pos..];
        let colon = brackets == 0 && braces == 0;
        let (word, length) = match first {
            b' ' | b'\t' | b'\n' | b'\r' => {
                pos += 1;
                continue;
            }
            b'#' => {
                pos += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            b'"' | b'\'' | b'`' => text_in_quotes(rest, pos)?,
            b'0'..=b'9' => number(rest, pos)?,
            b'.' if bytes.get(pos + 1).is_some_and(u8::is_ascii_digit) => number(rest, pos)?,
            first if first.is_ascii_alphabetic() || *first == b'_' || (*first == b':' && colon) => {
                let inside =
                    |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || (colon && byte == b':');
                let length = rest.bytes().take_while(|byte| inside(*byte)).count();
                (Word::Name(rest[..length].to_owned()), length)
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign)).ok_or_else(|| {
                    ParseError::at(
                        pos,
                        format!("unexpected character: {:?}", rest.chars().next().unwrap_or(' ')),
                    )
                })?;
                match *sign {
                    "[" => brackets += 1,
                    "]" => brackets = brackets.saturating_sub(1),
                    "{" => braces += 1,
                    "}" => braces = braces.saturating_sub(1),
                    _ => {}
                }
                (Word::Sign(sign), sign.len())
            }
        };
        words.push(Token { pos, word });
        pos += length;
    }
    words.push(Token { pos: text.len(), word: Word::End });
    Ok(words)
}

fn number(rest: &str, pos: usize) -> Result<(Word, usize), ParseError> {
    let bytes = rest.as_bytes();
    let hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let exponent = !hex && length > 0 && matches!(bytes[length - 1], b'e' | b'E');
        let belongs = byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'_')
            || (exponent && matches!(byte, b'+' | b'-'));
        if !belongs {
            break;
        }
        length += 1;
    }
    let written = &rest[..length];
    let bad = || ParseError::at(pos, format!("bad number or duration syntax: {written:?}"));
    if !hex && let Some(millis) = duration::parse(written) {
        return Ok((Word::Number(millis as f64 / 1000.0), length));
    }
    let plain = written.replace('_', "");
    if written.ends_with('_') || written.contains("__") {
        return Err(bad());
    }
    let whole = |digits: &str, radix| i64::from_str_radix(digits, radix).map(|value| value as f64);
    let value = if hex {
        whole(&plain[2..], 16).map_err(|_| bad())?
    } else if let Some(digits) = plain.strip_prefix("0b").or_else(|| plain.strip_prefix("0B")) {
        whole(digits, 2).map_err(|_| bad())?
    } else if plain.len() > 1 && plain.starts_with('0') && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        whole(&plain, 8).or_else(|_| plain.parse().map_err(|_| bad()))?
    } else {
        plain.parse().map_err(|_| bad())?
    };
    Ok((Word::Number(value), length))
}

fn text_in_quotes(rest: &str, pos: usize) -> Result<(Word, usize), ParseError> {
    let quote = rest.chars().next().unwrap_or('"');
    let open = || ParseError::at(pos, "unterminated quoted string");
    if quote == '`' {
        let end = rest[1..].find('`').ok_or_else(open)?;
        return Ok((Word::Text(rest[1..=end].to_owned()), end + 2));
    }
    let mut bytes = Vec::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            char if char == quote => {
                let text =
                    String::from_utf8(bytes).map_err(|_| ParseError::at(pos, "a string must be UTF-8"))?;
                return Ok((Word::Text(text), at + 1));
            }
            '\n' => return Err(open()),
            '\\' => escaped(&mut chars, &mut bytes, quote)
                .ok_or_else(|| ParseError::at(pos + at, "unknown escape sequence"))?,
            char => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err(open())
}

/// The meaning of what follows a backslash.
fn escaped(chars: &mut impl Iterator<Item = (usize, char)>, bytes: &mut Vec<u8>, quote: char) -> Option<()> {
    let (_, char) = chars.next()?;
    let mut digits = |first: Option<char>, count: usize, radix: u32| -> Option<u32> {
        let rest =
            (0..count - usize::from(first.is_some())).map_while(|_| chars.next().map(|(_, char)| char));
        first
            .into_iter()
            .chain(rest)
            .try_fold(0_u32, |value, char| Some(value * radix + char.to_digit(radix)?))
    };
    match char {
        'a' => bytes.push(7),
        'b' => bytes.push(8),
        'f' => bytes.push(12),
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        't' => bytes.push(b'\t'),
        'v' => bytes.push(11),
        '\\' => bytes.push(b'\\'),
        'x' => bytes.push(u8::try_from(digits(None, 2, 16)?).ok()?),
        '0'..='7' => bytes.push(u8::try_from(digits(Some(char), 3, 8)?).ok()?),
        'u' | 'U' => {
            let code = digits(None, if char == 'u' { 4 } else { 8 }, 16)?;
            bytes.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
        }
        char if char == quote => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<Word> {
        words(text).unwrap().into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn numbers_are_read_in_every_base_and_as_durations() {
        for (text, value) in [
            ("0x1f", 31.0),
            ("1e3", 1000.0),
            ("1_000", 1000.0),
            (".5", 0.5),
            ("017", 15.0),
            ("1h30m", 5400.0),
            ("500ms", 0.5),
            ("1.5e-3", 0.0015),
        ] {
            assert_eq!(plain(text), [Word::Number(value), Word::End], "{text}");
        }
        assert!(words("5parsecs").is_err() && words("1__0").is_err());
    }

    #[test]
    fn texts_lose_their_quotes_and_escapes() {
        assert_eq!(
            plain(r#""a\n\x41\u00e9\"" 'b\'' `c\n`"#)[..3],
            [Word::Text("a\nAé\"".to_owned()), Word::Text("b'".to_owned()), Word::Text("c\\n".to_owned()),]
        );
        assert!(words(r#""open"#).is_err() && words(r#""\q""#).is_err() && words(r#""\xff""#).is_err());
    }

    #[test]
    fn a_colon_belongs_to_names_but_not_in_brackets() {
        assert_eq!(plain("a:b")[0], Word::Name("a:b".to_owned()));
        assert_eq!(plain("a[5m:1m]")[3], Word::Sign(":"));
    }

    #[test]
    fn a_colon_where_no_name_may_have_one_is_a_word_of_its_own() {
        assert_eq!(plain("{:")[1..], [Word::Sign(":"), Word::End]);
        assert_eq!(plain("{a:b}")[1], Word::Name("a".to_owned()));
    }

    #[test]
    fn comments_are_passed_over() {
        assert_eq!(plain("1 # one\n+ 2").len(), 4);
    }
}
