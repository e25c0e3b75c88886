//! Reports into the record: from a topic, or from lines of a file, by the same rules.

use std::{ops::Range, sync::Arc, time::Duration};

use bus::{Incoming, Message, Publisher, kafka::Consumer};
use fleet::{ConsumerOffsets, Fleet, PreparedReport, Report, SourceMessage, StoredReport};
use ground::HostId;
use uuid::Uuid;

use super::{
    Stop,
    telemetry::{EventPublished, MessageHandled},
};
use crate::{
    messages::{
        notifications::{Notifications, Sending},
        payload_tracker::{self, Payload, PayloadTracker, Status},
    },
    report::{
        self, Invalid, Rhsm,
        envelope::{self, Envelope, ParseError},
    },
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
    /// It was told to stop, or has failed.
    #[error("{0}")]
    Stopped(String),
    /// Another member of the group has taken in messages of the same partition.
    #[error(transparent)]
    Overtaken(fleet::Error),
    /// The database does not take it now, and patience is over.
    #[error(transparent)]
    Failing(fleet::Error),
}

impl GivenBack {
    fn told_to_stop() -> Self {
        Self::Stopped("told to stop".to_owned())
    }
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
    Stored(StoredReport),
    /// It breaks a rule; whoever sent it is told.
    Refused(Invalid),
    /// It is no envelope; nobody can be told.
    Dropped(ParseError),
    /// The database does not take it, and never will.
    Failed(String),
}

/// A message that was taken apart.
pub struct Opened {
    envelope: Result<Envelope, ParseError>,
    /// What it reports, or the rule that it breaks; nothing when it is no envelope.
    report: Option<Result<Reported, Invalid>>,
    /// Where it stands in its topic.
    given: Option<SourceMessage>,
}

enum Reported {
    Host(PreparedReport),
    Profile(Arc<Report>, Option<HostId>),
}

impl Ingress {
    /// Takes messages from a consumer until it is told to stop. Offsets are committed after the transaction; a batch
    /// that fails is tried until it is stored, and nothing is ever skipped but what was stored already.
    pub async fn run(&self, mut consumer: Consumer<Opened>, mut stop: Stop) {
        let mut offsets = ConsumerOffsets::new(consumer.group());
        loop {
            let batch = tokio::select! {
                () = stop.asked() => break,
                batch = consumer.next() => batch,
            };
            let Some(mut batch) = batch else {
                tracing::error!("the thread that reads the topic has ended");
                break;
            };
            match self.take(batch.messages().collect(), &mut offsets, &mut stop).await {
                Ok(()) => batch.commit().await,
                Err(GivenBack::Overtaken(problem)) => {
                    tracing::info!(%problem, "looking again which messages are done");
                    offsets.forget();
                }
                Err(_) => break,
            }
        }
        consumer.close().await;
    }

    /// Takes in the messages of a batch that have not been stored yet, in one transaction.
    async fn take(
        &self,
        mut batch: Vec<&mut Opened>,
        offsets: &mut ConsumerOffsets,
        stop: &mut Stop,
    ) -> Result<(), GivenBack> {
        // The same profile once more changes nothing, and nobody is brought back by it.
        if self.subject == Subject::Profiles {
            self.take_in(batch, None, Patience::Endless, stop).await?;
            return Ok(());
        }
        let unknown = offsets.unknown_partitions(batch.iter().filter_map(|opened| opened.given.as_ref()));
        if !unknown.is_empty() {
            let asked =
                until_stored(Patience::Endless, stop, || self.fleet.consumer_offsets(offsets, &unknown))
                    .await?;
            offsets.advance(asked.map_err(GivenBack::Failing)?);
        }
        let messages = batch.len();
        batch.retain(|opened| !opened.given.as_ref().is_some_and(|given| offsets.is_processed(given)));
        if batch.len() < messages {
            tracing::info!(messages = messages - batch.len(), "messages came again that are stored already");
        }
        self.take_in(batch, Some(offsets), Patience::Endless, stop).await?;
        Ok(())
    }

    /// Takes in a batch; the outcome of each message, in order. Waits and tries again while the database does not
    /// answer, as long as `patience` says, and while the broker does not.
    pub async fn handle(
        &self,
        payloads: &[&[u8]],
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        let mut opened: Vec<Opened> = payloads.iter().map(|payload| self.open(payload)).collect();
        self.take_in(opened.iter_mut().collect(), None, patience, stop).await
    }

    async fn take_in(
        &self,
        mut batch: Vec<&mut Opened>,
        once: Option<&mut ConsumerOffsets>,
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        for opened in &batch {
            self.track(opened, None, Status::Received, Some("message received"));
        }
        let outcomes = self.store(&mut batch, once, patience, stop).await?;
        self.tell(&batch, &outcomes, stop).await.ok_or_else(GivenBack::told_to_stop)?;
        for (opened, outcome) in batch.iter().zip(&outcomes) {
            let reporter = opened.envelope.as_ref().ok().and_then(|envelope| envelope.data.text("reporter"));
            MessageHandled { outcome, subject: self.subject, reporter }.emit();
        }
        Ok(outcomes)
    }

