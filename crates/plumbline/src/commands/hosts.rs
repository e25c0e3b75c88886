//! `plumbline hosts`.

use std::{path::PathBuf, process::ExitCode};

use fleet::{Age, Condition, Fleet, HostQuery, Pattern, Scope, Staleness};
use ground::{OrgId, Timestamp};
use inventory::api::host_out::HostOut;

use crate::{
    app,
    cli::Place,
    data_folder,
    failure::{Failure, Result},
    out,
};

/// How many hosts are read at a time.
const STEP: i64 = 1_000;

/// Lists the hosts that are not culled, newest first.
pub async fn run(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<&str>,
    display_name: Option<&str>,
    json: bool,
) -> Result<ExitCode> {
    let settings = app::settings(config, &app::place_flags(place))?;
    let url = if let Some(url) = settings.database.location() {
        url.expose().to_owned()
    } else {
        let path = app::data_path(place)?;
        if !data_folder::exists(&path) {
            return Err(Failure::Usage(format!(
                "there is no data in {0} yet; take in reports with `plumbline ingest FILE.jsonl --data {0}`, or name another folder",
                path.display()
            )));
        }
        data_folder::database_url(&path)
    };
    let fleet = app::fleet(app::open_current(&url, &settings).await?, &settings);
    let orgs = match org {
        Some(org) => vec![OrgId::parse(org).map_err(|error| Failure::Usage(format!("--org: {error}")))?],
        None => fleet.orgs().await?,
    };
    let now = fleet.clock().now();
    let mut shown = 0;
    for org in orgs {
        let mut query = HostQuery::new(Scope::of(org), fleet.staleness(), now).with(Condition::NotCulled);
        if let Some(text) = display_name {
            query = query.with(Condition::DisplayName(Pattern::containing(text)));
        }
        shown += list(&fleet, query, json).await?;
    }
    if shown == 0 && !json {
        eprintln!("no hosts match; `plumbline ingest FILE.jsonl` takes in reports");
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(fleet: &Fleet, mut query: HostQuery, json: bool) -> Result<usize> {
    query.limit = STEP;
    let mut shown = 0;
    loop {
        let page = fleet.list(&query).await?;
        for row in &page.hosts {
            if json {
                let shown = HostOut::new(&row.host, query.staleness, None);
                let line = serde_json::to_string(&shown);
                out::line(line.map_err(|error| Failure::Trouble(error.to_string()))?)?;
            } else {
                let os = profile_os(&row.facts);
                out::line(format!(
                    "{}  {:<12} {:<14} {}",
                    row.host.id,
                    age(row.host.times.last_check_in, query.staleness, query.now),
                    os,
                    row.host.display_name
                ))?;
            }
        }
        shown += page.hosts.len();
        query.offset += STEP;
        if query.offset >= page.total {
            return Ok(shown);
        }
    }
}

/// The OS and its version: `RHEL 8.6`.
fn profile_os(facts: &serde_json::Map<String, serde_json::Value>) -> String {
    let os = facts.get("operating_system");
    let part = |name: &str| os.and_then(|os| os.get(name));
    let number = |name: &str| part(name).map(ToString::to_string).unwrap_or_default();
    part("name")
        .and_then(serde_json::Value::as_str)
        .map_or_else(|| "-".to_owned(), |name| format!("{name} {}.{}", number("major"), number("minor")))
}

fn age(last: Timestamp, staleness: Staleness, now: Timestamp) -> &'static str {
    let age = if now < last.plus_seconds(staleness.stale) {
        Age::Fresh
    } else if now < last.plus_seconds(staleness.warning) {
        Age::Stale
    } else {
        Age::StaleWarning
    };
    match age {
        Age::Fresh => "fresh",
        Age::Stale => "stale",
        Age::StaleWarning => "stale warning",
    }
}
