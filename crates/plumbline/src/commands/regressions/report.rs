//! What was found, for people and programs.

use std::collections::BTreeMap;

use changepoint::{Budget, Direction, Finding, FindingKind};
use serde::Serialize;

use super::{Read, series::Table};
use crate::{
    failure::Result,
    out,
    style::{Style, pad},
};

/// Everything that is said.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// False alarms that 1,000 series-months may have.
    budget: f64,
    series: usize,
    points: usize,
    series_months: f64,
    /// How many false alarms the budget allows in these series-months.
    allowed_false_alarms: f64,
    /// How many alarms there are.
    alarms: usize,
    left_out: u64,
    doubled: u64,
    repeated: u64,
    findings: Vec<FindingRow<'a>>,
    /// Changes of the environment with the series that moved at them: one cause each.
    machine_changes: Vec<Cause<'a>>,
    series_now: Vec<Now<'a>>,
}

#[derive(Debug, Serialize)]
struct FindingRow<'a> {
    series: &'a str,
    kind: &'static str,
    alarm: bool,
    /// When the first changed point was measured.
    time: String,
    /// The position of that point in its series, from 0.
    index: usize,
    /// When the point was measured with which it was found.
    #[serde(rename = "found")]
    seen: String,
    #[serde(rename = "found_index")]
    seen_index: usize,
    before: f64,
    after: f64,
    /// Absent where the level before was 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    change_percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_before: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_after: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Cause<'a> {
    before: &'a str,
    after: &'a str,
    time: String,
    series: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct Now<'a> {
    series: &'a str,
    direction: &'static str,
    points: usize,
    level: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    noise_percent: Option<f64>,
    /// The step that is found within ten points nine times in ten; absent while there are too few points.
    #[serde(skip_serializing_if = "Option::is_none")]
    visible_percent: Option<f64>,
    /// The last points stand beyond everything before: worth another run.
    suspected: bool,
}

fn name(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Regression => "regression",
        FindingKind::Drift => "drift",
        FindingKind::Improvement => "improvement",
        FindingKind::Machine => "machine",
        FindingKind::Bimodal => "bimodal",
    }
}

fn percent(share: f64) -> Option<f64> {
    share.is_finite().then(|| (share * 10_000.0).round() / 100.0)
}

impl<'a> Report<'a> {
    /// Of a file that has been read.
    pub fn new(table: &'a Table, read: &[Read], budget: Budget, asked: f64, months: f64) -> Self {
        let mut findings = Vec::new();
        let mut causes: BTreeMap<(u32, u32), Cause<'a>> = BTreeMap::new();
        let mut series_now = Vec::new();
        for (series, Read { findings: found, outlook }) in table.series.iter().zip(read) {
            for finding in found {
                let shown = FindingRow::new(table, series, finding);
                if let (FindingKind::Machine, Some(environments)) = (finding.kind, finding.environments) {
                    let cause = causes.entry(environments).or_insert_with(|| Cause {
                        before: shown.environment_before.unwrap_or_default(),
                        after: shown.environment_after.unwrap_or_default(),
                        time: shown.time.clone(),
                        series: Vec::new(),
                    });
                    cause.series.push(&series.name);
                }
                findings.push(shown);
            }
            series_now.extend(outlook.map(|outlook| Now {
                series: &series.name,
                direction: match series.direction {
                    Direction::LowerIsBetter => "lower",
                    Direction::HigherIsBetter => "higher",
                },
                points: series.points.len(),
                level: outlook.level,
                noise_percent: percent(outlook.noise),
                visible_percent: outlook.visible.and_then(percent),
                suspected: outlook.suspected,
            }));
        }
        findings.sort_by(|a, b| b.alarm.cmp(&a.alarm).then_with(|| b.time.cmp(&a.time)));
        Self {
            budget: asked,
            series: table.series.len(),
            points: table.series.iter().map(|series| series.points.len()).sum(),
            series_months: (months * 100.0).round() / 100.0,
            allowed_false_alarms: budget.allowed(months),
            alarms: findings.iter().filter(|found| found.alarm).count(),
            left_out: table.left_out,
            doubled: table.doubled,
            repeated: table.repeated,
            findings,
            machine_changes: causes.into_values().collect(),
            series_now,
        }
    }

