//! Hosts that two machines claim: noted as reports come in.
//!
//! A board that is swapped gives a host other hardware, once. Two machines that are taken for one give it one hardware, the
//! other, and the first again: by default a collision is raised when hardware comes back; when asked for ([`Collide::AtOnce`]) as
//! soon as it differs.

use std::collections::HashMap;

use ::store::{Row, Rows, Sql, Tx};
use ground::{HostId, OrgId, Timestamp};

use crate::{
    Fleet, Hardware, Result, Scope,
    db::{columns::org_id, statements as statement},
};

/// When a collision is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Collide {
    /// When hardware that a host had before another one comes back.
    #[default]
    WhenItReturns,
    /// When a host has other hardware than before.
    AtOnce,
}

/// A host that two machines claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collision {
    /// The host.
    pub host: HostId,
    /// What people call it.
    pub display_name: String,
    /// When it was raised first.
    pub raised: Timestamp,
    /// When the machines last took turns.
    pub last_seen: Timestamp,
    /// How often they have.
    pub times: i64,
    /// The facts that do not fit together.
    pub conflict: Vec<String>,
    /// When somebody said that it is all right.
    pub settled: Option<Timestamp>,
    /// The machines, the last one first.
    pub machines: Vec<Machine>,
}

/// A machine that a host was reported from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// What it says of its hardware.
    pub hardware: Hardware,
    /// A row of the log with what it reported.
    pub seq: i64,
    /// When it was first and last told from another one.
    pub seen: (Timestamp, Timestamp),
}

/// A collision that nobody was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntoldCollision {
    /// The organisation.
    pub org: OrgId,
    /// The host.
    pub host: HostId,
    /// What people call it.
    pub display_name: String,
    /// The facts that do not fit together.
    pub conflict: Vec<String>,
    /// When it was raised first.
    pub raised: Timestamp,
}

/// The facts that do not fit together, as the table has them.
fn read_conflict(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

/// Hardware that a report brings where a host had other: what is noted once the report has its row of the log.
pub(crate) struct Conflict {
    pub before: (Hardware, i64),
    pub now: Hardware,
    pub facts: Vec<&'static str>,
}

impl Conflict {
    /// The conflict between what a host had and what it has, if there is one.
    pub(crate) fn between(before: Hardware, seq: i64, now: Hardware) -> Option<Self> {
        let facts = before.conflict(&now);
        (!facts.is_empty()).then_some(Self { before: (before, seq), now, facts })
    }
}

/// The machines that these hosts were reported from, the last one first.
pub(crate) async fn machines_of(
    tx: &mut Tx,
    org: &OrgId,
    hosts: &[HostId],
) -> Result<HashMap<HostId, Vec<Machine>>> {
    let ids = Rows::new().column(hosts.iter().copied());
    let mut found: HashMap<HostId, Vec<Machine>> = HashMap::new();
    for row in tx.fetch_all(Sql::new(statement::HARDWARE_OF).bind(org).rows(ids)).await? {
        let time = |column| -> Result<Timestamp> { Ok(Timestamp::from_micros(row.get(column)?)) };
        found.entry(HostId(row.get(0)?)).or_default().push(Machine {
            hardware: serde_json::from_str(&row.get::<String>(1)?)?,
            seq: row.get(2)?,
            seen: (time(3)?, time(4)?),
        });
    }
    Ok(found)
}

impl Fleet {
    /// Hosts within the scope that two machines claim, the last first: those that nobody has settled, or of one host whatever there
    /// is; and how many there are.
    pub async fn collisions(
        &self,
        scope: &Scope,
        host: Option<HostId>,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Collision>, i64)> {
        let restricted = |sql: &mut Sql| {
            sql.push(" FROM host_collision c JOIN host h ON h.org_id = c.org_id AND h.id = c.host_id WHERE ");
            scope.restrict(sql);
            match host {
                Some(host) => drop(sql.push(" AND c.host_id = ").push_bind(host)),
                None => drop(sql.push(" AND c.settled IS NULL")),
            }
        };
        let mut tx = self.db().snapshot_by_key().await?;
        let mut count = Sql::new("SELECT COUNT(*)");
        restricted(&mut count);
        let total = tx.fetch_one(count).await?.map_or(Ok(0), |row| row.get(0))?;
        let mut page = Sql::new(
            "SELECT c.host_id, h.display_name, c.raised, c.last_seen, c.times, c.conflict, c.settled",
        );
        restricted(&mut page);
        page.push(" ORDER BY c.last_seen DESC, c.host_id LIMIT ")
            .push_bind(limit)
            .push(" OFFSET ")
            .push_bind(offset);
        let rows = tx.fetch_all(page).await?;
        let hosts = rows.iter().map(|row| Ok(HostId(row.get(0)?))).collect::<Result<Vec<_>>>()?;
        let mut machines = machines_of(&mut tx, scope.org(), &hosts).await?;
        let mut found = Vec::with_capacity(hosts.len());
        for (row, host) in rows.iter().zip(hosts) {
            let time = |column| -> Result<Timestamp> { Ok(Timestamp::from_micros(row.get(column)?)) };
            found.push(Collision {
                host,
                display_name: row.get(1)?,
                raised: time(2)?,
                last_seen: time(3)?,
                times: row.get(4)?,
                conflict: read_conflict(&row.get::<String>(5)?),
                settled: row.get::<Option<i64>>(6)?.map(Timestamp::from_micros),
                machines: machines.remove(&host).unwrap_or_default(),
            });
        }
        Ok((found, total))
    }

    /// Notes that a host within the scope is one machine all the same; `false` when nothing is to be settled. When the machines
    /// take turns once more, the collision is there again.
    pub async fn settle_collision(&self, scope: &Scope, host: HostId) -> Result<bool> {
        if !self.reaches(scope, host).await? {
            return Ok(false);
        }
        let sql = Sql::new(statement::SETTLE_COLLISION).bind(scope.org()).bind(host).bind(self.clock().now());
        Ok(self.db().execute(sql).await? > 0)
    }

    /// Collisions that nobody was told of, the oldest first.
    pub async fn untold_collisions(&self, limit: i64) -> Result<Vec<UntoldCollision>> {
        let rows = self.db().read(Sql::new(statement::UNTOLD_COLLISIONS).bind(limit)).await?;
        let untold = |row: &Row| {
            Ok(UntoldCollision {
                org: org_id(&row.get::<String>(0)?)?,
                host: HostId(row.get(1)?),
                display_name: row.get(2)?,
                conflict: read_conflict(&row.get::<String>(3)?),
                raised: Timestamp::from_micros(row.get(4)?),
            })
        };
        rows.iter().map(untold).collect()
    }

    /// Notes that they were told.
    pub async fn collision_told(&self, org: &OrgId, host: HostId) -> Result<()> {
        self.db().execute(Sql::new(statement::COLLISION_TOLD).bind(org).bind(host)).await?;
        Ok(())
    }
}
