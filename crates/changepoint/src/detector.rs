//! Reads a series point by point.

use crate::{
    Direction, Finding, FindingKind, Point,
    budget::Thresholds,
    modes,
    place::place,
    reference::{Reference, median},
    scan::{self, LEAST_REFERENCE, REFERENCE, Scan},
    trend,
};

/// What is remembered of a change until its level is established.
#[derive(Debug, Clone)]
struct Open {
    old: Vec<usize>,
    finding: usize,
}

/// Reads a series. What has been found is never taken back.
#[derive(Debug, Clone)]
pub struct Detector<'a> {
    pub(crate) thresholds: &'a Thresholds,
    pub(crate) direction: Direction,
    /// So that more is worse.
    pub(crate) values: Vec<f64>,
    /// The points since the last change.
    pub(crate) segment: Vec<usize>,
    environment: u32,
    /// The segment before the environment changed, while it is not known whether that made a step.
    moved: Option<(Vec<usize>, (u32, u32))>,
    open: Option<Open>,
    findings: Vec<Finding>,
}

/// After so many points a new level counts as established.
const ESTABLISHED: usize = 40;
/// The old level is back when so many points in a row show it.
const BACK: usize = 5;
/// How near to the old level, as a share of the way to the new one.
const BACK_NEAR: f64 = 0.35;
/// The last three points confirm a step when they are so far on the way to its level.
const CONFIRMED: f64 = 0.25;
/// From here on a reference counts as drifting itself, in standard deviations.
const DRIFTING: f64 = 3.0;

impl<'a> Detector<'a> {
    /// Nothing read yet.
    pub fn new(direction: Direction, thresholds: &'a Thresholds) -> Self {
        Self {
            thresholds,
            direction,
            values: Vec::new(),
            segment: Vec::new(),
            environment: 0,
            moved: None,
            open: None,
            findings: Vec::new(),
        }
    }

    /// What was found so far, in the order of finding.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The same when nothing more is to come.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Takes the next point in time. A value that is no finite number is passed over, and has no position.
    pub fn push(&mut self, point: &Point) {
        if !point.value.is_finite() {
            return;
        }
        let at = self.values.len();
        self.values.push(self.direction.oriented(point.value));
        if point.environment != 0 {
            if self.environment != 0 && self.environment != point.environment {
                let before = std::mem::take(&mut self.segment);
                // Two changes of the environment close together: the level before both is compared with.
                let kept = self.moved.take().filter(|_| before.len() < LEAST_REFERENCE);
                let (from, old) = kept.map_or((self.environment, before), |(old, (from, _))| (from, old));
                self.moved = Some((old, (from, point.environment)));
                self.open = None;
            }
            self.environment = point.environment;
        }
        self.segment.push(at);
        if self.machine_step() || self.ended() || self.step() {
            return;
        }
        self.drift();
    }

    pub(crate) fn of(&self, positions: &[usize]) -> Vec<f64> {
        positions.iter().map(|at| self.values[*at]).collect()
    }

