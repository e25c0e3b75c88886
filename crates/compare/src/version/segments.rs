//! What the orders share: epochs, releases, runs of digits and letters.

use std::cmp::Ordering;

/// The bytes before and after `at`, without the byte there.
pub(super) fn around(text: &[u8], at: usize) -> (&[u8], &[u8]) {
    (&text[..at], &text[at + 1..])
}

/// Epoch and rest: digits before the first colon, none where there are other bytes before it.
pub(super) fn epoch(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| !byte.is_ascii_digit()) {
        Some(at) if at > 0 && text[at] == b':' => around(text, at),
        _ => (b"", text),
    }
}

/// Version and release: what stands before and after the last hyphen.
pub(super) fn release(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match text.iter().rposition(|byte| *byte == b'-') {
        Some(at) => {
            let (version, release) = around(text, at);
            (version, Some(release))
        }
        None => (text, None),
    }
}

/// Takes the bytes at the beginning for which this holds.
pub(super) fn take<'t>(text: &mut &'t [u8], holds: impl Fn(&u8) -> bool) -> &'t [u8] {
    let end = text.iter().position(|byte| !holds(byte)).unwrap_or(text.len());
    let (taken, rest) = text.split_at(end);
    *text = rest;
    taken
}

/// Digits by their number, however many there are; none are zero.
pub(super) fn numbers(a: &[u8], b: &[u8]) -> Ordering {
    let bare = |digits: &[u8]| digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    let (a, b) = (&a[bare(a)..], &b[bare(b)..]);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}
