//! Reports into the record: from a topic, or from lines of a file, by the same rules.

use std::time::Duration;

use bus::{Message, Publisher, kafka::Consumer};
use fleet::{Fleet, Report, Stored};
use ground::HostId;
use uuid::Uuid;

use super::Stop;
use crate::{
    messages::{
        host_ingress::{self, Envelope, ParseError},
        notifications::{Notifications, Sending},
        payload_tracker::{self, Payload, PayloadTracker, Status},
    },
    rules::ingress::{self, Invalid, Rhsm},
    telemetry::{EventPublished, MessageHandled},
};

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long to wait for a database that does not answer, or has no space left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Until it does: nobody else would give the messages again.
    Endless,
    /// So long between the tries together: somebody waits for the answer.
    UpTo(Duration),
}

/// Why a batch has to be given again.
#[derive(Debug, thiserror::Error)]
pub enum GivenBack {
    /// It was told to stop.
    #[error("told to stop")]
    Stopped,
    /// The database does not take it now, and patience is over.
    #[error(transparent)]
    Failing(#[from] fleet::Error),
}

/// What the messages are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Hosts: they are created or updated.
    Hosts,
    /// Profiles of hosts that are known (contract inventory-events §6).
    Profiles,
}

/// Takes in reports.
#[derive(Debug, Clone)]
pub struct Ingress {
    /// The record.
    pub fleet: Fleet,
    /// Where notifications and statuses go.
    pub publisher: Publisher,
    /// Makes notifications of refused reports.
    pub notifications: Notifications,
    /// Makes statuses; none when nobody tracks.
    pub tracker: Option<PayloadTracker>,
    /// Whether reports of the subscription service are taken.
    pub rhsm: Rhsm,
    /// What the messages are about.
    pub subject: Subject,
}

/// What became of a message.
#[derive(Debug)]
pub enum Outcome {
    /// It was stored.
    Stored(Stored),
    /// It breaks a rule; whoever sent it is told.
    Refused(Invalid),
    /// It is no envelope; nobody can be told.
    Dropped(ParseError),
    /// The database does not take it, and never will.
    Failed(String),
}

/// A message on its way.
struct Decoded {
    envelope: Result<Envelope, ParseError>,
    report: Option<Result<(Report, Option<HostId>), Invalid>>,
}

impl Ingress {
    /// Takes messages from a consumer until it is told to stop. Offsets are committed after the transaction; a batch
    /// that fails is tried until it is stored, and nothing is ever skipped.
    pub async fn run(&self, mut consumer: Consumer, mut stop: Stop) {
        loop {
            let batch = tokio::select! {
                () = stop.asked() => break,
                batch = consumer.next() => batch,
            };
            let Some(batch) = batch else {
                tracing::error!("the thread that reads the topic has ended");
                break;
            };
            let payloads: Vec<&[u8]> =
                batch.messages().iter().map(|received| &*received.message.payload).collect();
            if self.handle(&payloads, Patience::Endless, &mut stop).await.is_err() {
                break;
            }
            batch.commit().await;
        }
        consumer.close().await;
    }

    /// Takes in a batch; the outcome of each message, in order. Waits and tries again while the database does not
    /// answer, as long as `patience` says, and while the broker does not.
    pub async fn handle(
        &self,
        payloads: &[&[u8]],
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        let decoded: Vec<Decoded> = payloads.iter().map(|payload| self.decode(payload)).collect();
        for message in &decoded {
            self.track(message, None, Status::Received, Some("message received"));
        }
        let outcomes = self.store(&decoded, patience, stop).await?;
        self.tell(&decoded, &outcomes, stop).await.ok_or(GivenBack::Stopped)?;
        for (message, outcome) in decoded.iter().zip(&outcomes) {
            let reporter = message.envelope.as_ref().ok().and_then(|envelope| envelope.data.text("reporter"));
            MessageHandled { outcome, subject: self.subject, reporter }.emit();
        }
        Ok(outcomes)
    }

    fn decode(&self, payload: &[u8]) -> Decoded {
        let envelope = host_ingress::decode(payload);
        let report = envelope.as_ref().ok().map(|envelope| match self.subject {
            Subject::Hosts => ingress::report(envelope, self.rhsm).map(|report| (report, None)),
            Subject::Profiles => {
                ingress::profile_report(envelope, self.rhsm).map(|update| (update.report, update.id))
            }
        });
        Decoded { envelope, report }
    }

