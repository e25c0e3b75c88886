//! `plumbline changes`.

use std::{path::PathBuf, process::ExitCode};

use ground::{Clock, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    api::{self, FLEET},
    cli::ChangesShown,
    failure::Result,
    moment, out,
    style::{Style, ago, count, second},
};

/// How many hosts of a cause are named.
const MOST_NAMES: u32 = 100;

/// Shows what changed, where, and on how many hosts.
pub async fn run(config: Option<&PathBuf>, shown: &ChangesShown) -> Result<ExitCode> {
    let now = Clock::system().now();
    let (from, to) = moment::period(&shown.since, shown.until.as_deref(), now)?;
    let mut asked =
        vec![("from", from.to_string()), ("exact", "true".to_owned()), ("limit", shown.limit.to_string())];
    // Without an end also what comes while it is asked: clocks differ.
    asked.extend(shown.until.is_some().then(|| ("to", to.to_string())));
    asked.extend(shown.text.iter().map(|text| ("search", text.clone())));
    asked.extend(shown.section.iter().map(|section| ("section", section.clone())));
    asked.extend(shown.group.iter().map(|group| ("group", group.clone())));
    asked.extend(shown.tag.iter().map(|tag| ("tag", tag.clone())));
    asked.extend(shown.question.iter().map(|question| ("q", question.clone())));
    if shown.hosts {
        asked.push(("names", MOST_NAMES.to_string()));
    }
    for api in api::open(config, &shown.source, shown.org.as_deref()).await? {
        let answer: Box<RawValue> =
            api.get(&format!("{FLEET}/changes/causes"), asked.iter().cloned()).await?;
        if shown.json {
            out::json(&answer)?;
        } else {
            table(&api::read_part(&answer)?, shown, now)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What happened.
#[derive(Deserialize)]
struct Happened {
    hosts: usize,
    changes: usize,
    total: usize,
    causes: Vec<Cause>,
    examined_since: Option<String>,
}

#[derive(Deserialize)]
struct Cause {
    section: String,
    text: String,
    hosts: usize,
    #[serde(default)]
    names: Vec<String>,
    #[serde(deserialize_with = "api::time")]
    last: Timestamp,
}

fn table(happened: &Happened, shown: &ChangesShown, now: Timestamp) -> Result<()> {
    let style = Style::of_stdout();
    if happened.causes.is_empty() {
        out::message(
            "nothing changed in this time; `--since 7d` looks further back, and check-ins are no changes",
        );
        return Ok(());
    }
    if style.terminal {
        out::spans(&[style.dim(format!("{:>6}  {:<9}  {:<20}  WHAT", "HOSTS", "LAST", "OF"))])?;
    }
    for cause in &happened.causes {
        let section = cause.section.replace('_', " ");
        out::spans(&[
            style.bold(format!("{:>6}", cause.hosts)),
            style.dim(format!("  {:<9}  {section:<20}  ", ago(cause.last, now))),
            out::escaped(&cause.text).into_owned().into(),
        ])?;
        for name in &cause.names {
            out::spans(&[style.dim(format!("{:>8}", "")), out::escaped(name).into_owned().into()])?;
        }
        let more = cause.hosts - cause.names.len().min(cause.hosts);
        if shown.hosts && more > 0 {
            out::spans(&[style.dim(format!("{:>8}… and {} more", "", count(more)))])?;
        }
    }
    let left = happened.total - happened.causes.len().min(happened.total);
    let more = if left > 0 {
        format!("; {} more causes: --limit {}", count(left), shown.limit * 2)
    } else {
        String::new()
    };
    out::message(format!("{} changes on {} hosts{more}", count(happened.changes), count(happened.hosts)));
    if let Some(since) = happened.examined_since.as_deref().and_then(|at| Timestamp::parse(at).ok()) {
        out::message(format!("so much happened that only what came after {} was looked at", second(since)));
    }
    Ok(())
}