    /// Whether something is worse and stays so.
    pub fn is_open(&self) -> bool {
        self.findings.iter().any(|found| found.alarm && found.recovered.is_none())
    }

    /// For people.
    pub fn show(&self, all: bool) -> Result<()> {
        let style = Style::of_stdout();
        for found in self.findings.iter().filter(|found| all || found.alarm) {
            let kind = pad(found.kind, 11);
            let kind = if found.alarm { style.red(kind) } else { style.dim(kind) };
            let change =
                found.change_percent.map_or_else(|| "from 0".to_owned(), |change| format!("{change:+} %"));
            let mut rest = format!(
                "  {}  {}  {change}  {} -> {}",
                found.time,
                found.series,
                short(found.before),
                short(found.after)
            );
            if let Some(recovered) = &found.recovered {
                rest += "  recovered ";
                rest += recovered;
            }
            if let (Some(before), Some(after)) = (found.environment_before, found.environment_after) {
                rest.extend(["  ", before, " -> ", after]);
            }
            out::spans(&[kind, rest.into()])?;
        }
        if all {
            for now in &self.series_now {
                let visible = now.visible_percent.map_or_else(
                    || "too few points yet".to_owned(),
                    |visible| format!("shows {visible} % within 10 points; runs for 2 %: {}", runs(visible)),
                );
                let suspected = if now.suspected { "; the last point stands out: run it again" } else { "" };
                let line = format!(
                    "{}  {} points, level {}, {visible}{suspected}",
                    now.series,
                    now.points,
                    short(now.level)
                );
                out::spans(&[style.dim(line)])?;
            }
        }
        for (count, what) in [
            (self.left_out, "rows without a number were left out"),
            (self.doubled, "rows say what another says"),
            (self.repeated, "rows repeat the time of another: the median counts"),
        ] {
            if count > 0 {
                out::message(format!("{count} {what}"));
            }
        }
        out::line(format!(
            "{} alarms in {} series and {:.0} series-months; a budget of {} allows {:.2} false ones",
            self.alarms, self.series, self.series_months, self.budget, self.allowed_false_alarms
        ))
    }
}

/// How many runs a point takes to show 2 %: the noise of their median falls with the root of their number.
fn runs(visible: f64) -> u64 {
    let factor = visible / 2.0;
    if factor <= 1.0 { 1 } else { (factor * factor).ceil() as u64 }
}

fn short(value: f64) -> String {
    let digits = (5 - value.abs().log10().floor().clamp(-9.0, 5.0) as i64).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

impl<'a> FindingRow<'a> {
    fn new(table: &'a Table, series: &'a super::Series, finding: &Finding) -> Self {
        let time = |at: usize| series.points.get(at).map(|point| point.time.to_string()).unwrap_or_default();
        let environment =
            |number: u32| table.environments.get(number.checked_sub(1)? as usize).map(String::as_str);
        let environments = finding.environments;
        Self {
            series: &series.name,
            kind: name(finding.kind),
            alarm: finding.is_alarm(),
            time: time(finding.at),
            index: finding.at,
            seen: time(finding.found),
            seen_index: finding.found,
            before: finding.before,
            after: finding.after,
            change_percent: percent(finding.change()),
            recovered: finding.ended.map(time),
            environment_before: environments.and_then(|(before, _)| environment(before)),
            environment_after: environments.and_then(|(_, after)| environment(after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_they_matter() {
        assert_eq!(short(0.001_234_567), "0.00123457");
        assert_eq!(short(1_234_567.8), "1234568");
        assert_eq!((short(0.0), short(100.0)), ("0".to_owned(), "100".to_owned()));
        assert_eq!((runs(1.5), runs(4.0)), (1, 4));
    }
}
