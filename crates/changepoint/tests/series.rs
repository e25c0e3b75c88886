//! Whole series, as pipelines have them.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use changepoint::{Budget, Detector, Direction, Finding, FindingKind, Point};
use ground::Timestamp;
use proptest::prelude::*;

fn points(values: &[f64]) -> Vec<Point> {
    let day = |at: usize| Timestamp::from_micros(at as i64 * 86_400_000_000);
    values
        .iter()
        .enumerate()
        .map(|(at, value)| Point { time: day(at), value: *value, environment: 0 })
        .collect()
}

fn read(direction: Direction, points: &[Point]) -> Vec<Finding> {
    let thresholds = Budget::new(1.0).unwrap().daily();
    let mut detector = Detector::new(direction, &thresholds);
    for point in points {
        detector.push(point);
    }
    detector.into_findings()
}

/// 1 % of noise that repeats nowhere near.
fn noise(at: usize) -> f64 {
    let mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let uniform = ((mixed ^ (mixed >> 32)) >> 11) as f64 / (1_u64 << 53) as f64;
    1.0 + 0.035 * (uniform - 0.5)
}

fn steady(days: usize) -> Vec<f64> {
    (0..days).map(|at| 100.0 * noise(at)).collect()
}

fn kinds(found: &[Finding]) -> Vec<FindingKind> {
    found.iter().map(|finding| finding.kind).collect()
}

#[test]
fn a_steady_series_is_left_alone() {
    assert_eq!(read(Direction::LowerIsBetter, &points(&steady(365))), []);
    assert_eq!(read(Direction::LowerIsBetter, &points(&[3.0; 365])), [], "no noise at all");
    assert_eq!(read(Direction::LowerIsBetter, &points(&[0.0; 365])), []);
}

#[test]
fn a_step_is_an_alarm_in_its_direction_only() {
    let mut values = steady(130);
    values[100..].iter_mut().for_each(|value| *value *= 1.05);
    let found = read(Direction::LowerIsBetter, &points(&values));
    assert_eq!(kinds(&found), [FindingKind::Regression]);
    assert!((99..=101).contains(&found[0].at) && found[0].found < 105, "{found:?}");
    assert!((0.03..0.07).contains(&found[0].change()), "{found:?}");
    assert_eq!(kinds(&read(Direction::HigherIsBetter, &points(&values))), [FindingKind::Improvement]);
}

#[test]
fn a_bad_commit_that_is_reverted_recovers() {
    let mut values = steady(150);
    values[100..106].iter_mut().for_each(|value| *value *= 1.1);
    let found = read(Direction::LowerIsBetter, &points(&values));
    assert_eq!(kinds(&found), [FindingKind::Regression]);
    assert_eq!(found[0].ended, Some(106));
}

#[test]
fn a_step_where_the_environment_changed_is_the_machines() {
    let mut values = steady(160);
    values[100..].iter_mut().for_each(|value| *value *= 1.08);
    let mut changed = points(&values);
    changed.iter_mut().enumerate().for_each(|(at, point)| point.environment = 1 + u32::from(at >= 100));
    let found = read(Direction::LowerIsBetter, &changed);
    assert_eq!(kinds(&found), [FindingKind::Machine]);
    assert_eq!((found[0].at, found[0].environments), (100, Some((1, 2))));
}

#[test]
fn a_slow_drift_is_named_one() {
    let mut values = steady(180);
    values.iter_mut().enumerate().for_each(|(at, value)| *value *= 1.0 + 0.01 * at as f64 / 30.0);
    let found = read(Direction::LowerIsBetter, &points(&values));
    assert!(kinds(&found).contains(&FindingKind::Drift), "{found:?}");
}

#[test]
fn levels_that_come_and_go_are_bimodal() {
    let values: Vec<f64> =
        (0..400).map(|at| noise(at) * if at / 40 % 2 == 1 { 110.0 } else { 100.0 }).collect();
    let found = read(Direction::LowerIsBetter, &points(&values));
    let late: Vec<FindingKind> =
        found.iter().filter(|finding| finding.at >= 200).map(|finding| finding.kind).collect();
    assert!(late.contains(&FindingKind::Bimodal) && !late.contains(&FindingKind::Regression), "{found:?}");
}

#[test]
fn more_points_never_take_a_finding_back() {
    let mut values = steady(200);
    values[80..].iter_mut().for_each(|value| *value *= 1.06);
    values[140..].iter_mut().for_each(|value| *value *= 1.06);
    let all = read(Direction::LowerIsBetter, &points(&values));
    assert!(all.len() >= 2, "{all:?}");
    for length in 0..values.len() {
        let so_far = read(Direction::LowerIsBetter, &points(&values[..length]));
        let expected: Vec<Finding> = all.iter().filter(|finding| finding.found < length).cloned().collect();
        assert_eq!(so_far, expected, "after {length} points");
    }
}

proptest! {
    #[test]
    fn no_series_is_too_odd(
        values in prop::collection::vec(
            prop_oneof![Just(0.0), Just(1.0), Just(f64::NAN), Just(f64::INFINITY), Just(f64::MIN), Just(f64::MAX), -1e3..1e3],
            0..150,
        ),
        environments in prop::collection::vec(0_u32..3, 150),
    ) {
        let mut odd = points(&values);
        odd.iter_mut().zip(environments).for_each(|(point, environment)| point.environment = environment);
        let thresholds = Budget::new(10.0).unwrap().daily();
        let mut detector = Detector::new(Direction::LowerIsBetter, &thresholds);
        for point in &odd {
            detector.push(point);
        }
        let _ = detector.outlook();
        for finding in detector.findings() {
            prop_assert!(finding.at <= finding.found && finding.found < values.len());
        }
    }
}
