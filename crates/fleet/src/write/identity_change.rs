//! Hosts are merged and split by people, and that is undone.
//!
//! A merge has one host take what it lacks from another one, which goes; a split makes a host of its own of the machine that
//! reported in a row of the log. Both pin facts to hosts, so that the reports that follow find the right one, and both keep where
//! the hosts stood before: to undo puts those states back, the pins and what applications said included.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ::store::{Row, Rows, Sql};
use ground::{HostId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Cause, Change, ChangeKind, Fleet, Host, NO_NAMESPACE, Origin, Result, Scope, SectionMap, Times,
    db::statements as statement,
    identity::{
        collisions::machines_of,
        pins::{self, Pin},
    },
    sections,
    write::{change_row::NewChange, groups, loaded_host::LazyFacts, transaction::Writer},
};

/// What was done to hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityChangeKind {
    /// Two became one.
    Merge,
    /// One became two.
    Split,
}

impl IdentityChangeKind {
    /// The word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
        }
    }
}

/// What was done to hosts, or would be.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityChange {
    /// By which it can be undone.
    pub id: Uuid,
    /// What.
    pub kind: IdentityChangeKind,
    /// The host that stays.
    pub kept: HostId,
    /// The host that went into it, or came out of it.
    pub other: HostId,
    /// When.
    pub made: Timestamp,
    /// By whom.
    pub by: String,
    /// When it was undone.
    pub undone: Option<Timestamp>,
    /// The hosts afterwards; only where it was just done, or would be.
    pub hosts: Vec<Host>,
    /// The facts that reports are told by from then on, and for which host.
    pub pins: Vec<(Pin, HostId)>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum IdentityOutcome {
    /// It was done, or would be.
    Done(Box<IdentityChange>),
    /// These hosts do not exist for the caller.
    Missing(Vec<HostId>),
    /// There is nothing like that to be undone, or it was undone already.
    Unknown,
    /// It cannot be done: why.
    Cannot(&'static str),
}

/// Where hosts and pins stood before.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Before {
    /// The row of the log with each host's state, and its times; none for a host that was not there.
    hosts: BTreeMap<Uuid, Option<(i64, Times)>>,
    /// Pins that were made, with the host that each stood for before.
    pins: Vec<(Pin, Option<Uuid>)>,
    /// What applications said of a host that goes: the name, the time, the values as JSON.
    apps: Vec<(String, i64, String)>,
}

impl Fleet {
    /// Has `kept` take what it lacks from `gone`, which goes. `dry` shows what would be, and does nothing.
    pub async fn merge_hosts(
        &self,
        scope: &Scope,
        (kept, gone): (HostId, HostId),
        by: &str,
        origin: &Origin,
        dry: bool,
    ) -> Result<IdentityOutcome> {
        if kept == gone {
            return Ok(IdentityOutcome::Cannot("a host is not merged with itself"));
        }
        let mut edit = match Edit::begin(self, scope, &[kept, gone]).await? {
            Ok(edit) => edit,
            Err(missing) => return Ok(IdentityOutcome::Missing(missing)),
        };
        let other = edit.host(gone)?;
        let first = edit.host(kept)?;
        let rows = edit
            .writer
            .tx
            .fetch_all(Sql::new(statement::APP_DATA_OF_HOST).bind(scope.org()).bind(gone))
            .await?;
        for row in rows {
            edit.before.apps.push((row.get(0)?, row.get(1)?, row.get(2)?));
        }
        for pin in
            pins::of_ids(&first.canonical_facts).into_iter().chain(pins::of_ids(&other.canonical_facts))
        {
            edit.pin(pin, kept).await?;
        }
        let moved = Sql::new(statement::PINS_OF_HOST).bind(scope.org()).bind(gone);
        for row in edit.writer.tx.fetch_all(moved).await? {
            edit.pin((row.get(0)?, row.get(1)?), kept).await?;
        }
        let stamp = edit.writer.stamp();
        let entry = edit.writer.entry(scope.org(), kept)?.0;
        fill(Arc::make_mut(&mut entry.host), &other, stamp);
        entry.set_tags_dirty();
        edit.writer.append(scope.org(), kept, &NewChange::of(ChangeKind::Updated, Cause::Merge, origin))?;
        edit.writer.append(scope.org(), gone, &NewChange::of(ChangeKind::Deleted, Cause::Merge, origin))?;
        edit.finish(IdentityChangeKind::Merge, (kept, gone), by, dry).await
    }

