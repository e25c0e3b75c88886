//! When a call is tried again, by one of a few callers and by one of very many.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// The waits between tries: none before the first repetition, then `first`, doubled from there.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// How often a call is tried again.
    pub retries: u32,
    /// The wait before the second repetition.
    pub first: Duration,
}

impl BackoffBuilder for Waits {
    type Backoff = std::iter::Take<std::iter::Chain<std::iter::Once<Duration>, ExponentialBackoff>>;

    fn build(self) -> Self::Backoff {
        let doubling = ExponentialBuilder::default()
            .with_min_delay(self.first)
            .with_max_delay(Duration::from_mins(10))
            .with_factor(2.0)
            .without_max_times()
            .build();
        std::iter::once(Duration::ZERO).chain(doubling).take(self.retries as usize)
    }
}

/// The backoff, with jitter, of a caller that is one of very many: those that failed together do not come back together.
#[derive(Debug, Clone, Copy)]
pub struct JitteredBackoff {
    steps: &'static [u64],
    for_ever: bool,
    tried: usize,
}

impl JitteredBackoff {
    /// The longest `Retry-After` that is kept to.
    const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(10);

    /// Of an agent that reports: about 1, 2, 5, 15 and 60 seconds, and then no more, or `for_ever` a minute each.
    pub const fn of_agent(for_ever: bool) -> Self {
        Self::new(&[1, 2, 5, 15, 60], for_ever)
    }

    /// About so many seconds each, in turn; `for_ever` goes on with the last of them.
    const fn new(steps: &'static [u64], for_ever: bool) -> Self {
        Self { steps, for_ever, tried: 0 }
    }

    /// The wait before the next try, after the last one failed; nothing when there is none. It is the `Retry-After` of the server, at
    /// most ten minutes, and then between a half of the step and one and a half, by chance.
    pub fn next(&mut self, retry_after: Option<Duration>) -> Option<Duration> {
        // Without random numbers of the system, the middle.
        let share = getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX));
        self.next_with(retry_after, share)
    }

    fn next_with(&mut self, retry_after: Option<Duration>, share: f64) -> Option<Duration> {
        let last = self.steps.last().filter(|_| self.for_ever);
        let step = Duration::from_secs(*self.steps.get(self.tried).or(last)?);
        self.tried += 1;
        let asked = retry_after.unwrap_or_default().min(Self::LONGEST_RETRY_AFTER);
        Some(asked + step.mul_f64(0.5 + share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_repetition_does_not_wait_and_the_others_double() {
        let waits: Vec<u64> =
            Waits { retries: 4, first: Duration::from_secs(1) }.build().map(|wait| wait.as_secs()).collect();
        assert_eq!(waits, [0, 1, 2, 4]);
        assert_eq!(Waits { retries: 0, first: Duration::ZERO }.build().count(), 0);
    }

    #[test]
    fn who_failed_together_comes_back_apart_and_not_before_the_time_that_was_told() {
        let mut backoff = JitteredBackoff::new(&[1, 10], false);
        let mut later = backoff;
        assert_eq!(backoff.next_with(None, 0.0), Some(Duration::from_millis(500)));
        assert_eq!(later.next_with(Some(Duration::from_secs(5)), 1.0), Some(Duration::from_millis(6_500)));
        assert_eq!(backoff.next_with(Some(Duration::from_hours(24)), 0.5), Some(Duration::from_secs(610)));
        assert_eq!(backoff.next_with(None, 0.5), None, "two steps are two repetitions");
        let mut endless = JitteredBackoff { for_ever: true, ..backoff };
        assert_eq!(endless.next_with(None, 0.5), Some(Duration::from_secs(10)));
        let waits: Vec<_> = (0..8).map(|_| JitteredBackoff::of_agent(false).next(None)).collect();
        assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
    }
}
