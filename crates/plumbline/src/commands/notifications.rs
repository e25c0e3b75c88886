//! `plumbline notifications`.

use std::{path::PathBuf, process::ExitCode};

use ground::Clock;
use notify::{Fixed, Queue};
use serde_json::json;

use crate::{
    cli::{NotificationsCommand, Place},
    failure::Result,
    out, record,
    style::{Style, second},
};

/// Does what was asked for.
pub async fn run(config: Option<&PathBuf>, command: NotificationsCommand) -> Result<ExitCode> {
    match command {
        NotificationsCommand::Channels { place, org, json } => {
            let fleet = record::open(config, &place).await?;
            let queue = queue(&fleet);
            for org in record::orgs(&fleet, org.as_deref()).await? {
                channels(&queue, org.as_str(), json).await?;
            }
        }
        NotificationsCommand::DeadLetters { place, org, limit, json } => {
            let (queue, orgs) = of_orgs(config, &place, org).await?;
            for org in orgs {
                dead_letters(&queue, &org, limit, json).await?;
            }
        }
        NotificationsCommand::Resend { ids, all, place, org, json } => {
            let (queue, orgs) = of_orgs(config, &place, org).await?;
            let mut resent = 0;
            for org in orgs {
                resent += queue.resend(&org, (!all).then_some(&ids[..])).await?;
            }
            if json {
                out::json(&json!({ "resent": resent }))?;
            } else {
                out::line(format!("{resent} notifications are sent again"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The queue, and the organisations with dead letters, or the one that was named.
async fn of_orgs(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<String>,
) -> Result<(Queue, Vec<String>)> {
    let queue = queue(&record::open(config, place).await?);
    let orgs = match org {
        Some(org) => vec![org],
        None => queue.dead_orgs().await?,
    };
    Ok((queue, orgs))
}

fn queue(fleet: &fleet::Fleet) -> Queue {
    Queue::new(fleet.db().clone(), Clock::system(), Fixed::default(), 0)
}

async fn channels(queue: &Queue, org: &str, json: bool) -> Result<()> {
    let style = Style::of_stdout();
    let statuses = queue.statuses(org).await?;
    for channel in queue.channels(org).await? {
        let events: Vec<&str> = channel.events.iter().map(|event| event.name()).collect();
        let status = statuses.iter().find(|status| status.lane == channel.name);
        let (waiting, dead) = status.map_or((0, 0), |status| (status.waiting, status.dead));
        let reason = status.and_then(|status| status.reason.as_deref());
        if json {
            out::json(
                &json!({"org_id": org, "name": channel.name, "kind": channel.kind.name(), "address": channel.address,
                "events": events, "waiting": waiting, "dead": dead, "reason": reason}),
            )?;
            continue;
        }
        let told = format!(
            "  {} {}  {}  {waiting} wait, {dead} given up",
            channel.kind,
            channel.address,
            events.join(",")
        );
        let mut spans = vec![style.bold(&channel.name), told.into()];
        spans.extend(reason.map(|reason| style.red(format!("  {reason}"))));
        out::spans(&spans)?;
    }
    Ok(())
}

async fn dead_letters(queue: &Queue, org: &str, limit: i64, json: bool) -> Result<()> {
    let style = Style::of_stdout();
    let (letters, total) = queue.dead_letters(org, None, limit).await?;
    for letter in &letters {
        if json {
            out::json(
                &json!({"id": letter.id, "org_id": org, "channel": letter.lane, "kind": letter.kind.name(),
                "event": letter.event.name(), "subject": letter.subject, "written": letter.written.to_string(),
                "given_up": letter.dead.to_string(), "attempts": letter.attempts, "reason": letter.reason}),
            )?;
            continue;
        }
        let about = format!("  {} {}  {}  ", second(letter.dead), letter.lane, letter.subject);
        out::spans(&[style.dim(letter.id.to_string()), about.into(), style.red(&letter.reason)])?;
    }
    if !json && total > letters.len() as i64 {
        out::line(format!("… and {} more", total - letters.len() as i64))?;
    }
    Ok(())
}