    /// Makes a host of its own of the machine that reported `host` in the row `seq` of the log. The host goes on as the other
    /// machine.
    pub async fn split_host(
        &self,
        scope: &Scope,
        host: HostId,
        seq: i64,
        by: &str,
        origin: &Origin,
        dry: bool,
    ) -> Result<IdentityOutcome> {
        let org = scope.org();
        let mut edit = match Edit::begin(self, scope, &[host]).await? {
            Ok(edit) => edit,
            Err(missing) => return Ok(IdentityOutcome::Missing(missing)),
        };
        let machines =
            machines_of(&mut edit.writer.tx, org, &[host]).await?.remove(&host).unwrap_or_default();
        let Some(leaving) = machines.iter().find(|machine| machine.seq == seq) else {
            return Ok(IdentityOutcome::Cannot(
                "no machine of this host reported in that row; its collision lists them",
            ));
        };
        let stays = machines.iter().find(|other| !leaving.hardware.conflict(&other.hardware).is_empty());
        let Some(staying) = stays else {
            return Ok(IdentityOutcome::Cannot("nothing tells the machines of this host apart"));
        };
        let pinned =
            pins::look_up(&mut edit.writer.tx, org, pins::of_hardware(&leaving.hardware).into_iter()).await?;
        if pinned.values().any(|elsewhere| *elsewhere != host) {
            return Ok(IdentityOutcome::Cannot("that machine has become another host already"));
        }
        let rows = self.by_seq(&mut edit.writer.tx, org, [leaving.seq, staying.seq].into_iter()).await?;
        let state = |seq: i64| rows.iter().find(|row| row.seq == seq && row.host.id == host).cloned();
        let (Some(left), Some(stayed)) = (state(leaving.seq), state(staying.seq)) else {
            return Ok(IdentityOutcome::Cannot(
                "the log does not have what these machines reported any more",
            ));
        };
        let made = HostId(Uuid::new_v4());
        edit.before.hosts.insert(made.0, None);
        for pin in pins::of_hardware(&leaving.hardware) {
            edit.pin(pin, made).await?;
        }
        for pin in pins::of_hardware(&staying.hardware) {
            if !pins::of_hardware(&leaving.hardware).contains(&pin) {
                edit.pin(pin, host).await?;
            }
        }
        let current = edit.host(host)?;
        let keep = |mut state: Host| {
            // What people said of the host stays.
            state.group.clone_from(&current.group);
            state.tags = current.tags.clone();
            state
        };
        let copy = Host { id: made, created: edit.writer.now, ..keep((*left.host).clone()) };
        edit.put(copy, &left.sections, ChangeKind::Created, Cause::Split, origin).await?;
        let mut rest = Host { times: current.times.clone(), ..keep((*stayed.host).clone()) };
        rest.times.updated = edit.writer.stamp();
        edit.put(rest, &stayed.sections, ChangeKind::Updated, Cause::Split, origin).await?;
        let settle = Sql::new(statement::SETTLE_COLLISION).bind(org).bind(host).bind(edit.writer.now);
        edit.writer.tx.execute(settle).await?;
        edit.finish(IdentityChangeKind::Split, (host, made), by, dry).await
    }

