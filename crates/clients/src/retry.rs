//! When a call is tried again.

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
}
