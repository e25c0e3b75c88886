//! What a report makes of the profile of its host.

use std::sync::Arc;

use ground::{HostId, Timestamp};
use profile::{Digest, Profile, Section, Volatile};

use crate::{
    Cause, ChangeKind, Fleet, Owner, PreparedReport, Refused, Report, Result, SectionRef, Staleness,
    StoredReport,
    db::codec::Unpacker,
    model::set::set,
    sections::put::{Content, NewSection},
    write::{
        change_row::{AppendedChange, NewChange},
        loaded_host::{LoadedHost, RawProfile},
        transaction::Writer,
    },
};

impl Fleet {
    /// Stores a report of the profile alone, of a host that is known: by `id`, else by its facts. Nothing but the
    /// profile changes, and the check-in times stay (contract inventory-events §6).
    pub async fn update_profile(
        &self,
        report: Arc<Report>,
        id: Option<HostId>,
    ) -> Result<std::result::Result<StoredReport, Refused>> {
        let org_id = report.org.clone();
        let mut writer = Writer::begin_one(self, &org_id).await?;
        let now = writer.now;
        let staleness = writer.org(&org_id)?.staleness;
        let found = match id {
            Some(id) => {
                writer.load_ids(&org_id, &[id]).await?;
                let alive = staleness.culled_before(now);
                let entry = writer.org(&org_id)?.entries.get(&id);
                entry.filter(|entry| entry.host.times.last_check_in > alive).map(|_| (id, None))
            }
            None => self.recognise(&mut writer, &report).await?.map(|(id, fact)| (id, Some(fact))),
        };
        let Some((id, matched)) = found else { return Ok(Err(Refused::NoHost)) };
        let mut prepared = PreparedReport::new(report);
        let change =
            match self.profile_change(Some(writer.entry(&org_id, id)?), &mut prepared, staleness, now)? {
                Ok(change) => change,
                Err(refused) => return Ok(Err(refused)),
            };
        let (entry, unpacker) = writer.entry(&org_id, id)?;
        let mut new_sections = Vec::new();
        let applied = apply_profile(entry, unpacker, change, self.volatile(), &mut new_sections)?;
        let changed = applied != Applied::Nothing;
        let mut counts = applied == Applied::Changed;
        if changed {
            let cluster = entry.host.openshift_cluster_id.is_some();
            let host_type = profile::host_type(cluster, entry.facts.get(unpacker)?);
            let host = Arc::make_mut(&mut entry.host);
            if set(&mut host.host_type, host_type) {
                counts = true;
                host.times.updated = now;
            }
        }
        let org = writer.org(&org_id)?;
        for section in new_sections {
            org.add_section(section);
        }
        let kind = if changed { ChangeKind::Updated } else { ChangeKind::Seen };
        let origin = &prepared.report.origin;
        let cause = if changed && !counts { Cause::Volatile } else { Cause::Profile };
        let change = NewChange { kind, cause, reporter: None, matched, origin };
        let AppendedChange { seq, host } = writer.append(&org_id, id, &change)?;
        writer.entry(&org_id, id)?.0.mark_written(seq, changed, "", None);
        writer.finish().await?;
        Ok(Ok(StoredReport { id, kind, seq, host, matched }))
    }

    /// What a report makes of the profile of the host it is about, which is given with what unpacks its facts.
    pub(crate) fn profile_change(
        &self,
        mut stored: Option<(&mut LoadedHost, &mut Unpacker<'_>)>,
        prepared: &mut PreparedReport,
        staleness: Staleness,
        now: Timestamp,
    ) -> Result<std::result::Result<ProfileChange, Refused>> {
        let PreparedReport { report, raw_hash, parsed } = prepared;
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
            && now <= heard.plus_seconds(staleness.stale)
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

pub(crate) enum ProfileChange {
    /// The very bytes that this reporter sent last, and nobody has changed the profile since.
    Same,
    Merge(Profile),
    /// Another reporter is fresh: only the owner is taken over.
    Deferred(Profile),
}

/// Whether a host's owner is what another report of the same sender would make it.
fn owner_stands(owner: &Owner, entry: &LoadedHost) -> bool {
    match owner {
        Owner::AsReported => true,
        Owner::System { on_update, .. } => entry.owner.as_ref() == Some(on_update),
    }
}

/// What taking a profile over did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    Nothing,
    /// Only volatile facts are others.
    Volatile,
    Changed,
}

/// Takes a profile over.
pub(crate) fn apply_profile(
    entry: &mut LoadedHost,
    unpacker: &mut Unpacker<'_>,
    change: ProfileChange,
    volatile: &Volatile,
    new: &mut Vec<NewSection>,
) -> Result<Applied> {
    let (ProfileChange::Merge(given) | ProfileChange::Deferred(given)) = change else {
        return Ok(Applied::Nothing);
    };
    let mut applied = Applied::Nothing;
    if !given.facts.is_empty() {
        let stored = entry.facts.get(unpacker)?;
        let facts = profile::merge_facts(stored, &given.facts);
        let digest = profile::facts_digest(&facts);
        let differs = volatile.differ(stored, &facts);
        if entry.content_of(Section::Facts) != Some(digest) {
            applied = if differs { Applied::Changed } else { Applied::Volatile };
            let content = Content::Text(profile::facts_json(&facts).into());
            entry.owner = profile::owner_id(&facts).map(str::to_owned);
            entry.facts = facts.into();
            add(entry, Section::Facts, SectionRef { canonical: digest, content: digest }, content, new);
        }
    }
    for (section, list) in given.lists {
        // The same set in another order is no change.
        if entry.sections.get(&section).is_none_or(|known| known.canonical != list.canonical) {
            let reference = SectionRef { canonical: list.canonical, content: list.content };
            add(entry, section, reference, Content::List(list), new);
            if !volatile.is_section(section) {
                applied = Applied::Changed;
            } else if applied == Applied::Nothing {
                applied = Applied::Volatile;
            }
        }
    }
    Ok(applied)
}

fn add(
    entry: &mut LoadedHost,
    section: Section,
    reference: SectionRef,
    content: Content,
    new: &mut Vec<NewSection>,
) {
    let previous: Option<Digest> = entry.content_of(section);
    Arc::make_mut(&mut entry.sections).insert(section, reference);
    new.push(NewSection { digest: reference.content, kind: section.code(), content, previous });
}

impl LoadedHost {
    /// Notes what the reporter sent, under the row of the log that took it in.
    pub(crate) fn mark_written(
        &mut self,
        seq: i64,
        profile_changed: bool,
        reporter: &str,
        raw_hash: Option<&String>,
    ) {
        if profile_changed {
            self.profile_seq = seq;
        }
        if let Some(hash) = raw_hash {
            self.raw.insert(reporter.to_owned(), RawProfile { hash: hash.clone(), seq: self.profile_seq });
        }
    }
}
