//! The settings by which the hosts of an organisation age, as it may have them for itself.

use ::store::{Sql, Tx};
use ground::OrgId;
use uuid::Uuid;

use crate::{
    Fleet, OwnStaleness, Result, Staleness,
    db::{columns::read_own_staleness, statements as statement},
    write::transaction::Writer,
};

impl Fleet {
    /// The settings that an organisation has for itself.
    pub async fn own_staleness(&self, org: &OrgId) -> Result<Option<OwnStaleness>> {
        let row = self.db().read_one(Sql::new(statement::OWN_STALENESS).bind(org)).await?;
        row.map(|row| read_own_staleness(&row)).transpose()
    }

    /// Changes the settings that an organisation has for itself: `decide` sees those that it has and gives those that it is
    /// to have, `None` for those of this installation. Whoever takes in reports for it sees the old ones or the new ones
    /// throughout. Gives what it has now; when `decide` refuses, nothing is changed.
    pub async fn edit_staleness<E>(
        &self,
        org: &OrgId,
        decide: impl FnOnce(Option<&OwnStaleness>) -> std::result::Result<Option<Staleness>, E>,
    ) -> Result<std::result::Result<Option<OwnStaleness>, E>> {
        let mut writer = Writer::begin_one(self, org).await?;
        let had = own(&mut writer.tx, org).await?;
        let wanted = match decide(had.as_ref()) {
            Ok(wanted) => wanted,
            Err(refused) => return Ok(Err(refused)),
        };
        let now = writer.now;
        let own = wanted.map(|staleness| OwnStaleness {
            id: had.as_ref().map_or_else(Uuid::new_v4, |had| had.id),
            staleness,
            created: had.as_ref().map_or(now, |had| had.created),
            updated: now,
        });
        match &own {
            Some(own) => writer.put_staleness(org, own).await?,
            None => {
                writer.tx.execute(Sql::new(statement::DROP_OWN_STALENESS).bind(org)).await?;
            }
        }
        writer.finish().await?;
        Ok(Ok(own))
    }

    /// Takes over settings with their id and times. `false`, and nothing is changed, when the organisation has some.
    pub async fn import_staleness(&self, org: &OrgId, wanted: &OwnStaleness) -> Result<bool> {
        let mut writer = Writer::begin_one(self, org).await?;
        if own(&mut writer.tx, org).await?.is_some() {
            return Ok(false);
        }
        writer.put_staleness(org, wanted).await?;
        writer.finish().await?;
        Ok(true)
    }
}

impl Writer<'_> {
    /// Stores the settings that an organisation has for itself.
    async fn put_staleness(&mut self, org: &OrgId, own: &OwnStaleness) -> Result<()> {
        let OwnStaleness { id, staleness, created, updated } = own;
        let sql = Sql::new(statement::PUT_OWN_STALENESS)
            .bind(org)
            .bind(staleness.stale)
            .bind(staleness.warning)
            .bind(staleness.delete)
            .bind(*id)
            .bind(*created)
            .bind(*updated);
        self.tx.execute(sql).await?;
        Ok(())
    }
}

async fn own(tx: &mut Tx, org: &OrgId) -> Result<Option<OwnStaleness>> {
    let row = tx.fetch_one(Sql::new(statement::OWN_STALENESS).bind(org)).await?;
    row.map(|row| read_own_staleness(&row)).transpose()
}