    pub(crate) fn reference(&self, positions: &[usize]) -> Reference<'a> {
        let last = &positions[positions.len().saturating_sub(REFERENCE)..];
        Reference::new(&self.of(last), self.thresholds.scores(last.len()))
    }

    fn passes(&self, found: Scan, length: usize) -> Option<bool> {
        let (step, size) = (self.thresholds.step(length), self.thresholds.size);
        if found.up >= step || found.size_up >= size {
            Some(true)
        } else if found.down >= step || found.size_down >= size {
            Some(false)
        } else {
            None
        }
    }

    /// Whether a change is large enough to be told, as far as it is known: `error` is how far it may be off.
    pub(crate) fn counts(&self, before: f64, after: f64, error: f64) -> bool {
        let height = (after - before).abs();
        height > 0.0 && height + error >= self.thresholds.least_change * before.abs()
    }

    /// The first points in a new environment, against those in the old one.
    fn machine_step(&mut self) -> bool {
        let Some((old, environments)) = self.moved.take() else { return false };
        if old.len() < LEAST_REFERENCE || self.segment.len() > scan::LONGEST {
            return false;
        }
        let reference = self.reference(&old);
        let recent = self.of(&self.segment);
        let (before, after) = (reference.median(), median(&recent));
        let stands_out = self.passes(scan::scan(&reference, &recent), reference.len()).is_some();
        if !(stands_out && self.counts(before, after, 0.0)) {
            self.moved = Some((old, environments));
            return false;
        }
        let at = self.segment[0];
        self.add(FindingKind::Machine, at, before, after, Some(environments));
        true
    }

    /// Whether the level from before the last change is back.
    fn ended(&mut self) -> bool {
        let Some(Open { finding, .. }) = self.open else { return false };
        if self.segment.len() > ESTABLISHED {
            self.open = None;
            return false;
        }
        let Some(last) = self.segment.len().checked_sub(BACK).map(|from| &self.segment[from..]) else {
            return false;
        };
        let (before, after) = (
            self.direction.oriented(self.findings[finding].before),
            self.direction.oriented(self.findings[finding].after),
        );
        let way = (median(&self.of(last)) - before) / (after - before);
        if way.abs() > BACK_NEAR {
            return false;
        }
        let since = place(&self.of(&self.segment), after, before).min(self.segment.len() - 1);
        self.findings[finding].ended = Some(self.segment[since]);
        if let Some(Open { mut old, .. }) = self.open.take() {
            old.extend_from_slice(&self.segment[since..]);
            self.segment = old;
        }
        true
    }

    fn step(&mut self) -> bool {
        let length = self.segment.len();
        if length < LEAST_REFERENCE + scan::SHORTEST {
            return false;
        }
        let gap = (length - LEAST_REFERENCE).min(scan::LONGEST);
        let (past, recent) = self.segment.split_at(length - gap);
        let reference = self.reference(past);
        let recent_values = self.of(recent);
        let scanned = scan::scan(&reference, &recent_values);
        let Some(up) = self.passes(scanned, reference.len()) else {
            return false;
        };
        let before = reference.median();
        // What the last points say of the new level; then the place, and then all points behind it.
        let points = if up { scanned.up_points } else { scanned.down_points };
        let rough = median(&recent_values[gap - points.div_ceil(2).clamp(scan::SHORTEST, gap)..]);
        // What has gone back already is no change that is confirmed.
        let newest = median(&recent_values[gap - scan::SHORTEST..]);
        let way = (newest - before) / (rough - before);
        if !way.is_finite() || way < CONFIRMED {
            return false;
        }
        let near = past.len().saturating_sub(scan::LONGEST);
        let window = self.of(&self.segment[near..]);
        let from = place(&window, before, rough).min(window.len() - scan::SHORTEST);
        let after = median(&window[from..]);
        // Two standard errors of a median, each a quarter more than that of a mean.
        let error = 2.5 * reference.scale() / ((window.len() - from) as f64).sqrt();
        if !self.counts(before, after, error) {
            return false;
        }
        let trend = trend::statistic(&self.of(&past[past.len().saturating_sub(trend::LONGEST)..]));
        let drifts =
            past.len() >= trend::SHORTEST / 2 && if up { trend > DRIFTING } else { trend < -DRIFTING };
        let at = self.segment[near + from];
        let kind = match (up, drifts) {
            (false, _) => FindingKind::Improvement,
            _ if modes::known_before(&self.values[..at], before, after) => FindingKind::Bimodal,
            (true, true) => FindingKind::Drift,
            (true, false) => FindingKind::Regression,
        };
        self.add(kind, at, before, after, None);
        let new = self.segment.split_off(near + from);
        let old = std::mem::replace(&mut self.segment, new);
        self.open = Some(Open { old, finding: self.findings.len() - 1 });
        true
    }

    fn drift(&mut self) {
        if self.segment.len() < trend::SHORTEST {
            return;
        }
        let window = &self.segment[self.segment.len().saturating_sub(trend::LONGEST)..];
        let values = self.of(window);
        if trend::statistic(&values).abs() < self.thresholds.trend {
            return;
        }
        let (slope, middle, half) = (trend::slope(&values), median(&values), values.len() as f64 / 2.0);
        let (before, after) = (middle - slope * half, middle + slope * half);
        if !self.counts(before, after, 0.0) {
            return;
        }
        let kind = if after > before { FindingKind::Drift } else { FindingKind::Improvement };
        let at = window[0];
        self.add(kind, at, before, after, None);
        self.segment.drain(..self.segment.len() - scan::LONGEST);
        self.open = None;
    }

    fn add(
        &mut self,
        kind: FindingKind,
        at: usize,
        before: f64,
        after: f64,
        environments: Option<(u32, u32)>,
    ) {
        let (before, after) = (self.direction.oriented(before), self.direction.oriented(after));
        let found = self.values.len() - 1;
        self.findings.push(Finding { kind, at, found, before, after, ended: None, environments });
    }
}
