//! How many samples an answer may take.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::StoreError;

/// A bound on the samples of an answer, for all who read for it at once.
#[derive(Debug)]
pub(super) struct Bound {
    most: usize,
    held: AtomicUsize,
}

impl Bound {
    /// At most so many samples.
    pub(super) const fn new(most: usize) -> Self {
        Self { most, held: AtomicUsize::new(0) }
    }

    /// Counts samples that are held from now on; an error when they are too many.
    pub(super) fn hold(&self, samples: usize) -> Result<(), StoreError> {
        let before = self.held.fetch_add(samples, Ordering::Relaxed);
        if before.saturating_add(samples) > self.most { Err(StoreError::TooManySamples) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_who_read_for_an_answer_hold_no_more_than_it_may_take() {
        let bound = Bound::new(1_000);
        let held: usize = std::thread::scope(|scope| {
            let readers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..500).take_while(|_| bound.hold(1).is_ok()).count()))
                .collect();
            readers.into_iter().map(|reader| reader.join().unwrap()).sum()
        });
        assert_eq!(held, 1_000);
        assert!(matches!(bound.hold(1), Err(StoreError::TooManySamples)));
        assert!(Bound::new(0).hold(0).is_ok() && Bound::new(usize::MAX).hold(usize::MAX).is_ok());
    }
}
