//! `plumbline audit`, and what commands write to the audit log that change something.

use std::{path::PathBuf, process::ExitCode};

use audit::{Act, Audit};
use fleet::Fleet;
use ground::{Clock, OrgId, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    api::{self, Api, FLEET},
    cli::AuditShown,
    failure::{Failure, Result},
    moment, out, record,
    style::{Style, second},
};

/// Shows what people and tokens changed, newest first.
pub async fn run(config: Option<&PathBuf>, shown: &AuditShown) -> Result<ExitCode> {
    let style = Style::of_stdout();
    let (since, until) = moment::period(&shown.since, shown.until.as_deref(), Clock::system().now())?;
    let mut asked = vec![("from", since.to_string()), ("limit", shown.limit.to_string())];
    // What is done while this runs is shown too.
    asked.extend(shown.until.is_some().then(|| ("to", until.to_string())));
    asked.extend(shown.actor.iter().map(|actor| ("actor", actor.clone())));
    asked.extend(shown.operation.iter().map(|operation| ("operation", operation.clone())));
    let mut any = false;
    for api in apis(config, shown).await? {
        let page: Page = api.get(&format!("{FLEET}/audit"), asked.iter().cloned()).await?;
        for entry in page.entries {
            any = true;
            if shown.json {
                out::json(&entry)?;
                continue;
            }
            let entry: Entry = api::read_part(&entry)?;
            let status = entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let did = format!("  {} {}  {}  ", entry.service, entry.operation, entry.subject);
            let made = entry.made.map(|made| format!("made {made}  ")).unwrap_or_default();
            out::spans(&[
                style.dim(format!("{}  ", second(entry.at))),
                style.bold(out::escaped(&entry.actor)),
                format!(" ({}, {})", entry.actor_kind, entry.via).into(),
                out::escaped(&did).into_owned().into(),
                out::escaped(&made).into_owned().into(),
                style.dim(status),
            ])?;
        }
    }
    if !any && !shown.json {
        out::message("nothing was changed in this time; `--since 30d` looks further back");
    }
    Ok(ExitCode::SUCCESS)
}

/// Whom to ask. An organisation of which no host was ever heard may have tokens and channels.
async fn apis(config: Option<&PathBuf>, shown: &AuditShown) -> Result<Vec<Api>> {
    if shown.org.is_some() || api::is_of_server(&shown.source) {
        return api::open(config, &shown.source, shown.org.as_deref()).await;
    }
    let fleet = record::open(config, &shown.source.place).await?;
    let orgs = log(&fleet).orgs().await?;
    api::of_record(fleet, orgs)
}

#[derive(Deserialize)]
struct Page {
    entries: Vec<Box<RawValue>>,
}

/// What somebody did.
#[derive(Deserialize)]
struct Entry {
    #[serde(deserialize_with = "api::time")]
    at: Timestamp,
    actor: String,
    actor_kind: String,
    via: String,
    service: String,
    operation: String,
    subject: String,
    status: Option<u16>,
    made: Option<String>,
}

/// Does something that is written to the audit log before, and its outcome after; what turns out to have changed nothing
/// does not stay there.
pub async fn logged<T>(
    fleet: &Fleet,
    org: &OrgId,
    operation: &str,
    subject: &str,
    work: impl Future<Output = Result<T>>,
    has_changed: impl FnOnce(&T) -> bool,
) -> Result<T> {
    let log = log(fleet);
    let named = |name: &&str| std::env::var(name).ok().filter(|user| !user.is_empty());
    let user = ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(named);
    let act = Act {
        org: org.clone(),
        actor: user.unwrap_or_else(|| access::UNNAMED.to_owned()),
        actor_kind: "person",
        via: "command line",
        service: "plumbline",
        operation: operation.to_owned(),
        subject: subject.to_owned(),
        request_id: None,
    };
    let begun = log.begin(&act).await?;
    let done = work.await;
    let status = match &done {
        Ok(value) if has_changed(value) => 200,
        Ok(_) | Err(Failure::Usage(_)) => 400,
        // Whether it was done is not known.
        Err(_) => 500,
    };
    // What was done stays done, and its outcome is told.
    if let Err(error) = log.answered(begun, status, None).await {
        out::message(format!("the outcome is missing in the audit log: {error}"));
    }
    done
}

fn log(fleet: &Fleet) -> Audit {
    Audit::new(fleet.db().clone(), fleet.clock().clone())
}
