//! Rows of the log out as events: at least once, and in order for each host.

use std::time::Duration;

use bus::{Message, Publisher};
use fleet::{Change, ChangeKind, Fleet, FollowerLag, Origin};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::{Stop, ingress::deliver};
use crate::messages::{
    events::{self, Events, Shown},
    notifications::{Notifications, Sending},
    payload_tracker::{Payload, PayloadTracker, Status},
};

/// The name, among leases and positions, of the relays that publish.
const PUBLISHING: &str = "events";
/// The name of those that nobody listens to: what they pass over, a publishing one still owes.
const PASSING: &str = "nobody";
/// How many rows are published between two notes of the position.
const STEP: i64 = 128;
/// How many such steps an organisation has before it is the turn of the next.
const STEPS: usize = 8;
/// How long it waits when there was nothing.
const PAUSE: Duration = Duration::from_millis(100);
/// For how long one relay keeps the others away.
const TERM: Duration = Duration::from_secs(10);
/// How often it says that it still does.
const OFTEN: Duration = Duration::from_secs(TERM.as_secs() / 3);

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

/// What is published between two notes of the position.
struct Step {
    /// The number of its last row.
    last: i64,
    /// Those of its rows of which something is published.
    shown: Vec<Change>,
    messages: Vec<Message>,
}

