//! Reports into the record: from a topic, or from lines of a file, by the same rules.

mod outcome;
mod retry;
mod start;
mod store;

use std::{sync::Arc, time::Instant};

use access::Identity;
use bus::{Incoming, Message, kafka::Consumer};
use fleet::{ConsumerOffsets, Fleet, PreparedReport, Report, SourceMessage};
use ground::{HostId, Stop};
use uuid::Uuid;
use web::RoleHealth;

pub use self::{
    outcome::{Outcome, Subject},
    retry::{Abandoned, RetryLimit},
    start::start_offsets,
};
pub(super) use self::{
    retry::{Backoff, until_stored},
    start::partition_name,
};
use super::{
    Ended,
    consume::{MessageHandler, consume},
    send_queue::SendQueue,
    spans::MessageSpan,
    telemetry::{MessageHandled, record_consumed, record_handled_in, record_stored_in},
};
use crate::{
    flags::{Flag, Flags},
    messages::{
        notifications::{Notifications, Sending},
        payload_tracker::{self, Payload, PayloadTracker, Status},
    },
    records,
    report::{
        self, Invalid, Rhsm,
        envelope::{self, Envelope, ParseError},
    },
};

/// Takes a message apart; one that is no envelope is logged as it came.
fn decode(payload: &[u8]) -> Result<Envelope, ParseError> {
    envelope::decode(payload).inspect_err(|problem| records::dropped(payload, problem))
}

/// Takes in reports.
#[derive(Debug, Clone)]
pub struct Ingress {
    /// The record.
    pub fleet: Fleet,
    /// Where notifications and statuses go.
    pub send_queue: SendQueue,
    /// Makes notifications of refused reports.
    pub notifications: Notifications,
    /// Makes statuses; none when nobody tracks.
    pub tracker: Option<PayloadTracker>,
    /// Whose reports of the subscription service are refused.
    pub flags: Flags,
    /// What the messages are about.
    pub subject: Subject,
}

/// A message that was taken apart.
pub struct OpenedMessage {
    envelope: Result<Envelope, ParseError>,
    /// What it reports, or the rule that it breaks; nothing when it is no envelope.
    report: Option<Result<Reported, Invalid>>,
    /// Where it stands in its topic.
    source: Option<SourceMessage>,
    /// Its span; none when it has none.
    span: Option<MessageSpan>,
}

enum Reported {
    Host(PreparedReport),
    Profile(Arc<Report>, Option<HostId>),
}

impl MessageHandler for Ingress {
    type Message = OpenedMessage;

    fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    fn source(message: &OpenedMessage) -> Option<&SourceMessage> {
        message.source.as_ref()
    }

    async fn take_in(
        &self,
        batch: Vec<&mut OpenedMessage>,
        offsets: &mut ConsumerOffsets,
        stop: &mut Stop,
    ) -> Result<(), Abandoned> {
        self.take_in(batch, Some(offsets), RetryLimit::Unlimited, stop).await.map(drop)
    }
}

impl Ingress {
    /// Takes messages from a consumer until it is told to stop.
    pub async fn run(&self, consumer: Consumer<OpenedMessage>, health: &RoleHealth, stop: Stop) -> Ended {
        consume(self, consumer, health, stop).await
    }

