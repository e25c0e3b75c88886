//! When the next attempt is.

use ground::Timestamp;

/// The first wait of a notification after a failure, in seconds; each further one is twice as long.
const FIRST_WAIT: i64 = 5;
/// The longest wait of a notification.
const LONGEST_WAIT: i64 = 3_600;
/// The longest pause of a lane, whose pauses begin at one second.
const LONGEST_PAUSE: i64 = 60;
/// After so many seconds a notification is given up.
const GIVEN_UP: i64 = 5 * 86_400;

/// When a notification that has failed so often is tried again; nothing when it is given up.
pub fn next_attempt(written: Timestamp, now: Timestamp, failures: i64) -> Option<Timestamp> {
    let wait = (FIRST_WAIT << (failures - 1).clamp(0, 10)).min(LONGEST_WAIT);
    (now < written.plus_seconds(GIVEN_UP)).then(|| now.plus_seconds(wait))
}

/// Until when a lane with so many failures in a row pauses.
pub fn pause(now: Timestamp, failures: i64) -> Timestamp {
    now.plus_seconds((1 << (failures - 1).clamp(0, 6)).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_grow_and_end(failures in 1i64..200, later in 0i64..10 * 86_400) {
            let written = Timestamp::from_micros(0);
            let now = written.plus_seconds(later);
            let next = next_attempt(written, now, failures);
            prop_assert_eq!(next.is_none(), later >= GIVEN_UP);
            if let (Some(next), Some(further)) = (next, next_attempt(written, now, failures + 1)) {
                prop_assert!(now < next && next <= further && further <= now.plus_seconds(LONGEST_WAIT));
            }
            prop_assert!(now < pause(now, failures) && pause(now, failures) <= now.plus_seconds(LONGEST_PAUSE));
        }
    }
}
