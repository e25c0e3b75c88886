//! `plumbline causes`.

use std::{path::PathBuf, process::ExitCode};

use drift::{
    causes::{Causes, MOST_RULES},
    rules::causes::{Rule, RuleKind},
};
use ground::{Clock, Timestamp};
use notify::{Fixed, Queue};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    api::{self, FLEET},
    cli::{CausesCommand, CausesList, Place, Source},
    failure::{Failure, Result},
    moment, out, record,
    style::{Style, ago, second},
};

/// So many causes, or hosts, are asked for at once: as many as the API gives.
const PAGE: i64 = 1_000;

/// Lists causes of drift, or does what was asked for; ends with 1 when something is behind our back, as `compare` does on drift.
pub async fn run(
    config: Option<&PathBuf>,
    source: &Source,
    list: &CausesList,
    command: Option<CausesCommand>,
) -> Result<ExitCode> {
    match command {
        None => return show(config, source, list).await,
        Some(CausesCommand::Hosts { cause, source, org, limit, json }) => {
            for api in api::open(config, &source, org.as_deref()).await? {
                hosts(&api, cause, limit, json).await?;
            }
        }
        Some(CausesCommand::Ignore { fact, until, reason, place, org }) => {
            ignore(config, &place, org.as_deref(), fact, &until, reason).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct CausesPage {
    total: u64,
    causes: Vec<Box<RawValue>>,
}

/// A cause, as far as it is shown.
#[derive(Deserialize)]
struct Cause {
    id: Uuid,
    headline: String,
    side: String,
    baseline_name: String,
    #[serde(deserialize_with = "api::time")]
    opened: Timestamp,
    ignored_by: Option<String>,
}

async fn show(config: Option<&PathBuf>, source: &Source, asked: &CausesList) -> Result<ExitCode> {
    let (style, now) = (Style::of_stdout(), Clock::system().now());
    let state = if asked.all { "all" } else { "open" };
    let query =
        [("state", state.to_owned()), ("ignored", asked.all.to_string()), ("limit", PAGE.to_string())];
    let mut behind = false;
    for api in api::open(config, source, asked.org.as_deref()).await? {
        let page: CausesPage = api.get(&format!("{FLEET}/causes"), query.iter().cloned()).await?;
        for text in &page.causes {
            let cause: Cause = api::read_part(text)?;
            let side = match (&cause.ignored_by, cause.side.as_str()) {
                (Some(reason), _) => style.dim(format!("ignored: {}", out::escaped(reason))),
                (None, "behind") => {
                    behind = true;
                    style.red("behind our back")
                }
                (None, _) => style.green("ours"),
            };
            if asked.json {
                out::json(text)?;
                continue;
            }
            let about = format!("  {}, {}  ", cause.baseline_name, ago(cause.opened, now));
            out::spans(&[
                style.bold(out::escaped(&cause.headline)),
                out::escaped(&about).into_owned().into(),
                side,
                "  ".into(),
                style.dim(cause.id.to_string()),
            ])?;
        }
        let left = page.total.saturating_sub(page.causes.len() as u64);
        if left > 0 {
            out::message(format!("… and {left} more, opened before these"));
        }
    }
    Ok(if behind { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

#[derive(Deserialize)]
struct HostsPage {
    hosts: Vec<Box<RawValue>>,
}

/// A host behind a cause.
#[derive(Deserialize)]
struct Host {
    id: Uuid,
    display_name: Option<String>,
    #[serde(deserialize_with = "api::time")]
    since: Timestamp,
    planned: bool,
}

async fn hosts(api: &api::Api, cause: Uuid, limit: i64, json: bool) -> Result<()> {
    let style = Style::of_stdout();
    let path = format!("{FLEET}/causes/{cause}/hosts");
    let mut offset = 0;
    while offset < limit {
        let most = PAGE.min(limit - offset);
        let page: HostsPage =
            api.get(&path, [("limit", most.to_string()), ("offset", offset.to_string())]).await?;
        for text in &page.hosts {
            if json {
                out::json(text)?;
                continue;
            }
            let host: Host = api::read_part(text)?;
            let name = host.display_name.unwrap_or_default();
            let side = if host.planned { "" } else { "  not planned" };
            let about = format!("  {}{side}", second(host.since));
            out::spans(&[
                style.bold(out::escaped(&name)),
                about.into(),
                "  ".into(),
                style.dim(host.id.to_string()),
            ])?;
        }
        if (page.hosts.len() as i64) < most {
            break;
        }
        offset += most;
    }
    Ok(())
}

async fn ignore(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<&str>,
    pattern: String,
    until: &str,
    reason: String,
) -> Result<()> {
    let fleet = record::open(config, place).await?;
    let org = record::one_org(&fleet, org).await?;
    let (db, clock) = (fleet.db().clone(), fleet.clock().clone());
    let now = clock.now();
    let queue = Queue::new(db.clone(), clock.clone(), Fixed::default(), 0);
    let causes = Causes { db, clock, queue, settle: 0, bundle: String::new() };
    let day = Timestamp::parse(&format!("{until}T23:59:59Z"));
    let ends = day.or_else(|_| moment::read("--until", until, now))?;
    let rule = Rule {
        id: Uuid::new_v4(),
        kind: RuleKind::Ignore,
        baseline: None,
        pattern,
        value: None,
        begins: now,
        ends: Some(ends),
        reason,
        author: "command line".to_owned(),
    };
    rule.check().map_err(Failure::Usage)?;
    if !causes.add_rule(org.as_str(), &rule).await? {
        let most = format!(
            "there are {MOST_RULES} rules already: remove some first, with DELETE /api/fleet/v1/causes/rules/ID"
        );
        return Err(Failure::Usage(most));
    }
    out::line(format!("changes of `{}` are ignored until {}", rule.pattern, second(ends)))
}
