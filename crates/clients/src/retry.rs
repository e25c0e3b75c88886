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

/// What a caller that is one of very many keeps to when it is told to come back later, or hears nothing: those that failed together do
/// not come back together.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    steps: &'static [u64],
    for_ever: bool,
    tried: usize,
}

impl Patience {
    /// The longest that a server may ask to wait in place of the own waits.
    const MOST_TOLD: Duration = Duration::from_mins(10);

    /// Waits of about so many seconds each, in turn; `for_ever` goes on with the last of them.
    pub const fn new(steps: &'static [u64], for_ever: bool) -> Self {
        Self { steps, for_ever, tried: 0 }
    }

    /// The wait before the next try, after the last one failed; nothing when there is none. It is what the server told, at most ten
    /// minutes, and then between a half of the step and one and a half, as `share` (0 to 1) says: a random number.
    pub fn next(&mut self, told: Option<Duration>, share: f64) -> Option<Duration> {
        let last = self.steps.last().filter(|_| self.for_ever);
        let step = Duration::from_secs(*self.steps.get(self.tried).or(last)?);
        self.tried += 1;
        Some(told.unwrap_or_default().min(Self::MOST_TOLD) + step.mul_f64(0.5 + share.clamp(0.0, 1.0)))
    }

    /// A random share for [`next`](Self::next); a half where the system gives no random numbers.
    pub fn random_share() -> f64 {
        getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
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
        let mut patience = Patience::new(&[1, 10], false);
        let mut later = patience;
        assert_eq!(patience.next(None, 0.0), Some(Duration::from_millis(500)));
        assert_eq!(later.next(Some(Duration::from_secs(5)), 1.0), Some(Duration::from_millis(6_500)));
        assert_eq!(patience.next(Some(Duration::from_hours(24)), 0.5), Some(Duration::from_secs(610)));
        assert_eq!(patience.next(None, 0.5), None, "two steps are two repetitions");
        let mut endless = Patience { for_ever: true, ..patience };
        assert_eq!(endless.next(None, 0.5), Some(Duration::from_secs(10)));
        let shares: Vec<f64> = (0..8).map(|_| Patience::random_share()).collect();
        assert!(shares.iter().any(|share| (share - shares[0]).abs() > 1e-6), "{shares:?}");
    }
}
