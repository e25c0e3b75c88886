//! `plumbline compare`: what differs between hosts, now or then.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use compare::report::{Leaf, Report, State, Values};
use drift::{Machine, answer::Records, rules::request::Request};
use drift_common::System;
use ground::{Clock, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::baseline;
use crate::{
    api::{self, Api},
    cli::{Compared, Source},
    failure::{Failure, Result},
    out,
    pager::Pager,
    self_report::SelfReport,
    style::{Style, pad},
};

/// What stands for the machine that the program runs on.
const SELF: &str = "self";
/// A value on a terminal is cut after so many characters.
const WIDEST: usize = 48;

/// Shows what differs; exit code 1 when something does.
pub async fn run(config: Option<&PathBuf>, source: &Source, asked: &Compared) -> Result<ExitCode> {
    let at = asked.at.as_deref().map(Timestamp::parse).transpose();
    let at = at.map_err(|error| Failure::Usage(format!("--at: {error}")))?;
    let mut record = Lazy { config, source, org: asked.org.as_deref(), apis: None };
    let mut machines = Vec::new();
    for name in &asked.records {
        machines.push(machine(&mut record, name, at).await?);
    }
    // Two columns of one host at the same moment would be one: the second is another only by its place.
    for at in 1..machines.len() {
        if machines[..at].iter().any(|other| other.id == machines[at].id) {
            machines[at].id = format!("{}#{}", machines[at].id, at + 1);
        }
    }
    let now = Clock::system().now();
    let baseline = match &asked.baseline {
        None => None,
        Some(name) => {
            let found = baseline::find(record.open().await?, name).await?;
            Some(found.read::<drift_common::Baseline>()?)
        }
    };
    // A baseline is what the hosts are held to, whatever else they say.
    let first = || baseline.as_ref().map_or_else(|| machines[0].id.clone(), |baseline| baseline.id.clone());
    let request = Request {
        reference: asked.reference.then(first),
        short_circuit: baseline.is_some(),
        ..Request::default()
    };
    let records = Records::new(machines, baseline.into_iter().collect(), Vec::new());
    let whole = records.report(&request);
    let drifted =
        if request.short_circuit { whole.has_drifted() } else { whole.differing().next().is_some() };
    let report = if asked.all { whole } else { whole.only_differing() };
    if asked.json {
        let json = String::from_utf8(records.json(&report, now));
        out::document(&json.map_err(|error| Failure::Runtime(error.to_string()))?)?;
    } else if asked.csv {
        out::document(records.csv(&report).replace("\r\n", "\n").trim_end())?;
    } else {
        let _pager = Pager::begin();
        table(&report)?;
    }
    Ok(if drifted { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The record, opened when it is first needed: two files are compared without one.
struct Lazy<'a> {
    config: Option<&'a PathBuf>,
    source: &'a Source,
    org: Option<&'a str>,
    apis: Option<Vec<Api>>,
}

impl Lazy<'_> {
    async fn open(&mut self) -> Result<&[Api]> {
        if self.apis.is_none() {
            self.apis = Some(api::open(self.config, self.source, self.org).await?);
        }
        Ok(self.apis.as_deref().unwrap_or_default())
    }
}

/// A host of the record, this machine, or the profile in a file.
async fn machine(record: &mut Lazy<'_>, name: &str, at: Option<Timestamp>) -> Result<Machine> {
    if name == SELF {
        let report = SelfReport::new(None)?;
        let collected = report.collect().await?;
        return of_document(SELF, &report.envelope(&collected));
    }
    let path = Path::new(name);
    if path.is_file() {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage(format!("{name} cannot be read: {error}")))?;
        let document = serde_json::from_str(text.lines().find(|line| !line.is_empty()).unwrap_or_default())
            .or_else(|_| serde_json::from_str(&text))
            .map_err(|error| Failure::Usage(format!("{name} is no JSON: {error}")))?;
        return of_document(name, &document);
    }
    let found = api::host(record.open().await?, name).await?;
    let state = api::state(&found, at).await?;
    let read =
        |error: serde_json::Error| Failure::Runtime(format!("host {} cannot be read: {error}", found.id));
    let HostThen { mut host, system_profile: profile } = serde_json::from_str(state.get()).map_err(read)?;
    let tags = host.get_mut("tags").map(Value::take);
    let tags = serde_json::from_value(tags.unwrap_or_default()).map_err(read)?;
    let system: System = serde_json::from_value(host).map_err(read)?;
    Ok(System { profile, tags, ..system }.into())
}

/// A host at a moment.
#[derive(Deserialize)]
struct HostThen {
    host: Value,
    system_profile: Map<String, Value>,
}

/// A machine from an ingress envelope, a host with `system_profile`, or a profile alone.
fn of_document(name: &str, document: &Value) -> Result<Machine> {
    let host = document.get("data").or_else(|| document.get("host")).unwrap_or(document);
    let profile = host.get("system_profile").unwrap_or(host).as_object();
    let profile = profile.ok_or_else(|| {
        Failure::Usage(format!(
            "{name} holds no system profile: give an object, or an envelope with `data.system_profile`"
        ))
    })?;
    let text = |member: &str| host.get(member).and_then(Value::as_str).map(str::to_owned);
    let system = System {
        id: name.to_owned(),
        display_name: text("display_name").or_else(|| Some(name.to_owned())),
        fqdn: text("fqdn"),
        updated: text("updated"),
        profile: profile.clone(),
        ..System::default()
    };
    Ok(system.into())
}

/// Facts below one another, machines beside one another.
fn table(report: &Report<'_>) -> Result<()> {
    let style = Style::of_stdout();
    let facts: Vec<(Leaf<'_>, Vec<String>)> = report
        .leaves()
        .map(|leaf| {
            let cells = (0..report.columns().len()).map(|column| value(&leaf, column)).collect();
            (leaf, cells)
        })
        .collect();
    if facts.is_empty() {
        return out::line("nothing differs");
    }
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or_default().min(WIDEST);
    let names = widest(&mut facts.iter().map(|(leaf, _)| leaf.name.chars().count()));
    let widths: Vec<usize> = report
        .columns()
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = facts.iter().map(|(_, cells)| cells[at].chars().count());
            widest(&mut cells.chain([column.name.chars().count()]))
        })
        .collect();
    let head: Vec<String> =
        report.columns().iter().zip(&widths).map(|(column, width)| pad(&cut(column.name), *width)).collect();
    out::spans(&[pad("", names + 2).into(), style.bold(head.join("  "))])?;
    for (leaf, cells) in facts {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| pad(&cut(cell), *width)).collect();
        let line = cells.join("  ");
        let line = match leaf.state {
            State::Same => style.dim(line),
            State::Different => style.yellow(line),
            State::Incomplete | State::Redacted => style.red(line),
        };
        out::spans(&[style.label(pad(&cut(leaf.name), names)), "  ".into(), line])?;
    }
    Ok(())
}

fn value(leaf: &Leaf<'_>, column: usize) -> String {
    let text = match &leaf.values {
        Values::One(cells) => cells[column].value.to_owned(),
        Values::Several(several) => several.joined(column),
    };
    if text.is_empty() { "-".to_owned() } else { out::escaped(&text).into_owned() }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}