    /// Undoes a merge or a split: the hosts are what they were before. What they reported since is in the log; their next reports
    /// bring them up to date.
    pub async fn undo_identity_change(
        &self,
        scope: &Scope,
        id: Uuid,
        by: &str,
        origin: &Origin,
        dry: bool,
    ) -> Result<IdentityOutcome> {
        let org = scope.org();
        let mut edit = Edit::of(self, scope).await?;
        let row = edit.writer.tx.fetch_one(Sql::new(statement::IDENTITY_CHANGE).bind(org).bind(id)).await?;
        let Some(row) = row.filter(|row| matches!(row.get::<Option<i64>>(7), Ok(None))) else {
            return Ok(IdentityOutcome::Unknown);
        };
        let change = read(&row)?;
        let later = Sql::new(statement::LATER_IDENTITY_CHANGES).bind(org).bind(change.made);
        if edit.writer.tx.fetch_one(later.bind(change.kept).bind(change.other)).await?.is_some() {
            return Ok(IdentityOutcome::Cannot("a later merge or split stands on it: undo that first"));
        }
        let before: Before = serde_json::from_str(&row.get::<String>(6)?)?;
        let ids: Vec<HostId> = before.hosts.keys().map(|id| HostId(*id)).collect();
        edit.writer.load_ids(org, &ids).await?;
        let numbers: Vec<i64> = before.hosts.values().flatten().map(|(seq, _)| *seq).collect();
        let rows: Vec<Change> = self.by_seq(&mut edit.writer.tx, org, numbers.into_iter()).await?;
        for (id, stood) in &before.hosts {
            let id = HostId(*id);
            let is_there = edit.writer.org(org)?.entries.contains_key(&id);
            match stood {
                Some((seq, times)) => {
                    let Some(state) = rows.iter().find(|row| row.seq == *seq) else {
                        return Ok(IdentityOutcome::Cannot(
                            "the log does not have the state before any more",
                        ));
                    };
                    let kind = if is_there { ChangeKind::Updated } else { ChangeKind::Created };
                    let host = Host { times: times.clone(), ..(*state.host).clone() };
                    edit.put(host, &state.sections, kind, Cause::Undo, origin).await?;
                }
                None if is_there => {
                    edit.writer.append(org, id, &NewChange::of(ChangeKind::Deleted, Cause::Undo, origin))?;
                }
                None => {}
            }
        }
        for ((fact, value), stood) in before.pins.iter().rev() {
            let sql = match stood {
                Some(host) => {
                    Sql::new(statement::PUT_PIN).bind(org).bind(fact).bind(value).bind(HostId(*host))
                }
                None => Sql::new(statement::DROP_PIN).bind(org).bind(fact).bind(value),
            };
            edit.writer.tx.execute(sql).await?;
        }
        let done = Sql::new(statement::UNDO_IDENTITY_CHANGE).bind(org).bind(id).bind(edit.writer.now);
        edit.writer.tx.execute(done).await?;
        edit.finish_undo(change, before.apps, by, dry).await
    }

    /// The hosts of which somebody said which reports are about them.
    pub async fn pinned_hosts(&self, org: &OrgId) -> Result<BTreeSet<HostId>> {
        let rows = self.db().read(Sql::new(statement::PINNED_HOSTS).bind(org)).await?;
        rows.iter().map(|row| Ok(HostId(row.get(0)?))).collect()
    }

