//! `plumbline history`.

use std::{path::PathBuf, process::ExitCode};

use compare::Became;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use ground::Timestamp;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    api::{self, FLEET, FoundHost},
    cli::Source,
    failure::{Failure, Result},
    out,
    pager::Pager,
    style::{Style, count, pad, second},
};

/// How many rows are asked about at the same time.
const CONCURRENT_READS: usize = 4;

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

#[derive(Deserialize)]
struct Timeline {
    changes: Vec<Box<RawValue>>,
    next: Option<i64>,
}

/// What happened.
#[derive(Deserialize)]
struct Step {
    seq: i64,
    #[serde(deserialize_with = "api::time")]
    at: Timestamp,
    kind: String,
    cause: String,
    reporter: Option<String>,
    sections: Vec<String>,
}

#[derive(Deserialize)]
struct Diff {
    sections: Vec<Box<RawValue>>,
}

/// What became another in one section.
#[derive(Deserialize)]
struct SectionChanges {
    section: String,
    changes: Vec<Difference>,
}

#[derive(Deserialize)]
struct Difference {
    key: String,
    before: Value,
    after: Value,
}

/// Shows what happened to one host, newest first.
pub async fn run(
    config: Option<&PathBuf>,
    source: &Source,
    org: Option<&str>,
    host: &str,
    shown: Shown,
) -> Result<ExitCode> {
    let apis = api::open(config, source, org).await?;
    let found = api::host(&apis, host).await?;
    let mut asked = vec![("limit", shown.limit.to_string())];
    if !shown.seen {
        asked.extend(["created", "updated", "deleted"].map(|kind| ("kind", kind.to_owned())));
        asked.push(("volatile", "false".to_owned()));
    }
    let rows: Timeline = found.api.get(&format!("{FLEET}/hosts/{}/timeline", found.id), asked).await?;
    let style = Style::of_stdout();
    let steps = rows.changes.iter().map(|row| api::read_part(row)).collect::<Result<Vec<Step>>>()?;
    let width = steps.first().map_or(0, |step| step.seq.to_string().len());
    let pager = (!shown.json).then(Pager::begin);
    // What differs is asked for where it is told.
    let is_told = !shown.json || shown.diff;
    let differing = steps.iter().map(|step| differences(&found, step, is_told));
    let mut differing = stream::iter(differing).buffered(CONCURRENT_READS);
    for (row, step) in rows.changes.iter().zip(&steps) {
        let sections = differing.try_next().await?.unwrap_or_default();
        if shown.json {
            let row = if shown.diff { with_diff(row, &sections)? } else { row.clone() };
            out::json(&row)?;
            continue;
        }
        let sections = sections
            .iter()
            .map(|section| api::read_part(section))
            .collect::<Result<Vec<SectionChanges>>>()?;
        line(step, &sections, width, style)?;
        if shown.diff {
            details(&sections, style)?;
        }
    }
    drop(pager);
    if rows.next.is_some() && style.terminal && !shown.json {
        out::message(format!("there is more; --limit {} shows twice as much", u64::from(shown.limit) * 2));
    }
    Ok(ExitCode::SUCCESS)
}

/// What a row changed; nothing for the first row of a host, which has nothing to be compared with.
async fn differences(found: &FoundHost<'_>, step: &Step, is_told: bool) -> Result<Vec<Box<RawValue>>> {
    if !is_told || step.kind != "updated" {
        return Ok(Vec::new());
    }
    let moments = [("from_seq", (step.seq - 1).to_string()), ("to_seq", step.seq.to_string())];
    let path = format!("{FLEET}/hosts/{}/diff", found.id);
    // The row before may have been removed.
    let diff: Option<Diff> = found.api.get_known(&path, moments).await?;
    Ok(diff.map(|diff| diff.sections).unwrap_or_default())
}

/// A row as `--json --diff` shows it: with one member more.
fn with_diff(row: &RawValue, sections: &[Box<RawValue>]) -> Result<Box<RawValue>> {
    let failed = |error: serde_json::Error| Failure::Runtime(format!("the history cannot be shown: {error}"));
    let sections = serde_json::to_string(sections).map_err(failed)?;
    let text = row.get().trim_end();
    let members = text.strip_suffix('}').unwrap_or(text);
    RawValue::from_string(format!("{members},\"diff\":{sections}}}")).map_err(failed)
}

fn line(step: &Step, sections: &[SectionChanges], width: usize, style: Style) -> Result<()> {
    let kind = pad(&step.kind, 7);
    let kind = match step.kind.as_str() {
        "created" => style.green(kind),
        "updated" => style.yellow(kind),
        "deleted" => style.red(kind),
        _ => style.dim(kind),
    };
    let by = step.reporter.as_deref().map(|reporter| format!(" {reporter}")).unwrap_or_default();
    let what = if step.kind == "created" {
        match step.sections.as_slice() {
            [] => "first report".to_owned(),
            few if few.len() <= 4 => format!("first report: {}", few.join(", ")),
            many => format!("first report: {} sections", many.len()),
        }
    } else {
        let parts: Vec<String> = sections.iter().map(summary).collect();
        parts.join("; ")
    };
    let cause = pad(&out::escaped(&format!("{}{by}", step.cause)), 16);
    let number = style.dim(format!("{:>width$}", step.seq));
    out::spans(&[
        number,
        format!("  {}  ", second(step.at)).into(),
        kind,
        format!("  {cause}  {what}").into(),
    ])
}

/// `installed_packages: 3 changed, 1 added`; of the host itself what is different.
fn summary(section: &SectionChanges) -> String {
    if section.section == "host" || section.section == "facts" {
        let mut keys: Vec<String> = section.changes.iter().map(|difference| difference.key.clone()).collect();
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
        out::spans(&["    ".into(), style.bold(&section.section)])?;
        for difference in &section.changes {
            let (before, after) = (values(&difference.before), values(&difference.after));
            let key = &difference.key;
            let named = |value: &str| if value == *key { String::new() } else { format!("  {value}") };
            out::spans(&[match difference.became() {
                Became::Added => style.green(format!("      + {key}{}", named(&after))),
                Became::Removed => style.red(format!("      - {key}{}", named(&before))),
                Became::Changed => style.yellow(format!("      ~ {key}  {before} → {after}")),
            }])?;
        }
    }
    Ok(())
}

impl Difference {
    fn became(&self) -> Became {
        match (self.before.is_null(), self.after.is_null()) {
            (true, _) => Became::Added,
            (false, true) => Became::Removed,
            (false, false) => Became::Changed,
        }
    }
}

/// One value, or several in a list.
fn values(value: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Null => String::new(),
        Value::Array(several) => several.iter().map(text).collect::<Vec<_>>().join(", "),
        one => text(one),
    }
}
