//! One transaction that changes hosts: the lock, the look-up, the rows of the log, the write.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::store::{Row, Rows, Sql, Tx};
use ground::{HostId, OrgId, Timestamp};
use profile::{Digest, Section};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Change, Error, Fleet, Group, Host, Kind, Result, SectionMap,
    codec::{Packer, Unpacker, unpack_sections},
    host::Times,
    note::{LogRow, LogRows, Note, Noted},
    rank::fold,
    sections::{self, Content, METADATA, NewSection, Staged},
    store as statement, tag_rows,
};

/// A host as it is held while a transaction changes it.
pub(crate) struct Entry {
    /// Its state; shared with the rows of the log that tell of it.
    pub host: Arc<Host>,
    /// The row of the log with its newest state.
    pub seq: i64,
    /// The row of the log with its newest profile.
    pub profile_seq: i64,
    /// Shared in the same way.
    pub sections: Arc<SectionMap>,
    pub facts: Facts,
    /// Whom the facts name as the owner.
    pub owner: Option<String>,
    /// The newest row of the log about it.
    mark: i64,
    /// What each reporter sent last, to recognise it when it comes again.
    pub raw: BTreeMap<String, Raw>,
    dirty: Dirty,
}

/// The small facts of a host's profile. Most reports change nothing, so that they are unpacked when somebody looks.
#[derive(Default)]
pub(crate) struct Facts {
    packed: Option<Vec<u8>>,
    read: Map<String, Value>,
}

impl Facts {
    pub(crate) fn get(&mut self, unpacker: &mut Unpacker<'_>) -> Result<&mut Map<String, Value>> {
        if let Some(packed) = self.packed.take() {
            self.read = unpacker.unpack(&packed)?;
        }
        Ok(&mut self.read)
    }
}

impl From<Map<String, Value>> for Facts {
    fn from(read: Map<String, Value>) -> Self {
        Self { packed: None, read }
    }
}

/// What has to be written of a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent questions, each asked once")]
struct Dirty {
    new: bool,
    state: bool,
    tags: bool,
    times: bool,
    gone: bool,
}

/// A raw profile as a reporter last sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Raw {
    /// Its hash, in hex.
    pub hash: String,
    /// The host's `profile_seq` after it: when that has moved, somebody else has changed the profile since.
    pub seq: i64,
}

/// What a transaction does for one organisation.
pub(crate) struct OrgWriter {
    pub org: OrgId,
    seq: i64,
    pub entries: HashMap<HostId, Entry>,
    sections: Vec<NewSection>,
    log: LogRows,
    ungrouped: Option<Group>,
}

/// A transaction under the locks of its organisations.
pub(crate) struct Writer<'a> {
    fleet: &'a Fleet,
    pub tx: Tx,
    pub now: Timestamp,
    pub orgs: BTreeMap<OrgId, OrgWriter>,
    /// Of the facts of hosts that were loaded.
    pub facts: Unpacker<'a>,
    states: Unpacker<'a>,
    packer: Packer<'a>,
    staged: Staged,
}

impl<'a> Writer<'a> {
    /// Begins a transaction and takes the locks, always in the same order.
    pub(crate) async fn begin(fleet: &'a Fleet, orgs: impl IntoIterator<Item = OrgId>) -> Result<Self> {
        let mut tx = fleet.db().begin().await?;
        let mut sorted: Vec<_> = orgs.into_iter().collect();
        sorted.sort();
        sorted.dedup();
        let mut locked = BTreeMap::new();
        for org in sorted {
            let row = tx.fetch_one(Sql::new(statement::LOCK_ORG).bind(&org)).await?;
            let row = row.ok_or_else(|| Error::damaged("the lock of an organisation gave no row"))?;
            fleet.bases().at_epoch(&org, row.get(1)?);
            locked.insert(
                org.clone(),
                OrgWriter {
                    org,
                    seq: row.get(0)?,
                    entries: HashMap::new(),
                    sections: Vec::new(),
                    log: LogRows::default(),
                    ungrouped: None,
                },
            );
        }
        // The time is taken under the lock: within an organisation it is then as late as the rows before.
        let now = fleet.clock().now();
        Ok(Self {
            fleet,
            tx,
            now,
            orgs: locked,
            facts: fleet.facts().unpacker()?,
            states: fleet.states().unpacker()?,
            packer: fleet.states().packer()?,
            staged: Staged::default(),
        })
    }

    /// Begins a transaction for one organisation.
    pub(crate) async fn begin_one(fleet: &'a Fleet, org: &OrgId) -> Result<Self> {
        Self::begin(fleet, [org.clone()]).await
    }

    /// The part of one organisation whose lock was taken.
    pub(crate) fn org(&mut self, org: &OrgId) -> Result<&mut OrgWriter> {
        locked(&mut self.orgs, org)
    }

