//! Reports become hosts: one look-up and one transaction for a batch.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::store::{Rows, Sql};
use ground::{HostId, OrgId, Timestamp};
use profile::{Digest, Profile, Section};
use uuid::Uuid;

use crate::{
    Cause, Error, Fleet, Given, Host, Kind, Mark, Marks, MatchedOn, Matching, Owner, Refused, Report, Result,
    SectionRef, Staleness,
    codec::Unpacker,
    identity::{self, Candidate},
    merge::{self, Merged},
    note::{Note, Noted},
    sections::{Content, NewSection},
    set::set,
    store as statement,
    writer::{Entry, OrgWriter, Raw, Writer},
};

/// How often a batch is tried again when another transaction was in its way.
const TRIES: usize = 5;

/// What became of a report.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The host it is about.
    pub id: HostId,
    /// What happened.
    pub kind: Kind,
    /// The row of the log.
    pub seq: i64,
    /// The host after it.
    pub host: Arc<Host>,
    /// On which fact it was recognised; `None` when the host is new.
    pub matched: Option<MatchedOn>,
}

/// The answer to each report of a batch, in order.
pub(crate) type Answers = Vec<std::result::Result<Stored, Refused>>;

impl Fleet {
    /// Stores a batch of reports in one transaction. A refused report changes nothing and is in nobody's way; an
    /// error means that nothing of the batch was stored, and the same batch may be given again.
    ///
    /// Reports of one batch see one another: the result is the same as if each had come alone.
    pub async fn ingest(&self, reports: Vec<Arc<Report>>) -> Result<Answers> {
        let _turn = self.turn().await?;
        let fleet = self.clone();
        let work = move || reports.into_iter().map(|report| fleet.ready(report)).collect::<Vec<Ready>>();
        let ready = tokio::task::spawn_blocking(work).await;
        let mut ready = ready.map_err(|stopped| Error::damaged(stopped.to_string()))?;
        Ok(self.store_again(&mut ready.iter_mut().collect::<Vec<_>>(), None).await?.0)
    }

    /// The same for reports that were made [ready](Self::ready) before, while another batch was being stored. Of reports
    /// that came in messages, `given` in their order, and that may come again, the transaction notes that these are done,
    /// and gives the marks to learn. [`Error::Overtaken`] when another process has noted more than `marks` knows: forget
    /// them, ask for them again, and leave out what is done.
    pub async fn ingest_ready(
        &self,
        reports: &mut [&mut Ready],
        once: Option<(&Marks, &[Given])>,
    ) -> Result<(Answers, Vec<Mark>)> {
        let _turn = self.turn().await?;
        self.store_again(reports, once).await
    }

    async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>> {
        self.taking_in().acquire().await.map_err(|closed| Error::damaged(closed.to_string()))
    }

    async fn store_again(
        &self,
        ready: &mut [&mut Ready],
        once: Option<(&Marks, &[Given])>,
    ) -> Result<(Answers, Vec<Mark>)> {
        for _ in 1..TRIES {
            match self.store(ready, once).await {
                Err(Error::Store(error)) if error.kind() == ::store::ErrorKind::Conflict => {
                    tracing::info!(%error, reports = ready.len(), "batch conflicts with another, trying again");
                }
                answer => return answer,
            }
        }
        self.store(ready, once).await
    }

    /// Hashes a report's profile as it came, and takes it apart, unless the very bytes have been stored lately or the last
    /// batch was quiet: the report is then most likely one that changes nothing and need not be read. This is work for
    /// the processor, to be done outside of the threads that serve.
    pub fn ready(&self, report: Arc<Report>) -> Ready {
        let mut ready = Ready::new(report);
        if let (Some(hash), Some(text)) = (&ready.raw_hash, ready.report.profile.as_deref())
            && !self.recent().is_quiet()
            && !self.recent().knows(hash)
        {
            ready.parsed = Some(Profile::parse_with(text, self.seen()).map_err(Refused::from));
        }
        ready
    }

