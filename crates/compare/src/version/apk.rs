//! As `apk_version_compare` of apk-tools 3.

use std::cmp::Ordering;

use super::segments::{numbers, take};

/// A part of a version, in the order in which parts may follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    First,
    Digit,
    Letter,
    Suffix,
    SuffixNumber,
    Commit,
    Revision,
    End,
    Invalid,
}

/// Suffixes, older ones first; what has none stands before the second half.
const SUFFIXES: [&[u8]; 9] = [b"alpha", b"beta", b"pre", b"rc", b"cvs", b"svn", b"git", b"hg", b"p"];
const BEFORE_RELEASE: usize = 4;

/// Part by part; where the kinds of parts differ, one with a suffix of before the release is older, else the one that
/// goes on.
pub(super) fn order(mut a: &[u8], mut b: &[u8]) -> Ordering {
    let (mut kind_a, mut kind_b) = (None, None);
    loop {
        let (part_a, part_b) = (next(&mut a, kind_a), next(&mut b, kind_b));
        if part_a.0 != part_b.0 {
            let is_early = |part: (Kind, &[u8])| part.0 == Kind::Suffix && suffix(part.1) < BEFORE_RELEASE;
            return is_early(part_b).cmp(&is_early(part_a)).then(part_b.0.cmp(&part_a.0));
        }
        let step = match part_a.0 {
            Kind::End => return Ordering::Equal,
            Kind::Invalid => return part_a.1.cmp(part_b.1),
            Kind::Suffix => suffix(part_a.1).cmp(&suffix(part_b.1)),
            // Behind a dot, a number that begins with a zero is a fraction.
            Kind::Digit if part_a.1.starts_with(b"0") || part_b.1.starts_with(b"0") => part_a.1.cmp(part_b.1),
            Kind::Letter | Kind::Commit => part_a.1.cmp(part_b.1),
            Kind::First | Kind::Digit | Kind::SuffixNumber | Kind::Revision => numbers(part_a.1, part_b.1),
        };
        if step.is_ne() {
            return step;
        }
        (kind_a, kind_b) = (Some(part_a.0), Some(part_b.0));
    }
}

/// Whether apk takes this for a version.
pub(super) fn accepts(mut text: &[u8]) -> bool {
    let mut before = None;
    loop {
        match next(&mut text, before).0 {
            Kind::End => return true,
            Kind::Invalid => return false,
            kind => before = Some(kind),
        }
    }
}

fn suffix(name: &[u8]) -> usize {
    SUFFIXES.iter().position(|known| *known == name).unwrap_or(SUFFIXES.len())
}

/// Takes the next part; an invalid one is all the rest.
fn next<'t>(text: &mut &'t [u8], before: Option<Kind>) -> (Kind, &'t [u8]) {
    let whole = *text;
    let (kind, part) = match (text.first(), before) {
        (_, None) => (Kind::First, take(text, u8::is_ascii_digit)),
        (None, _) => return (Kind::End, b""),
        (Some(b'a'..=b'z'), Some(Kind::First | Kind::Digit)) => {
            *text = &whole[1..];
            (Kind::Letter, &whole[..1])
        }
        (Some(b'.'), Some(Kind::First | Kind::Digit)) => {
            *text = &whole[1..];
            (Kind::Digit, take(text, u8::is_ascii_digit))
        }
        (Some(b'0'..=b'9'), Some(Kind::Suffix)) => (Kind::SuffixNumber, take(text, u8::is_ascii_digit)),
        (Some(b'_'), Some(before)) if before <= Kind::SuffixNumber => {
            *text = &whole[1..];
            let name = take(text, u8::is_ascii_lowercase);
            (Kind::Suffix, if suffix(name) < SUFFIXES.len() { name } else { b"" })
        }
        (Some(b'~'), Some(before)) if before < Kind::Commit => {
            *text = &whole[1..];
            (Kind::Commit, take(text, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        }
        (Some(b'-'), Some(before)) if before < Kind::Revision && whole.starts_with(b"-r") => {
            *text = &whole[2..];
            (Kind::Revision, take(text, u8::is_ascii_digit))
        }
        _ => (Kind::Invalid, &b""[..]),
    };
    if part.is_empty() { (Kind::Invalid, whole) } else { (kind, part) }
}