    /// Reads hosts into the transaction.
    pub(crate) async fn load(&mut self, org: &OrgId, sql: Sql) -> Result<Vec<HostId>> {
        let rows = self.tx.fetch_all(sql).await?;
        let mut ids = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = read_entry(&row, &mut self.states)?;
            ids.push(entry.host.id);
            self.org(org)?.entries.entry(entry.host.id).or_insert(entry);
        }
        Ok(ids)
    }

    /// A host that was loaded, and what its facts are unpacked with.
    pub(crate) fn entry(&mut self, org: &OrgId, id: HostId) -> Result<(&mut Entry, &mut Unpacker<'a>)> {
        let Self { orgs, facts, .. } = self;
        Ok((locked(orgs, org)?.entry(id)?, facts))
    }

    /// Reads the hosts with these ids.
    pub(crate) async fn load_ids(&mut self, org: &OrgId, ids: &[HostId]) -> Result<Vec<HostId>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Rows::new().column(ids.iter().copied());
        self.load(org, Sql::new(statement::HOSTS_BY_ID).bind(org).rows(rows)).await
    }

    /// The group of hosts without a group; made when the organisation has none.
    pub(crate) async fn ungrouped(&mut self, org: &OrgId, account: Option<&str>) -> Result<Group> {
        if let Some(group) = &self.org(org)?.ungrouped {
            return Ok(group.clone());
        }
        let found = self.tx.fetch_one(Sql::new(statement::UNGROUPED).bind(org)).await?;
        let group = if let Some(row) = found {
            read_group(org, &row)?
        } else {
            let group = Group {
                id: ground::GroupId(uuid::Uuid::new_v4()),
                org: org.clone(),
                account: account.map(str::to_owned),
                name: "Ungrouped Hosts".to_owned(),
                ungrouped: true,
                created: self.now,
                updated: self.now,
                host_count: 0,
            };
            self.put_group(&group).await?;
            group
        };
        self.org(org)?.ungrouped = Some(group.clone());
        Ok(group)
    }

    /// Stores a group's name and times.
    pub(crate) async fn put_group(&mut self, group: &Group) -> Result<()> {
        let sql = Sql::new(statement::PUT_GROUP)
            .bind(&group.org)
            .bind(group.id)
            .bind(&group.name)
            .bind(fold(&group.name))
            .bind(group.account.clone())
            .bind(group.ungrouped)
            .bind(group.created)
            .bind(group.updated);
        self.tx.execute(sql).await?;
        Ok(())
    }

    /// Appends a row to the log: the host's state as it is now in the transaction.
    pub(crate) fn note(&mut self, org: &OrgId, id: HostId, note: &Note<'_>) -> Result<Noted> {
        let Self { orgs, packer, now, .. } = self;
        locked(orgs, org)?.note(id, note, *now, packer)
    }

    /// Writes everything and commits.
    pub(crate) async fn finish(mut self) -> Result<()> {
        for writer in self.orgs.values_mut() {
            writer.write(&mut self.tx, self.fleet, &mut self.facts, &mut self.staged).await?;
        }
        self.tx.commit().await?;
        self.staged.publish(self.fleet.bases());
        let entries = self.orgs.values().flat_map(|writer| writer.entries.values());
        self.fleet.grown(entries.filter(|entry| entry.dirty.new).count() as u64);
        if self.orgs.values().any(|writer| !writer.log.is_empty()) {
            for (org, writer) in self.orgs {
                self.fleet.tail().keep(&org, writer.log.into_changes());
            }
            self.fleet.committed();
        }
        Ok(())
    }
}

fn locked<'w>(orgs: &'w mut BTreeMap<OrgId, OrgWriter>, org: &OrgId) -> Result<&'w mut OrgWriter> {
    orgs.get_mut(org).ok_or_else(|| Error::damaged(format!("no lock was taken for {org}")))
}

impl OrgWriter {
    /// A host that was loaded.
    fn entry(&mut self, id: HostId) -> Result<&mut Entry> {
        self.entries.get_mut(&id).ok_or_else(|| Error::damaged(format!("host {id} was not loaded")))
    }

    /// Takes in a host that is new.
    pub(crate) fn add(&mut self, host: Host) {
        let dirty = Dirty { new: true, state: true, tags: !host.tags.is_empty(), times: true, gone: false };
        self.entries.insert(
            host.id,
            Entry {
                host: Arc::new(host),
                seq: 0,
                profile_seq: 0,
                sections: Arc::default(),
                facts: Facts::default(),
                owner: None,
                mark: 0,
                raw: BTreeMap::new(),
                dirty,
            },
        );
    }

    /// Remembers a section to be stored.
    pub(crate) fn add_section(&mut self, section: NewSection) {
        self.sections.push(section);
    }