    async fn store(
        &self,
        batch: &mut [&mut Ready],
        once: Option<(&Marks, &[Given])>,
    ) -> Result<(Answers, Vec<Mark>)> {
        let orgs = batch.iter().map(|ready| ready.report.org.clone());
        let mut writer = Writer::begin(self, orgs).await?;
        let mut by_org: BTreeMap<OrgId, Vec<usize>> = BTreeMap::new();
        for (n, ready) in batch.iter().enumerate() {
            by_org.entry(ready.report.org.clone()).or_default().push(n);
        }
        let mut known = HashMap::new();
        for (org, positions) in &by_org {
            let reports = positions.iter().map(|n| &*batch[*n].report);
            known.insert(org.clone(), self.look_up(&mut writer, org, reports).await?);
        }
        let mut answers = Vec::with_capacity(batch.len());
        let begun = writer.now;
        for (n, ready) in (0..).zip(batch.iter_mut()) {
            // Each a moment after the one before: "the newest" is then never a tie.
            writer.now = Timestamp::from_micros(begun.micros() + n);
            let known = known.entry(ready.report.org.clone()).or_default();
            answers.push(self.take_in(&mut writer, known, ready).await?);
        }
        let moved = match once {
            Some((marks, given)) => writer.mark(marks, given, &answers).await?,
            None => Vec::new(),
        };
        writer.finish().await?;
        let unchanged = answers.iter().flatten().filter(|stored| stored.kind == Kind::Seen).count();
        self.recent().batch(unchanged, answers.len());
        for (ready, answer) in batch.iter().zip(&answers) {
            if let (Some(hash), Ok(_)) = (&ready.raw_hash, answer) {
                self.recent().note(hash);
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
    ) -> Result<Known> {
        let (mut insights, mut subscriptions, mut providers) = (Vec::new(), Vec::new(), Vec::new());
        for facts in reports.map(|report| &report.canonical_facts) {
            insights.extend(facts.insights_id);
            subscriptions.extend(facts.subscription_manager_id.clone());
            providers.extend(facts.provider_id.clone());
        }
        let sql = Sql::new(statement::HOSTS_BY_FACTS).bind(org).rows(Rows::new().column(insights));
        let asked = match self.matching() {
            Matching::AllFacts => Vec::new(),
            // Such an id is also that of a new host: whoever has it already must be seen.
            Matching::SubscriptionManagerIdOnly => {
                subscriptions.iter().filter_map(|id| as_host_id(id)).collect()
            }
        };
        let sql = sql.rows(Rows::new().column(subscriptions)).rows(Rows::new().column(providers));
        let ids = writer.load(org, sql).await?;
        writer.load_ids(org, &asked).await?;
        let mut known = Known::default();
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
        Ok(known.find(writer.org(&report.org)?, report, self.matching(), self.staleness(), now))
    }

    async fn take_in(
        &self,
        writer: &mut Writer<'_>,
        known: &mut Known,
        ready: &mut Ready,
    ) -> Result<std::result::Result<Stored, Refused>> {
        let org_id = ready.report.org.clone();
        let now = writer.now;
        let matched = known.find(writer.org(&org_id)?, &ready.report, self.matching(), self.staleness(), now);
        let stored = match matched {
            Some((id, _)) => Some(writer.entry(&org_id, id)?),
            None => None,
        };
        let change = match self.profile_change(stored, ready, now)? {
            Ok(change) => change,
            Err(refused) => return Ok(Err(refused)),
        };
        let deferred = matches!(change, ProfileChange::Deferred(_));
        let report = &ready.report;
        let id = if let Some((id, _)) = matched {
            id
        } else {
            let id = new_id(report, self.matching(), writer.org(&org_id)?);
            let group = writer.ungrouped(&org_id, report.sender_account.as_deref()).await?;
            writer.org(&org_id)?.add(merge::create(report, id, group, now));
            id
        };
        let (entry, unpacker) = writer.entry(&org_id, id)?;
        let merged = match matched {
            Some(_) => merge::update(Arc::make_mut(&mut entry.host), report, now),
            None => Merged::default(),
        };
        let mut new_sections = Vec::new();
        let profile_changed = apply_profile(entry, unpacker, change, &mut new_sections)?;
        let cluster = entry.host.openshift_cluster_id.is_some();
        let mut changed = merged.changed || profile_changed;
        if profile_changed || matched.is_none() || cluster {
            let host_type = profile::host_type(cluster, entry.facts.get(unpacker)?);
            changed |= set(&mut Arc::make_mut(&mut entry.host).host_type, host_type);
        }
        let kind = match matched {
            None => Kind::Created,
            Some(_) if changed => Kind::Updated,
            Some(_) => Kind::Seen,
        };
        if merged.tags {
            entry.set_tags_dirty();
        }
        let org = writer.org(&org_id)?;
        for section in new_sections {
            org.add_section(section);
        }
        let matched = matched.map(|(_, fact)| fact);
        let note = Note {
            kind,
            cause: Cause::Report,
            reporter: Some(&report.reporter),
            matched,
            origin: &report.origin,
        };
        let Noted { seq, host } = writer.note(&org_id, id, &note)?;
        let (entry, _) = writer.entry(&org_id, id)?;
        // What was not taken over must not be recognised when it comes again.
        let raw_hash = ready.raw_hash.as_ref().filter(|_| !deferred);
        entry.settle(seq, profile_changed, &ready.report.reporter, raw_hash);
        known.add(&entry.host);
        Ok(Ok(Stored { id, kind, seq, host, matched }))
    }

    /// Stores a report of the profile alone, of a host that is known: by `id`, else by its facts. Nothing but the
    /// profile changes, and the check-in times stay (contract inventory-events §6).
    pub async fn update_profile(
        &self,
        report: Arc<Report>,
        id: Option<HostId>,
    ) -> Result<std::result::Result<Stored, Refused>> {
        let org_id = report.org.clone();
        let mut writer = Writer::begin_one(self, &org_id).await?;
        let now = writer.now;
        let found = match id {
            Some(id) => {
                writer.load_ids(&org_id, &[id]).await?;
                let alive = self.staleness().culled_before(now);
                let entry = writer.org(&org_id)?.entries.get(&id);
                entry.filter(|entry| entry.host.times.last_check_in > alive).map(|_| (id, None))
            }
            None => self.recognise(&mut writer, &report).await?.map(|(id, fact)| (id, Some(fact))),
        };
        let Some((id, matched)) = found else { return Ok(Err(Refused::NoHost)) };
        let mut ready = Ready::new(report);
        let change = match self.profile_change(Some(writer.entry(&org_id, id)?), &mut ready, now)? {
            Ok(change) => change,
            Err(refused) => return Ok(Err(refused)),
        };
        let (entry, unpacker) = writer.entry(&org_id, id)?;
        let mut new_sections = Vec::new();
        let changed = apply_profile(entry, unpacker, change, &mut new_sections)?;
        if changed {
            let cluster = entry.host.openshift_cluster_id.is_some();
            let host_type = profile::host_type(cluster, entry.facts.get(unpacker)?);
            let host = Arc::make_mut(&mut entry.host);
            if set(&mut host.host_type, host_type) {
                host.times.updated = now;
            }
        }
        let org = writer.org(&org_id)?;
        for section in new_sections {
            org.add_section(section);
        }
        let kind = if changed { Kind::Updated } else { Kind::Seen };
        let origin = &ready.report.origin;
        let note = Note { kind, cause: Cause::Profile, reporter: None, matched, origin };
        let Noted { seq, host } = writer.note(&org_id, id, &note)?;
        writer.entry(&org_id, id)?.0.settle(seq, changed, "", None);
        writer.finish().await?;
        Ok(Ok(Stored { id, kind, seq, host, matched }))
    }

    /// What a report makes of the profile of the host it is about, which is given with what unpacks its facts.
    fn profile_change(
        &self,
        mut stored: Option<(&mut Entry, &mut Unpacker<'_>)>,
        ready: &mut Ready,
        now: Timestamp,
    ) -> Result<std::result::Result<ProfileChange, Refused>> {
        let Ready { report, raw_hash, parsed } = ready;
        if let (Some((entry, _)), Some(hash)) = (&stored, &*raw_hash)
            && let Some(known) = entry.raw.get(&report.reporter)
            && known.hash == *hash
            && known.seq == entry.profile_seq
            && owner_stands(&report.owner, entry)
        {
            return Ok(Ok(ProfileChange::Same));
        }
        if let (None, Some(text)) = (&*parsed, report.profile.as_deref()) {
            *parsed = Some(Profile::parse_with(text, self.seen()).map_err(Refused::from));
        }
        // Taken out: when the whole batch is tried again, it is read again.
        let mut profile = match parsed.take().transpose() {
            Ok(profile) => profile.unwrap_or_default(),
            Err(refused) => return Ok(Err(refused)),
        };
        if let Owner::System { cn, on_update } = &report.owner {
            if profile::owner_id(&profile.facts).is_some_and(|owner| owner != cn) {
                return Ok(Err(Refused::Owner));
            }
            let first = match &mut stored {
                Some((entry, unpacker)) => entry.facts.get(unpacker)?.is_empty(),
                None => true,
            };
            let owner = if first { cn } else { on_update };
            profile.facts.insert("owner_id".to_owned(), owner.clone().into());
        }
        if let (Some((entry, _)), Some(other)) = (stored, &report.defer_to_reporter)
            && let Some(heard) = entry.host.times.reporters.get(other)
            && now <= heard.plus_seconds(self.staleness().stale)
        {
            // The profile was checked all the same; only the owner is still taken over.
            let owner = profile.facts.remove("owner_id").filter(|_| report.owner != Owner::AsReported);
            let mut only_owner = Profile::default();
            only_owner.facts.extend(owner.map(|owner| ("owner_id".to_owned(), owner)));
            return Ok(Ok(ProfileChange::Deferred(only_owner)));
        }
        Ok(Ok(ProfileChange::Merge(profile)))
    }
}

/// A report on its way, with what was computed of it so far.
#[derive(Debug)]
pub struct Ready {
    report: Arc<Report>,
    raw_hash: Option<String>,
    parsed: Option<std::result::Result<Profile, Refused>>,
}

impl Ready {
    /// Hashes a report's profile as it came, so that it is parsed only when it has to be.
    fn new(report: Arc<Report>) -> Self {
        let raw_hash = report.profile.as_deref().map(|profile| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(profile.as_bytes());
            // The owner is taken from the sender: the same profile from another sender is another one.
            if let Owner::System { cn, on_update } = &report.owner {
                for part in [cn, on_update] {
                    hasher.update(&[0]);
                    hasher.update(part.as_bytes());
                }
            }
            hasher.finalize().to_hex()[..32].to_owned()
        });
        Self { report, raw_hash, parsed: None }
    }
}

enum ProfileChange {
    /// The very bytes that this reporter sent last, and nobody has changed the profile since.
    Same,
    Merge(Profile),
    /// Another reporter is fresh: only the owner is taken over.
    Deferred(Profile),
}

/// Whether a host's owner is what another report of the same sender would make it.
fn owner_stands(owner: &Owner, entry: &Entry) -> bool {
    match owner {
        Owner::AsReported => true,
        Owner::System { on_update, .. } => entry.owner.as_ref() == Some(on_update),
    }
}

/// Takes a profile over; tells whether anything changed.
fn apply_profile(
    entry: &mut Entry,
    unpacker: &mut Unpacker<'_>,
    change: ProfileChange,
    new: &mut Vec<NewSection>,
) -> Result<bool> {
    let (ProfileChange::Merge(given) | ProfileChange::Deferred(given)) = change else { return Ok(false) };
    let mut changed = false;
    if !given.facts.is_empty() {
        let stored = entry.facts.get(unpacker)?;
        let facts = profile::merge_facts(stored, &given.facts);
        let digest = profile::facts_digest(&facts);
        if entry.content_of(Section::Facts) != Some(digest) {
            let content = Content::Text(profile::facts_json(&facts).into());
            entry.owner = profile::owner_id(&facts).map(str::to_owned);
            entry.facts = facts.into();
            add(entry, Section::Facts, SectionRef { canonical: digest, content: digest }, content, new);
            changed = true;
        }
    }
    for (section, list) in given.lists {
        // The same set in another order is no change.
        if entry.sections.get(&section).is_none_or(|known| known.canonical != list.canonical) {
            let reference = SectionRef { canonical: list.canonical, content: list.content };
            add(entry, section, reference, Content::List(list), new);
            changed = true;
        }
    }
    Ok(changed)
}

fn add(
    entry: &mut Entry,
    section: Section,
    reference: SectionRef,
    content: Content,
    new: &mut Vec<NewSection>,
) {
    let previous: Option<Digest> = entry.content_of(section);
    Arc::make_mut(&mut entry.sections).insert(section, reference);
    new.push(NewSection { digest: reference.content, kind: section.code(), content, previous });
}

fn new_id(report: &Report, matching: Matching, org: &OrgWriter) -> HostId {
    let given = match matching {
        Matching::AllFacts => None,
        Matching::SubscriptionManagerIdOnly => {
            report.canonical_facts.subscription_manager_id.as_deref().and_then(as_host_id)
        }
    };
    // A culled host, or one that came in another way, may hold the id that the new one asks for.
    given.filter(|id| !org.entries.contains_key(id)).unwrap_or_else(|| HostId(Uuid::new_v4()))
}

fn as_host_id(id: &str) -> Option<HostId> {
    Uuid::parse_str(id).ok().map(HostId)
}

impl Entry {
    /// Notes what the reporter sent, under the row of the log that took it in.
    fn settle(&mut self, seq: i64, profile_changed: bool, reporter: &str, raw_hash: Option<&String>) {
        if profile_changed {
            self.profile_seq = seq;
        }
        if let Some(hash) = raw_hash {
            self.raw.insert(reporter.to_owned(), Raw { hash: hash.clone(), seq: self.profile_seq });
        }
    }
}

/// The hosts of an organisation that a batch may be about, by their id facts.
#[derive(Default)]
struct Known {
    insights: HashMap<Uuid, Vec<HostId>>,
    subscriptions: HashMap<String, Vec<HostId>>,
    providers: HashMap<String, Vec<HostId>>,
}

impl Known {
    fn add(&mut self, host: &Host) {
        fn push<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<HostId>>, key: Option<K>, id: HostId) {
            if let Some(key) = key {
                let ids = map.entry(key).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        let facts = &host.canonical_facts;
        push(&mut self.insights, facts.insights_id, host.id);
        push(&mut self.subscriptions, facts.subscription_manager_id.clone(), host.id);
        push(&mut self.providers, facts.provider_id.clone(), host.id);
    }

    /// The host that a report is about.
    fn find(
        &self,
        org: &OrgWriter,
        report: &Report,
        matching: Matching,
        staleness: Staleness,
        now: Timestamp,
    ) -> Option<(HostId, MatchedOn)> {
        let facts = &report.canonical_facts;
        let alive = staleness.culled_before(now);
        let ids = [
            facts.provider_id.as_ref().and_then(|id| self.providers.get(id)),
            facts.subscription_manager_id.as_ref().and_then(|id| self.subscriptions.get(id)),
            facts.insights_id.as_ref().and_then(|id| self.insights.get(id)),
        ];
        let candidates: Vec<Candidate<'_>> = ids
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|id| org.entries.get(id))
            .filter(|entry| entry.host.times.last_check_in > alive)
            .map(|entry| Candidate {
                id: entry.host.id,
                facts: &entry.host.canonical_facts,
                updated: entry.host.times.updated,
            })
            .collect();
        identity::find(facts, &candidates, matching)
    }
}
