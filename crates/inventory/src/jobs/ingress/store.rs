//! Batches into the record: together, and one by one when the values of one do not fit.

use std::ops::Range;

use fleet::{ConsumerOffsets, PreparedReport, SourceMessage, StoredReport};
use ground::Stop;

use super::{
    Ingress, OpenedMessage, Reported,
    outcome::Outcome,
    retry::{Abandoned, Backoff, RetryLimit, until_stored},
};
use crate::report::Invalid;

/// The messages that reports came in, and how far their partitions are known to be processed.
struct Source<'a> {
    messages: &'a [SourceMessage],
    offsets: &'a mut ConsumerOffsets,
}

/// What the record says of a report, or why its values do not fit.
type StoreResult = Result<Result<StoredReport, fleet::Refused>, String>;

impl Ingress {
    /// Stores what the messages report; the outcome of each, in order.
    pub(super) async fn store(
        &self,
        batch: &mut [&mut OpenedMessage],
        offsets: Option<&mut ConsumerOffsets>,
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<Vec<Outcome>, Abandoned> {
        let (mut hosts, mut messages, mut stored) = (Vec::new(), Vec::new(), Vec::new());
        for opened in batch.iter_mut() {
            match &mut opened.report {
                Some(Ok(Reported::Host(report))) => {
                    hosts.push(report);
                    messages.extend(opened.source.clone());
                }
                Some(Ok(Reported::Profile(report, id))) => {
                    let update = || self.fleet.update_profile(report.clone(), *id);
                    let mut answer = until_stored(limit, stop, update).await?;
                    if let Err(error) = &answer {
                        self.others_are_stored(error, limit, stop).await?;
                        answer = until_stored(limit, stop, update).await?;
                    }
                    stored.push(answer.map_err(|error| error.to_string()));
                }
                Some(Err(_)) | None => {}
            }
        }
        if !hosts.is_empty() {
            let source = offsets.map(|offsets| Source { messages: &messages, offsets });
            stored = self.store_hosts(&mut hosts, source, limit, stop).await?;
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

    /// Stores reports as one batch. When the values of one of them do not fit, each report is tried alone, so that it is in
    /// nobody's way.
    async fn store_hosts(
        &self,
        reports: &mut [&mut PreparedReport],
        mut source: Option<Source<'_>>,
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<Vec<StoreResult>, Abandoned> {
        match self.store_together(reports, 0..reports.len(), &mut source, limit, stop).await? {
            Ok(answers) => Ok(answers.into_iter().map(Ok).collect()),
            Err(error) => {
                tracing::warn!(%error, reports = reports.len(), "a batch has values that do not fit, storing one by one");
                let mut answers = Vec::with_capacity(reports.len());
                for at in 0..reports.len() {
                    let mut alone =
                        self.store_together(reports, at..at + 1, &mut source, limit, stop).await?;
                    if let Err(error) = &alone {
                        self.others_are_stored(error, limit, stop).await?;
                        alone = self.store_together(reports, at..at + 1, &mut source, limit, stop).await?;
                    }
                    answers.push(match alone {
                        Ok(answer) => answer.into_iter().next().map_or_else(|| Err(String::new()), Ok),
                        Err(error) => Err(error.to_string()),
                    });
                }
                Ok(answers)
            }
        }
    }

    /// Stores some of the reports in one transaction; an error is of their values.
    async fn store_together(
        &self,
        reports: &mut [&mut PreparedReport],
        which: Range<usize>,
        source: &mut Option<Source<'_>>,
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<fleet::Result<Vec<Result<StoredReport, fleet::Refused>>>, Abandoned> {
        let messages = source.as_ref().map(|source| &source.messages[which.clone()]);
        let known = source.as_ref().map(|source| &*source.offsets);
        let reports = &mut reports[which];
        // As `until_stored` does it; but what is stored is borrowed anew by each attempt, which no closure can say.
        let mut backoff = Backoff::new();
        let stored = loop {
            match self.fleet.ingest_prepared(reports, known.zip(messages)).await {
                Ok(stored) => break stored,
                Err(error @ fleet::Error::Overtaken) => return Err(Abandoned::Overtaken(error)),
                Err(error) if error.is_of_the_report() => return Ok(Err(error)),
                Err(error) => backoff.again(error, limit, stop).await?,
            }
        };
        let (answers, advanced) = stored;
        if let Some(source) = source {
            source.offsets.advance(advanced);
        }
        Ok(Ok(answers))
    }

    /// Waits until the record takes a report whose values are good: until then the tables were altered, or are damaged, and every
    /// report would be lost one by one. A report is given up only when it is refused once more behind that.
    async fn others_are_stored(
        &self,
        error: &fleet::Error,
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<(), Abandoned> {
        let mut backoff = Backoff::new();
        while let Err(also) = self.fleet.rehearse().await {
            tracing::error!(%error, "no report can be stored, also none whose values are good");
            backoff.again(also, limit, stop).await?;
        }
        Ok(())
    }
}
