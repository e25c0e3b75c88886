//! Many hosts get further tags.

use std::collections::BTreeSet;

use ground::HostId;

use crate::{
    Cause, ChangeKind, Condition, Edit, EditOutcome, Fleet, HostQuery, Origin, OwnedTag, Result, Scope,
    write::{
        change_row::NewChange,
        edit::{HOSTS_PER_STATEMENT, in_order, matching},
        transaction::Writer,
    },
};

impl Fleet {
    /// Gives hosts of a scope further tags, culled ones too; those that are not there are left out. Gives those that are, or, when
    /// nothing is changed, why.
    pub async fn add_tags(
        &self,
        scope: &Scope,
        ids: &[HostId],
        tags: &[OwnedTag],
        origin: &Origin,
    ) -> Result<std::result::Result<BTreeSet<HostId>, EditOutcome>> {
        let mut writer = Writer::begin_one(self, scope.org()).await?;
        let mut found = BTreeSet::new();
        for some in ids.chunks(HOSTS_PER_STATEMENT) {
            let query = HostQuery::new(scope.clone(), writer.org(scope.org())?.staleness, writer.now);
            found.append(&mut matching(&mut writer, &query.with(Condition::Ids(some.to_vec()))).await?);
        }
        let listed: Vec<_> = found.iter().copied().collect();
        writer.load_ids(scope.org(), &listed).await?;
        let edit = Edit::Tags { add: tags.to_vec(), remove: Vec::new() };
        let changed = match self.apply_to_all(&mut writer, scope.org(), in_order(ids), &edit).await? {
            Ok(changed) => changed,
            Err(outcome) => return Ok(Err(outcome)),
        };
        for id in changed {
            writer.append(scope.org(), id, &NewChange::of(ChangeKind::Updated, Cause::Tags, origin))?;
        }
        writer.finish().await?;
        Ok(Ok(found))
    }
}
