//! Reports become hosts: one look-up and one transaction for a batch.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::store::{Rows, Sql};
use ground::{HostId, OrgId, Timestamp};
use tokio::sync::{AcquireError, SemaphorePermit};
use uuid::Uuid;

use crate::{
    Cause, ChangeKind, ConsumerOffsets, Error, Fleet, Host, MatchedOn, Matching, PartitionOffset,
    PreparedReport, Refused, Report, Result, Scope, SourceMessage,
    db::statements as statement,
    identity::{self, Candidate, Merged},
    ingest::{
        host_size,
        known_hosts::KnownHosts,
        profile_update::{Applied, ProfileChange, apply_profile},
    },
    model::set::set,
    write::{
        change_row::{AppendedChange, NewChange},
        org_writer::OrgWriter,
        queue::BatchPermits,
        transaction::Writer,
    },
};

/// How often a batch is tried when it conflicts with another transaction.
const MAX_ATTEMPTS: usize = 5;

/// What became of a report.
#[derive(Debug, Clone)]
pub struct StoredReport {
    /// The host it is about.
    pub id: HostId,
    /// What happened.
    pub kind: ChangeKind,
    /// The row of the log.
    pub seq: i64,
    /// The host after it.
    pub host: Arc<Host>,
    /// On which fact it was recognised; `None` when the host is new.
    pub matched: Option<MatchedOn>,
}

/// The answer to each report of a batch, in order.
pub(crate) type IngestResults = Vec<std::result::Result<StoredReport, Refused>>;

impl Fleet {
    /// Stores a batch of reports in one transaction. A refused report changes nothing and is in nobody's way; an
    /// error means that nothing of the batch was stored, and the same batch may be given again.
    ///
    /// Reports of one batch see one another: the result is the same as if each had come alone.
    pub async fn ingest(&self, reports: Vec<Arc<Report>>) -> Result<IngestResults> {
        self.ingest_of(reports, None).await
    }

    /// The same for reports of one caller, who writes within this scope and no further: a report about another host is
    /// [`Refused::OutOfReach`].
    pub async fn ingest_within(&self, scope: &Scope, reports: Vec<Arc<Report>>) -> Result<IngestResults> {
        self.ingest_of(reports, Some(scope)).await
    }

    async fn ingest_of(&self, reports: Vec<Arc<Report>>, scope: Option<&Scope>) -> Result<IngestResults> {
        let _permits = self.acquire_permits(reports.iter().map(|report| &**report)).await?;
        let fleet = self.clone();
        let work =
            move || reports.into_iter().map(|report| fleet.prepare(report)).collect::<Vec<PreparedReport>>();
        let prepared = tokio::task::spawn_blocking(work).await;
        let mut prepared = prepared.map_err(|stopped| Error::internal(&stopped))?;
        Ok(self.store_with_retries(&mut prepared.iter_mut().collect::<Vec<_>>(), None, scope).await?.0)
    }

    /// The same for reports that were made [prepared](Self::prepare) before, while another batch was being stored. Of reports
    /// that came in messages, `given` in their order, and that may come again, the transaction notes that these are done,
    /// and gives the offsets to advance to. [`Error::Overtaken`] when another process has noted more than `offsets` knows: forget
    /// them, ask for them again, and leave out what is done.
    pub async fn ingest_prepared(
        &self,
        reports: &mut [&mut PreparedReport],
        messages: Option<(&ConsumerOffsets, &[SourceMessage])>,
    ) -> Result<(IngestResults, Vec<PartitionOffset>)> {
        let _permits = self.acquire_permits(reports.iter().map(|prepared| &*prepared.report)).await?;
        self.store_with_retries(reports, messages, None).await
    }

