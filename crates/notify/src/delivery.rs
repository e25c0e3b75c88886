//! Takes notifications out of the queue and delivers them.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use bus::{Message, Publisher};
use futures::{StreamExt as _, stream, stream::FuturesUnordered};
use ground::{Stop, Timestamp};
use store::Result;
use uuid::Uuid;

use crate::{
    MailServer, Queue, Webhooks, backoff,
    channel::ChannelKind,
    lane::{self, Fate, Item, Lane, Left},
    queue::FIXED_WEBHOOK,
};

/// What other processes put in is looked for so often.
const PAUSE: Duration = Duration::from_millis(500);
/// The wait after a failure of the database.
const AGAIN_IN: Duration = Duration::from_secs(2);
/// So many notifications of a lane are tried before it is left.
const BATCH: i64 = 100;
/// So many lanes are worked on at a time.
const LANES: usize = 32;
/// And so many of one organisation.
const LANES_OF_ORG: usize = 4;
/// So many due lanes are looked at.
const LOOKED_AT: i64 = 1_000;
/// So many calls of one webhook are under way at a time.
const CALLS: usize = 8;
/// Longest time of a send to brokers.
const BROKERS: Duration = Duration::from_secs(30);
/// After so long no further notification of a batch is tried.
const LONGEST_BATCH: Duration = Duration::from_mins(1);
/// For how long, in seconds, a process that died keeps others from a lane: longer than a batch with its last attempt takes.
const TERM: i64 = 120;

/// How notifications go out.
#[derive(Debug, Clone)]
pub struct Senders {
    /// Webhooks.
    pub webhooks: Webhooks,
    /// E-mail.
    pub mail: MailServer,
    /// Topics; nothing where there are no brokers: what is for topics is left to processes that have some.
    pub publisher: Option<Publisher>,
}

/// Delivers what is owed. Cheap to clone. Several processes may do so at once.
#[derive(Debug, Clone)]
pub struct Delivery {
    queue: Queue,
    senders: Senders,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The other side has it.
    Delivered,
    /// It may work later.
    Later(String),
    /// It never will.
    Never(String),
    /// Another one failed before, or there was no time left.
    Untried,
}

impl Delivery {
    /// Delivers what stands in a queue.
    pub const fn new(queue: Queue, senders: Senders) -> Self {
        Self { queue, senders }
    }

