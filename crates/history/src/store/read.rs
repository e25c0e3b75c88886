//! Profiles that come out.

use std::collections::HashMap;

use ::store::{Row, Rows, Sql};
use ground::{HostId, OrgId, Timestamp};
use uuid::Uuid;

use super::{Profiles, parts, statements as statement};
use crate::{Head, Record, Result, rules::captured::Captured};

impl Profiles {
    /// The profiles of a machine that were captured after `oldest`.
    pub(crate) async fn of_host(&self, org: &OrgId, host: HostId, oldest: Timestamp) -> Result<Vec<Head>> {
        let sql = Sql::new(statement::HEADS_OF_HOST).bind(org).bind(host).bind(oldest);
        self.db.read(sql).await?.iter().map(|row| head(org, row)).collect()
    }

    /// The profiles with these ids.
    pub(crate) async fn get(&self, org: &OrgId, ids: &[Uuid]) -> Result<HashMap<Uuid, Record>> {
        // One state of the database for profiles and parts: these may go together meanwhile.
        let mut tx = self.db.snapshot_by_key().await?;
        let rows = Rows::new().column(ids.iter().copied());
        let rows = tx.fetch_all(Sql::new(statement::PROFILES_BY_ID).bind(org).rows(rows)).await?;
        let mut wanted = Vec::new();
        for row in &rows {
            wanted.extend(parts::digests(&row.get::<Vec<u8>>(8)?));
        }
        wanted.sort_unstable();
        wanted.dedup();
        let wanted = Rows::new().column(wanted.iter().map(<[u8; 16]>::as_slice));
        let mut bodies = HashMap::new();
        for row in tx.fetch_all(Sql::new(statement::PARTS).bind(org).rows(wanted)).await? {
            bodies.insert(parts::digest(row.get(0)?)?, row.get(1)?);
        }
        rows.iter()
            .map(|row| {
                let (cut, rest) = (row.get::<Vec<u8>>(8)?, row.get::<Vec<u8>>(9)?);
                let profile = parts::joined(&cut, &rest, &bodies)?;
                let (account, inventory_id) = (row.get(6)?, HostId(row.get(7)?));
                let record = Record { head: head(org, row)?, account, inventory_id, profile };
                Ok((record.head.id, record))
            })
            .collect()
    }
}

/// Reads `id, captured, captured_text, dated, created, groups`.
fn head(org: &OrgId, row: &Row) -> Result<Head> {
    let groups: Option<String> = row.get(5)?;
    Ok(Head {
        id: row.get(0)?,
        org: org.clone(),
        captured: Captured { at: Timestamp::from_micros(row.get(1)?), text: row.get(2)?, dated: row.get(3)? },
        created: Timestamp::from_micros(row.get(4)?),
        groups: groups.as_deref().map(serde_json::from_str).transpose()?,
    })
}
