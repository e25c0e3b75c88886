//! `plumbline notifications`.

use std::{path::PathBuf, process::ExitCode};

use fleet::Fleet;
use ground::{OrgId, Timestamp};
use notify::{Fixed, Queue};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use uuid::Uuid;

use crate::{
    api::{self, Api, NOTIFICATIONS},
    cli::{NotificationsCommand, Source},
    failure::Result,
    out, record,
    style::{Style, second},
};

/// So many dead letters are asked for at once: as many as the API gives.
const PAGE: usize = 1_000;

/// Does what was asked for.
pub async fn run(config: Option<&PathBuf>, command: NotificationsCommand) -> Result<ExitCode> {
    match command {
        NotificationsCommand::Channels { source, org, json } => {
            for api in api::open(config, &source, org.as_deref()).await? {
                channels(&api, json).await?;
            }
        }
        NotificationsCommand::DeadLetters { source, org, limit, json } => {
            for api in with_dead_letters(config, &source, org.as_deref()).await? {
                dead_letters(&api, limit, json).await?;
            }
        }
        NotificationsCommand::Resend { ids, all, place, org, json } => {
            let queue = queue(&record::open(config, &place).await?);
            let orgs = match org {
                Some(org) => vec![org],
                None => queue.dead_orgs().await?,
            };
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

fn queue(fleet: &Fleet) -> Queue {
    Queue::new(fleet.db().clone(), fleet.clock().clone(), Fixed::default(), 0)
}

/// Whom to ask for dead letters. Here also organisations of which no host was ever heard, and the one that e-mails to single
/// persons belong to.
async fn with_dead_letters(config: Option<&PathBuf>, source: &Source, org: Option<&str>) -> Result<Vec<Api>> {
    if org.is_some() || api::is_of_server(source) {
        return api::open(config, source, org).await;
    }
    let fleet = record::open(config, &source.place).await?;
    let orgs = queue(&fleet).dead_orgs().await?;
    api::of_record(fleet, orgs.iter().filter_map(|org| OrgId::parse(org).ok()).collect())
}

#[derive(Deserialize)]
struct Channels {
    channels: Vec<Box<RawValue>>,
}

/// A channel, as far as it is shown.
#[derive(Deserialize)]
struct Channel {
    name: String,
    kind: String,
    address: String,
    events: Vec<String>,
    waiting: i64,
    dead: i64,
    reason: Option<String>,
}

async fn channels(api: &Api, json: bool) -> Result<()> {
    let style = Style::of_stdout();
    let list: Channels = api.get(&format!("{NOTIFICATIONS}/channels"), []).await?;
    for item in &list.channels {
        if json {
            out::json(item)?;
            continue;
        }
        let Channel { name, kind, address, events, waiting, dead, reason } = api::read_part(item)?;
        let told = format!("  {kind} {address}  {}  {waiting} wait, {dead} given up", events.join(","));
        let mut spans = vec![style.bold(out::escaped(&name)), out::escaped(&told).into_owned().into()];
        spans.extend(reason.map(|reason| style.red(format!("  {}", out::escaped(&reason)))));
        out::spans(&spans)?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct DeadLetterPage {
    total: usize,
    dead_letters: Vec<Box<RawValue>>,
    next: Option<String>,
}

/// A notification that was given up, as far as it is shown.
#[derive(Deserialize)]
struct DeadLetter {
    id: Uuid,
    channel: String,
    subject: String,
    #[serde(deserialize_with = "api::time")]
    given_up: Timestamp,
    reason: String,
}

async fn dead_letters(api: &Api, limit: i64, json: bool) -> Result<()> {
    let (style, limit) = (Style::of_stdout(), limit as usize);
    let (mut shown, mut cursor) = (0, None);
    loop {
        let mut query = vec![("limit", PAGE.min(limit - shown).to_string())];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let page: DeadLetterPage = api.get(&format!("{NOTIFICATIONS}/dead-letters"), query).await?;
        for item in &page.dead_letters {
            if json {
                out::json(item)?;
                continue;
            }
            let DeadLetter { id, channel, subject, given_up, reason } = api::read_part(item)?;
            let about = format!("  {} {channel}  {subject}  ", second(given_up));
            out::spans(&[
                style.dim(id.to_string()),
                out::escaped(&about).into_owned().into(),
                style.red(out::escaped(&reason)),
            ])?;
        }
        shown += page.dead_letters.len();
        cursor = page.next;
        if cursor.is_none() || shown >= limit {
            if !json && page.total > shown {
                out::message(format!("… and {} more; `--limit` shows more of them", page.total - shown));
            }
            return Ok(());
        }
    }
}
