//! What a transaction does for one organisation: the rows of the log, the write.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::store::{Rows, Sql, Tx};
use ground::{HostId, OrgId, Timestamp};
use profile::Digest;

use crate::{
    Change, ChangeKind, Error, Fleet, Group, Host, LogHead, Result, Staleness,
    db::{
        codec::{Packer, Unpacker},
        statements as statement, tag_rows,
    },
    index::OrgUpdate,
    sections::{
        self,
        base_cache::NewBases,
        put::{Content, METADATA, NewSection},
    },
    write::{
        change_row::{AppendedChange, ChangeRow, ChangeRows, NewChange},
        loaded_host::{Dirty, LazyFacts, LoadedHost},
        rows::PendingRows,
    },
};

/// What a transaction does for one organisation.
pub(crate) struct OrgWriter {
    pub org: OrgId,
    /// By which its hosts age.
    pub staleness: Staleness,
    /// How many facts somebody has pinned to hosts.
    pub(crate) pins: i64,
    /// The newest row of its log when the transaction began.
    pub(super) begun_at: LogHead,
    pub(super) seq: i64,
    pub entries: HashMap<HostId, LoadedHost>,
    pub(super) sections: Vec<NewSection>,
    pub(super) log: ChangeRows,
    pub(super) ungrouped: Option<Group>,
}

impl OrgWriter {
    /// A host that was loaded.
    pub(super) fn entry(&mut self, id: HostId) -> Result<&mut LoadedHost> {
        self.entries.get_mut(&id).ok_or_else(|| Error::damaged(format!("host {id} was not loaded")))
    }

    /// Takes in a host that is new.
    pub(crate) fn add(&mut self, host: Host) {
        let dirty = Dirty { new: true, state: true, tags: !host.tags.is_empty(), times: true, gone: false };
        self.entries.insert(
            host.id,
            LoadedHost {
                host: Arc::new(host),
                seq: 0,
                profile_seq: 0,
                sections: Arc::default(),
                facts: LazyFacts::default(),
                owner: None,
                version: 0,
                raw: BTreeMap::new(),
                dirty,
                system: None,
            },
        );
    }

    /// What the transaction has done, for the index of the organisation.
    pub(super) fn index_update(&self, now: Timestamp) -> OrgUpdate {
        let written = self.entries.values().filter(|entry| entry.dirty.times);
        let hosts = written.map(LoadedHost::index_update).collect();
        let has_written = !self.log.is_empty();
        let to = if has_written { LogHead { seq: self.seq, written: now } } else { self.begun_at };
        OrgUpdate { from: self.begun_at, to, hosts }
    }

    /// Remembers a section to be stored.
    pub(crate) fn add_section(&mut self, section: NewSection) {
        self.sections.push(section);
    }

    pub(super) fn append(
        &mut self,
        id: HostId,
        new: &NewChange<'_>,
        now: Timestamp,
        packer: &mut Packer<'_>,
    ) -> Result<AppendedChange> {
        self.seq += 1;
        let seq = self.seq;
        let entry = self.entry(id)?;
        let metadata = new.origin.stored_metadata().map(|text| NewSection {
            digest: metadata_digest(&text),
            kind: METADATA,
            content: Content::Text(text.into()),
            previous: None,
        });
        let base = match new.kind {
            ChangeKind::Seen => Some(entry.seq),
            ChangeKind::Created | ChangeKind::Updated | ChangeKind::Deleted => {
                entry.seq = seq;
                entry.dirty.state = true;
                None
            }
        };
        entry.version = seq;
        entry.dirty.times = true;
        entry.dirty.gone |= new.kind == ChangeKind::Deleted;
        let host = entry.host.clone();
        let change = Change {
            seq,
            at: now,
            kind: new.kind,
            cause: new.cause.name().to_owned(),
            reporter: new.reporter.map(str::to_owned),
            matched: new.matched,
            host: host.clone(),
            sections: entry.sections.clone(),
            request_id: new.origin.request_id.clone(),
            by_frontend: new.origin.by_frontend,
            metadata: metadata.as_ref().map(|section| section.digest),
        };
        let state = if base.is_none() { Some(packer.pack(&serde_json::to_string(&*host)?)?) } else { None };
        self.log.push(ChangeRow { change, base, state });
        self.sections.extend(metadata);
        Ok(AppendedChange { seq, host })
    }

    pub(super) async fn write(
        &mut self,
        tx: &mut Tx,
        fleet: &Fleet,
        now: Timestamp,
        facts: &mut Unpacker<'_>,
        staged: &mut NewBases,
    ) -> Result<()> {
        let sections = std::mem::take(&mut self.sections);
        // Rows are made while the database looks which sections it has.
        let (put, rows) = tokio::join!(
            biased;
            sections::put(tx, fleet.base_cache(), staged, &self.org, sections),
            async { PendingRows::of(&mut self.entries, &self.log, facts, &mut fleet.facts().packer()?) },
        );
        put?;
        let rows = rows?;
        if let Some(hosts) = rows.hosts {
            tx.execute(Sql::new(statement::PUT_HOSTS).bind(&self.org).rows(hosts)).await?;
        }
        if let Some(checkins) = rows.checkins {
            tx.execute(Sql::new(statement::PUT_CHECKINS).bind(&self.org).rows(checkins)).await?;
        }
        let changed = |entry: &&LoadedHost| entry.dirty.times && (entry.dirty.gone || entry.dirty.tags);
        let mut changed: Vec<&LoadedHost> = self.entries.values().filter(changed).collect();
        changed.sort_by_key(|entry| entry.host.id);
        let (gone, tagged): (Vec<&LoadedHost>, Vec<&LoadedHost>) =
            changed.into_iter().partition(|entry| entry.dirty.gone);
        let retagged = tagged.iter().filter(|entry| !entry.dirty.new);
        let untagged = retagged.chain(&gone).map(|entry| entry.host.id).collect();
        tag_rows::drop(tx, &self.org, untagged).await?;
        tag_rows::put(tx, &self.org, tagged.iter().map(|entry| &*entry.host)).await?;
        if !gone.is_empty() {
            let ids = || Rows::new().column(gone.iter().map(|entry| entry.host.id));
            tx.execute(Sql::new(statement::DROP_HOSTS).bind(&self.org).rows(ids())).await?;
            tx.execute(Sql::new(statement::DROP_APP_DATA).bind(&self.org).rows(ids())).await?;
            tx.execute(Sql::new(statement::DROP_CHECKINS).bind(&self.org).rows(ids())).await?;
            tx.execute(Sql::new(statement::DROP_HARDWARE).bind(&self.org).rows(ids())).await?;
            tx.execute(Sql::new(statement::DROP_COLLISIONS).bind(&self.org).rows(ids())).await?;
        }
        if let Some(changes) = rows.changes {
            tx.execute(Sql::new(statement::PUT_CHANGES).bind(&self.org).rows(changes)).await?;
            tx.execute(Sql::new(statement::MOVE_CLOCK).bind(&self.org).bind(self.seq).bind(now)).await?;
        }
        Ok(())
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
