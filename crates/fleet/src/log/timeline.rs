//! The rows of one host, each with what it changed.

use crate::{
    Change, ChangeKind, ChangeQuery, Fleet, Host, Result, SectionMap,
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
        let steps = changes.into_iter().zip(before).map(|(change, before)| {
            let before = before.and_then(|seq| earlier.iter().find(|earlier| earlier.seq == seq));
            // A host that was deleted and is there again began anew.
            let before = before.filter(|before| before.kind != ChangeKind::Deleted);
            let state = before.map(|before| (&*before.host, &*before.sections));
            let (fields, sections) = match change.kind {
                ChangeKind::Seen | ChangeKind::Deleted => (Vec::new(), Vec::new()),
                ChangeKind::Created | ChangeKind::Updated => differing(state, &change),
            };
            let before = before.cloned();
            TimelineEntry { change, before, fields, sections }
        });
        Ok((steps.collect(), next))
    }
}

fn differing(
    before: Option<(&Host, &SectionMap)>,
    change: &Change,
) -> (Vec<&'static str>, Vec<profile::Section>) {
    let fields = differing_fields(before.map(|(host, _)| host), &change.host);
    (fields, differing_sections(before.map(|(_, sections)| sections), &change.sections))
}
