//! One transaction that changes hosts: the locks, the look-up, the commit.

use std::collections::{BTreeMap, HashMap};

use ::store::{Rows, Sql, Tx};
use ground::{HostId, OrgId, Timestamp};

use crate::{
    Error, Fleet, Group, Result,
    db::{
        codec::{Packer, Unpacker},
        columns::{read_group, read_log_head, read_staleness},
        statements as statement,
    },
    fold,
    sections::base_cache::NewBases,
    write::{
        change_row::{AppendedChange, ChangeRows, NewChange},
        loaded_host::{LoadedHost, read_entry},
        org_writer::OrgWriter,
        queue::WriteTurn,
    },
};

/// A transaction under the locks of its organisations.
pub(crate) struct Writer<'a> {
    fleet: &'a Fleet,
    pub tx: Tx,
    pub now: Timestamp,
    /// How many hosts got a time of their own.
    stamped: i64,
    pub orgs: BTreeMap<OrgId, OrgWriter>,
    /// Of the facts of hosts that were loaded.
    pub facts: Unpacker<'a>,
    states: Unpacker<'a>,
    packer: Packer<'a>,
    staged: NewBases,
    /// Kept from the others of its organisations until the transaction has ended: it is dropped last.
    #[expect(dead_code, reason = "held, not used")]
    turn: WriteTurn,
}

impl<'a> Writer<'a> {
    /// Begins a transaction when it is the turn of this writer, and takes the locks, always in the same order.
    pub(crate) async fn begin(fleet: &'a Fleet, orgs: impl IntoIterator<Item = OrgId>) -> Result<Self> {
        let mut sorted: Vec<_> = orgs.into_iter().collect();
        sorted.sort();
        sorted.dedup();
        let turn = fleet.write_queues().turn(&sorted).await;
        let mut tx = fleet.db().begin().await?;
        let mut locked = BTreeMap::new();
        for org in sorted {
            let row = tx.fetch_one(Sql::new(statement::LOCK_ORG).bind(&org)).await?;
            let row = row.ok_or_else(|| Error::damaged("the lock of an organisation gave no row"))?;
            fleet.base_cache().at_epoch(&org, row.get(2)?);
            locked.insert(
                org.clone(),
                OrgWriter {
                    org,
                    staleness: read_staleness(&row, 3)?.unwrap_or_else(|| fleet.default_staleness()),
                    pins: row.get(6)?,
                    begun_at: read_log_head(&row)?,
                    seq: row.get(0)?,
                    entries: HashMap::new(),
                    sections: Vec::new(),
                    log: ChangeRows::default(),
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
            stamped: 0,
            orgs: locked,
            facts: fleet.facts().unpacker()?,
            states: fleet.states().unpacker()?,
            packer: fleet.states().packer()?,
            staged: NewBases::default(),
            turn,
        })
    }

    /// When the next host of this request counts as written: each a microsecond after the one before, so that lists show them in
    /// an order that is not left to chance.
    pub(crate) fn stamp(&mut self) -> Timestamp {
        let at = Timestamp::from_micros(self.now.micros() + self.stamped);
        self.stamped += 1;
        at
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
    pub(crate) fn entry(&mut self, org: &OrgId, id: HostId) -> Result<(&mut LoadedHost, &mut Unpacker<'a>)> {
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
        let group = if let Some(home) = self.home(org).await? {
            home
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

    /// The group of hosts without a group, when the organisation has one.
    pub(crate) async fn home(&mut self, org: &OrgId) -> Result<Option<Group>> {
        let found = self.tx.fetch_one(Sql::new(statement::UNGROUPED).bind(org)).await?;
        found.map(|row| read_group(org, &row)).transpose()
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
    pub(crate) fn append(&mut self, org: &OrgId, id: HostId, new: &NewChange<'_>) -> Result<AppendedChange> {
        let Self { orgs, packer, now, .. } = self;
        locked(orgs, org)?.append(id, new, *now, packer)
    }

    /// Writes everything and commits.
    pub(crate) async fn finish(mut self) -> Result<()> {
        self.write().await?;
        self.tx.commit().await?;
        self.staged.publish(self.fleet.base_cache());
        let entries = self.orgs.values().flat_map(|writer| writer.entries.values());
        self.fleet.grown(entries.filter(|entry| entry.dirty.new).count() as u64);
        if self.orgs.values().any(|writer| !writer.log.is_empty()) {
            for (org, writer) in self.orgs {
                self.fleet.indexes().committed(&org, || writer.index_update(self.now));
                self.fleet.recent_changes().keep(&org, writer.log.into_changes());
            }
            self.fleet.committed();
        }
        Ok(())
    }

    /// Writes everything and takes it back.
    pub(crate) async fn rehearse(mut self) -> Result<()> {
        self.write().await?;
        Ok(self.tx.rollback().await?)
    }

    async fn write(&mut self) -> Result<()> {
        for writer in self.orgs.values_mut() {
            writer.write(&mut self.tx, self.fleet, self.now, &mut self.facts, &mut self.staged).await?;
        }
        Ok(())
    }
}

fn locked<'w>(orgs: &'w mut BTreeMap<OrgId, OrgWriter>, org: &OrgId) -> Result<&'w mut OrgWriter> {
    orgs.get_mut(org).ok_or_else(|| Error::damaged(format!("no lock was taken for {org}")))
}
