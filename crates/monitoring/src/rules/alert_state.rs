//! When an alert fires: the state of one series, moved on by one value after the other.
//!
//! A value that passes the threshold is a breach; while the alert fires it is one until the value comes back behind the clear
//! threshold. The condition is true when `n` of the last `m` evaluations were breaches. True for long enough, the alert fires; not
//! true for long enough, it stops. Where there is no value there is no breach.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// When a value is a breach, and for how long. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Whether values above the threshold are breaches, or those below it.
    pub above: bool,
    /// The threshold. A value on it is no breach.
    pub threshold: f64,
    /// Behind which value a firing alert is no longer in breach; the threshold itself otherwise.
    pub clear: f64,
    /// So many of the last evaluations must be breaches.
    pub breaches: usize,
    /// Out of so many.
    pub of: usize,
    /// For how long the condition must be true before the alert fires.
    pub hold: i64,
    /// For how long it goes on firing when the condition is no longer true.
    pub keep: i64,
}

/// What an alert is for a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// All is well.
    Inactive,
    /// The condition is true, not yet for long enough.
    Pending,
    /// It fires.
    Firing,
}

impl Phase {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Pending => "pending",
            Self::Firing => "firing",
        }
    }
}

/// The state of a series. It survives a restart as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesState {
    /// What the alert is for it.
    pub phase: Phase,
    /// Since when.
    pub since: i64,
    /// Whether the last evaluations were breaches, the oldest first.
    recent: VecDeque<bool>,
    /// Since when the condition is not true, while it fires.
    quiet: Option<i64>,
}

impl SeriesState {
    /// A series that was not seen before.
    pub const fn new(at: i64) -> Self {
        Self { phase: Phase::Inactive, since: at, recent: VecDeque::new(), quiet: None }
    }

    /// Takes the value of a time into account; the phases before and after when they differ.
    pub fn step(&mut self, terms: &Terms, at: i64, value: Option<f64>) -> Option<(Phase, Phase)> {
        let edge = if self.phase == Phase::Firing { terms.clear } else { terms.threshold };
        // What is no number is no breach.
        let is_breach = value.is_some_and(|value| if terms.above { value > edge } else { value < edge });
        self.recent.push_back(is_breach);
        while self.recent.len() > terms.of {
            self.recent.pop_front();
        }
        let is_true = self.recent.iter().filter(|breach| **breach).count() >= terms.breaches;
        let quiet = (!is_true).then(|| *self.quiet.get_or_insert(at));
        self.quiet = quiet;
        let before = self.phase;
        let (phase, since) = match (before, is_true) {
            (Phase::Inactive, true) if terms.hold <= 0 => (Phase::Firing, at),
            (Phase::Inactive, true) => (Phase::Pending, at),
            (Phase::Pending, true) if at - self.since >= terms.hold => (Phase::Firing, at),
            (Phase::Pending, false) => (Phase::Inactive, at),
            (Phase::Firing, false) if quiet.is_some_and(|since| at - since >= terms.keep) => {
                (Phase::Inactive, at)
            }
            (phase, _) => (phase, self.since),
        };
        (self.phase, self.since) = (phase, since);
        (before != phase).then_some((before, phase))
    }

