//! What applications have said of hosts.

use std::collections::HashMap;

use ::store::{Rows, Sql};
use ground::{HostId, OrgId, Timestamp};

use crate::{Fleet, Result, StoredAppData, db::statements as statement};

impl Fleet {
    /// What applications have said of these hosts, by name of the application; hosts of which nobody said anything are
    /// left out.
    pub async fn app_data(&self, org: &OrgId, ids: &[HostId]) -> Result<HashMap<HostId, Vec<StoredAppData>>> {
        let mut found: HashMap<HostId, Vec<StoredAppData>> = HashMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let rows = Rows::new().column(ids.iter().copied());
        for row in self.db().read(Sql::new(statement::APP_DATA).bind(org).rows(rows)).await? {
            let stored = StoredAppData {
                application: row.get(1)?,
                reported: Timestamp::from_micros(row.get(2)?),
                values: serde_json::from_str(&row.get::<String>(3)?)?,
            };
            found.entry(HostId(row.get(0)?)).or_default().push(stored);
        }
        for of_host in found.values_mut() {
            of_host.sort_by(|one, other| one.application.cmp(&other.application));
        }
        Ok(found)
    }
}
