//! The rules of others, as their sources and documents describe them, looking for slower only. Each is asked anew with
//! every point, as a pipeline would.

use super::ours::Alarm;

/// After an alarm nobody is told the same again for so many points.
const QUIET: usize = 7;

/// A rule of another tool: whether the last point raises an alarm, and where the change is said to be.
type Rule = fn(&[f64]) -> Option<usize>;

/// Name, and rule.
pub const RULES: [(&str, Rule); 5] = [
    ("last > +5 %", last),
    ("Conbench (z > 5)", conbench),
    ("Bencher (t, 0.98)", bencher),
    ("Perfherder (t > 7, 2 %)", perfherder),
    ("Otava (p < 0.001)", otava),
];

/// The alarms of a rule.
pub fn alarms(values: &[f64], rule: Rule) -> Vec<Alarm> {
    let mut alarms: Vec<Alarm> = Vec::new();
    for found in 10..values.len() {
        let told = |at: usize| {
            alarms.iter().any(|before| found < before.found + QUIET || before.at.abs_diff(at) <= QUIET)
        };
        if let Some(at) = rule(&values[..=found]).filter(|at| !told(*at)) {
            alarms.push(Alarm { at, found, drift: false });
        }
    }
    alarms
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn variance(values: &[f64]) -> f64 {
    let middle = mean(values);
    values.iter().map(|value| (value - middle).powi(2)).sum::<f64>() / (values.len().max(2) - 1) as f64
}

/// 5 % above the point before it.
fn last(values: &[f64]) -> Option<usize> {
    let at = values.len() - 1;
    (values[at] > 1.05 * values[at - 1]).then_some(at)
}

/// Conbench: the last point against mean and deviation of up to 100 before it.
fn conbench(values: &[f64]) -> Option<usize> {
    let at = values.len() - 1;
    let past = &values[at.saturating_sub(100)..at];
    ((values[at] - mean(past)) / variance(past).sqrt() > 5.0).then_some(at)
}

/// Bencher: Student's t with 0.98 above the mean of up to 64 points.
fn bencher(values: &[f64]) -> Option<usize> {
    let at = values.len() - 1;
    let past = &values[at.saturating_sub(64)..at];
    let n = past.len() as f64;
    (values[at] > mean(past) + student(0.98, n - 1.0) * variance(past).sqrt()).then_some(at)
}

/// Perfherder: 12 points before against 12 after, t above 7, at least 2 %.
fn perfherder(values: &[f64]) -> Option<usize> {
    const WINDOW: usize = 12;
    let n = values.len();
    let statistic = |at: usize| {
        let (before, after) = (&values[at - WINDOW..at], &values[at..(at + WINDOW).min(n)]);
        let spread = (variance(before) / before.len() as f64 + variance(after) / after.len() as f64).sqrt();
        let large = mean(after) > 1.02 * mean(before);
        if large { (mean(after) - mean(before)) / spread } else { 0.0 }
    };
    let from = n.saturating_sub(2 * WINDOW).max(WINDOW);
    let places = from..n.saturating_sub(WINDOW / 2);
    let best = places.map(|at| (at, statistic(at))).max_by(|a, b| a.1.total_cmp(&b.1));
    best.filter(|(_, t)| *t > 7.0).map(|(at, _)| at)
}

/// Otava: the best split of the last 50 points, and of its parts, by a t-test; the newest one that is slower.
fn otava(values: &[f64]) -> Option<usize> {
    let from = values.len().saturating_sub(50);
    let mut found = Vec::new();
    splits(&values[from..], from, &mut found);
    found.into_iter().filter(|(_, up)| *up).map(|(at, _)| at).max().filter(|at| values.len() - at <= 30)
}

fn splits(values: &[f64], offset: usize, found: &mut Vec<(usize, bool)>) {
    const LEAST: usize = 2;
    if values.len() < 2 * LEAST + 1 {
        return;
    }
    let (mut best, mut at) = (0.0, 0);
    for split in LEAST..=values.len() - LEAST {
        let (a, b) = values.split_at(split);
        // What E-divisive of mean values comes to: the distance of the means, weighted by both lengths.
        let weight = (a.len() * b.len()) as f64 / values.len() as f64;
        let distance = weight * (mean(a) - mean(b)).powi(2);
        if distance > best {
            (best, at) = (distance, split);
        }
    }
    if at == 0 {
        return;
    }
    let (before, after) = values.split_at(at);
    let (n, m) = (before.len() as f64, after.len() as f64);
    let pooled = ((n - 1.0) * variance(before) + (m - 1.0) * variance(after)) / (n + m - 2.0);
    let statistic = (mean(after) - mean(before)) / (pooled * (1.0 / n + 1.0 / m)).sqrt();
    if statistic.abs() <= student(0.999_5, n + m - 2.0) {
        return;
    }
    splits(before, offset, found);
    found.push((offset + at, statistic > 0.0));
    splits(after, offset + at, found);
}

/// The quantile of Student's t (Hill's expansion around the normal one; within 1 % from five degrees of freedom on).
fn student(p: f64, freedom: f64) -> f64 {
    let z = changepoint::scores::quantile(p);
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    z + (z3 + z) / (4.0 * freedom)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * freedom.powi(3))
}