    /// The merges and splits of an organisation, or of one of its hosts, the newest first.
    pub async fn identity_changes(
        &self,
        org: &OrgId,
        host: Option<HostId>,
        limit: i64,
    ) -> Result<Vec<IdentityChange>> {
        let sql = match host {
            None => Sql::new(statement::IDENTITY_CHANGES).bind(org).bind(limit),
            Some(host) => Sql::new(statement::IDENTITY_CHANGES_OF_HOST).bind(org).bind(limit).bind(host),
        };
        self.db().read(sql).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<IdentityChange> {
    let merge = row.get::<String>(1)? == IdentityChangeKind::Merge.name();
    Ok(IdentityChange {
        id: row.get(0)?,
        kind: if merge { IdentityChangeKind::Merge } else { IdentityChangeKind::Split },
        kept: HostId(row.get(2)?),
        other: HostId(row.get(3)?),
        made: Timestamp::from_micros(row.get(4)?),
        by: row.get(5)?,
        undone: row.get::<Option<i64>>(7)?.map(Timestamp::from_micros),
        hosts: Vec::new(),
        pins: Vec::new(),
    })
}

/// What a host lacks, from another one. Its own facts stay.
fn fill(host: &mut Host, other: &Host, now: Timestamp) {
    let (facts, given) = (&mut host.canonical_facts, &other.canonical_facts);
    macro_rules! take {
        ($($field:ident)*) => {$(
            if facts.$field.is_none() {
                facts.$field.clone_from(&given.$field);
            }
        )*};
    }
    take!(insights_id subscription_manager_id satellite_id bios_uuid fqdn);
    if facts.provider_id.is_none() {
        facts.provider_id.clone_from(&given.provider_id);
        facts.provider_type.clone_from(&given.provider_type);
    }
    if facts.ip_addresses.is_empty() {
        facts.ip_addresses.clone_from(&given.ip_addresses);
    }
    if facts.mac_addresses.is_empty() {
        facts.mac_addresses.clone_from(&given.mac_addresses);
    }
    for (namespace, values) in &other.facts {
        if !host.facts.iter().any(|(known, _)| known == namespace) {
            host.facts.push((namespace.clone(), values.clone()));
        }
    }
    for tag in other.tags.iter() {
        host.tags.add(tag.namespace.unwrap_or(NO_NAMESPACE), tag.key, tag.value);
    }
    if host.ansible_host.is_none() {
        host.ansible_host.clone_from(&other.ansible_host);
    }
    for (reporter, at) in &other.times.reporters {
        let known = host.times.reporters.entry(reporter.clone()).or_insert(*at);
        *known = (*known).max(*at);
    }
    if other.times.last_check_in > host.times.last_check_in {
        host.times.last_check_in = other.times.last_check_in;
        host.times.reporter.clone_from(&other.times.reporter);
    }
    host.created = host.created.min(other.created);
    host.times.updated = now;
}

/// A transaction that merges, splits or undoes.
struct Edit<'a> {
    fleet: &'a Fleet,
    org: OrgId,
    writer: Writer<'a>,
    before: Before,
    pins: Vec<(Pin, HostId)>,
}

impl<'a> Edit<'a> {
    async fn of(fleet: &'a Fleet, scope: &Scope) -> Result<Self> {
        let writer = Writer::begin_one(fleet, scope.org()).await?;
        Ok(Self { fleet, org: scope.org().clone(), writer, before: Before::default(), pins: Vec::new() })
    }

    /// With these hosts, and where they stand; or those that the caller does not see.
    async fn begin(
        fleet: &'a Fleet,
        scope: &Scope,
        hosts: &[HostId],
    ) -> Result<std::result::Result<Self, Vec<HostId>>> {
        let mut edit = Self::of(fleet, scope).await?;
        if let Err(missing) = fleet.visible(&mut edit.writer, scope, hosts).await? {
            return Ok(Err(missing));
        }
        for id in hosts {
            let entry = edit.writer.entry(scope.org(), *id)?.0;
            edit.before.hosts.insert(id.0, Some((entry.seq, entry.host.times.clone())));
        }
        Ok(Ok(edit))
    }

    fn host(&mut self, id: HostId) -> Result<Host> {
        Ok((*self.writer.entry(&self.org, id)?.0.host).clone())
    }

    async fn pin(&mut self, pin: Pin, host: HostId) -> Result<()> {
        let stood = pins::look_up(&mut self.writer.tx, &self.org, std::iter::once(pin.clone())).await?;
        let put = Sql::new(statement::PUT_PIN).bind(&self.org).bind(&pin.0).bind(&pin.1).bind(host);
        self.writer.tx.execute(put).await?;
        self.before.pins.push((pin.clone(), stood.get(&pin).map(|host| host.0)));
        self.pins.retain(|(known, _)| *known != pin);
        self.pins.push((pin, host));
        Ok(())
    }

