//! As `rpmvercmp` and `rpmverCmp` of RPM 4.18.

use std::cmp::Ordering;

use super::segments::{epoch, numbers, release, take};

/// Epoch, then version, then release where both have one.
pub(super) fn order(a: &[u8], b: &[u8]) -> Ordering {
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let ((version_a, release_a), (version_b, release_b)) = (release(a), release(b));
    numbers(epoch_a, epoch_b).then_with(|| parts(version_a, version_b)).then_with(|| {
        match (release_a, release_b) {
            (Some(a), Some(b)) if !a.is_empty() && !b.is_empty() => parts(a, b),
            _ => Ordering::Equal,
        }
    })
}

/// Runs of digits and of letters, one after the other; what separates them does not count. `~` is before the end,
/// `^` after it and before everything else.
fn parts(mut a: &[u8], mut b: &[u8]) -> Ordering {
    let separates = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'~' | b'^');
    loop {
        take(&mut a, separates);
        take(&mut b, separates);
        let (first_a, first_b) = (a.first().copied(), b.first().copied());
        let step = match (first_a, first_b) {
            (None, None) => return Ordering::Equal,
            (Some(b'~'), Some(b'~')) | (Some(b'^'), Some(b'^')) => {
                (a, b) = (&a[1..], &b[1..]);
                continue;
            }
            (Some(b'~'), _) | (None, Some(b'^')) => Ordering::Less,
            (_, Some(b'~')) | (Some(b'^'), None) => Ordering::Greater,
            (Some(b'^') | None, _) => Ordering::Less,
            (_, Some(b'^') | None) => Ordering::Greater,
            (Some(first), Some(_)) if first.is_ascii_digit() => {
                match (take(&mut a, u8::is_ascii_digit), take(&mut b, u8::is_ascii_digit)) {
                    (_, []) => Ordering::Greater,
                    (one, other) => numbers(one, other),
                }
            }
            _ => match (take(&mut a, u8::is_ascii_alphabetic), take(&mut b, u8::is_ascii_alphabetic)) {
                (_, []) => Ordering::Less,
                (one, other) => one.cmp(other),
            },
        };
        if step.is_ne() {
            return step;
        }
    }
}
