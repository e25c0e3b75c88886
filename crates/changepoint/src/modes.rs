//! Series that go back and forth between two levels.

/// A level holds when so many points in a row stand on it.
const HOLDS: usize = 4;
/// A point stands on a level when it is no further from it than this part of the way to the other.
const NEAR: f64 = 0.35;
/// A level that has been visited so often before is one of two modes.
const VISITS: usize = 2;

/// Whether the level `after` is one to which the series has gone before from `before`, and back, more than once.
pub fn known_before(past: &[f64], before: f64, after: f64) -> bool {
    let near = |value: f64, level: f64| (value - level).abs() <= NEAR * (after - before).abs();
    let (mut on_new, mut on_old, mut visits, mut away) = (0, 0, 0, true);
    for value in past {
        (on_new, on_old) = (
            if near(*value, after) { on_new + 1 } else { 0 },
            if near(*value, before) { on_old + 1 } else { 0 },
        );
        if on_new == HOLDS && away {
            (visits, away) = (visits + 1, false);
        }
        if on_old >= HOLDS {
            away = true;
        }
    }
    visits >= VISITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_visit_makes_a_mode() {
        let held = |levels: &[f64]| levels.iter().flat_map(|level| [*level; 5]).collect::<Vec<_>>();
        assert!(known_before(&held(&[1.0, 2.0, 1.0, 2.0, 1.0]), 1.0, 2.0));
        assert!(!known_before(&held(&[1.0, 2.0, 1.0]), 1.0, 2.0));
        assert!(!known_before(&held(&[1.0, 1.0, 1.0]), 1.0, 2.0));
    }
}
