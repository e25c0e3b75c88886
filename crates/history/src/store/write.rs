//! Profiles that go in, and those that are removed.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::{Rows, Sql, Tx};
use ground::{HostId, OrgId, Timestamp};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    CheckIn, Profiles, arrivals,
    parts::{self, Cut, Digest},
    statements as statement,
};
use crate::{Result, rules::captured::Captured, rules::visible::Group};

/// How many rows the cleaner removes in one transaction.
const ROWS_PER_REMOVAL: i64 = 5_000;

/// A profile to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewProfile {
    /// Its id.
    pub id: Uuid,
    /// The organisation of the machine.
    pub org: OrgId,
    /// The account number of the machine.
    pub account: Option<String>,
    /// The machine.
    pub inventory_id: HostId,
    /// When it is stored.
    pub created: Timestamp,
    /// When the machine was so.
    pub captured: Captured,
    /// The groups of the machine; none when they are not known.
    pub groups: Option<Vec<Group>>,
    /// The profile, with `fqdn` and `tags`.
    pub profile: Map<String, Value>,
    /// When the other inventory said so; a machine that it removed later is not brought back.
    pub said: Option<Timestamp>,
    /// What the other inventory said beside the profile; none of a profile that is not compared with baselines.
    pub check_in: Option<CheckIn>,
}

/// What became of a profile to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is stored.
    New,
    /// There is one of this capture, or with this id, already.
    Known,
    /// The machine was removed after this was said.
    Removed,
}

/// What the cleaner removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// Profiles.
    pub profiles: u64,
    /// Members of profiles that no profile had any more.
    pub parts: u64,
}

impl Profiles {
    /// Stores profiles in one transaction; what became of each, in order. Of one capture of a machine the first is
    /// stored.
    pub async fn put(&self, batch: &[NewProfile]) -> Result<Vec<Stored>> {
        let mut outcomes = vec![Stored::Known; batch.len()];
        let mut tx = self.db.begin().await?;
        for (org, members) in by_org(batch) {
            let fresh = unknown(&mut tx, org, batch, &members, &mut outcomes).await?;
            let new: Vec<&NewProfile> = fresh.iter().map(|at| &batch[*at]).collect();
            self.insert(&mut tx, org, &new).await?;
            // In the same transaction: what is stored is compared, also after a crash.
            arrivals::put(&mut tx, org, &new).await?;
            for at in fresh {
                outcomes[at] = Stored::New;
            }
        }
        tx.commit().await?;
        Ok(outcomes)
    }

    async fn insert(&self, tx: &mut Tx, org: &OrgId, profiles: &[&NewProfile]) -> Result<()> {
        let mut rows: Vec<(&NewProfile, Cut)> = Vec::new();
        let mut bodies: BTreeMap<Digest, Vec<u8>> = BTreeMap::new();
        for new in profiles {
            let mut profile = new.profile.clone();
            profile.insert("id".to_owned(), new.id.to_string().into());
            let mut cut = parts::cut(&profile)?;
            bodies.extend(cut.bodies.drain(..));
            rows.push((new, cut));
        }
        if rows.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let wanted = Rows::new().column(bodies.keys().map(<[u8; 16]>::as_slice));
        for row in tx.fetch_all(Sql::new(statement::USE_PARTS).bind(org).bind(now).rows(wanted)).await? {
            bodies.remove(&parts::digest(row.get(0)?)?);
        }
        let new =
            Rows::new().column(bodies.keys().map(<[u8; 16]>::as_slice)).column(bodies.values().cloned());
        tx.execute(Sql::new(statement::PUT_PARTS).bind(org).bind(now).rows(new)).await?;
        let groups = |new: &NewProfile| new.groups.as_ref().map(serde_json::to_string).transpose();
        let groups = rows.iter().map(|(new, _)| groups(new)).collect::<std::result::Result<Vec<_>, _>>()?;
        let batch = Rows::new()
            .column(rows.iter().map(|(new, _)| new.id))
            .column(rows.iter().map(|(new, _)| new.inventory_id))
            .column(rows.iter().map(|(new, _)| new.account.clone()))
            .column(rows.iter().map(|(new, _)| new.created))
            .column(rows.iter().map(|(new, _)| new.captured.at))
            .column(rows.iter().map(|(new, _)| new.captured.text.clone()))
            .column(rows.iter().map(|(new, _)| new.captured.dated))
            .column(groups)
            .column(rows.iter().map(|(_, cut)| cut.parts.clone()))
            .column(rows.iter().map(|(_, cut)| cut.head.clone()))
            .column(
                rows.iter().map(|(new, _)| new.check_in.as_ref().map(|_| new.said.unwrap_or(new.created))),
            );
        tx.execute(Sql::new(statement::PUT_PROFILES).bind(org).rows(batch)).await?;
        Ok(())
    }

