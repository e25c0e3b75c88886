//! The rows of one host, each with what it changed.

use std::collections::HashMap;

use ::store::{Rows, Sql, Tx};
use ground::{HostId, OrgId};
use uuid::Uuid;

use crate::{
    Change, ChangeKind, ChangeQuery, Fleet, Host, Result, Scope, SectionMap,
    db::statements as statement,
    log::{
        differences::{differing_fields, differing_sections},
        feed::rows_of,
    },
};

/// A row of the log with what it changed.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// The row.
    pub change: Change,
    /// The row with the host's state before, if there was one.
    pub before: Option<Change>,
    /// Names of what differs from the host's state before: fields of the host.
    pub fields: Vec<&'static str>,
    /// And sections of the profile.
    pub sections: Vec<profile::Section>,
}

impl Fleet {
    /// The rows of one host, each with what it changed: by digests, without reading a section. Who may see the host is
    /// asked before ([`Fleet::reaches`]).
    pub async fn timeline(&self, query: &ChangeQuery) -> Result<(Vec<TimelineEntry>, Option<i64>)> {
        let mut tx = self.db().snapshot().await?;
        let org = query.scope.org();
        let rows = tx.fetch_all(rows_of(query, query.start, query.limit)).await?;
        let before = rows.iter().map(|row| Ok(row.get::<Option<i64>>(15)?)).collect::<Result<Vec<_>>>()?;
        let changes = self.complete(&mut tx, org, rows).await?;
        let next = changes.last().filter(|_| changes.len() as i64 >= query.limit).map(|last| last.seq);
        let earlier = self.by_seq(&mut tx, org, before.iter().flatten().copied()).await?;
        Ok((entries(changes, &before, &earlier), next))
    }

    /// Of each of these hosts that the scope reaches the newest row that tells of a change, with what it changed.
    pub async fn last_changes(&self, scope: &Scope, hosts: &[HostId]) -> Result<Vec<TimelineEntry>> {
        let org = scope.org();
        let mut sql = Sql::new(
            "SELECT h.id, (SELECT c.seq FROM host_change c WHERE c.org_id = h.org_id AND c.host_id = h.id
                AND c.kind <> 'seen' AND c.cause <> 'volatile' ORDER BY c.seq DESC LIMIT 1) FROM host h WHERE ",
        );
        scope.restrict(&mut sql);
        sql.push(" AND h.id IN ").push_list("uuid", hosts.iter().copied());
        let mut tx = self.db().snapshot_by_key().await?;
        let mut last: Vec<(Uuid, i64)> = Vec::with_capacity(hosts.len());
        for row in tx.fetch_all(sql).await? {
            if let Some(seq) = row.get(1)? {
                last.push((row.get(0)?, seq));
            }
        }
        let mut changes = self.by_seq(&mut tx, org, last.iter().map(|(_, seq)| *seq)).await?;
        changes.sort_by_key(|change| change.seq);
        self.with_before(&mut tx, org, changes).await
    }

    /// Rows of the log about hosts that the scope reaches, each with what it changed; and the number to go on from.
    pub async fn steps(&self, query: &ChangeQuery) -> Result<(Vec<TimelineEntry>, Option<i64>)> {
        let mut tx = self.db().snapshot_by_key().await?;
        let feed = self.feed_in(&mut tx, query).await?;
        Ok((self.with_before(&mut tx, query.scope.org(), feed.changes).await?, feed.next))
    }

    async fn with_before(
        &self,
        tx: &mut Tx,
        org: &OrgId,
        changes: Vec<Change>,
    ) -> Result<Vec<TimelineEntry>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Rows::new()
            .column(changes.iter().map(|change| change.host.id))
            .column(changes.iter().map(|change| change.seq));
        let before: HashMap<i64, Option<i64>> = tx
            .fetch_all(Sql::new(statement::STATES_BEFORE).bind(org).rows(rows))
            .await?
            .iter()
            .map(|row| Ok((row.get(0)?, row.get(1)?)))
            .collect::<Result<_>>()?;
        let before: Vec<Option<i64>> =
            changes.iter().map(|change| before.get(&change.seq).copied().flatten()).collect();
        let earlier = self.by_seq(tx, org, before.iter().flatten().copied()).await?;
        Ok(entries(changes, &before, &earlier))
    }
}

/// Rows, each with what it changed in the row with this number before it.
fn entries(changes: Vec<Change>, before: &[Option<i64>], earlier: &[Change]) -> Vec<TimelineEntry> {
    let earlier: HashMap<i64, &Change> = earlier.iter().map(|change| (change.seq, change)).collect();
    let entry = |(change, before): (Change, &Option<i64>)| {
        // A host that was deleted and is there again began anew.
        let before = before.and_then(|seq| earlier.get(&seq).copied());
        let before = before.filter(|before| before.kind != ChangeKind::Deleted);
        let state = before.map(|before| (&*before.host, &*before.sections));
        let (fields, sections) = match change.kind {
            ChangeKind::Seen | ChangeKind::Deleted => (Vec::new(), Vec::new()),
            ChangeKind::Created | ChangeKind::Updated => differing(state, &change),
        };
        let before = before.cloned();
        TimelineEntry { change, before, fields, sections }
    };
    changes.into_iter().zip(before).map(entry).collect()
}

fn differing(
    before: Option<(&Host, &SectionMap)>,
    change: &Change,
) -> (Vec<&'static str>, Vec<profile::Section>) {
    let fields = differing_fields(before.map(|(host, _)| host), &change.host);
    (fields, differing_sections(before.map(|(_, sections)| sections), &change.sections))
}
