//! How often a token may be used.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use uuid::Uuid;

/// From so many tokens on, those that have not been used lately are forgotten.
const SWEEP_AT: usize = 4_096;

/// Lets a token be used so often at once, and then once in every `each`. It counts in this process alone.
#[derive(Debug)]
pub struct RateLimit {
    burst: u32,
    each: Duration,
    /// When each token will have all of its uses again.
    full_at: Mutex<HashMap<Uuid, Instant>>,
}

impl RateLimit {
    /// `burst` uses at once, one more in every `each`.
    pub fn new(burst: u32, each: Duration) -> Self {
        Self { burst, each, full_at: Mutex::default() }
    }

    /// Takes one use of a token, or says how long to wait for one.
    pub fn take(&self, token: Uuid, now: Instant) -> Result<(), Duration> {
        let mut known = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SWEEP_AT {
            known.retain(|_, full_at| *full_at > now);
        }
        let full_at = known.get(&token).copied().filter(|at| *at > now).unwrap_or(now) + self.each;
        let too_early = full_at.duration_since(now).saturating_sub(self.each * self.burst);
        if too_early.is_zero() {
            known.insert(token, full_at);
            Ok(())
        } else {
            Err(too_early)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_burst_there_is_one_use_in_each_time() {
        let limit = RateLimit::new(3, Duration::from_secs(10));
        let (token, begin) = (Uuid::from_u128(1), Instant::now());
        let at = |seconds| limit.take(token, begin + Duration::from_secs(seconds));
        assert_eq!([at(0), at(0), at(0)], [Ok(()); 3]);
        assert_eq!(at(4), Err(Duration::from_secs(6)));
        assert_eq!((at(10), at(11)), (Ok(()), Err(Duration::from_secs(9))));
        assert_eq!(limit.take(Uuid::from_u128(2), begin), Ok(()), "others are not held up");
        assert_eq!([at(100), at(100), at(100)], [Ok(()); 3]);
    }

    #[test]
    fn tokens_that_rest_are_forgotten() {
        let limit = RateLimit::new(1, Duration::from_secs(1));
        let begin = Instant::now();
        for number in 0..10_000 {
            limit.take(Uuid::from_u128(number), begin + Duration::from_millis(number as u64)).unwrap();
        }
        assert!(limit.full_at.lock().unwrap().len() <= SWEEP_AT);
    }
}