    /// Whether nothing of it need be remembered.
    pub fn is_idle(&self) -> bool {
        self.phase == Phase::Inactive && !self.recent.contains(&true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Evaluations are so far apart.
    const STEP: i64 = 10;

    fn terms(breaches: usize, of: usize, hold: i64, keep: i64, clear: f64) -> Terms {
        Terms { above: true, threshold: 10.0, clear, breaches, of, hold, keep }
    }

    /// The phases after each value.
    fn run(terms: &Terms, values: &[Option<f64>]) -> Vec<Phase> {
        let mut state = SeriesState::new(0);
        let step = |(at, value): (usize, &Option<f64>)| {
            state.step(terms, at as i64 * STEP, *value);
            // Between any two evaluations the program may be restarted.
            state = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
            state.phase
        };
        values.iter().enumerate().map(step).collect()
    }

    fn values() -> impl Strategy<Value = Vec<Option<f64>>> {
        let value = prop_oneof![
            Just(None),
            Just(Some(f64::NAN)),
            (0i32..20).prop_map(|value| Some(f64::from(value)))
        ];
        prop::collection::vec(value, 0..60)
    }

    #[test]
    fn an_alert_waits_fires_is_kept_and_ends() {
        use Phase::{Firing as F, Inactive as I, Pending as P};
        let over = Some(11.0);
        let under = Some(9.0);
        let found = run(&terms(1, 1, 20, 20, 10.0), &[under, over, over, over, under, under, under, over]);
        assert_eq!(found, [I, P, P, F, F, F, I, P]);
        // Between the thresholds it goes on firing, and does not begin.
        let between = Some(9.0);
        let found = run(&terms(1, 1, 0, 0, 8.0), &[between, over, between, Some(8.0), between]);
        assert_eq!(found, [I, F, F, I, I]);
        assert_eq!(run(&terms(2, 3, 0, 0, 10.0), &[over, under, over, under, under]), [I, I, F, I, I]);
    }

    proptest! {
        /// Without hysteresis and delays it is counting.
        #[test]
        fn n_of_m_is_counting(values in values(), of in 1usize..5, breaches in 1usize..5) {
            let breaches = breaches.min(of);
            let found = run(&terms(breaches, of, 0, 0, 10.0), &values);
            for (at, phase) in found.iter().enumerate() {
                let window = &values[(at + 1).saturating_sub(of)..=at];
                let over = window.iter().filter(|value| value.is_some_and(|value| value > 10.0)).count();
                prop_assert_eq!(*phase == Phase::Firing, over >= breaches);
            }
        }

        #[test]
        fn nothing_fires_before_it_was_true_for_long_enough(values in values(), hold in 0i64..60) {
            let found = run(&terms(1, 1, hold, 0, 10.0), &values);
            let needed = (hold as usize).div_ceil(STEP as usize) + 1;
            for (at, phase) in found.iter().enumerate() {
                let run = values[..=at].iter().rev().take_while(|value| value.is_some_and(|value| value > 10.0)).count();
                prop_assert_eq!(*phase == Phase::Firing, run >= needed, "at {}", at);
            }
        }

        #[test]
        fn what_fires_goes_on_until_it_was_quiet_for_long_enough(values in values(), keep in 0i64..60) {
            let found = run(&terms(1, 1, 0, keep, 10.0), &values);
            let most = (keep as usize).div_ceil(STEP as usize) + 1;
            for (at, phase) in found.iter().enumerate() {
                let quiet = values[..=at].iter().rev().take_while(|value| !value.is_some_and(|value| value > 10.0)).count();
                prop_assert_eq!(*phase == Phase::Firing, quiet < most && quiet <= at, "at {}", at);
            }
        }

        /// A clear threshold only ever makes an alert last longer.
        #[test]
        fn a_clear_threshold_makes_it_calmer(values in values(), clear in 0i32..10) {
            let loose = run(&terms(1, 1, 0, 0, 10.0), &values);
            let calm = run(&terms(1, 1, 0, 0, f64::from(clear)), &values);
            let changes = |phases: &[Phase]| phases.windows(2).filter(|pair| pair[0] != pair[1]).count();
            prop_assert!(loose.iter().zip(&calm).all(|(one, other)| *one != Phase::Firing || *other == Phase::Firing));
            prop_assert!(changes(&calm) <= changes(&loose));
        }

        /// An alert below a threshold is one above it in a mirror.
        #[test]
        fn below_is_above_in_a_mirror(values in values(), hold in 0i64..40, keep in 0i64..40) {
            let above = terms(1, 2, hold, keep, 7.0);
            let below = Terms { above: false, threshold: -10.0, clear: -7.0, ..above };
            let mirrored: Vec<_> = values.iter().map(|value| value.map(|value| -value)).collect();
            prop_assert_eq!(run(&above, &values), run(&below, &mirrored));
        }
    }
}