    async fn store(
        &self,
        decoded: &[Decoded],
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        let valid: Vec<&(Report, Option<HostId>)> =
            decoded.iter().filter_map(|message| message.report.as_ref()?.as_ref().ok()).collect();
        let mut stored = Vec::with_capacity(valid.len());
        match self.subject {
            Subject::Hosts => {
                let reports: Vec<&Report> = valid.iter().map(|(report, _)| report).collect();
                stored = self.store_hosts(&reports, patience, stop).await?;
            }
            Subject::Profiles => {
                for (report, id) in valid {
                    let update = || self.fleet.update_profile(report.clone(), *id);
                    let answer = until_stored(patience, stop, update).await?;
                    stored.push(answer.map_err(|error| error.to_string()));
                }
            }
        }
        let mut stored = stored.into_iter();
        let outcomes = decoded.iter().map(|message| match (&message.envelope, &message.report) {
            (Err(problem), _) => Outcome::Dropped(problem.clone()),
            (Ok(_), Some(Err(invalid))) => Outcome::Refused(invalid.clone()),
            (Ok(envelope), _) => match stored.next() {
                Some(Ok(Ok(stored))) => Outcome::Stored(stored),
                Some(Ok(Err(refused))) => Outcome::Refused(Invalid::refused(&refused, &envelope.data)),
                Some(Err(problem)) => Outcome::Failed(problem),
                None => Outcome::Failed("the record gave no answer".to_owned()),
            },
        });
        Ok(outcomes.collect())
    }

    /// Stores reports as one batch. When the database takes the batch for wrong, each report is tried alone, so that
    /// one that cannot be stored is in nobody's way.
    async fn store_hosts(
        &self,
        reports: &[&Report],
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Answer>, GivenBack> {
        let clones = || reports.iter().map(|report| (*report).clone()).collect();
        match until_stored(patience, stop, || self.fleet.ingest(clones())).await? {
            Ok(answers) => Ok(answers.into_iter().map(Ok).collect()),
            Err(error) => {
                tracing::warn!(%error, reports = reports.len(), "batch refused by the database, storing one by one");
                let mut answers = Vec::with_capacity(reports.len());
                for report in reports {
                    let alone = || self.fleet.ingest(vec![(*report).clone()]);
                    answers.push(match until_stored(patience, stop, alone).await? {
                        Ok(answer) => answer.into_iter().next().map_or_else(|| Err(String::new()), Ok),
                        Err(error) => Err(error.to_string()),
                    });
                }
                Ok(answers)
            }
        }
    }

    /// Sends what follows from the outcomes: notifications of refusals, which must arrive, and statuses.
    async fn tell(&self, decoded: &[Decoded], outcomes: &[Outcome], stop: &mut Stop) -> Option<()> {
        let mut messages: Vec<Message> = Vec::new();
        for (message, outcome) in decoded.iter().zip(outcomes) {
            let Ok(envelope) = &message.envelope else { continue };
            match outcome {
                Outcome::Stored(stored) => self.track(message, Some(stored.id), Status::Success, None),
                Outcome::Refused(invalid) => {
                    let text = payload_tracker::failure(invalid, "handle_message");
                    self.track(message, None, Status::Error, Some(&text));
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
                Outcome::Failed(problem) => self.track(message, None, Status::Error, Some(problem)),
            }
        }
        deliver(&self.publisher, messages, stop).await
    }

    fn track(&self, message: &Decoded, host: Option<HostId>, status: Status, text: Option<&str>) {
        let (Some(tracker), Ok(envelope)) = (&self.tracker, &message.envelope) else { return };
        let payload = Payload {
            request_id: envelope.request_id.as_deref(),
            org_id: envelope.data.text("org_id"),
            account: envelope.data.text("account"),
            inventory_id: host,
        };
        if let Some(message) = tracker.message(payload, status, text, self.fleet.clock().now()) {
            self.publisher.send_lossy(message);
        }
    }
}

/// What the record says of a report, or why the database does not take it.
type Answer = Result<Result<Stored, fleet::Refused>, String>;

/// Tries until the database has an answer, an error that will not go away included.
async fn until_stored<T, F>(
    patience: Patience,
    stop: &mut Stop,
    mut work: impl FnMut() -> F,
) -> Result<fleet::Result<T>, GivenBack>
where
    F: Future<Output = fleet::Result<T>>,
{
    let (mut wait, mut waited) = (FIRST_WAIT, Duration::ZERO);
    loop {
        match work().await {
            Err(error) if error.is_transient() => {
                if matches!(patience, Patience::UpTo(most) if waited >= most) {
                    return Err(error.into());
                }
                tracing::warn!(%error, "cannot store, trying again");
                if !stop.sleep(wait).await {
                    return Err(GivenBack::Stopped);
                }
                waited += wait;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            answer => return Ok(answer),
        }
    }
}

/// Sends until all have arrived; one that is too large for the broker is left out, with a record of it in the log.
pub(super) async fn deliver(
    publisher: &Publisher,
    mut messages: Vec<Message>,
    stop: &mut Stop,
) -> Option<()> {
    let mut wait = FIRST_WAIT;
    while !messages.is_empty() {
        match publisher.send_all(messages.clone()).await {
            Ok(()) => {
                for message in &messages {
                    EventPublished { message }.emit();
                }
                return Some(());
            }
            Err(error) if error.too_large && error.message < messages.len() => {
                tracing::error!(%error, "a message is too large for the broker and is left out");
                // Those before it may have arrived; at least once is what is promised.
                messages.remove(error.message);
            }
            Err(error) => {
                tracing::warn!(%error, messages = messages.len(), "cannot publish, trying again");
                if !stop.sleep(wait).await {
                    return None;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
    Some(())
}
