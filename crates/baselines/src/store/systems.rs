//! Which systems baselines are for.

use std::collections::{HashMap, HashSet};

use ::store::{Rows, Sql, Tx};
use ground::OrgId;
use uuid::Uuid;

use super::{Baselines, Result, statements as statement};
use crate::rules::groups::Group;

/// The id that stands for "in no group".
const UNGROUPED: &str = "";

/// The systems that a caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All of the organisation.
    All,
    /// Those in these groups, `None` for those in no group. Of no group: none.
    Groups(Vec<Option<String>>),
}

/// Which systems of a baseline are asked for: those in any of the groups that are named; without any name, all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupFilter {
    /// Ids of groups; empty for those in no group.
    pub ids: Vec<String>,
    /// Names of groups.
    pub names: Vec<String>,
}

/// What became of systems to be associated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// They are; these are all systems of the baseline now.
    Systems(Vec<Uuid>),
    /// This one was already; nothing is stored.
    Already(Uuid),
    /// The organisation has no such baseline.
    Unknown,
}

/// What became of systems to be dissociated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// They are.
    Done,
    /// This one was not associated; nothing is removed.
    NotThere(Uuid),
    /// The organisation has no such baseline.
    Unknown,
}

impl Baselines {
    /// How many systems within reach each of these baselines has; those without are left out.
    pub async fn system_counts(
        &self,
        org: &OrgId,
        ids: &[Uuid],
        reach: &Reach,
    ) -> Result<HashMap<Uuid, i64>> {
        let mut sql = Sql::new("SELECT s.baseline_id, COUNT(*) FROM baseline_system s WHERE s.org_id = ");
        sql.push_bind(org).push(" AND s.baseline_id IN ").push_list("uuid", ids.iter().copied());
        within(&mut sql, org, reach);
        sql.push(" GROUP BY s.baseline_id");
        let rows = self.db.read(sql).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// The systems of a baseline within reach that a filter lets through; `None` when the organisation has no such
    /// baseline.
    pub async fn systems(
        &self,
        org: &OrgId,
        id: Uuid,
        filter: &GroupFilter,
        reach: &Reach,
    ) -> Result<Option<Vec<Uuid>>> {
        let mut tx = self.db.snapshot().await?;
        if !exists(&mut tx, org, id).await? {
            return Ok(None);
        }
        let mut sql = Sql::new("SELECT s.system_id FROM baseline_system s WHERE s.org_id = ");
        sql.push_bind(org).push(" AND s.baseline_id = ").push_bind(id);
        within(&mut sql, org, reach);
        if !filter.ids.is_empty() || !filter.names.is_empty() {
            let start =
                " AND s.system_id IN (SELECT g.system_id FROM baseline_system_group g WHERE g.org_id = ";
            sql.push(start).push_bind(org);
            sql.push(" AND (g.group_id IN ").push_list("text", &filter.ids);
            // The row of a system in no group has no name to be found by.
            sql.push(" OR (g.group_id <> '' AND g.name IN ").push_list("text", &filter.names).push(")))");
        }
        sql.push(" ORDER BY s.place, s.system_id");
        let rows = tx.fetch_all(sql).await?;
        Ok(Some(rows.iter().map(|row| row.get(0)).collect::<::store::Result<_>>()?))
    }

    /// Associates systems with a baseline, all or none. `groups` are those of each, `None` where they are not known.
    pub async fn add_systems(
        &self,
        org: &OrgId,
        id: Uuid,
        systems: &[(Uuid, Option<Vec<Group>>)],
    ) -> Result<Added> {
        let mut tx = self.db.begin().await?;
        // The row of the baseline is the lock: no two callers add to it, or delete it, at the same time.
        if tx.fetch_one(Sql::new(statement::BASELINE_TO_CHANGE).bind(org).bind(id)).await?.is_none() {
            return Ok(Added::Unknown);
        }
        let present = in_order(&mut tx, org, id).await?;
        let known: HashSet<Uuid> = present.iter().map(|(system, _)| *system).collect();
        if let Some((already, _)) = systems.iter().find(|(system, _)| known.contains(system)) {
            return Ok(Added::Already(*already));
        }
        let next = present.last().map_or(0, |(_, place)| place + 1);
        let ids = || systems.iter().map(|(system, _)| *system);
        let rows = Rows::new().column(ids()).column((next..).take(systems.len()));
        tx.execute(Sql::new(statement::PUT_SYSTEMS).bind(org).bind(id).rows(rows)).await?;
        put_groups(&mut tx, org, systems).await?;
        tx.commit().await?;
        Ok(Added::Systems(present.into_iter().map(|(system, _)| system).chain(ids()).collect()))
    }

    /// Dissociates systems from a baseline, all or none.
    pub async fn remove_systems(&self, org: &OrgId, id: Uuid, systems: &[Uuid]) -> Result<Removed> {
        let mut tx = self.db.begin().await?;
        if tx.fetch_one(Sql::new(statement::BASELINE_TO_CHANGE).bind(org).bind(id)).await?.is_none() {
            return Ok(Removed::Unknown);
        }
        let known: HashSet<Uuid> =
            in_order(&mut tx, org, id).await?.into_iter().map(|(system, _)| system).collect();
        if let Some(absent) = systems.iter().find(|system| !known.contains(system)) {
            return Ok(Removed::NotThere(*absent));
        }
        let rows = Rows::new().column(systems.iter().copied());
        tx.execute(Sql::new(statement::DROP_SYSTEMS).bind(org).bind(id).rows(rows)).await?;
        tx.execute(Sql::new(statement::DROP_UNUSED_GROUPS).bind(org)).await?;
        tx.commit().await?;
        Ok(Removed::Done)
    }

    /// The baselines that are for a system; without one, an entry for each association of the organisation.
    pub async fn of_system(&self, org: &OrgId, system: Option<Uuid>) -> Result<Vec<Uuid>> {
        let sql = match system {
            Some(system) => Sql::new(statement::BASELINES_OF_SYSTEM).bind(org).bind(system),
            None => Sql::new(statement::BASELINES_OF_SYSTEMS).bind(org),
        };
        let rows = self.db.read(sql).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect::<::store::Result<_>>()?)
    }

