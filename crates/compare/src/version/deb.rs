//! As `dpkg --compare-versions` of dpkg 1.21.

use std::cmp::Ordering;

use super::segments::{around, numbers, release, take};

/// Epoch, then upstream version, then revision; a missing revision is 0.
pub(super) fn order(a: &[u8], b: &[u8]) -> Ordering {
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let ((upstream_a, revision_a), (upstream_b, revision_b)) = (release(a), release(b));
    numbers(epoch_a, epoch_b)
        .then_with(|| parts(upstream_a, upstream_b))
        .then_with(|| parts(revision_a.unwrap_or_default(), revision_b.unwrap_or_default()))
}

/// What stands before the first colon. What is no number there counts as none: such a version is refused anyway.
fn epoch(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == b':') {
        Some(at) if text[..at].iter().all(u8::is_ascii_digit) => around(text, at),
        _ => (b"", text),
    }
}

/// Other characters and numbers in turn. `~` is before the end, letters before everything else.
fn parts(mut a: &[u8], mut b: &[u8]) -> Ordering {
    let is_other = |byte: &u8| !byte.is_ascii_digit();
    while !a.is_empty() || !b.is_empty() {
        let (other_a, other_b) = (take(&mut a, is_other), take(&mut b, is_other));
        let rank = |text: &[u8], at: usize| text.get(at).map_or(0, |byte| rank(*byte));
        let others = (0..other_a.len().max(other_b.len()))
            .map(|at| rank(other_a, at).cmp(&rank(other_b, at)))
            .find(|order| order.is_ne());
        let number_a = take(&mut a, u8::is_ascii_digit);
        let number_b = take(&mut b, u8::is_ascii_digit);
        let step = others.unwrap_or_else(|| numbers(number_a, number_b));
        if step.is_ne() {
            return step;
        }
    }
    Ordering::Equal
}

/// The end is 0.
fn rank(byte: u8) -> i16 {
    match byte {
        b'~' => -1,
        letter if letter.is_ascii_alphabetic() => i16::from(letter),
        other => i16::from(other) + 256,
    }
}

/// Whether dpkg takes this for a version: an epoch is a number, nothing is empty, and no other characters are in it than
/// `.+-~:` and letters and digits. That a version begins with a digit is wanted, and not asked for.
pub(super) fn accepts(text: &[u8]) -> bool {
    let (epoch, rest) = match text.iter().position(|byte| *byte == b':') {
        Some(at) => {
            let (epoch, rest) = around(text, at);
            (Some(epoch), rest)
        }
        None => (None, text),
    };
    let (upstream, revision) = release(rest);
    let number = |text: &[u8]| {
        let text = std::str::from_utf8(text).unwrap_or_default();
        text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i32>().is_ok()
    };
    let each = |text: &[u8], extra: &[u8]| {
        text.iter().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(byte))
    };
    epoch.is_none_or(number)
        && !upstream.is_empty()
        && each(upstream, b".+-~:")
        && revision.is_none_or(|revision| !revision.is_empty() && each(revision, b".+~"))
}
