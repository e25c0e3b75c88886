//! The program's own detector, as one of several.

use changepoint::{Detector, Direction, FindingKind, Point, Thresholds};
use ground::Timestamp;

/// An alarm: where the change is said to be, and with which point it was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    pub at: usize,
    pub found: usize,
    pub drift: bool,
}

/// The alarms of a series of one point a day.
pub fn alarms(values: &[f64], thresholds: &Thresholds) -> Vec<Alarm> {
    let mut detector = Detector::new(Direction::LowerIsBetter, thresholds);
    for (day, value) in values.iter().enumerate() {
        let time = Timestamp::from_micros(day as i64 * 86_400_000_000);
        detector.push(&Point { time, value: *value, environment: 0 });
    }
    let found = detector.findings().iter().filter(|finding| finding.is_alarm());
    found
        .map(|finding| Alarm {
            at: finding.at,
            found: finding.found,
            drift: finding.kind == FindingKind::Drift,
        })
        .collect()
}