    /// The baselines that are for a system, if it is within reach.
    pub async fn of_system_within(&self, org: &OrgId, system: Uuid, reach: &Reach) -> Result<Vec<Uuid>> {
        let mut sql = Sql::new("SELECT s.baseline_id FROM baseline_system s WHERE s.org_id = ");
        sql.push_bind(org).push(" AND s.system_id = ").push_bind(system);
        within(&mut sql, org, reach);
        let rows = self.db.read(sql).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect::<::store::Result<_>>()?)
    }

    /// Notes the groups of a system and returns the baselines that are for it. Of a system that no baseline is for,
    /// nothing is kept.
    pub async fn set_groups(&self, org: &OrgId, system: Uuid, groups: &[Group]) -> Result<Vec<Uuid>> {
        let mut tx = self.db.begin().await?;
        let rows = tx.fetch_all(Sql::new(statement::BASELINES_OF_SYSTEM).bind(org).bind(system)).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        put_groups(&mut tx, org, &[(system, Some(groups.to_vec()))]).await?;
        tx.commit().await?;
        Ok(rows.iter().map(|row| row.get(0)).collect::<::store::Result<_>>()?)
    }

    /// The groups of a system as they were last told.
    pub async fn groups_of(&self, org: &OrgId, system: Uuid) -> Result<Vec<Group>> {
        let rows = self.db.read(Sql::new(statement::GROUPS_OF_SYSTEM).bind(org).bind(system)).await?;
        rows.iter().map(|row| Ok(Group { id: row.get(0)?, name: row.get(1)? })).collect()
    }

    /// Those of these systems that a baseline is for.
    pub async fn associated(&self, org: &OrgId, systems: &[Uuid]) -> Result<HashSet<Uuid>> {
        let rows = Rows::new().column(systems.iter().copied());
        let rows = self.db.read(Sql::new(statement::ASSOCIATED).bind(org).rows(rows)).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect::<::store::Result<_>>()?)
    }

    /// Which baselines want drift of these systems to be told: a system and a baseline each.
    pub async fn watching(&self, org: &OrgId, systems: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
        let rows = Rows::new().column(systems.iter().copied());
        let rows = self.db.read(Sql::new(statement::WATCHING).bind(org).rows(rows)).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// Takes systems from all baselines of the organisation.
    pub async fn forget_systems(&self, org: &OrgId, systems: &[Uuid]) -> Result<()> {
        let rows = || Rows::new().column(systems.iter().copied());
        let mut tx = self.db.begin().await?;
        tx.execute(Sql::new(statement::DROP_SYSTEMS_EVERYWHERE).bind(org).rows(rows())).await?;
        tx.execute(Sql::new(statement::DROP_GROUPS).bind(org).rows(rows())).await?;
        Ok(tx.commit().await?)
    }
}

/// Leaves those that the caller reaches.
fn within(sql: &mut Sql, org: &OrgId, reach: &Reach) {
    if let Reach::Groups(groups) = reach {
        sql.push(" AND EXISTS (SELECT 1 FROM baseline_system_group r WHERE r.org_id = ").push_bind(org);
        sql.push(" AND r.system_id = s.system_id AND r.group_id IN ");
        sql.push_list("text", groups.iter().map(|id| id.as_deref().unwrap_or(UNGROUPED))).push(")");
    }
}

async fn exists(tx: &mut Tx, org: &OrgId, id: Uuid) -> Result<bool> {
    let rows = Rows::new().column([id]);
    Ok(tx.fetch_one(Sql::new(statement::IDS_KNOWN).bind(org).rows(rows)).await?.is_some())
}

/// The systems of a baseline with their places, in order.
async fn in_order(tx: &mut Tx, org: &OrgId, id: Uuid) -> Result<Vec<(Uuid, i64)>> {
    let rows = tx.fetch_all(Sql::new(statement::SYSTEMS).bind(org).bind(id)).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

async fn put_groups(tx: &mut Tx, org: &OrgId, systems: &[(Uuid, Option<Vec<Group>>)]) -> Result<()> {
    let told = || systems.iter().filter_map(|(system, groups)| Some((*system, groups.as_ref()?)));
    let rows = Rows::new().column(told().map(|(system, _)| system));
    tx.execute(Sql::new(statement::DROP_GROUPS).bind(org).rows(rows)).await?;
    let mut seen = HashSet::new();
    let mut members: Vec<(Uuid, &str, &str)> = Vec::new();
    for (system, groups) in told() {
        if groups.is_empty() {
            members.push((system, UNGROUPED, ""));
        }
        let each = groups.iter().map(|group| (system, group.id.as_str(), group.name.as_str()));
        members.extend(each.filter(|(system, id, _)| seen.insert((*system, id.to_string()))));
    }
    let rows = Rows::new()
        .column(members.iter().map(|(system, ..)| *system))
        .column(members.iter().map(|(_, id, _)| *id))
        .column(members.iter().map(|(.., name)| *name));
    tx.execute(Sql::new(statement::PUT_GROUPS).bind(org).rows(rows)).await?;
    Ok(())
}