    /// The permits of a batch: those of its organisations first, so that what waits for one of them keeps nobody else from theirs.
    async fn acquire_permits<'r>(
        &self,
        reports: impl Iterator<Item = &'r Report>,
    ) -> Result<(BatchPermits, SemaphorePermit<'_>)> {
        let closed = |closed: AcquireError| Error::internal(&closed);
        let of_orgs = self.write_queues().batches(reports.map(|report| report.org.clone())).await;
        Ok((of_orgs.map_err(closed)?, self.ingest_permits().acquire().await.map_err(closed)?))
    }

    async fn store_with_retries(
        &self,
        prepared: &mut [&mut PreparedReport],
        messages: Option<(&ConsumerOffsets, &[SourceMessage])>,
        scope: Option<&Scope>,
    ) -> Result<(IngestResults, Vec<PartitionOffset>)> {
        for _ in 1..MAX_ATTEMPTS {
            match self.store(prepared, messages, scope).await {
                Err(Error::Store(error)) if error.kind() == ::store::ErrorKind::Conflict => {
                    tracing::info!(%error, reports = prepared.len(), "batch conflicts with another, trying again");
                }
                answer => return answer,
            }
        }
        self.store(prepared, messages, scope).await
    }

    async fn store(
        &self,
        batch: &mut [&mut PreparedReport],
        messages: Option<(&ConsumerOffsets, &[SourceMessage])>,
        scope: Option<&Scope>,
    ) -> Result<(IngestResults, Vec<PartitionOffset>)> {
        let orgs = batch.iter().map(|prepared| prepared.report.org.clone());
        let mut writer = Writer::begin(self, orgs).await?;
        let mut by_org: BTreeMap<OrgId, Vec<usize>> = BTreeMap::new();
        for (n, prepared) in batch.iter().enumerate() {
            by_org.entry(prepared.report.org.clone()).or_default().push(n);
        }
        let mut known = HashMap::new();
        for (org, positions) in &by_org {
            let reports = positions.iter().map(|n| &*batch[*n].report);
            known.insert(org.clone(), self.look_up(&mut writer, org, reports).await?);
        }
        let mut answers = Vec::with_capacity(batch.len());
        let begun = writer.now;
        for (n, prepared) in (0..).zip(batch.iter_mut()) {
            // Each a moment after the one before: "the newest" is then never a tie.
            writer.now = Timestamp::from_micros(begun.micros() + n);
            let known = known.entry(prepared.report.org.clone()).or_default();
            answers.push(self.ingest_one(&mut writer, known, prepared, scope).await?);
        }
        let moved = match messages {
            Some((offsets, given)) => writer.record_offsets(offsets, given, &answers).await?,
            None => Vec::new(),
        };
        writer.finish().await?;
        let unchanged = answers.iter().flatten().filter(|stored| stored.kind == ChangeKind::Seen).count();
        self.recent_profiles().batch(unchanged, answers.len());
        for (prepared, answer) in batch.iter().zip(&answers) {
            if let (Some(hash), Ok(_)) = (&prepared.raw_hash, answer) {
                self.recent_profiles().insert(hash);
            }
        }
        Ok((answers, moved))
    }

    /// Reads the hosts that share an id fact with one of the reports.
    async fn look_up<'r>(
        &self,
        writer: &mut Writer<'_>,
        org: &OrgId,
        reports: impl Iterator<Item = &'r Report>,
    ) -> Result<KnownHosts> {
        let (mut insights, mut subscriptions, mut providers) = (Vec::new(), Vec::new(), Vec::new());
        let mut bound_to = Vec::new();
        for report in reports {
            let facts = &report.canonical_facts;
            bound_to.extend(report.bound_to);
            insights.extend(facts.insights_id);
            subscriptions.extend(facts.subscription_manager_id.clone());
            providers.extend(facts.provider_id.clone());
        }
        let sql = Sql::new(statement::HOSTS_BY_FACTS).bind(org).rows(Rows::new().column(insights));
        let mut asked = bound_to;
        if self.matching() == Matching::SubscriptionManagerIdOnly {
            // Such an id is also that of a new host: whoever has it already must be seen.
            asked.extend(subscriptions.iter().filter_map(|id| as_host_id(id)));
        }
        let sql = sql.rows(Rows::new().column(subscriptions)).rows(Rows::new().column(providers));
        let ids = writer.load(org, sql).await?;
        writer.load_ids(org, &asked).await?;
        let mut known = KnownHosts::default();
        let org = writer.org(org)?;
        for id in ids {
            if let Some(entry) = org.entries.get(&id) {
                known.add(&entry.host);
            }
        }
        Ok(known)
    }

    /// The one host that a report is about, loaded.
    pub(crate) async fn recognise(
        &self,
        writer: &mut Writer<'_>,
        report: &Report,
    ) -> Result<Option<(HostId, MatchedOn)>> {
        let known = self.look_up(writer, &report.org, std::iter::once(report)).await?;
        let now = writer.now;
        Ok(known.find(writer.org(&report.org)?, report, self.matching(), now))
    }

    pub(crate) async fn ingest_one(
        &self,
        writer: &mut Writer<'_>,
        known: &mut KnownHosts,
        prepared: &mut PreparedReport,
        scope: Option<&Scope>,
    ) -> Result<std::result::Result<StoredReport, Refused>> {
        let org_id = prepared.report.org.clone();
        let now = writer.now;
        let org = writer.org(&org_id)?;
        let staleness = org.staleness;
        let found = known.find(org, &prepared.report, self.matching(), now);
        let matched = match bound(org, &prepared.report, found, self.matching()) {
            Ok(matched) => matched,
            Err(refused) => return Ok(Err(refused)),
        };
        let stored = match matched {
            Some((id, _)) => Some(writer.entry(&org_id, id)?),
            None => None,
        };
        let is_reached = scope.is_none_or(|scope| match &stored {
            Some((entry, _)) => scope.may_write(&entry.host, entry.owner.as_deref()),
            None => scope.may_create(),
        });
        if !is_reached {
            return Ok(Err(Refused::OutOfReach));
        }
        let host = stored.as_ref().map(|(entry, _)| &*entry.host);
        if let Err(refused) = host_size::check(&prepared.report, host, self.max_event_bytes()) {
            return Ok(Err(refused));
        }
        let change = match self.profile_change(stored, prepared, staleness, now)? {
            Ok(change) => change,
            Err(refused) => return Ok(Err(refused)),
        };
        let deferred = matches!(change, ProfileChange::Deferred(_));
        let report = &prepared.report;
        let id = if let Some((id, _)) = matched {
            id
        } else {
            let id = new_id(report, self.matching(), writer.org(&org_id)?);
            let group = writer.ungrouped(&org_id, report.sender_account.as_deref()).await?;
            writer.org(&org_id)?.add(identity::create(report, id, group, now));
            id
        };
        let (entry, unpacker) = writer.entry(&org_id, id)?;
        let merged = match matched {
            Some(_) => identity::update(Arc::make_mut(&mut entry.host), report, now),
            None => Merged::default(),
        };
        let mut new_sections = Vec::new();
        let applied = apply_profile(entry, unpacker, change, self.volatile(), &mut new_sections)?;
        let profile_changed = applied != Applied::Nothing;
        let cluster = entry.host.openshift_cluster_id.is_some();
        let mut counts = merged.changed || applied == Applied::Changed;
        if profile_changed || matched.is_none() || cluster {
            let host_type = profile::host_type(cluster, entry.facts.get(unpacker)?);
            counts |= set(&mut Arc::make_mut(&mut entry.host).host_type, host_type);
        }
        let kind = match matched {
            None => ChangeKind::Created,
            Some(_) if counts || profile_changed => ChangeKind::Updated,
            Some(_) => ChangeKind::Seen,
        };
        if merged.tags {
            entry.set_tags_dirty();
        }
        let org = writer.org(&org_id)?;
        for section in new_sections {
            org.add_section(section);
        }
        let matched = matched.map(|(_, fact)| fact);
        let is_volatile = kind == ChangeKind::Updated && !counts;
        let change = NewChange {
            kind,
            cause: if is_volatile { Cause::Volatile } else { Cause::Report },
            reporter: Some(&report.reporter),
            matched,
            origin: &report.origin,
        };
        let AppendedChange { seq, host } = writer.append(&org_id, id, &change)?;
        let (entry, _) = writer.entry(&org_id, id)?;
        // What was not taken over must not be recognised when it comes again.
        let raw_hash = prepared.raw_hash.as_ref().filter(|_| !deferred);
        entry.mark_written(seq, profile_changed, &prepared.report.reporter, raw_hash);
        known.add(&entry.host);
        Ok(Ok(StoredReport { id, kind, seq, host, matched }))
    }
}

