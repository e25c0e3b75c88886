//! Rows of the log become messages.

use bus::Message;
use fleet::{Cause, Change, ChangeKind, FollowerLag, Origin, Staleness};
use uuid::Uuid;

use super::{Follower, Relay, RelayTopic, STEP_ROWS};
use crate::messages::{
    events::{self, Shown},
    notifications::Sending,
    payload_tracker::{Payload, Status},
};

/// What is published between two notes of the position.
pub(super) struct Step {
    /// The number of its last row.
    pub(super) last: i64,
    /// Those of its rows of which something is published.
    pub(super) shown: Vec<Change>,
    pub(super) messages: Vec<Message>,
}

impl Follower<'_> {
    /// The messages of the rows after a number; `None` when there are no rows. A row that cannot be read back is left out, with
    /// a record of it in the log of the program: the rows behind it are owed as well.
    pub(super) async fn make(&self, lag: &FollowerLag, after: i64) -> fleet::Result<Option<Step>> {
        match self.make_of(lag, after, STEP_ROWS).await {
            Err(error) if error.is_damage() => {}
            step => return step,
        }
        // One of them is damaged: row by row, until that one is met.
        match self.make_of(lag, after, 1).await {
            Err(error) if error.is_damage() => {
                let Some(damaged) = self.relay.fleet.row_after(&lag.org, after).await? else {
                    return Ok(None);
                };
                tracing::error!(
                    topic = self.topic.follower(), org = %lag.org, seq = damaged, %error,
                    "a row of the log cannot be published and is left out"
                );
                metrics::counter!("plumbline_relay_rows_left_out_total", "topic" => self.topic.follower())
                    .increment(1);
                Ok(Some(Step { last: damaged, shown: Vec::new(), messages: Vec::new() }))
            }
            step => step,
        }
    }

    async fn make_of(&self, lag: &FollowerLag, after: i64, rows: i64) -> fleet::Result<Option<Step>> {
        let fleet = &self.relay.fleet;
        let all_rows = self.topic == RelayTopic::Events && self.relay.on_unchanged;
        let (mut shown, last) = if all_rows || rows == 1 {
            let changes = fleet.changes(&lag.org, after, rows).await?;
            let last = changes.last().map_or(after, |change| change.seq);
            (changes, last)
        } else {
            fleet.news(&lag.org, after, rows).await?
        };
        if last == after {
            return Ok(None);
        }
        shown.retain(|change| self.topic.tells(change) && (all_rows || change.kind != ChangeKind::Seen));
        let messages = self.messages(lag, &shown).await?;
        Ok(Some(Step { last, shown, messages }))
    }

    async fn messages(&self, lag: &FollowerLag, changes: &[Change]) -> fleet::Result<Vec<Message>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let fleet = &self.relay.fleet;
        let profiles = fleet.profiles_of(&lag.org, changes).await?;
        let origins = fleet.origins(&lag.org, changes).await?;
        let staleness = fleet.staleness(&lag.org).await?;
        let mut messages = Vec::with_capacity(changes.len());
        for ((change, profile), origin) in changes.iter().zip(profiles).zip(origins) {
            let shown = Shown { host: &change.host, profile: &profile };
            match self.of_change(change, shown, &origin, staleness) {
                Ok(message) => messages.push(message),
                Err(error) => {
                    tracing::error!(%error, host = %change.host.id, seq = change.seq, "a message cannot be written");
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
        staleness: Staleness,
    ) -> serde_json::Result<Message> {
        let Relay { fleet, events, notifications, .. } = self.relay;
        let now = fleet.clock().now();
        if self.topic == RelayTopic::Notifications {
            let sending =
                Sending { request_id: origin.request_id.as_deref(), message_id: Uuid::new_v4(), now };
            return match change.kind {
                ChangeKind::Deleted => notifications.system_deleted(shown, sending),
                _ => notifications.new_system_registered(shown, sending),
            };
        }
        match change.kind {
            ChangeKind::Created => events.changed(events::Change::Created, shown, staleness, origin, now),
            ChangeKind::Updated | ChangeKind::Seen => {
                events.changed(events::Change::Updated, shown, staleness, origin, now)
            }
            ChangeKind::Deleted => events.deleted(shown, origin, now),
        }
    }
}

impl Relay {
    /// Tells the payload tracker that the event of a report was sent. Of what else changes hosts it is told nothing, and of
    /// removals by the request itself.
    pub(super) fn track(&self, change: &Change) {
        let Some(tracker) = &self.tracker else { return };
        let causes = [Cause::Report, Cause::Profile, Cause::Volatile];
        if change.kind == ChangeKind::Deleted || !causes.iter().any(|cause| cause.name() == change.cause) {
            return;
        }
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