    fn note(
        &mut self,
        id: HostId,
        note: &Note<'_>,
        now: Timestamp,
        packer: &mut Packer<'_>,
    ) -> Result<Noted> {
        self.seq += 1;
        let seq = self.seq;
        let entry = self.entry(id)?;
        let metadata = note.origin.stored_metadata().map(|text| NewSection {
            digest: metadata_digest(&text),
            kind: METADATA,
            content: Content::Text(text.into()),
            previous: None,
        });
        let base = match note.kind {
            Kind::Seen => Some(entry.seq),
            Kind::Created | Kind::Updated | Kind::Deleted => {
                entry.seq = seq;
                entry.dirty.state = true;
                None
            }
        };
        entry.mark = seq;
        entry.dirty.times = true;
        entry.dirty.gone |= note.kind == Kind::Deleted;
        let host = entry.host.clone();
        let change = Change {
            seq,
            at: now,
            kind: note.kind,
            cause: note.cause.name().to_owned(),
            reporter: note.reporter.map(str::to_owned),
            matched: note.matched,
            host: host.clone(),
            sections: entry.sections.clone(),
            request_id: note.origin.request_id.clone(),
            by_frontend: note.origin.by_frontend,
            metadata: metadata.as_ref().map(|section| section.digest),
        };
        let state = if base.is_none() { Some(packer.pack(&serde_json::to_string(&*host)?)?) } else { None };
        self.log.push(LogRow { change, base, state });
        self.sections.extend(metadata);
        Ok(Noted { seq, host })
    }

    async fn write(
        &mut self,
        tx: &mut Tx,
        fleet: &Fleet,
        facts: &mut Unpacker<'_>,
        staged: &mut Staged,
    ) -> Result<()> {
        let sections = std::mem::take(&mut self.sections);
        // Rows are made while the database looks which sections it has.
        let (put, rows) = tokio::join!(
            biased;
            sections::put(tx, fleet.bases(), staged, &self.org, sections),
            async { NewRows::of(&mut self.entries, &self.log, facts, &mut fleet.facts().packer()?) },
        );
        put?;
        let rows = rows?;
        if let Some(hosts) = rows.hosts {
            tx.execute(Sql::new(statement::PUT_HOSTS).bind(&self.org).rows(hosts)).await?;
        }
        if let Some(checkins) = rows.checkins {
            tx.execute(Sql::new(statement::PUT_CHECKINS).bind(&self.org).rows(checkins)).await?;
        }
        let changed = |entry: &&Entry| entry.dirty.times && (entry.dirty.gone || entry.dirty.tags);
        let mut changed: Vec<&Entry> = self.entries.values().filter(changed).collect();
        changed.sort_by_key(|entry| entry.host.id);
        let (gone, tagged): (Vec<&Entry>, Vec<&Entry>) =
            changed.into_iter().partition(|entry| entry.dirty.gone);
        let retagged = tagged.iter().filter(|entry| !entry.dirty.new);
        let untagged = retagged.chain(&gone).map(|entry| entry.host.id).collect();
        tag_rows::drop(tx, &self.org, untagged).await?;
        tag_rows::put(tx, &self.org, tagged.iter().map(|entry| &*entry.host)).await?;
        if !gone.is_empty() {
            let ids = || Rows::new().column(gone.iter().map(|entry| entry.host.id));
            tx.execute(Sql::new(statement::DROP_HOSTS).bind(&self.org).rows(ids())).await?;
            tx.execute(Sql::new(statement::DROP_CHECKINS).bind(&self.org).rows(ids())).await?;
        }
        if let Some(changes) = rows.changes {
            tx.execute(Sql::new(statement::PUT_CHANGES).bind(&self.org).rows(changes)).await?;
            tx.execute(Sql::new(statement::MOVE_CLOCK).bind(&self.org).bind(self.seq)).await?;
        }
        Ok(())
    }
}

/// Rows to be written, each kind in one order everywhere; none where there are none.
struct NewRows {
    hosts: Option<Rows>,
    checkins: Option<Rows>,
    changes: Option<Rows>,
}

impl NewRows {
    fn of(
        entries: &mut HashMap<HostId, Entry>,
        log: &LogRows,
        facts: &mut Unpacker<'_>,
        packer: &mut Packer<'_>,
    ) -> Result<Self> {
        let kept = |entry: &&mut Entry| entry.dirty.times && !entry.dirty.gone;
        let mut kept: Vec<&mut Entry> = entries.values_mut().filter(kept).collect();
        kept.sort_by_key(|entry| entry.host.id);
        let checkins = if kept.is_empty() { None } else { Some(checkin_rows(&kept)?) };
        kept.retain(|entry| entry.dirty.state);
        let hosts = if kept.is_empty() { None } else { Some(host_rows(&mut kept, facts, packer)?) };
        let changes = if log.is_empty() { None } else { Some(log.rows()?) };
        Ok(Self { hosts, checkins, changes })
    }
}