/// The host that a report is about, when it is the one that it is bound to. That host may be culled: its token says which it is.
fn bound(
    org: &OrgWriter,
    report: &Report,
    found: Option<(HostId, MatchedOn)>,
    matching: Matching,
) -> std::result::Result<Option<(HostId, MatchedOn)>, Refused> {
    let Some(id) = report.bound_to else { return Ok(found) };
    match (found, org.entries.get(&id)) {
        (Some((found, _)), _) if found != id => Err(Refused::AnotherHost),
        (None, Some(entry)) => {
            let host = &entry.host;
            let stored = Candidate { id, facts: &host.canonical_facts, updated: host.times.updated };
            let same = identity::find(&report.canonical_facts, &[stored], matching);
            same.map(Some).ok_or(Refused::AnotherHost)
        }
        (found, _) => Ok(found),
    }
}

fn new_id(report: &Report, matching: Matching, org: &OrgWriter) -> HostId {
    if let Some(id) = report.bound_to {
        return id;
    }
    let given = match matching {
        Matching::AllFacts => None,
        Matching::SubscriptionManagerIdOnly => {
            report.canonical_facts.subscription_manager_id.as_deref().and_then(as_host_id)
        }
    };
    // A culled host, or one that came in another way, may hold the id that the new one asks for.
    given.filter(|id| !org.entries.contains_key(id)).unwrap_or_else(|| HostId(Uuid::new_v4()))
}

pub(crate) fn as_host_id(id: &str) -> Option<HostId> {
    Uuid::parse_str(id).ok().map(HostId)
}