    /// Takes in a batch; the outcome of each message, in order. Waits and tries again while the database does not
    /// answer, until `limit`, and while the broker does not.
    pub async fn handle(
        &self,
        payloads: &[&[u8]],
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, Abandoned> {
        let mut opened: Vec<OpenedMessage> = payloads.iter().map(|payload| self.open(payload)).collect();
        self.take_in(opened.iter_mut().collect(), None, limit, stop).await
    }

    async fn take_in(
        &self,
        mut batch: Vec<&mut OpenedMessage>,
        offsets: Option<&mut ConsumerOffsets>,
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, Abandoned> {
        for opened in &batch {
            self.track(opened, None, Status::Received, Some("message received"));
            if let (Ok(envelope), Subject::Hosts) = (&opened.envelope, self.subject) {
                records::attempt(envelope);
            }
        }
        let began = Instant::now();
        let outcomes = self.store(&mut batch, offsets, limit, stop).await?;
        record_stored_in(&outcomes, began.elapsed());
        self.tell(&batch, &outcomes, stop).await.ok_or(Abandoned::Stopped)?;
        record_handled_in(outcomes.len(), began.elapsed());
        for (opened, outcome) in batch.iter().zip(&outcomes) {
            let envelope = opened.envelope.as_ref().ok();
            MessageHandled { outcome, subject: self.subject, envelope }.emit();
            if let Some(span) = &opened.span {
                let org = envelope.and_then(|envelope| envelope.data.text("org_id"));
                let request = envelope.and_then(|envelope| envelope.request_id.as_deref());
                span.end(org, request, !matches!(outcome, Outcome::Stored(_)));
            }
        }
        Ok(outcomes)
    }

    /// Takes in the report of one machine about itself: in the name of `sender`, whatever it says of who sent it, and about no
    /// other host than `host`.
    pub async fn handle_bound(
        &self,
        payload: &[u8],
        (sender, host): (&Identity, HostId),
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<Outcome, Abandoned> {
        let envelope = decode(payload).map(|envelope| {
            let identity = sender.b64();
            let metadata = format!(r#"{{"b64_identity":"{identity}"}}"#).into();
            Envelope { metadata, b64_identity: Some(identity), request_id: None, ..envelope }
        });
        let mut opened = self.opened(envelope, Some(host));
        let outcomes = self.take_in(vec![&mut opened], None, limit, stop).await?;
        let outcome = outcomes.into_iter().next();
        Ok(outcome.unwrap_or_else(|| Outcome::Failed("the record gave no answer".to_owned())))
    }

    /// Takes a message of a topic apart: all of its work that needs no database.
    pub fn read(&self, message: Incoming<'_>) -> OpenedMessage {
        let partition = start::partition_name(message.topic, message.partition);
        let source = SourceMessage::new(partition, message.offset, message.at, message.payload);
        record_consumed(message.payload);
        let span = MessageSpan::begin(&message);
        OpenedMessage { source: Some(source), span, ..self.open(message.payload) }
    }

    fn open(&self, payload: &[u8]) -> OpenedMessage {
        let began = Instant::now();
        let envelope = decode(payload);
        metrics::histogram!("inventory_common_message_parsing_seconds").record(began.elapsed());
        self.opened(envelope, None)
    }

    fn opened(&self, envelope: Result<Envelope, ParseError>, bound_to: Option<HostId>) -> OpenedMessage {
        let began = Instant::now();
        let report = envelope.as_ref().ok().map(|envelope| match self.subject {
            Subject::Hosts => report::report(envelope, self.rhsm(envelope))
                .map(|report| Reported::Host(self.fleet.prepare(Report { bound_to, ..report }.into()))),
            Subject::Profiles => report::profile_report(envelope, self.rhsm(envelope))
                .map(|update| Reported::Profile(update.report.into(), update.id)),
        });
        metrics::histogram!("inventory_ingress_message_parsing_seconds").record(began.elapsed());
        OpenedMessage { envelope, report, source: None, span: None }
    }

    /// Whether the organisation's reports of the subscription service are taken.
    fn rhsm(&self, envelope: &Envelope) -> Rhsm {
        let org = envelope.data.text("org_id").unwrap_or_default();
        if self.flags.is_on_for(Flag::RejectRhsm, org) { Rhsm::Rejected } else { Rhsm::Accepted }
    }

    /// Sends what follows from the outcomes: notifications of refusals, and statuses.
    async fn tell(&self, batch: &[&mut OpenedMessage], outcomes: &[Outcome], stop: &mut Stop) -> Option<()> {
        let mut messages: Vec<Message> = Vec::new();
        for (opened, outcome) in batch.iter().zip(outcomes) {
            let Ok(envelope) = &opened.envelope else { continue };
            match outcome {
                Outcome::Stored(stored) => self.track(opened, Some(stored.id), Status::Success, None),
                Outcome::Refused(invalid) => {
                    let text = payload_tracker::failure(invalid, "handle_message");
                    self.track(opened, None, Status::Error, Some(&text));
                    let sending = Sending {
                        request_id: envelope.request_id.as_deref(),
                        message_id: Uuid::new_v4(),
                        now: self.fleet.clock().now(),
                    };
                    match self.notifications.validation_error(&envelope.data, invalid, sending) {
                        Ok(notification) => messages.push(notification),
                        Err(error) => tracing::error!(%error, "a notification cannot be written"),
                    }
                }
                Outcome::Dropped(_) => {}
                Outcome::Failed(problem) => self.track(opened, None, Status::Error, Some(problem)),
            }
        }
        self.send_queue.send(messages, stop).await
    }

    fn track(&self, opened: &OpenedMessage, host: Option<HostId>, status: Status, text: Option<&str>) {
        let (Some(tracker), Ok(envelope)) = (&self.tracker, &opened.envelope) else { return };
        let payload = Payload {
            request_id: envelope.request_id.as_deref(),
            org_id: envelope.data.text("org_id"),
            account: envelope.data.text("account"),
            inventory_id: host,
        };
        if let Some(message) = tracker.message(payload, status, text, self.fleet.clock().now()) {
            self.send_queue.publisher().send_lossy(message);
        }
    }
}