impl Relay {
    /// Follows the log until told to stop. One relay at a time works; others wait for its lease.
    pub async fn run(&self, mut stop: Stop) {
        let holder = Uuid::new_v4().to_string();
        while !stop.is_asked() {
            let pause = match self.pass(&holder, &mut stop).await {
                Ok(0) => PAUSE,
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "cannot follow the log, trying again");
                    PAUSE * 10
                }
            };
            if !stop.sleep(pause).await {
                break;
            }
        }
        if let Err(error) = self.fleet.release_lease(self.follower(), &holder).await {
            tracing::debug!(%error, "the relay's lease runs out by itself");
        }
    }

    /// Publishes some steps of every organisation that has something new, as `holder` of the lease. Returns of how many rows
    /// something was published: after none, nobody waits for more. While there is nothing new it only reads: an idle
    /// machine writes nothing.
    async fn pass(&self, holder: &str, stop: &mut Stop) -> fleet::Result<usize> {
        let mut held = Instant::now();
        if self.fleet.followers_lag(self.follower()).await?.is_empty()
            || !self.fleet.take_lease(self.follower(), holder, TERM).await?
        {
            return Ok(0);
        }
        let mut done = 0;
        // Asked again: another relay may have dealt with it before the lease was taken.
        for behind in self.fleet.followers_lag(self.follower()).await? {
            if stop.is_asked() {
                break;
            }
            if held.elapsed() > OFTEN {
                held = Instant::now();
                if !self.fleet.take_lease(self.follower(), holder, TERM).await? {
                    break;
                }
            }
            done += match self.publisher {
                // Nobody listens: nothing has to be written for them.
                Publisher::Discard => {
                    self.fleet.advance(self.follower(), &behind.org, behind.newest).await?;
                    0
                }
                Publisher::Kafka(_) | Publisher::Recorder(_) => tokio::select! {
                    done = self.publish(&behind, stop) => done?,
                    // What is delivered late by one relay must not come after what another has delivered meanwhile.
                    () = self.keep((holder, held)) => {
                        self.publisher.abandon();
                        0
                    }
                },
            };
        }
        Ok(done)
    }

    fn follower(&self) -> &'static str {
        match self.publisher {
            Publisher::Discard => PASSING,
            Publisher::Kafka(_) | Publisher::Recorder(_) => PUBLISHING,
        }
    }

    /// Publishes some steps of an organisation. While one is on its way to the broker, the next is made. Returns of
    /// how many rows something was published.
    async fn publish(&self, behind: &FollowerLag, stop: &mut Stop) -> fleet::Result<usize> {
        let mut rows = 0;
        let mut step = self.make(behind, behind.done).await?;
        for left in (0..STEPS).rev() {
            let Some(Step { last, shown, messages }) = step else { break };
            let more = left > 0 && !stop.is_asked();
            let (delivered, next) = tokio::join!(deliver(&self.publisher, messages, stop), async {
                if more { self.make(behind, last).await } else { Ok(None) }
            });
            if delivered.is_none() {
                break;
            }
            self.fleet.advance(self.follower(), &behind.org, last).await?;
            for change in &shown {
                self.track(change);
            }
            rows += shown.len();
            step = next?;
        }
        Ok(rows)
    }

    /// The messages of the rows after a number; `None` when there are no rows.
    async fn make(&self, behind: &FollowerLag, after: i64) -> fleet::Result<Option<Step>> {
        let (shown, last) = if self.on_unchanged {
            let changes = self.fleet.changes(&behind.org, after, STEP).await?;
            let last = changes.last().map_or(after, |change| change.seq);
            (changes, last)
        } else {
            self.fleet.news(&behind.org, after, STEP).await?
        };
        if last == after {
            return Ok(None);
        }
        let messages = self.messages(behind, &shown).await?;
        Ok(Some(Step { last, shown, messages }))
    }

    /// Keeps the lease that was taken at a moment; ends when another relay has it, or may have it before long: one that is
    /// cut off from the database cannot know.
    async fn keep(&self, (holder, held): (&str, Instant)) {
        let (mut asked, mut ours_until) = (held, held + TERM);
        while asked + OFTEN < ours_until {
            tokio::time::sleep_until(asked + OFTEN).await;
            asked = Instant::now();
            match timeout(OFTEN / 2, self.fleet.take_lease(self.follower(), holder, TERM)).await {
                Ok(Ok(true)) => ours_until = asked + TERM,
                Ok(Ok(false)) => return,
                Ok(Err(error)) => tracing::warn!(%error, "cannot keep the relay's lease, trying again"),
                Err(_) => tracing::warn!("cannot keep the relay's lease: the database does not answer"),
            }
        }
    }

    async fn messages(&self, behind: &FollowerLag, changes: &[Change]) -> fleet::Result<Vec<Message>> {
        let profiles = self.fleet.profiles_of(&behind.org, changes).await?;
        let origins = self.fleet.origins(&behind.org, changes).await?;
        let mut messages = Vec::with_capacity(changes.len());
        for ((change, profile), origin) in changes.iter().zip(profiles).zip(origins) {
            match self.of_change(change, Shown { host: &change.host, profile: &profile }, &origin) {
                Ok(of_change) => messages.extend(of_change),
                Err(error) => {
                    tracing::error!(%error, host = %change.host.id, seq = change.seq, "an event cannot be written");
                }
            }
        }
        Ok(messages)
    }

    fn of_change(
        &self,
        change: &Change,
        shown: Shown<'_>,
        origin: &Origin,
    ) -> serde_json::Result<Vec<Message>> {
        let now = self.fleet.clock().now();
        let staleness = self.fleet.staleness();
        let sending = Sending { request_id: origin.request_id.as_deref(), message_id: Uuid::new_v4(), now };
        Ok(match change.kind {
            ChangeKind::Created => vec![
                self.events.changed(events::Change::Created, shown, staleness, origin, now)?,
                self.notifications.new_system_registered(shown, sending)?,
            ],
            ChangeKind::Updated | ChangeKind::Seen => {
                vec![self.events.changed(events::Change::Updated, shown, staleness, origin, now)?]
            }
            ChangeKind::Deleted => {
                vec![
                    self.events.deleted(shown, origin, now)?,
                    self.notifications.system_deleted(shown, sending)?,
                ]
            }
        })
    }

    fn track(&self, change: &Change) {
        let Some(tracker) = &self.tracker else { return };
        let payload = Payload {
            request_id: change.request_id.as_deref(),
            org_id: Some(change.host.org.as_str()),
            account: change.host.account.as_deref(),
            inventory_id: Some(change.host.id),
        };
        let now = self.fleet.clock().now();
        let statuses =
            [(Status::Processing, Some("host operation complete")), (Status::ProcessingSuccess, None)];
        for (status, text) in statuses {
            if let Some(message) = tracker.message(payload, status, text, now) {
                self.publisher.send_lossy(message);
            }
        }
    }
}
