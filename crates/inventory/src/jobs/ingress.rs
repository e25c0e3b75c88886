//! Reports into the record: from a topic, or from lines of a file, by the same rules.

use std::{ops::Range, time::Duration};

use bus::{Message, Publisher, Received, kafka::Consumer};
use fleet::{Fleet, Given, Marks, Report, Stored};
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
    /// Another member of the group has taken in messages of the same partition.
    #[error(transparent)]
    Overtaken(fleet::Error),
    /// The database does not take it now, and patience is over.
    #[error(transparent)]
    Failing(fleet::Error),
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
    /// that fails is tried until it is stored, and nothing is ever skipped but what was stored already.
    pub async fn run(&self, mut consumer: Consumer, mut stop: Stop) {
        let mut marks = Marks::new(consumer.group());
        loop {
            let batch = tokio::select! {
                () = stop.asked() => break,
                batch = consumer.next() => batch,
            };
            let Some(batch) = batch else {
                tracing::error!("the thread that reads the topic has ended");
                break;
            };
            match self.take(batch.messages(), &mut marks, &mut stop).await {
                Ok(()) => batch.commit().await,
                Err(GivenBack::Overtaken(problem)) => {
                    tracing::info!(%problem, "looking again which messages are done");
                    marks.forget();
                }
                Err(_) => break,
            }
        }
        consumer.close().await;
    }

    /// Takes in the messages of a batch that have not been stored yet.
    async fn take(&self, batch: &[Received], marks: &mut Marks, stop: &mut Stop) -> Result<(), GivenBack> {
        if self.subject == Subject::Profiles {
            // The same profile once more changes nothing, and nobody is brought back by it.
            let payloads: Vec<&[u8]> = batch.iter().map(|received| &*received.message.payload).collect();
            return self.handle(&payloads, Patience::Endless, stop).await.map(drop);
        }
        let given: Vec<Given> = batch.iter().map(given).collect();
        let unknown = marks.unknown(&given);
        if !unknown.is_empty() {
            let asked = until_stored(Patience::Endless, stop, || self.fleet.marks(marks, &unknown)).await?;
            marks.learn(asked.map_err(GivenBack::Failing)?);
        }
        let fresh = || batch.iter().zip(&given).filter(|(_, given)| !marks.is_done(given));
        let payloads: Vec<&[u8]> = fresh().map(|(received, _)| &*received.message.payload).collect();
        let fresh: Vec<Given> = fresh().map(|(_, given)| given.clone()).collect();
        if fresh.len() < batch.len() {
            tracing::info!(
                messages = batch.len() - fresh.len(),
                "messages came again that are stored already"
            );
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let once = Some(Once { given: &fresh, marks });
        self.handle_batch(&payloads, once, Patience::Endless, stop).await.map(drop)
    }

    /// Takes in a batch; the outcome of each message, in order. Waits and tries again while the database does not
    /// answer, as long as `patience` says, and while the broker does not.
    pub async fn handle(
        &self,
        payloads: &[&[u8]],
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        self.handle_batch(payloads, None, patience, stop).await
    }

    async fn handle_batch(
        &self,
        payloads: &[&[u8]],
        once: Option<Once<'_>>,
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        let decoded: Vec<Decoded> = payloads.iter().map(|payload| self.decode(payload)).collect();
        for message in &decoded {
            self.track(message, None, Status::Received, Some("message received"));
        }
        let outcomes = self.store(&decoded, once, patience, stop).await?;
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
        once: Option<Once<'_>>,
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        let valid: Vec<&(Report, Option<HostId>)> =
            decoded.iter().filter_map(|message| message.report.as_ref()?.as_ref().ok()).collect();
        let mut stored = Vec::with_capacity(valid.len());
        match self.subject {
            Subject::Hosts => {
                let reports: Vec<&Report> = valid.iter().map(|(report, _)| report).collect();
                let is_valid = |message: &Decoded| matches!(&message.report, Some(Ok(_)));
                let given: Vec<Given> = match &once {
                    Some(once) => decoded
                        .iter()
                        .zip(once.given)
                        .filter(|(message, _)| is_valid(message))
                        .map(|(_, given)| given.clone())
                        .collect(),
                    None => Vec::new(),
                };
                let once = once.map(|once| Once { given: &given, marks: once.marks });
                stored = self.store_hosts(&reports, once, patience, stop).await?;
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
        mut once: Option<Once<'_>>,
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Answer>, GivenBack> {
        match self.store_together(reports, 0..reports.len(), &mut once, patience, stop).await? {
            Ok(answers) => Ok(answers.into_iter().map(Ok).collect()),
            Err(error) => {
                tracing::warn!(%error, reports = reports.len(), "batch refused by the database, storing one by one");
                let mut answers = Vec::with_capacity(reports.len());
                for at in 0..reports.len() {
                    let alone = self.store_together(reports, at..at + 1, &mut once, patience, stop).await?;
                    answers.push(match alone {
                        Ok(answer) => answer.into_iter().next().map_or_else(|| Err(String::new()), Ok),
                        Err(error) => Err(error.to_string()),
                    });
                }
                Ok(answers)
            }
        }
    }

    /// Stores some of the reports in one transaction.
    async fn store_together(
        &self,
        reports: &[&Report],
        which: Range<usize>,
        once: &mut Option<Once<'_>>,
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<fleet::Result<Vec<Result<Stored, fleet::Refused>>>, GivenBack> {
        let clones = || reports[which.clone()].iter().map(|report| (*report).clone()).collect();
        let Some(Once { given, marks }) = once else {
            return until_stored(patience, stop, || self.fleet.ingest(clones())).await;
        };
        let given = &given[which.clone()];
        let known: &Marks = marks;
        match until_stored(patience, stop, || self.fleet.ingest_once(clones(), given, known)).await? {
            Ok((answers, moved)) => {
                marks.learn(moved);
                Ok(Ok(answers))
            }
            Err(error @ fleet::Error::Overtaken) => Err(GivenBack::Overtaken(error)),
            Err(error) => Ok(Err(error)),
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

/// The messages that reports came in, and which are known to be done.
struct Once<'a> {
    given: &'a [Given],
    marks: &'a mut Marks,
}

/// A message as the marks know it.
fn given(received: &Received) -> Given {
    let part = format!("{}/{}", received.message.topic, received.partition);
    Given::new(part, received.offset, received.at, &received.message.payload)
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
                    return Err(GivenBack::Failing(error));
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