impl Entry {
    /// Puts the host into another state and remembers what has to be written.
    pub(crate) fn set_tags_dirty(&mut self) {
        self.dirty.tags = true;
    }

    /// What the host has stored in place of `section`.
    pub(crate) fn content_of(&self, section: Section) -> Option<Digest> {
        self.sections.get(&section).map(|section| section.content)
    }
}

fn metadata_digest(text: &str) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[METADATA]);
    hasher.update(text.as_bytes());
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Digest(digest)
}

fn read_entry(row: &Row, states: &mut Unpacker<'_>) -> Result<Entry> {
    let mut host: Host = states.unpack(&row.get::<Vec<u8>>(5)?)?;
    host.times = read_times(row, 6)?;
    Ok(Entry {
        host: Arc::new(host),
        seq: row.get(1)?,
        profile_seq: row.get(2)?,
        facts: Facts { packed: Some(row.get(3)?), read: Map::new() },
        owner: row.get(12)?,
        sections: Arc::new(unpack_sections(&row.get::<Vec<u8>>(4)?)?),
        mark: row.get(11)?,
        raw: serde_json::from_str(&row.get::<String>(10)?)?,
        dirty: Dirty::default(),
    })
}

/// Reads `updated, last_check_in, reporter, reporters` from four columns.
pub(crate) fn read_times(row: &Row, first: usize) -> Result<Times> {
    Ok(Times {
        updated: Timestamp::from_micros(row.get(first)?),
        last_check_in: Timestamp::from_micros(row.get(first + 1)?),
        reporter: row.get(first + 2)?,
        reporters: serde_json::from_str(&row.get::<String>(first + 3)?)?,
    })
}

/// Reads `id, name, account, ungrouped, created, updated`.
pub(crate) fn read_group(org: &OrgId, row: &Row) -> Result<Group> {
    Ok(Group {
        id: ground::GroupId(row.get(0)?),
        org: org.clone(),
        name: row.get(1)?,
        account: row.get(2)?,
        ungrouped: row.get(3)?,
        created: Timestamp::from_micros(row.get(4)?),
        updated: Timestamp::from_micros(row.get(5)?),
        host_count: 0,
    })
}

fn host_rows(
    entries: &mut [&mut Entry],
    unpacker: &mut Unpacker<'_>,
    packer: &mut Packer<'_>,
) -> Result<Rows> {
    let (mut systems, mut releases, mut packed) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries.iter_mut() {
        let facts = entry.facts.get(unpacker)?;
        systems.push(profile::os_sort_key(facts));
        releases.push(facts.get("os_release").and_then(Value::as_str).map(str::to_owned));
        packed.push(packer.pack(&profile::facts_json(facts))?);
    }
    let each = || entries.iter().map(|entry| &entry.host);
    Ok(Rows::new()
        .column(each().map(|host| host.id))
        .column(entries.iter().map(|entry| entry.seq))
        .column(entries.iter().map(|entry| entry.profile_seq))
        .column(each().map(|host| host.canonical_facts.insights_id))
        .column(each().map(|host| host.canonical_facts.subscription_manager_id.clone()))
        .column(each().map(|host| host.canonical_facts.provider_id.clone()))
        .column(each().map(|host| host.canonical_facts.provider_type.clone()))
        .column(each().map(|host| host.canonical_facts.fqdn.as_deref().map(fold)))
        .column(each().map(|host| host.display_name.as_str()))
        .column(each().map(|host| fold(&host.display_name)))
        .column(systems)
        .column(releases)
        .column(each().map(|host| host.host_type.as_str()))
        .column(entries.iter().map(|entry| entry.owner.clone()))
        .column(each().map(|host| host.group.as_ref().map(|group| group.id)))
        .column(packed))
}

fn checkin_rows(entries: &[&mut Entry]) -> Result<Rows> {
    let times = || entries.iter().map(|entry| &entry.host.times);
    let reporters =
        times().map(|times| Ok(serde_json::to_string(&times.reporters)?)).collect::<Result<Vec<_>>>()?;
    let raw =
        entries.iter().map(|entry| Ok(serde_json::to_string(&entry.raw)?)).collect::<Result<Vec<_>>>()?;
    Ok(Rows::new()
        .column(entries.iter().map(|entry| entry.host.id))
        .column(entries.iter().map(|entry| entry.mark))
        .column(times().map(|times| times.updated))
        .column(times().map(|times| times.last_check_in))
        .column(times().map(|times| times.reporter.as_str()))
        .column(reporters)
        .column(raw))
}
