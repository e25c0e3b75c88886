//! What is owed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use ground::{Clock, Timestamp};
use store::{Db, Result, Tx};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    INSTALLATION, Mail, Notification,
    channel::{Channel, ChannelKind, Event, Fixed},
    channels,
    lane::{self, Item},
    notification::delivery_id,
};

/// The lane of e-mails to single persons.
const MAIL_LANE: &str = "mail";
/// The lane of the webhook in the settings, as no channel can be named.
pub(crate) const FIXED_WEBHOOK: &str = "settings/webhook";
/// Longest body of a notification; a longer one is cut for e-mail, and not sent at all as JSON.
const LONGEST_BODY: usize = 256 << 10;
/// For so long the channels of an organisation are not read anew when nobody in this process changed them.
const KEPT: Duration = Duration::from_secs(5);

/// Puts notifications in, and keeps channels. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue(pub(crate) Arc<Inner>);

type ChannelCache = BTreeMap<String, (Instant, Arc<Vec<Channel>>)>;

#[derive(Debug)]
pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub fixed: Fixed,
    /// So many notifications wait in a lane at most.
    pub room: i64,
    /// Something was put in by this process.
    pub woken: Notify,
    known: Mutex<ChannelCache>,
}

/// A place where something goes.
struct Destination {
    lane: String,
    kind: ChannelKind,
    address: String,
}

impl Queue {
    /// The queue in a database. `room` is how many notifications may wait for one destination.
    pub fn new(db: Db, clock: Clock, fixed: Fixed, room: u32) -> Self {
        let (woken, known) = (Notify::new(), Mutex::default());
        Self(Arc::new(Inner { db, clock, fixed, room: i64::from(room), woken, known }))
    }

    /// Whether anybody is told of such events in an organisation.
    pub async fn has_listeners(&self, org: &str, event: Event) -> Result<bool> {
        Ok(!self.places(org, event).await?.is_empty())
    }

    /// Owes notifications to everybody in an organisation who is told of such events. When it returns they are stored.
    pub async fn tell(&self, org: &str, notifications: &[Notification]) -> Result<()> {
        let mut lanes: BTreeMap<String, (ChannelKind, Vec<Item>)> = BTreeMap::new();
        let now = self.0.clock.now();
        for (at, notification) in notifications.iter().enumerate() {
            // They are delivered in their order.
            let behind = (notifications.len() - at) as i64;
            let written = Timestamp::from_micros(now.micros() - behind);
            for place in self.places(org, notification.event).await? {
                let item = item(org, notification, &place, written);
                lanes.entry(place.lane).or_insert_with(|| (place.kind, Vec::new())).1.push(item);
            }
        }
        if lanes.is_empty() {
            return Ok(());
        }
        let mut tx = self.0.db.begin().await?;
        // In the order of their names, so that two who do this do not wait for one another.
        for (name, (kind, items)) in &lanes {
            lane::put(&mut tx, (org, name), *kind, items, self.0.room, now).await?;
        }
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    /// Has whoever delivers in this process look now.
    pub fn wake(&self) {
        self.0.woken.notify_one();
    }

    /// What time it is for the queue.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The channels of an organisation, as they were a few seconds ago at the latest.
    async fn known(&self, org: &str) -> Result<Arc<Vec<Channel>>> {
        let known = self.lock().get(org).filter(|(at, _)| at.elapsed() < KEPT).cloned();
        if let Some((_, channels)) = known {
            return Ok(channels);
        }
        let channels = Arc::new(channels::read(&self.0.db, org).await?);
        self.lock().insert(org.to_owned(), (Instant::now(), channels.clone()));
        Ok(channels)
    }

    /// Forgets what was read of the channels of an organisation.
    pub(crate) fn forget(&self, org: &str) {
        self.lock().remove(org);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ChannelCache> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn places(&self, org: &str, event: Event) -> Result<Vec<Destination>> {
        let fixed = &self.0.fixed;
        let topics = fixed.topics.iter().filter(|(_, events)| events.contains(&event));
        let mut places: Vec<Destination> =
            topics.map(|(topic, _)| place(&format!("topic/{topic}"), ChannelKind::Kafka, topic)).collect();
        if fixed.events.contains(&event) {
            if fixed.webhook.is_some() {
                places.push(place(FIXED_WEBHOOK, ChannelKind::Webhook, ""));
            }
            places.extend(
                fixed.emails.iter().map(|to| place(&format!("settings/{to}"), ChannelKind::Email, to)),
            );
        }
        let channels = self.known(org).await?;
        let told = channels.iter().filter(|channel| channel.events.contains(&event));
        places.extend(told.map(|channel| place(&channel.name, channel.kind, "")));
        Ok(places)
    }

    /// Owes one channel a notification, whatever it is told of otherwise.
    pub(crate) async fn tell_channel(&self, org: &str, channel: &Channel, told: &Notification) -> Result<()> {
        let now = self.0.clock.now();
        let place = place(&channel.name, channel.kind, "");
        let mut tx = self.0.db.begin().await?;
        let item = item(org, told, &place, now);
        lane::put(&mut tx, (org, &place.lane), place.kind, &[item], self.0.room, now).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }
}

fn place(lane: &str, kind: ChannelKind, address: &str) -> Destination {
    Destination { lane: lane.to_owned(), kind, address: address.to_owned() }
}

fn item(org: &str, told: &Notification, place: &Destination, written: Timestamp) -> Item {
    let body = match place.kind {
        ChannelKind::Email => told.text.as_bytes()[..told.text.floor_char_boundary(LONGEST_BODY)].to_vec(),
        ChannelKind::Webhook | ChannelKind::Kafka => told.json.clone(),
    };
    Item {
        id: delivery_id(org, &told.key, &place.lane),
        kind: place.kind,
        address: place.address.clone(),
        event: told.event,
        copied: false,
        subject: told.subject.clone(),
        headers: String::new(),
        body,
        written,
        attempts: 0,
    }
}

/// Owes one e-mail to a person, of nobody's organisation; it goes out when the transaction is committed.
pub async fn mail(tx: &mut Tx, mail: &Mail, now: Timestamp) -> Result<()> {
    let headers: Vec<String> = mail.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let item = Item {
        id: Uuid::new_v4(),
        kind: ChannelKind::Email,
        address: mail.recipient.clone(),
        event: Event::Mail,
        copied: mail.copied,
        subject: mail.subject.clone(),
        headers: headers.join("\n"),
        body: mail.body.clone().into_bytes(),
        written: now,
        attempts: 0,
    };
    // Somebody waits for an answer that is worth more than the bound: what is refused for want of room can be sent again.
    lane::put(tx, (INSTALLATION, MAIL_LANE), ChannelKind::Email, &[item], MAIL_ROOM, now).await
}

/// So many e-mails to single persons wait at most.
const MAIL_ROOM: i64 = 100_000;