    /// Puts a host into a state, which is new in the log.
    async fn put(
        &mut self,
        mut host: Host,
        sections: &Arc<SectionMap>,
        kind: ChangeKind,
        cause: Cause,
        origin: &Origin,
    ) -> Result<()> {
        let (org, id) = (self.org.clone(), host.id);
        host.group = match host.group.take() {
            // One that was renamed meanwhile has its new name, one that was removed is none.
            Some(group) => {
                let now = groups::find(&mut self.writer.tx, &org, group.id).await?;
                now.map(|now| if now.name == group.name { group } else { now })
            }
            None => None,
        };
        if host.group.is_none() {
            host.group = Some(self.writer.ungrouped(&org, None).await?);
        }
        let digest = sections.get(&profile::Section::Facts).map(|facts| facts.content);
        let texts =
            sections::load(&mut self.writer.tx, self.fleet.base_cache(), &org, digest.into_iter().collect())
                .await?;
        let facts: serde_json::Map<String, serde_json::Value> = digest
            .and_then(|digest| texts.get(&digest))
            .map_or_else(|| Ok(serde_json::Map::default()), |text| serde_json::from_str(text))?;
        if !self.writer.org(&org)?.entries.contains_key(&id) {
            self.writer.org(&org)?.add(host.clone());
        }
        let entry = self.writer.entry(&org, id)?.0;
        entry.host = Arc::new(host);
        entry.sections = sections.clone();
        entry.owner = profile::owner_id(&facts).map(str::to_owned);
        entry.facts = LazyFacts::from(facts);
        entry.raw.clear();
        entry.set_tags_dirty();
        let appended = self.writer.append(&org, id, &NewChange::of(kind, cause, origin))?;
        self.writer.entry(&org, id)?.0.mark_written(appended.seq, true, "", None);
        Ok(())
    }

    async fn finish(
        mut self,
        kind: IdentityChangeKind,
        (kept, other): (HostId, HostId),
        by: &str,
        dry: bool,
    ) -> Result<IdentityOutcome> {
        let (id, made) = (Uuid::new_v4(), self.writer.now);
        let put =
            Sql::new(statement::PUT_IDENTITY_CHANGE).bind(&self.org).bind(id).bind(kind.name()).bind(kept);
        let put = put.bind(other).bind(made).bind(by).bind(serde_json::to_string(&self.before)?);
        self.writer.tx.execute(put).await?;
        let change = IdentityChange {
            id,
            kind,
            kept,
            other,
            made,
            by: by.to_owned(),
            undone: None,
            hosts: Vec::new(),
            pins: std::mem::take(&mut self.pins),
        };
        self.end(change, by, dry).await
    }

    async fn finish_undo(
        mut self,
        change: IdentityChange,
        apps: Vec<(String, i64, String)>,
        by: &str,
        dry: bool,
    ) -> Result<IdentityOutcome> {
        if !apps.is_empty() {
            let rows = Rows::new()
                .column(apps.iter().map(|(name, ..)| name.as_str()))
                .column(apps.iter().map(|(_, at, _)| *at))
                .column(apps.iter().map(|(.., values)| values.as_str()));
            let put = Sql::new(statement::PUT_APP_DATA_BACK).bind(&self.org).bind(change.other).rows(rows);
            self.writer.tx.execute(put).await?;
        }
        let undone = Some(self.writer.now);
        self.end(IdentityChange { undone, ..change }, by, dry).await
    }

    async fn end(mut self, change: IdentityChange, by: &str, dry: bool) -> Result<IdentityOutcome> {
        self.writer.tx.execute(Sql::new(statement::COUNT_PINS).bind(&self.org)).await?;
        let entries = self.writer.org(&self.org)?.entries.values();
        let mut hosts: Vec<Host> =
            entries.filter(|entry| !entry.is_gone()).map(|entry| (*entry.host).clone()).collect();
        hosts.sort_by_key(|host| (host.id != change.kept, host.id));
        let change = IdentityChange { hosts, ..change };
        if dry {
            self.writer.rehearse().await?;
            return Ok(IdentityOutcome::Done(Box::new(change)));
        }
        self.writer.finish().await?;
        tracing::info!(
            org = %self.org, change = %change.id, kind = change.kind.name(), kept = %change.kept, other = %change.other, by,
            undone = change.undone.is_some(), "hosts are told apart otherwise"
        );
        Ok(IdentityOutcome::Done(Box::new(change)))
    }
}