    /// Takes a message of a topic apart: all of its work that needs no database.
    pub fn read(&self, message: Incoming<'_>) -> Opened {
        let part = format!("{}/{}", message.topic, message.partition);
        let given = SourceMessage::new(part, message.offset, message.at, message.payload);
        Opened { given: Some(given), ..self.open(message.payload) }
    }

    fn open(&self, payload: &[u8]) -> Opened {
        let envelope = envelope::decode(payload);
        let report = envelope.as_ref().ok().map(|envelope| match self.subject {
            Subject::Hosts => report::report(envelope, self.rhsm)
                .map(|report| Reported::Host(self.fleet.prepare(report.into()))),
            Subject::Profiles => report::profile_report(envelope, self.rhsm)
                .map(|update| Reported::Profile(update.report.into(), update.id)),
        });
        Opened { envelope, report, given: None }
    }

    async fn store(
        &self,
        batch: &mut [&mut Opened],
        once: Option<&mut ConsumerOffsets>,
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, GivenBack> {
        let (mut hosts, mut given, mut stored) = (Vec::new(), Vec::new(), Vec::new());
        for opened in batch.iter_mut() {
            match &mut opened.report {
                Some(Ok(Reported::Host(ready))) => {
                    hosts.push(ready);
                    given.extend(opened.given.clone());
                }
                Some(Ok(Reported::Profile(report, id))) => {
                    let update = || self.fleet.update_profile(report.clone(), *id);
                    let answer = until_stored(patience, stop, update).await?;
                    stored.push(answer.map_err(|error| error.to_string()));
                }
                Some(Err(_)) | None => {}
            }
        }
        if !hosts.is_empty() {
            let once = once.map(|offsets| Once { given: &given, offsets });
            stored = self.store_hosts(&mut hosts, once, patience, stop).await?;
        }
        let mut stored = stored.into_iter();
        let outcomes = batch.iter().map(|opened| match (&opened.envelope, &opened.report) {
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
        reports: &mut [&mut PreparedReport],
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
        reports: &mut [&mut PreparedReport],
        which: Range<usize>,
        once: &mut Option<Once<'_>>,
        patience: Patience,
        stop: &mut Stop,
    ) -> Result<fleet::Result<Vec<Result<StoredReport, fleet::Refused>>>, GivenBack> {
        let given = once.as_ref().map(|once| &once.given[which.clone()]);
        let known = once.as_ref().map(|once| &*once.offsets);
        let reports = &mut reports[which];
        // As `until_stored` does it; but what is stored is borrowed anew by each try, which no closure can say.
        let mut tries = Tries::new(patience);
        let answer = loop {
            match self.fleet.ingest_prepared(reports, known.zip(given)).await {
                Err(error) if error.is_transient() => tries.again(error, stop).await?,
                answer => break answer,
            }
        };
        match answer {
            Ok((answers, moved)) => {
                if let Some(once) = once {
                    once.offsets.advance(moved);
                }
                Ok(Ok(answers))
            }
            Err(error @ fleet::Error::Overtaken) => Err(GivenBack::Overtaken(error)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Sends what follows from the outcomes: notifications of refusals, which must arrive, and statuses.
    async fn tell(&self, batch: &[&mut Opened], outcomes: &[Outcome], stop: &mut Stop) -> Option<()> {
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
        deliver(&self.publisher, messages, stop).await
    }

    fn track(&self, opened: &Opened, host: Option<HostId>, status: Status, text: Option<&str>) {
        let (Some(tracker), Ok(envelope)) = (&self.tracker, &opened.envelope) else { return };
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
    given: &'a [SourceMessage],
    offsets: &'a mut ConsumerOffsets,
}

/// What the record says of a report, or why the database does not take it.
type Answer = Result<Result<StoredReport, fleet::Refused>, String>;

/// Tries until the database has an answer, an error that will not go away included.
async fn until_stored<T, F>(
    patience: Patience,
    stop: &mut Stop,
    mut work: impl FnMut() -> F,
) -> Result<fleet::Result<T>, GivenBack>
where
    F: Future<Output = fleet::Result<T>>,
{
    let mut tries = Tries::new(patience);
    loop {
        match work().await {
            Err(error) if error.is_transient() => tries.again(error, stop).await?,
            answer => return Ok(answer),
        }
    }
}

/// Tries of a database that does not answer, or has no space left.
struct Tries {
    patience: Patience,
    wait: Duration,
    waited: Duration,
}

impl Tries {
    fn new(patience: Patience) -> Self {
        Self { patience, wait: FIRST_WAIT, waited: Duration::ZERO }
    }

    /// Waits before the next try, unless patience is over.
    async fn again(&mut self, error: fleet::Error, stop: &mut Stop) -> Result<(), GivenBack> {
        if matches!(self.patience, Patience::UpTo(most) if self.waited >= most) {
            return Err(GivenBack::Failing(error));
        }
        tracing::warn!(%error, "cannot store, trying again");
        if !stop.sleep(self.wait).await {
            return Err(GivenBack::told_to_stop());
        }
        self.waited += self.wait;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        Ok(())
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
        match publisher.send_all(&messages).await {
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
