//! What jobs mend in many hosts and groups of an organisation.

use std::{collections::BTreeSet, sync::Arc};

use ::store::Sql;
use ground::{HostId, OrgId};

use crate::{
    Cause, ChangeKind, Fleet, Origin, Result,
    db::statements as statement,
    write::{change_row::NewChange, transaction::Writer},
};

impl Fleet {
    /// Makes the group of hosts without a group in an organisation that has hosts; whether it did.
    pub async fn make_ungrouped(&self, org: &OrgId) -> Result<bool> {
        let mut writer = Writer::begin_one(self, org).await?;
        let has_hosts = writer.tx.fetch_one(Sql::new(statement::HAS_HOSTS).bind(org)).await?.is_some();
        if !has_hosts || writer.home(org).await?.is_some() {
            return Ok(false);
        }
        writer.ungrouped(org, None).await?;
        writer.finish().await?;
        Ok(true)
    }

    /// Puts at most so many hosts that are in no group into that of hosts without a group, in the order of ids `after` one;
    /// gives them.
    pub async fn assign_ungrouped(
        &self,
        org: &OrgId,
        after: HostId,
        most: usize,
        origin: &Origin,
    ) -> Result<Vec<HostId>> {
        let mut writer = Writer::begin_one(self, org).await?;
        let sql = Sql::new(statement::HOSTS_WITHOUT_GROUP).bind(org).bind(after).bind(most as i64);
        let ids = ids(&mut writer, sql).await?;
        if ids.is_empty() {
            return Ok(ids);
        }
        writer.load_ids(org, &ids).await?;
        let home = writer.ungrouped(org, None).await?;
        self.recount_members(&mut writer, home, &ids, &BTreeSet::new(), origin).await?;
        writer.finish().await?;
        Ok(ids)
    }

    /// Deletes every group of an organisation that has no hosts; gives how many. `None`, and nothing is deleted, when it has hosts.
    pub async fn delete_groups_unless_hosts(&self, org: &OrgId) -> Result<Option<u64>> {
        let mut writer = Writer::begin_one(self, org).await?;
        if writer.tx.fetch_one(Sql::new(statement::HAS_HOSTS).bind(org)).await?.is_some() {
            return Ok(None);
        }
        let dropped = writer.tx.execute(Sql::new(statement::DROP_ALL_GROUPS).bind(org)).await?;
        writer.finish().await?;
        Ok(Some(dropped))
    }

    /// Whether an organisation has hosts, culled ones too.
    pub async fn has_hosts(&self, org: &OrgId) -> Result<bool> {
        Ok(self.db().read_one(Sql::new(statement::HAS_HOSTS).bind(org)).await?.is_some())
    }

    /// Takes the tags of a namespace from at most so many hosts that have some, in the order of ids `after` one; gives them.
    pub async fn drop_tag_namespace(
        &self,
        org: &OrgId,
        namespace: &str,
        after: HostId,
        most: usize,
        origin: &Origin,
    ) -> Result<Vec<HostId>> {
        let mut writer = Writer::begin_one(self, org).await?;
        let sql = Sql::new(statement::HOSTS_WITH_NAMESPACE).bind(org).bind(namespace);
        let sql = sql.bind(after).bind(most as i64);
        let ids = ids(&mut writer, sql).await?;
        writer.load_ids(org, &ids).await?;
        for id in &ids {
            let updated = writer.stamp();
            let (entry, _) = writer.entry(org, *id)?;
            let host = Arc::make_mut(&mut entry.host);
            host.tags.drop_namespace(namespace);
            host.times.updated = updated;
            entry.set_tags_dirty();
            writer.append(org, *id, &NewChange::of(ChangeKind::Updated, Cause::Tags, origin))?;
        }
        writer.finish().await?;
        Ok(ids)
    }
}

async fn ids(writer: &mut Writer<'_>, sql: Sql) -> Result<Vec<HostId>> {
    writer.tx.fetch_all(sql).await?.iter().map(|row| Ok(HostId(row.get(0)?))).collect()
}
