//! Hosts as another inventory had them: with their ids, times and groups.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ::store::{Rows, Sql};
use ground::{GroupId, HostId, OrgId, Timestamp};
use profile::{ListCache, Profile};
use serde_json::{Map, Value};

use crate::{
    Cause, ChangeKind, Error, Fleet, Group, Host, Origin, Result, Tags,
    db::statements as statement,
    ingest::profile_update::{Applied, ProfileChange, apply_profile},
    write::{change_row::NewChange, groups::find, transaction::Writer},
};

/// What another inventory has of a host. The parts of one host may come at different times.
#[derive(Debug, Clone)]
pub enum ImportedPart {
    /// The host with its times and its group. An empty display name becomes that by default; the type is derived from the profile.
    Host(Box<Host>),
    /// A part of its profile, the text of a JSON object: members that the host has already stay as they are.
    Profile(Arc<str>),
    /// The group that it is in, of a host that is in none.
    Group(GroupId),
}

/// Why a part is not taken over. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefused {
    /// It is of a host that nobody has imported.
    #[error("host {0} is not there: import hosts first")]
    NoHost(HostId),
    /// It names a group that nobody has imported.
    #[error("group {0} is not there: import groups first")]
    NoGroup(GroupId),
    /// The profile does not conform to the schema.
    #[error(transparent)]
    Profile(#[from] profile::Invalid),
    /// The host has more facts than a host may have.
    #[error("the host has {0} bytes of facts; at most {max} are kept", max = Host::MAX_FACTS_BYTES)]
    TooManyFacts(usize),
    /// The host has more tags than a host may have.
    #[error("the host has {0} tags; at most {max} are kept", max = Tags::MAX)]
    TooManyTags(usize),
}

/// Whether something was stored (`false`: it was there already), or why not.
pub type ImportResult = std::result::Result<bool, ImportRefused>;

/// A part whose profile was read.
enum ParsedPart {
    Host(Box<Host>),
    Profile(std::result::Result<Profile, profile::Invalid>),
    Group(GroupId),
}

impl ParsedPart {
    fn read(part: ImportedPart, seen: &ListCache) -> Self {
        match part {
            ImportedPart::Host(host) => Self::Host(host),
            ImportedPart::Profile(text) => Self::Profile(Profile::parse_with(&text, seen)),
            ImportedPart::Group(id) => Self::Group(id),
        }
    }
}

/// Hosts that an import has to do with.
#[derive(Default)]
struct Imported {
    /// Those that the log tells of: they are there, or were removed.
    logged: BTreeSet<HostId>,
    /// Those that changed, in order, and whether they are new.
    changed: Vec<(HostId, bool)>,
    noted: BTreeSet<HostId>,
    profiles: BTreeSet<HostId>,
    groups: BTreeMap<GroupId, Group>,
}

impl Imported {
    fn note(&mut self, id: HostId, is_new: bool) {
        if self.noted.insert(id) {
            self.changed.push((id, is_new));
        }
    }

    /// What becomes of a part of a host that is not there: it was removed, or never was.
    fn missing(&self, id: HostId) -> ImportResult {
        if self.logged.contains(&id) { Ok(false) } else { Err(ImportRefused::NoHost(id)) }
    }
}

impl Fleet {
    /// Takes over hosts of one organisation in one transaction; gives what became of each part, in order. What is there already,
    /// or was and has been removed, stays so: the same import may be done again.
    pub async fn import_hosts(
        &self,
        org: &OrgId,
        parts: Vec<(HostId, ImportedPart)>,
    ) -> Result<Vec<ImportResult>> {
        let fleet = self.clone();
        let read = move || {
            let read = |(id, part)| (id, ParsedPart::read(part, fleet.seen()));
            parts.into_iter().map(read).collect::<Vec<_>>()
        };
        let parts = tokio::task::spawn_blocking(read).await.map_err(|stopped| Error::internal(&stopped))?;
        let mut writer = Writer::begin_one(self, org).await?;
        let ids: Vec<HostId> = parts.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>().into_iter().collect();
        let mut imported = Imported { logged: writer.logged(org, &ids).await?, ..Imported::default() };
        writer.load_ids(org, &ids).await?;
        let mut answers = Vec::with_capacity(parts.len());
        for (id, part) in parts {
            answers.push(match part {
                ParsedPart::Host(host) => writer.import_host(&mut imported, *host).await?,
                ParsedPart::Profile(Ok(profile)) => {
                    self.import_profile(&mut writer, &mut imported, org, id, profile)?
                }
                ParsedPart::Profile(Err(invalid)) => Err(invalid.into()),
                ParsedPart::Group(group) => writer.import_membership(&mut imported, org, id, group).await?,
            });
        }
        let origin = Origin::default();
        for (id, is_new) in &imported.changed {
            let (entry, unpacker) = writer.entry(org, *id)?;
            let cluster = entry.host.openshift_cluster_id.is_some();
            let host_type = profile::host_type(cluster, entry.facts.get(unpacker)?);
            let host = Arc::make_mut(&mut entry.host);
            host_type.clone_into(&mut host.host_type);
            let reporter = is_new.then(|| host.times.reporter.clone());
            let kind = if *is_new { ChangeKind::Created } else { ChangeKind::Updated };
            let change =
                NewChange { reporter: reporter.as_deref(), ..NewChange::of(kind, Cause::Import, &origin) };
            let seq = writer.append(org, *id, &change)?.seq;
            writer.entry(org, *id)?.0.mark_written(seq, imported.profiles.contains(id), "", None);
        }
        writer.finish().await?;
        Ok(answers)
    }

