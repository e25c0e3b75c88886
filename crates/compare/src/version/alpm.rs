//! As `alpm_pkg_vercmp` of libalpm 13.

use std::cmp::Ordering;

use super::segments::{around, numbers, release, take};

/// Epoch, then version, then release where both have one.
pub(super) fn order(a: &[u8], b: &[u8]) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let ((version_a, release_a), (version_b, release_b)) = (release(a), release(b));
    numbers(epoch_a, epoch_b).then_with(|| parts(version_a, version_b)).then_with(|| {
        match (release_a, release_b) {
            (Some(a), Some(b)) => parts(a, b),
            _ => Ordering::Equal,
        }
    })
}

/// Digits before a colon, which may be none.
fn epoch(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| !byte.is_ascii_digit()) {
        Some(at) if text[at] == b':' => around(text, at),
        _ => (b"", text),
    }
}

/// Runs of digits and of letters, one after the other. How many characters separate them counts, which ones does not.
/// A rest that begins with a letter is before the end: `1.5b` is older than `1.5`.
fn parts(mut a: &[u8], mut b: &[u8]) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let separates = |byte: &u8| !byte.is_ascii_alphanumeric();
    while !a.is_empty() && !b.is_empty() {
        let (gap_a, gap_b) = (take(&mut a, separates), take(&mut b, separates));
        if a.is_empty() || b.is_empty() {
            break;
        }
        if gap_a.len() != gap_b.len() {
            return gap_a.len().cmp(&gap_b.len());
        }
        let step = if a[0].is_ascii_digit() {
            match (take(&mut a, u8::is_ascii_digit), take(&mut b, u8::is_ascii_digit)) {
                (_, []) => Ordering::Greater,
                (one, other) => numbers(one, other),
            }
        } else {
            match (take(&mut a, u8::is_ascii_alphabetic), take(&mut b, u8::is_ascii_alphabetic)) {
                (_, []) => Ordering::Less,
                (one, other) => one.cmp(other),
            }
        };
        if step.is_ne() {
            return step;
        }
    }
    let letter = |rest: &[u8]| rest.first().is_some_and(u8::is_ascii_alphabetic);
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) if !letter(b) => Ordering::Less,
        _ if letter(a) => Ordering::Less,
        _ => Ordering::Greater,
    }
}