    /// Removes all profiles of machines that the other inventory removed at these times, and remembers when.
    pub async fn forget_hosts(&self, org: &OrgId, hosts: &[(HostId, Timestamp)]) -> Result<u64> {
        let mut latest: BTreeMap<HostId, Timestamp> = BTreeMap::new();
        for (host, at) in hosts {
            let known = latest.entry(*host).or_insert(*at);
            *known = (*known).max(*at);
        }
        let mut tx = self.db.begin().await?;
        let rows = Rows::new().column(latest.keys().copied());
        let gone = tx.execute(Sql::new(statement::DROP_HOSTS).bind(org).rows(rows)).await?;
        arrivals::forget(&mut tx, org, latest.keys().copied()).await?;
        let rows = Rows::new().column(latest.keys().copied()).column(latest.values().copied());
        tx.execute(Sql::new(statement::PUT_REMOVALS).bind(org).rows(rows)).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Removes what was stored before `before`, in small transactions.
    pub async fn clean(&self, before: Timestamp) -> Result<Cleaned> {
        let mut cleaned = Cleaned::default();
        loop {
            let gone = self.drop_some(statement::DROP_OLD_PROFILES, before).await?;
            cleaned.profiles += gone;
            if gone < ROWS_PER_REMOVAL as u64 {
                break;
            }
        }
        loop {
            let gone = self.drop_some(statement::DROP_OLD_PARTS, before).await?;
            cleaned.parts += gone;
            if gone < ROWS_PER_REMOVAL as u64 {
                break;
            }
        }
        self.db.execute(Sql::new(statement::DROP_OLD_ARRIVALS)).await?;
        self.db.execute(Sql::new(statement::DROP_OLD_REMOVALS).bind(before)).await?;
        Ok(cleaned)
    }

    async fn drop_some(&self, statement: &str, before: Timestamp) -> Result<u64> {
        Ok(self.db.execute(Sql::new(statement).bind(before).bind(ROWS_PER_REMOVAL)).await?)
    }
}

/// The places of the profiles of each organisation.
fn by_org(batch: &[NewProfile]) -> BTreeMap<&OrgId, Vec<usize>> {
    let mut found: BTreeMap<&OrgId, Vec<usize>> = BTreeMap::new();
    for (at, new) in batch.iter().enumerate() {
        found.entry(&new.org).or_default().push(at);
    }
    found
}

/// The places of the profiles that are neither stored already nor of a machine that was removed since.
async fn unknown(
    tx: &mut Tx,
    org: &OrgId,
    batch: &[NewProfile],
    members: &[usize],
    outcomes: &mut [Stored],
) -> Result<Vec<usize>> {
    let each = || members.iter().map(|at| &batch[*at]);
    let rows = Rows::new().column(each().map(|new| new.inventory_id));
    let mut removals: HashMap<Uuid, i64> = HashMap::new();
    for row in tx.fetch_all(Sql::new(statement::REMOVALS).bind(org).rows(rows)).await? {
        removals.insert(row.get(0)?, row.get(1)?);
    }
    let dated = || each().filter(|new| new.captured.dated);
    let rows =
        Rows::new().column(dated().map(|new| new.inventory_id)).column(dated().map(|new| new.captured.at));
    let mut captures: HashSet<(Uuid, i64)> = HashSet::new();
    for row in tx.fetch_all(Sql::new(statement::CAPTURES_KNOWN).bind(org).rows(rows)).await? {
        captures.insert((row.get(0)?, row.get(1)?));
    }
    let mut ids: HashSet<Uuid> = HashSet::new();
    let rows = Rows::new().column(each().map(|new| new.id));
    for row in tx.fetch_all(Sql::new(statement::IDS_KNOWN).bind(org).rows(rows)).await? {
        ids.insert(row.get(0)?);
    }
    let mut fresh = Vec::new();
    for at in members {
        let new = &batch[*at];
        let removed = removals.get(&new.inventory_id.0).copied();
        if new.said.zip(removed).is_some_and(|(said, removed)| said.micros() <= removed) {
            outcomes[*at] = Stored::Removed;
            continue;
        }
        let capture = (new.inventory_id.0, new.captured.at.micros());
        let is_new = !new.captured.dated || captures.insert(capture);
        if is_new && ids.insert(new.id) {
            fresh.push(*at);
        }
    }
    Ok(fresh)
}
