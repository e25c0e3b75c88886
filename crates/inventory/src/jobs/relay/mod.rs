//! Rows of the log out as events and notifications: at least once, and in order for each host.

mod messages;
mod topic;

use std::{collections::HashMap, time::Duration};

use bus::Publisher;
use fleet::{Fleet, FollowerLag};
use ground::{OrgId, Stop};
use tokio::time::{Instant, timeout};
use uuid::Uuid;
use web::{Health, RoleHealth};

use self::messages::Step;
pub use self::topic::RelayTopic;
use super::{Ended, publish::deliver, published::begin_published};
use crate::messages::{events::Events, notifications::Notifications, payload_tracker::PayloadTracker};

/// Rows that are published between two notes of the position.
const STEP_ROWS: i64 = 128;
/// Steps of one organisation before it is the turn of the next.
const MAX_STEPS_IN_TURN: usize = 8;
/// The wait when there was nothing to publish.
const IDLE_WAIT: Duration = Duration::from_millis(100);
/// The wait after the log could not be read.
const ERROR_WAIT: Duration = Duration::from_secs(1);
/// The longest wait for an organisation whose log cannot be published.
const MAX_ORG_WAIT: Duration = Duration::from_mins(1);
/// How long one relay keeps the others away without a sign of life.
const LEASE_TERM: Duration = Duration::from_secs(10);
/// How often the lease is renewed.
const LEASE_RENEWAL: Duration = Duration::from_secs(LEASE_TERM.as_secs() / 3);
/// How often the record is told that a follower lives: one that does not for a week holds nothing back.
const SIGN_OF_LIFE: Duration = Duration::from_hours(1);
/// How often it is said that another relay holds the lease.
const WAITING_LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Publishes the log.
#[derive(Debug, Clone)]
pub struct Relay {
    /// The record.
    pub fleet: Fleet,
    /// Where events, notifications and statuses go.
    pub publisher: Publisher,
    /// Makes events.
    pub events: Events,
    /// Makes notifications of new and deleted hosts.
    pub notifications: Notifications,
    /// Makes statuses; none when nobody tracks.
    pub tracker: Option<PayloadTracker>,
    /// Whether a report that changed nothing gives an `updated` event, as the original's clients know it.
    pub on_unchanged: bool,
}

impl Relay {
    /// Follows the log until told to stop. Each topic is followed by itself, with a position and a lease of its own: one that
    /// does not take messages holds up no other.
    pub async fn run(&self, health: &Health, stop: Stop) -> Ended {
        begin_published(&self.events.outlet.topic, &self.notifications.outlet.topic);
        let follow = |topic: RelayTopic| {
            let follower = Follower {
                relay: self,
                topic,
                holder: Uuid::new_v4().to_string(),
                health: health.role(topic.role()),
                stop: stop.clone(),
                failing: HashMap::new(),
                waiting_said: None,
                seen: None,
            };
            follower.run()
        };
        futures::future::join_all(self.topics().iter().map(|topic| follow(*topic))).await;
        Ended::AsAsked
    }

    fn topics(&self) -> &'static [RelayTopic] {
        RelayTopic::all(!matches!(self.publisher, Publisher::Discard))
    }
}

/// Follows the log for one topic.
struct Follower<'a> {
    relay: &'a Relay,
    topic: RelayTopic,
    holder: String,
    health: RoleHealth,
    stop: Stop,
    /// Organisations whose log could not be published: when to try again, and how long that wait was.
    failing: HashMap<OrgId, (Instant, Duration)>,
    /// When it was last said that another relay holds the lease.
    waiting_said: Option<Instant>,
    /// When the record was last told that this follower lives.
    seen: Option<Instant>,
}

