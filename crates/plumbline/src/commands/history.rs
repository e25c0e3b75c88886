//! `plumbline history`.

use std::{path::PathBuf, process::ExitCode};

use compare::{Became, Difference};
use fleet::{ChangeKind, ChangeQuery, Fleet, Scope, TimelineEntry};
use fleet_api::{
    api::hosts::timeline::StepOut,
    past::{self, SectionChanges},
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    cli::Place,
    failure::Result,
    out,
    pager::Pager,
    record::{self, Found},
    style::{Style, count, pad, second},
};

/// What of a history is shown, and how.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// How many rows at the most.
    pub limit: u32,
    /// Check-ins that changed nothing too.
    pub seen: bool,
    /// What differs in detail.
    pub diff: bool,
    /// One JSON object a line.
    pub json: bool,
}

/// A row as `--json` shows it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    step: StepOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a [SectionChanges]>,
}

/// Shows what happened to one host, newest first.
pub async fn run(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<&str>,
    host: &str,
    shown: Shown,
) -> Result<ExitCode> {
    let fleet = record::open(config, place).await?;
    let found = record::find(&fleet, org, host).await?;
    let scope = Scope::of(found.org.clone());
    let rows = if shown.seen { ChangeQuery::newest(scope) } else { ChangeQuery::newest_changes(scope) };
    let query = ChangeQuery { host: Some(found.id), limit: i64::from(shown.limit), ..rows };
    let (steps, next) = fleet.timeline(&query).await?;
    let style = Style::of_stdout();
    let width = steps.first().map_or(0, |step| step.change.seq.to_string().len());
    let pager = (!shown.json).then(Pager::begin);
    for step in &steps {
        let sections = differences(&fleet, &found, step).await?;
        if shown.json {
            let diff = shown.diff.then_some(sections.as_slice());
            out::json(&Line { step: step.into(), diff })?;
            continue;
        }
        line(step, &sections, width, style)?;
        if shown.diff {
            details(&sections, style)?;
        }
    }
    drop(pager);
    if next.is_some() && style.terminal && !shown.json {
        out::message(format!("there is more; --limit {} shows twice as much", u64::from(shown.limit) * 2));
    }
    Ok(ExitCode::SUCCESS)
}

/// What a row changed; nothing for the first row of a host, which has nothing to be compared with.
async fn differences(fleet: &Fleet, found: &Found, step: &TimelineEntry) -> Result<Vec<SectionChanges>> {
    match &step.before {
        Some(before) if step.change.kind == ChangeKind::Updated => {
            Ok(past::differences(fleet, &found.org, before, &step.change).await?)
        }
        _ => Ok(Vec::new()),
    }
}

fn line(step: &TimelineEntry, sections: &[SectionChanges], width: usize, style: Style) -> Result<()> {
    let change = &step.change;
    let kind = pad(change.kind.name(), 7);
    let kind = match change.kind {
        ChangeKind::Created => style.green(kind),
        ChangeKind::Updated => style.yellow(kind),
        ChangeKind::Seen => style.dim(kind),
        ChangeKind::Deleted => style.red(kind),
    };
    let by = change.reporter.as_deref().map(|reporter| format!(" {reporter}")).unwrap_or_default();
    let what = if change.kind == ChangeKind::Created {
        let names: Vec<&str> = step.sections.iter().map(|section| section.name()).collect();
        match names.len() {
            0 => "first report".to_owned(),
            1..=4 => format!("first report: {}", names.join(", ")),
            many => format!("first report: {many} sections"),
        }
    } else {
        let parts: Vec<String> = sections.iter().map(summary).collect();
        parts.join("; ")
    };
    let cause = pad(&out::escaped(&format!("{}{by}", change.cause)), 16);
    let number = style.dim(format!("{:>width$}", change.seq));
    out::spans(&[
        number,
        format!("  {}  ", second(change.at)).into(),
        kind,
        format!("  {cause}  {what}").into(),
    ])
}

/// `installed_packages: 3 changed, 1 added`; of the host itself what is different.
fn summary(section: &SectionChanges) -> String {
    if section.section == "host" || section.section == "facts" {
        let mut keys: Vec<String> = section.changes.iter().map(Difference::key).collect();
        let more = keys.len().saturating_sub(4);
        keys.truncate(4);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return format!("{}{more}", keys.join(", "));
    }
    let of = |became| section.changes.iter().filter(|difference| difference.became() == became).count();
    let counts: Vec<String> =
        [(Became::Changed, "changed"), (Became::Added, "added"), (Became::Removed, "removed")]
            .into_iter()
            .map(|(became, word)| (of(became), word))
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{} {word}", count(number)))
            .collect();
    format!("{}: {}", section.section, counts.join(", "))
}

fn details(sections: &[SectionChanges], style: Style) -> Result<()> {
    for section in sections {
        out::spans(&["    ".into(), style.bold(section.section)])?;
        for difference in &section.changes {
            let (before, after) = (values(&difference.before), values(&difference.after));
            let key = difference.key();
            let named = |value: &str| if value == key { String::new() } else { format!("  {value}") };
            out::spans(&[match difference.became() {
                Became::Added => style.green(format!("      + {key}{}", named(&after))),
                Became::Removed => style.red(format!("      - {key}{}", named(&before))),
                Became::Changed => style.yellow(format!("      ~ {key}  {before} → {after}")),
            }])?;
        }
    }
    Ok(())
}

fn values(values: &[Value]) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    values.iter().map(text).collect::<Vec<_>>().join(", ")
}
