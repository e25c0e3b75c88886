//! Hosts are removed; the log keeps their states.

use std::num::NonZeroUsize;

use ground::HostId;

use crate::{
    Cause, ChangeKind, Condition, EditOutcome, Fleet, HostQuery, Origin, Result, Scope,
    write::{
        change_row::NewChange,
        edit::{HOSTS_PER_STATEMENT, matching},
        transaction::Writer,
    },
};

impl Fleet {
    /// Removes hosts that the caller may see, with all that belongs to them; the log keeps their states.
    pub async fn delete(&self, scope: &Scope, ids: &[HostId], origin: &Origin) -> Result<EditOutcome> {
        let mut writer = Writer::begin_one(self, scope.org()).await?;
        let wanted = match self.visible(&mut writer, scope, ids).await? {
            Ok(wanted) => wanted,
            Err(missing) => return Ok(EditOutcome::Missing(missing)),
        };
        for id in &wanted {
            writer.append(scope.org(), *id, &NewChange::of(ChangeKind::Deleted, Cause::Delete, origin))?;
        }
        writer.finish().await?;
        Ok(EditOutcome::Done { changed: wanted.len() })
    }

    /// Removes the hosts that match, `chunk` of them in one transaction. Gives those that matched, and those that were removed.
    pub async fn delete_matching(
        &self,
        query: &HostQuery,
        chunk: NonZeroUsize,
        origin: &Origin,
    ) -> Result<(Vec<HostId>, Vec<HostId>)> {
        let found = self.ids(query).await?;
        let mut removed = Vec::new();
        for some in found.chunks(chunk.get()) {
            removed.extend(self.delete_still_matching(query, some, origin).await?);
        }
        Ok((found, removed))
    }

    /// Removes those of these hosts that match, in as few transactions as statements allow: who matches no longer stays. Gives
    /// those that were removed.
    pub async fn delete_still_matching(
        &self,
        query: &HostQuery,
        ids: &[HostId],
        origin: &Origin,
    ) -> Result<Vec<HostId>> {
        let org = query.scope.org();
        let mut removed = Vec::new();
        for some in ids.chunks(HOSTS_PER_STATEMENT) {
            let mut writer = Writer::begin_one(self, org).await?;
            let some = query.clone().with(Condition::Ids(some.to_vec()));
            let still: Vec<HostId> = matching(&mut writer, &some).await?.into_iter().collect();
            writer.load_ids(org, &still).await?;
            for id in &still {
                writer.append(org, *id, &NewChange::of(ChangeKind::Deleted, Cause::Delete, origin))?;
            }
            writer.finish().await?;
            removed.extend(still);
        }
        Ok(removed)
    }
}
