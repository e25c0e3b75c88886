//! Group commit: what comes in within a few milliseconds is committed together.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use super::StoreError;
use crate::{
    batch::{Batch, Metadata, Refused, Tenant},
    cassandra::CassandraError,
};

/// How long a commit waits for more.
const WAIT: Duration = Duration::from_millis(4);

/// How many samples end the wait.
const MOST_SAMPLES: usize = 50_000;

/// Batches that wait for a commit; who sends more waits too.
pub(super) const WAITING: usize = 1024;

/// How many series are remembered with their numbers; beyond it all are forgotten and asked for again.
pub(super) const MOST_REMEMBERED: usize = 2_000_000;

/// A batch and who waits for its commit.
#[derive(Debug)]
pub(super) struct Pending {
    pub tenant: Tenant,
    pub batch: Batch,
    pub reply: oneshot::Sender<Result<Vec<Refused>, StoreError>>,
}

/// Who commits.
pub(super) trait Commit: Send {
    /// Commits batches, all or none; answers what was refused of each.
    fn commit(
        &mut self,
        work: &[(Tenant, Batch)],
    ) -> impl Future<Output = Result<Vec<Vec<Refused>>, StoreError>> + Send;
}

/// A batch, and its place in its group.
pub(super) type Placed<'b> = (usize, &'b Batch);

/// The batches of each tenant. Tenants come in one order, whoever asks.
pub(super) fn by_tenant(work: &[(Tenant, Batch)]) -> impl Iterator<Item = (&Tenant, Vec<Placed<'_>>)> {
    let mut by_tenant: BTreeMap<(&str, &str), (&Tenant, Vec<Placed<'_>>)> = BTreeMap::new();
    for (n, (tenant, batch)) in work.iter().enumerate() {
        let own = by_tenant.entry((tenant.org.as_str(), &*tenant.scope));
        own.or_insert_with(|| (tenant, Vec::new())).1.push((n, batch));
    }
    by_tenant.into_values()
}

/// What batches say of metrics that is not known yet; the last word on each counts.
pub(super) fn news<'b>(
    batches: &[Placed<'b>],
    known: &HashMap<String, Metadata>,
) -> BTreeMap<&'b str, &'b Metadata> {
    let all = batches.iter().flat_map(|(_, batch)| &batch.metadata);
    let mut last: BTreeMap<&str, &Metadata> =
        all.map(|metadata| (metadata.name.as_str(), metadata)).collect();
    last.retain(|name, metadata| known.get(*name) != Some(*metadata));
    last
}

/// Hands a batch over; answers after the commit that holds it.
pub(super) async fn append(
    writer: &mpsc::Sender<Pending>,
    tenant: Tenant,
    batch: Batch,
) -> Result<Vec<Refused>, StoreError> {
    if batch.series.is_empty() && batch.metadata.is_empty() {
        return Ok(batch.refused);
    }
    let (reply, answer) = oneshot::channel();
    writer.send(Pending { tenant, batch, reply }).await.map_err(|_| StoreError::Stopped)?;
    answer.await.map_err(|_| StoreError::Stopped)?
}

/// Commits what comes in, until nobody can send any more.
pub(super) async fn run(mut committer: impl Commit, mut waiting: mpsc::Receiver<Pending>) {
    while let Some(first) = waiting.recv().await {
        let mut samples = first.batch.samples();
        let mut group = vec![first];
        let until = Instant::now() + WAIT;
        while samples < MOST_SAMPLES {
            match timeout_at(until, waiting.recv()).await {
                Ok(Some(next)) => {
                    samples += next.batch.samples();
                    group.push(next);
                }
                _ => break,
            }
        }
        commit_group(&mut committer, group).await;
    }
}

/// Commits a group; when that fails each batch by itself, so that one cannot fail the others.
async fn commit_group(committer: &mut impl Commit, group: Vec<Pending>) {
    let (mut work, mut replies) = (Vec::new(), Vec::new());
    for pending in group {
        work.push((pending.tenant, pending.batch));
        replies.push(pending.reply);
    }
    match committer.commit(&work).await {
        Ok(refused) => answer(replies, refused.into_iter().map(Ok)),
        Err(problem) if work.len() == 1 => answer(replies, [Err(problem)]),
        // Who cannot be reached is not asked again for each.
        Err(StoreError::Cassandra(problem @ CassandraError::Away(_))) => {
            answer(replies, std::iter::repeat_with(|| Err(StoreError::Cassandra(problem.clone()))));
        }
        Err(problem) => {
            tracing::warn!(%problem, "a group of batches of samples was not committed; each is tried by itself");
            for (one, reply) in work.into_iter().zip(replies) {
                let outcome =
                    committer.commit(&[one]).await.map(|mut refused| refused.pop().unwrap_or_default());
                answer([reply], [outcome]);
            }
        }
    }
}

fn answer<T>(replies: impl IntoIterator<Item = oneshot::Sender<T>>, outcomes: impl IntoIterator<Item = T>) {
    for (reply, outcome) in replies.into_iter().zip(outcomes) {
        // Who went away needs no answer.
        let _ = reply.send(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_a_metric_counts_also_where_it_was_known_before() {
        let said = |help: &str| Metadata {
            name: "up".to_owned(),
            kind: "gauge",
            help: help.to_owned(),
            unit: String::new(),
        };
        let batch = |help: &str| Batch { metadata: vec![said(help)], ..Batch::default() };
        let (old, new) = (batch("old"), batch("new"));
        let known = HashMap::from([("up".to_owned(), said("old"))]);
        let news = |batches: [&Batch; 2]| {
            let news = news(&[(0, batches[0]), (1, batches[1])], &known);
            news.values().map(|metadata| metadata.help.clone()).collect::<Vec<_>>()
        };
        assert_eq!(news([&old, &new]), ["new"]);
        assert!(news([&new, &old]).is_empty());
    }
}
