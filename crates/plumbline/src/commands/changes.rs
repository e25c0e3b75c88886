//! `plumbline changes`.

use std::{path::PathBuf, process::ExitCode};

use fleet::Scope;
use fleet_api::{
    api::causes::CausesOut,
    causes::{Asked, Causes, Happened, text},
};
use ground::Timestamp;

use crate::{
    cli::ChangesShown,
    failure::Result,
    moment, out, record,
    style::{Style, ago, count, second},
};

const DAY: i64 = 86_400;

/// Shows what changed, where, and on how many hosts.
pub async fn run(config: Option<&PathBuf>, shown: &ChangesShown) -> Result<ExitCode> {
    let fleet = record::open(config, &shown.place).await?;
    let now = fleet.clock().now();
    let (from, to) = moment::period(&shown.since, shown.until.as_deref(), now)?;
    let causes = Causes::default();
    for org in record::orgs(&fleet, shown.org.as_deref()).await? {
        let asked = Asked {
            scope: Scope::of(org.clone()),
            from,
            to,
            open_end: shown.until.is_none(),
            bin_seconds: if to.micros() - from.micros() > 3 * DAY * 1_000_000 { DAY } else { 3_600 },
            sections: shown.section.clone(),
            search: shown.text.clone(),
            groups: shown.group.clone(),
        };
        let happened = causes.happened(&fleet, &asked).await?;
        if shown.json {
            out::json(&CausesOut::new(&happened, &asked, shown.limit as usize))?;
        } else {
            table(&happened, shown, now)?;
        }
    }
    Ok(ExitCode::SUCCESS)
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
    for counted in happened.causes.iter().take(shown.limit as usize) {
        let hits = || counted.rows.iter().map(|row| &happened.hits[*row as usize]);
        let last = hits().map(|hit| hit.at).max().unwrap_or(now);
        let section = counted.item.section.replace('_', " ");
        out::spans(&[
            style.bold(format!("{:>6}", counted.hosts)),
            style.dim(format!("  {:<9}  {section:<20}  ", ago(last, now))),
            out::escaped(&text(&counted.item)).into_owned().into(),
        ])?;
        if shown.hosts {
            let mut names: Vec<&str> = hits().map(|hit| hit.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                out::spans(&[style.dim(format!("{:>8}", "")), out::escaped(name).into_owned().into()])?;
            }
        }
    }
    let left = happened.causes.len().saturating_sub(shown.limit as usize);
    let more = if left > 0 {
        format!("; {} more causes: --limit {}", count(left), shown.limit * 2)
    } else {
        String::new()
    };
    out::message(format!("{} changes on {} hosts{more}", count(happened.hits.len()), count(happened.hosts)));
    if let Some(since) = happened.examined_since {
        out::message(format!("so much happened that only what came after {} was looked at", second(since)));
    }
    Ok(())
}