    fn import_profile(
        &self,
        writer: &mut Writer<'_>,
        imported: &mut Imported,
        org: &OrgId,
        id: HostId,
        mut given: Profile,
    ) -> Result<ImportResult> {
        if !writer.org(org)?.entries.contains_key(&id) {
            return Ok(imported.missing(id));
        }
        let (entry, unpacker) = writer.entry(org, id)?;
        let stored = entry.facts.get(unpacker)?;
        given.facts.retain(|name, _| !stored.contains_key(name));
        given.lists.retain(|section, _| !entry.sections.contains_key(section));
        let mut new_sections = Vec::new();
        let change = ProfileChange::Merge(given);
        if apply_profile(entry, unpacker, change, self.volatile(), &mut new_sections)? == Applied::Nothing {
            return Ok(Ok(false));
        }
        let org = writer.org(org)?;
        for section in new_sections {
            org.add_section(section);
        }
        imported.profiles.insert(id);
        imported.note(id, false);
        Ok(Ok(true))
    }

    /// Takes over what an application said of hosts, and when; what it has said of a host here stays.
    pub async fn import_app_data(
        &self,
        org: &OrgId,
        application: &'static str,
        said: Vec<(HostId, Timestamp, Map<String, Value>)>,
    ) -> Result<Vec<ImportResult>> {
        let mut writer = Writer::begin_one(self, org).await?;
        let ids: Vec<HostId> = said.iter().map(|(id, _, _)| *id).collect();
        let logged = writer.logged(org, &ids).await?;
        let before = Sql::new(statement::APP_DATA_BEFORE).bind(org).bind(application);
        let mut unsaid = BTreeSet::new();
        for row in writer.tx.fetch_all(before.rows(Rows::new().column(ids))).await? {
            if row.get::<Option<String>>(1)?.is_none() {
                unsaid.insert(HostId(row.get(0)?));
            }
        }
        let (mut answers, mut stored, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for (id, reported, values) in said {
            if unsaid.remove(&id) {
                stored.push((id, reported));
                texts.push(serde_json::to_string(&values)?);
                answers.push(Ok(true));
            } else if logged.contains(&id) {
                answers.push(Ok(false));
            } else {
                answers.push(Err(ImportRefused::NoHost(id)));
            }
        }
        let rows = Rows::new().column(stored.iter().map(|(id, _)| *id));
        let rows = rows.column(stored.iter().map(|(_, reported)| *reported)).column(texts);
        let put = Sql::new(statement::IMPORT_APP_DATA).bind(org).bind(application).rows(rows);
        writer.tx.execute(put).await?;
        writer.finish().await?;
        Ok(answers)
    }
}

impl Writer<'_> {
    /// Those of these hosts that the log tells of.
    async fn logged(&mut self, org: &OrgId, ids: &[HostId]) -> Result<BTreeSet<HostId>> {
        let sql = Sql::new(statement::HOSTS_IN_LOG).bind(org).rows(Rows::new().column(ids.iter().copied()));
        self.tx.fetch_all(sql).await?.iter().map(|row| Ok(HostId(row.get(0)?))).collect()
    }

    async fn import_host(&mut self, imported: &mut Imported, mut host: Host) -> Result<ImportResult> {
        let (org, id) = (host.org.clone(), host.id);
        if imported.logged.contains(&id) || self.org(&org)?.entries.contains_key(&id) {
            return Ok(Ok(false));
        }
        let (facts, tags) = (host.facts_bytes(), host.tags.iter().count());
        if facts > Host::MAX_FACTS_BYTES {
            return Ok(Err(ImportRefused::TooManyFacts(facts)));
        }
        if tags > Tags::MAX {
            return Ok(Err(ImportRefused::TooManyTags(tags)));
        }
        if host.display_name.is_empty() {
            host.name_by_default(None);
        }
        if let Some(group) = host.group.take() {
            host.group = Some(self.imported_group(imported, group).await?);
        }
        self.org(&org)?.add(host);
        imported.note(id, true);
        Ok(Ok(true))
    }

    /// The group of an imported host: made when it is not there. The hosts without a group have one group here, whatever its id.
    async fn imported_group(&mut self, imported: &mut Imported, group: Group) -> Result<Group> {
        if let Some(known) = imported.groups.get(&group.id) {
            return Ok(Group { host_count: group.host_count, ..known.clone() });
        }
        let found = find(&mut self.tx, &group.org, group.id).await?;
        let known = match found {
            Some(known) => known,
            None if group.ungrouped => match self.home(&group.org).await? {
                Some(home) => home,
                None => self.made(&group).await?,
            },
            None => self.made(&group).await?,
        };
        imported.groups.insert(group.id, known.clone());
        Ok(Group { host_count: group.host_count, ..known })
    }

    async fn made(&mut self, group: &Group) -> Result<Group> {
        self.put_group(group).await?;
        Ok(group.clone())
    }

    async fn import_membership(
        &mut self,
        imported: &mut Imported,
        org: &OrgId,
        id: HostId,
        group: GroupId,
    ) -> Result<ImportResult> {
        let Some(entry) = self.org(org)?.entries.get(&id) else { return Ok(imported.missing(id)) };
        if entry.host.group.is_some() {
            return Ok(Ok(false));
        }
        let found = match imported.groups.get(&group) {
            Some(group) => Some(group.clone()),
            None => find(&mut self.tx, org, group).await?,
        };
        let Some(group) = found else { return Ok(Err(ImportRefused::NoGroup(group))) };
        Arc::make_mut(&mut self.entry(org, id)?.0.host).group = Some(group);
        imported.note(id, false);
        Ok(Ok(true))
    }
}
