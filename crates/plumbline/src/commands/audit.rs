//! `plumbline audit`, and what commands write to the audit log that change something.

use std::{path::PathBuf, process::ExitCode};

use audit::{Act, Audit, Query};
use fleet::Fleet;
use fleet_api::api::audit::EntryOut;
use ground::OrgId;

use crate::{
    cli::AuditShown,
    failure::{Failure, Result},
    moment, out, record,
    style::{Style, second},
};

/// Shows what people and tokens changed, newest first.
pub async fn run(config: Option<&PathBuf>, shown: &AuditShown) -> Result<ExitCode> {
    let fleet = record::open(config, &shown.place).await?;
    let (log, now, style) = (log(&fleet), fleet.clock().now(), Style::of_stdout());
    let usual = Query::default();
    let (since, until) = moment::period(&shown.since, shown.until.as_deref(), now)?;
    let query = Query {
        since,
        // What is done while this runs is shown too.
        before: (if shown.until.is_some() { until } else { usual.before.0 }, usual.before.1),
        actor: shown.actor.clone(),
        operation: shown.operation.clone(),
        limit: i64::from(shown.limit),
    };
    let orgs = match &shown.org {
        Some(_) => record::orgs(&fleet, shown.org.as_deref()).await?,
        // An organisation of which no host was ever heard may have tokens and channels.
        None => log.orgs().await?,
    };
    let mut any = false;
    for org in orgs {
        for entry in log.entries(&org, &query).await? {
            any = true;
            if shown.json {
                out::json(&EntryOut::from(entry))?;
                continue;
            }
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