impl Follower<'_> {
    async fn run(mut self) {
        while !self.stop.is_asked() {
            self.health.begin();
            let passed = self.pass().await;
            if passed.is_ok() && self.failing.is_empty() {
                self.health.done();
            }
            let wait = match passed {
                Ok(0) => IDLE_WAIT,
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(topic = self.topic.follower(), %error, "cannot follow the log, trying again");
                    ERROR_WAIT
                }
            };
            if !self.stop.sleep(wait).await {
                break;
            }
        }
        let released = self.relay.fleet.release_lease(self.topic.follower(), &self.holder);
        match timeout(LEASE_RENEWAL, released).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the relay's lease runs out by itself"),
            Err(_) => tracing::debug!("the relay's lease runs out by itself: the database does not answer"),
        }
    }

    /// Publishes some steps of every organisation that has something new, as holder of the lease. Returns of how many rows
    /// something was published: after none, nobody waits for more. While there is nothing new it only reads: an idle
    /// machine writes nothing.
    async fn pass(&mut self) -> fleet::Result<usize> {
        let (fleet, follower) = (&self.relay.fleet, self.topic.follower());
        let mut held = Instant::now();
        if self.seen.is_none_or(|seen| seen.elapsed() > SIGN_OF_LIFE) {
            fleet.see_follower(follower).await?;
            self.seen = Some(held);
        }
        let lags = fleet.followers_lag(follower).await?;
        let rows: i64 = lags.iter().map(|lag| lag.newest - lag.done).sum();
        metrics::gauge!("plumbline_relay_lag_rows", "topic" => follower).set(rows as f64);
        if lags.is_empty() {
            return Ok(0);
        }
        if !fleet.take_lease(follower, &self.holder, LEASE_TERM).await? {
            self.say_that_it_waits();
            return Ok(0);
        }
        self.waiting_said = None;
        let mut done = 0;
        // Asked again: another relay may have dealt with it before the lease was taken.
        for lag in fleet.followers_lag(follower).await? {
            if self.stop.is_asked() {
                break;
            }
            if held.elapsed() > LEASE_RENEWAL {
                held = Instant::now();
                if !fleet.take_lease(follower, &self.holder, LEASE_TERM).await? {
                    break;
                }
            }
            if self.topic == RelayTopic::Nobody {
                // Nobody listens: nothing has to be written for them.
                fleet.advance(follower, &lag.org, lag.newest).await?;
                continue;
            }
            if self.failing.get(&lag.org).is_some_and(|(until, _)| *until > Instant::now()) {
                continue;
            }
            let mut stop = self.stop.clone();
            let published = tokio::select! {
                published = self.publish(&lag, &mut stop) => published,
                // What is delivered late by one relay must not come after what another has delivered meanwhile.
                () = self.keep_lease(held) => {
                    self.relay.publisher.abandon();
                    break;
                }
            };
            match published {
                Ok(rows) => {
                    self.failing.remove(&lag.org);
                    done += rows;
                }
                // The others go on.
                Err(error) => self.put_off(lag.org, &error),
            }
        }
        Ok(done)
    }

    fn put_off(&mut self, org: OrgId, error: &fleet::Error) {
        let wait = self.failing.get(&org).map_or(ERROR_WAIT, |(_, wait)| (*wait * 2).min(MAX_ORG_WAIT));
        tracing::warn!(topic = self.topic.follower(), %org, %error, again_in = ?wait, "cannot publish the log of an organisation");
        self.failing.insert(org, (Instant::now() + wait, wait));
    }

    fn say_that_it_waits(&mut self) {
        if self.waiting_said.is_none_or(|since| since.elapsed() > WAITING_LOG_INTERVAL) {
            self.waiting_said = Some(Instant::now());
            tracing::info!(topic = self.topic.follower(), "another relay holds the lease; waiting");
        }
    }

    /// Publishes some steps of an organisation. While one is on its way to the broker, the next is made. Returns of
    /// how many rows something was published.
    async fn publish(&self, lag: &FollowerLag, stop: &mut Stop) -> fleet::Result<usize> {
        let mut rows = 0;
        let mut step = self.make(lag, lag.done).await?;
        for left in (0..MAX_STEPS_IN_TURN).rev() {
            let Some(Step { last, shown, messages }) = step else { break };
            let more = left > 0 && !stop.is_asked();
            let (delivered, next) = tokio::join!(deliver(&self.relay.publisher, messages, stop), async {
                if more { self.make(lag, last).await } else { Ok(None) }
            });
            if delivered.is_none() {
                break;
            }
            self.relay.fleet.advance(self.topic.follower(), &lag.org, last).await?;
            if self.topic == RelayTopic::Events {
                for change in &shown {
                    self.relay.track(change);
                }
            }
            rows += shown.len();
            step = next?;
        }
        Ok(rows)
    }

    /// Keeps the lease that was taken at a moment; ends when another relay has it, or may have it before long: one that is
    /// cut off from the database cannot know.
    async fn keep_lease(&self, held: Instant) {
        let (mut asked, mut ours_until) = (held, held + LEASE_TERM);
        while asked + LEASE_RENEWAL < ours_until {
            tokio::time::sleep_until(asked + LEASE_RENEWAL).await;
            asked = Instant::now();
            let renewed = self.relay.fleet.take_lease(self.topic.follower(), &self.holder, LEASE_TERM);
            match timeout(LEASE_RENEWAL / 2, renewed).await {
                Ok(Ok(true)) => ours_until = asked + LEASE_TERM,
                Ok(Ok(false)) => return,
                Ok(Err(error)) => tracing::warn!(%error, "cannot keep the relay's lease, trying again"),
                Err(_) => tracing::warn!("cannot keep the relay's lease: the database does not answer"),
            }
        }
    }
}
