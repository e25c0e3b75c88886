//! Hosts by id, unpacked as they are needed.

use std::collections::HashMap;

use ::store::{Row, Rows, Sql};
use ground::{HostId, OrgId};

use super::{HostRef, hosts::read_host};
use crate::{
    Fleet, Host, Result,
    db::{codec::unpacked_size, statements as statement},
};

/// Hosts as they are stored, each a fraction of what it is unpacked.
pub struct PackedHosts {
    fleet: Fleet,
    rows: HashMap<HostId, Row>,
}

impl PackedHosts {
    /// How many bytes of text it takes to unpack a host; none of one that is not here.
    pub fn size(&self, host: HostId) -> Result<usize> {
        self.rows.get(&host).map_or(Ok(0), |row| Ok(unpacked_size(&row.get::<Vec<u8>>(0)?)))
    }

    /// Takes these out and unpacks them; those that are not here are left out.
    pub fn take(&mut self, hosts: impl IntoIterator<Item = HostId>) -> Result<Vec<(HostRef, Host)>> {
        let mut unpacker = self.fleet.states().unpacker()?;
        let rows = hosts.into_iter().filter_map(|id| Some((id, self.rows.remove(&id)?)));
        rows.map(|(id, row)| Ok((HostRef { id, version: row.get(5)? }, read_host(&row, &mut unpacker)?)))
            .collect()
    }
}

impl std::fmt::Debug for PackedHosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.rows.keys()).finish()
    }
}

impl Fleet {
    /// These hosts, packed; those that are gone by now are left out.
    pub async fn packed_hosts(&self, org: &OrgId, ids: &[HostId]) -> Result<PackedHosts> {
        let mut rows = HashMap::with_capacity(ids.len());
        if !ids.is_empty() {
            let wanted = Rows::new().column(ids.iter().copied());
            for row in self.db().read(Sql::new(statement::HOSTS_SHOWN).bind(org).rows(wanted)).await? {
                rows.insert(HostId(row.get(6)?), row);
            }
        }
        Ok(PackedHosts { fleet: self.clone(), rows })
    }

    /// These hosts, in this order; those that are gone by now are left out.
    pub async fn hosts_by_id(&self, org: &OrgId, ids: &[HostId]) -> Result<Vec<(HostRef, Host)>> {
        self.packed_hosts(org, ids).await?.take(ids.iter().copied())
    }
}
