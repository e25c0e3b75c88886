//! The channels of an organisation.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ground::Timestamp;
use store::{Db, Result, Row, Sql};
use uuid::Uuid;

use crate::{
    Notification,
    channel::{BadChannel, Channel, ChannelKind, Event},
    lane,
    queue::Queue,
    statements as statement,
};

/// So many channels an organisation may have.
pub const MOST_CHANNELS: i64 = 20;

/// What became of a channel that was to be kept.
#[derive(Debug)]
pub enum Saved {
    /// It is kept, with its secret.
    Yes {
        /// The channel.
        channel: Channel,
        /// Whether its secret was made by this program just now: whoever made the channel is told it once.
        new_secret: bool,
    },
    /// It cannot be a channel.
    Bad(BadChannel),
}

/// A destination, and how it goes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelStatus {
    /// The name of the channel, or of a destination in the settings.
    pub lane: String,
    /// Failures in a row.
    pub failures: i64,
    /// Why the last attempt failed.
    pub reason: Option<String>,
    /// How many notifications wait.
    pub waiting: i64,
    /// How many were given up.
    pub dead: i64,
}

pub(crate) async fn read(db: &Db, org: &str) -> Result<Vec<Channel>> {
    let read = |row: &Row| {
        let events: String = row.get(4)?;
        Ok(Channel {
            name: row.get(0)?,
            kind: lane::kind(&row.get::<String>(1)?)?,
            address: row.get(2)?,
            secret: row.get(3)?,
            events: events.split(',').map(lane::event).collect::<Result<_>>()?,
            created: Timestamp::from_micros(row.get(5)?),
            updated: Timestamp::from_micros(row.get(6)?),
        })
    };
    db.read(Sql::new(statement::CHANNELS).bind(org)).await?.iter().map(read).collect()
}

impl Queue {
    /// The channels of an organisation by name.
    pub async fn channels(&self, org: &str) -> Result<Vec<Channel>> {
        read(&self.0.db, org).await
    }

    /// How it goes with the destinations of an organisation.
    pub async fn statuses(&self, org: &str) -> Result<Vec<ChannelStatus>> {
        let read = |row: &Row| {
            Ok(ChannelStatus {
                lane: row.get(0)?,
                failures: row.get(1)?,
                reason: row.get(2)?,
                waiting: row.get(3)?,
                dead: row.get(4)?,
            })
        };
        self.0.db.read(Sql::new(statement::LANES).bind(org)).await?.iter().map(read).collect()
    }

    /// Makes a channel or changes it. A webhook without a secret keeps the one that it has, or gets a new one.
    pub async fn save_channel(
        &self,
        org: &str,
        name: &str,
        kind: ChannelKind,
        address: &str,
        secret: Option<&str>,
        mut events: Vec<Event>,
    ) -> Result<Saved> {
        events.sort_unstable();
        events.dedup();
        let now = self.0.clock.now();
        let before = self.channels(org).await?.into_iter().find(|channel| channel.name == name);
        let kept = before.as_ref().map(|channel| channel.secret.clone()).filter(|secret| !secret.is_empty());
        let is_new = kind == ChannelKind::Webhook && secret.is_none() && kept.is_none();
        let secret = match (kind, secret) {
            (ChannelKind::Webhook, Some(secret)) => secret.to_owned(),
            (ChannelKind::Webhook, None) => kept.unwrap_or_else(new_secret),
            _ => String::new(),
        };
        let created = before.map_or(now, |channel| channel.created);
        let (name, address) = (name.to_owned(), address.to_owned());
        let channel = Channel { name, kind, address, secret, events, created, updated: now };
        if let Err(bad) = channel.check() {
            return Ok(Saved::Bad(bad));
        }
        let mut tx = self.0.db.begin().await?;
        let events: Vec<&str> = channel.events.iter().map(|event| event.name()).collect();
        let save = Sql::new(statement::SAVE_CHANNEL).bind(org).bind(&channel.name).bind(kind.name());
        tx.execute(save.bind(&channel.address).bind(&channel.secret).bind(events.join(",")).bind(now))
            .await?;
        // Looked at after the write, which no other writer of this channel overtakes.
        let others = Sql::new(statement::COUNT_OTHER_CHANNELS).bind(org).bind(&channel.name);
        let others: i64 = tx.fetch_one(others).await?.map_or(Ok(0), |row| row.get(0))?;
        if others >= MOST_CHANNELS {
            let most = format!("an organisation has at most {MOST_CHANNELS} channels: remove one first");
            return Ok(Saved::Bad(BadChannel(most)));
        }
        tx.commit().await?;
        self.forget(org);
        Ok(Saved::Yes { channel, new_secret: is_new })
    }

    /// Removes a channel; `false` when there is none. What waits for it is given up at the next attempt.
    pub async fn remove_channel(&self, org: &str, name: &str) -> Result<bool> {
        let removed = self.0.db.execute(Sql::new(statement::REMOVE_CHANNEL).bind(org).bind(name)).await?;
        self.forget(org);
        Ok(removed > 0)
    }

    /// Owes a channel a notification that says that it works; `false` when there is no such channel.
    pub async fn test_channel(&self, org: &str, name: &str) -> Result<bool> {
        let channels = self.channels(org).await?;
        let Some(channel) = channels.iter().find(|channel| channel.name == name) else { return Ok(false) };
        let told = Notification {
            event: Event::Test,
            key: Uuid::new_v4().to_string(),
            subject: "Plumbline: a test".to_owned(),
            text: format!("The channel \"{name}\" works.\n"),
            json: br#"{"event_type": "test"}"#.to_vec(),
        };
        self.tell_channel(org, channel, &told).await?;
        Ok(true)
    }
}

/// 192 random bits as the standard writes secrets.
fn new_secret() -> String {
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    let random: Vec<u8> = one.as_bytes().iter().chain(other.as_bytes()).copied().collect();
    let digest = blake3::hash(&random);
    format!("whsec_{}", BASE64_STANDARD.encode(&digest.as_bytes()[..24]))
}