    /// Delivers until told to stop; what is under way is finished first.
    pub async fn run(&self, mut stop: Stop) {
        while !stop.is_asked() {
            let pause = match self.send_due(&stop).await {
                Ok(_) => PAUSE,
                Err(error) => {
                    tracing::warn!(%error, "notifications cannot be read, trying again");
                    AGAIN_IN
                }
            };
            tokio::select! {
                () = stop.asked() => {}
                () = self.queue.0.woken.notified(), if pause == PAUSE => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Delivers until nothing is due, or told to stop; tells how many were delivered.
    pub async fn send_due(&self, stop: &Stop) -> Result<usize> {
        let (mut delivered, mut orgs) = (0, BTreeMap::<String, usize>::new());
        let mut working = FuturesUnordered::new();
        let mut failed = None;
        loop {
            // Lanes are added while others are worked on: one that hangs holds up nobody.
            let mut added = false;
            if !stop.is_asked() && failed.is_none() && working.len() < LANES {
                for lane in self.due().await? {
                    let of_org = orgs.entry(lane.org.clone()).or_default();
                    if working.len() >= LANES || *of_org >= LANES_OF_ORG {
                        continue;
                    }
                    *of_org += 1;
                    added = true;
                    let org = lane.org.clone();
                    working.push(async move { (org, self.work(lane).await) });
                }
            }
            if working.is_empty() {
                return failed.map_or(Ok(delivered), Err);
            }
            tokio::select! {
                Some((org, done)) = working.next() => {
                    if let Some(of_org) = orgs.get_mut(&org) {
                        *of_org -= 1;
                    }
                    match done {
                        Ok(sent) => delivered += sent,
                        Err(error) => failed = Some(error),
                    }
                }
                () = self.queue.0.woken.notified(), if !added => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn due(&self) -> Result<Vec<Lane>> {
        let parts = &self.queue.0;
        lane::due(&parts.db, parts.clock.now(), self.senders.publisher.is_some(), LOOKED_AT).await
    }

    /// Works on a lane once; tells how many notifications were delivered.
    async fn work(&self, mut lane: Lane) -> Result<usize> {
        let (db, clock) = (&self.queue.0.db, &self.queue.0.clock);
        let now = clock.now();
        if !lane.take(db, now, now.plus_seconds(TERM)).await? {
            return Ok(0);
        }
        let items = lane.items(db, now, BATCH).await?;
        let attempts = self.attempt(&lane, &items).await?;
        let now = clock.now();
        let mut left = Left { failures: 0, reason: None, not_before: now };
        let mut fates: Vec<(Uuid, Fate)> = Vec::with_capacity(items.len());
        let mut delivered = 0;
        for (item, attempt) in items.iter().zip(attempts) {
            let fate = match attempt {
                Attempt::Untried => continue,
                Attempt::Delivered => {
                    delivered += 1;
                    Fate::Delivered
                }
                Attempt::Later(reason) => {
                    tracing::warn!(
                        reason,
                        org = lane.org,
                        lane = lane.name,
                        "a notification was not delivered"
                    );
                    left.reason = Some(reason.clone());
                    match backoff::next_attempt(item.written, now, item.attempts + 1) {
                        Some(next) => Fate::Again(next, reason),
                        None => Fate::Dead(reason),
                    }
                }
                Attempt::Never(reason) => Fate::Dead(reason),
            };
            if let Fate::Dead(reason) = &fate {
                tracing::error!(
                    reason,
                    org = lane.org,
                    lane = lane.name,
                    subject = item.subject,
                    "a notification is given up"
                );
                metrics::counter!("notifications_dead_total", "kind" => lane.kind.name()).increment(1);
            }
            fates.push((item.id, fate));
        }
        if left.reason.is_some() {
            left.failures = if delivered > 0 { 1 } else { lane.failures + 1 };
            left.not_before = backoff::pause(now, left.failures);
            metrics::counter!("notifications_failures_total", "kind" => lane.kind.name()).increment(1);
        }
        metrics::counter!("notifications_delivered_total", "kind" => lane.kind.name())
            .increment(delivered as u64);
        lane.leave(db, &fates, left, now).await?;
        Ok(delivered)
    }

    /// Tries each; none any more after one that may work later.
    async fn attempt(&self, lane: &Lane, items: &[Item]) -> Result<Vec<Attempt>> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        if lane.kind == ChannelKind::Kafka {
            return Ok(self.publish(items).await);
        }
        let destination = self.destination(lane).await?;
        let (failed, begun) = (AtomicBool::new(false), Instant::now());
        let now = self.queue.0.clock.now();
        let tries: Vec<_> = items
            .iter()
            .map(|item| self.unless_failed(item, destination.as_ref(), now, (&failed, begun)))
            .collect();
        // A mail server is given one e-mail at a time.
        let at_once = if lane.kind == ChannelKind::Webhook { CALLS } else { 1 };
        Ok(stream::iter(tries).buffered(at_once).collect().await)
    }

    async fn unless_failed(
        &self,
        item: &Item,
        destination: Option<&(String, String)>,
        now: Timestamp,
        (failed, begun): (&AtomicBool, Instant),
    ) -> Attempt {
        if failed.load(Ordering::Relaxed) || begun.elapsed() > LONGEST_BATCH {
            return Attempt::Untried;
        }
        let attempt = self.one(item, destination, now).await;
        failed.fetch_or(matches!(attempt, Attempt::Later(_)), Ordering::Relaxed);
        attempt
    }

    async fn one(&self, item: &Item, destination: Option<&(String, String)>, now: Timestamp) -> Attempt {
        let gone = || Attempt::Never("there is no such channel any more".to_owned());
        match (item.kind, destination) {
            (ChannelKind::Webhook, Some((url, secret))) => {
                self.senders.webhooks.send(item.id, (url, secret), item.event.name(), &item.body, now).await
            }
            (ChannelKind::Email, _) if !item.address.is_empty() => {
                self.senders.mail.send(item, &item.address).await
            }
            (ChannelKind::Email, Some((to, _))) => self.senders.mail.send(item, to).await,
            _ => gone(),
        }
    }

    /// Where a lane leads: an address and a secret.
    async fn destination(&self, lane: &Lane) -> Result<Option<(String, String)>> {
        if lane.name == FIXED_WEBHOOK {
            return Ok(self.queue.0.fixed.webhook.clone());
        }
        let channels = self.queue.channels(&lane.org).await?;
        let found =
            channels.into_iter().find(|channel| channel.name == lane.name && channel.kind == lane.kind);
        Ok(found.map(|channel| (channel.address, channel.secret)))
    }

    async fn publish(&self, items: &[Item]) -> Vec<Attempt> {
        let Some(publisher) = &self.senders.publisher else { return vec![Attempt::Untried; items.len()] };
        let message = |item: &Item| {
            let message = Message::new(item.address.as_str(), item.body.clone());
            message.with_header("webhook-id", item.id.to_string())
        };
        let messages: Vec<Message> = items.iter().map(message).collect();
        match tokio::time::timeout(BROKERS, publisher.send_all(&messages)).await {
            Ok(Ok(())) => vec![Attempt::Delivered; items.len()],
            Ok(Err(error)) => {
                let mut attempts = vec![Attempt::Delivered; items.len()];
                for at in &error.failed {
                    let reason = error.reason.clone();
                    let is_hopeless = error.too_large && items.len() == 1;
                    attempts[*at] = if is_hopeless { Attempt::Never(reason) } else { Attempt::Later(reason) };
                }
                attempts
            }
            Err(_) => {
                publisher.abandon();
                vec![Attempt::Later("the brokers do not answer".to_owned()); items.len()]
            }
        }
    }
}
