//! Profiles that are still to be compared with baselines.

use std::collections::BTreeMap;

use ::store::{Rows, Sql, Tx};
use ground::{HostId, OrgId};
use uuid::Uuid;

use super::{NewProfile, Profiles, statements as statement};
use crate::{Record, Result};

/// What an event says of a machine beside its profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// When the machine was last written, as the other inventory writes it.
    pub updated: String,
    /// The name that people see.
    pub display_name: Option<String>,
}

/// A profile that is still to be compared.
#[derive(Debug)]
pub struct Arrival {
    /// The profile; none when it was removed meanwhile.
    pub record: Option<Record>,
    /// What the event said beside it.
    pub check_in: CheckIn,
    /// Whether a later state of the machine has been compared already.
    pub overtaken: bool,
    /// The organisation of the machine.
    pub org: OrgId,
    /// The id of the profile.
    pub id: Uuid,
}

impl Profiles {
    /// The profiles that are to be compared, as they were told, `most` at a time.
    pub async fn arrivals(&self, most: i64) -> Result<Vec<Arrival>> {
        let rows = self.db.read(Sql::new(statement::ARRIVALS).bind(most)).await?;
        let mut wanted: BTreeMap<OrgId, Vec<Uuid>> = BTreeMap::new();
        let mut arrivals = Vec::with_capacity(rows.len());
        for row in &rows {
            let (org, id): (String, Uuid) = (row.get(0)?, row.get(1)?);
            let org = OrgId::parse(&org).map_err(|error| ::store::Error::damaged(error.to_string()))?;
            wanted.entry(org.clone()).or_default().push(id);
            let check_in = CheckIn { updated: row.get(2)?, display_name: row.get(3)? };
            arrivals.push(Arrival { record: None, check_in, overtaken: row.get(4)?, org, id });
        }
        for (org, ids) in wanted {
            let mut found = self.get(&org, &ids).await?;
            for arrival in arrivals.iter_mut().filter(|arrival| arrival.org == org) {
                arrival.record = found.remove(&arrival.id);
            }
        }
        Ok(arrivals)
    }

    /// These profiles have been compared.
    pub async fn compared(&self, arrivals: impl IntoIterator<Item = (&OrgId, Uuid)>) -> Result<()> {
        let mut orgs: BTreeMap<&OrgId, Vec<Uuid>> = BTreeMap::new();
        for (org, id) in arrivals {
            orgs.entry(org).or_default().push(id);
        }
        let mut tx = self.db.begin().await?;
        for (org, ids) in orgs {
            tx.execute(Sql::new(statement::DROP_ARRIVALS).bind(org).rows(Rows::new().column(ids))).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Those of these profiles that an event told of are to be compared.
pub(super) async fn put(tx: &mut Tx, org: &OrgId, profiles: &[&NewProfile]) -> Result<()> {
    let told: Vec<(&NewProfile, &CheckIn)> =
        profiles.iter().filter_map(|new| Some((*new, new.check_in.as_ref()?))).collect();
    if told.is_empty() {
        return Ok(());
    }
    let rows = Rows::new()
        .column(told.iter().map(|(new, _)| new.id))
        .column(told.iter().map(|(new, _)| new.inventory_id))
        .column(told.iter().map(|(new, _)| new.said.unwrap_or(new.created)))
        .column(told.iter().map(|(_, check_in)| check_in.display_name.clone()))
        .column(told.iter().map(|(_, check_in)| check_in.updated.as_str()));
    tx.execute(Sql::new(statement::PUT_ARRIVALS).bind(org).rows(rows)).await?;
    Ok(())
}

/// What was told of machines that are gone is nobody's drift.
pub(super) async fn forget(tx: &mut Tx, org: &OrgId, hosts: impl Iterator<Item = HostId>) -> Result<()> {
    let rows = Rows::new().column(hosts);
    tx.execute(Sql::new(statement::FORGET_ARRIVALS).bind(org).rows(rows)).await?;
    Ok(())
}
