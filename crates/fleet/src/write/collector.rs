//! Sections and tags that nothing refers to any more are removed.

use std::collections::HashSet;

use ::store::{Rows, Sql};
use ground::OrgId;
use profile::Digest;

use crate::{
    Fleet, Result, db::statements as statement, model::section_map::unpack_sections, sections::digest,
    write::transaction::Writer,
};

/// Rows read, and sections removed, per transaction: the lock is held for one step.
const ROWS_PER_STEP: i64 = 1_000;

/// What a collection did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Collected {
    /// How many sections there were.
    pub sections: usize,
    /// How many of them are gone.
    pub removed: usize,
}

impl Fleet {
    /// Removes the sections of an organisation that no row of the log and no delta refers to, and the tags that
    /// are on none of its hosts.
    ///
    /// Marking happens beside ongoing ingest: it notes every reference up to a number of the log. Each removal then
    /// takes the lock of the organisation, so that no ingest is between finding a section "already there" and its
    /// commit, and looks at the rows that came since; what these refer to stays.
    pub async fn collect(&self, org: &OrgId) -> Result<Collected> {
        let marked_to = self.newest(org).await?;
        let all = self.all_sections(org).await?;
        let mut used = self.references(org).await?;
        // A base that others stand on stays as long as one of these does; a base has no base itself.
        let bases: Vec<Digest> =
            all.iter().filter(|(section, _)| used.contains(section)).filter_map(|(_, base)| *base).collect();
        used.extend(bases);
        let mut candidates: Vec<_> = all.iter().filter(|(section, _)| !used.contains(section)).collect();
        // Deltas first: an ingest between two steps may take up a delta again, and its base must then still be there.
        candidates.sort_by_key(|(_, base)| base.is_none());
        let candidates: Vec<Digest> = candidates.into_iter().map(|(section, _)| *section).collect();
        let mut removed = 0;
        for step in candidates.chunks(ROWS_PER_STEP as usize) {
            removed += self.remove_unless_used_since(org, step, marked_to).await?;
        }
        let mut writer = Writer::begin_one(self, org).await?;
        writer.tx.execute(Sql::new(statement::DROP_UNUSED_TAGS).bind(org)).await?;
        writer.finish().await?;
        Ok(Collected { sections: all.len(), removed })
    }

    async fn remove_unless_used_since(&self, org: &OrgId, step: &[Digest], since: i64) -> Result<usize> {
        let mut writer = Writer::begin_one(self, org).await?;
        let mut used = HashSet::new();
        let mut after = since;
        loop {
            let sql = Sql::new(statement::REFERENCES_OF_CHANGES).bind(org).bind(after).bind(ROWS_PER_STEP);
            let rows = writer.tx.fetch_all(sql).await?;
            for row in &rows {
                after = row.get(0)?;
                add_references(&mut used, row.get(1)?, row.get(2)?)?;
            }
            if rows.is_empty() {
                break;
            }
        }
        // What came since may stand on one of these.
        let fresh = Rows::new().column(used.iter().map(|section: &Digest| section.0.to_vec()));
        for row in writer.tx.fetch_all(Sql::new(statement::SECTIONS_KNOWN).bind(org).rows(fresh)).await? {
            if let Some(base) = row.get::<Option<Vec<u8>>>(1)? {
                used.insert(digest(base)?);
            }
        }
        let unused: Vec<_> = step.iter().filter(|section| !used.contains(section)).collect();
        let rows = Rows::new().column(unused.iter().map(|section| section.0.to_vec()));
        writer.tx.execute(Sql::new(statement::DROP_SECTIONS).bind(org).rows(rows)).await?;
        writer.tx.execute(Sql::new(statement::NOTE_COLLECTION).bind(org)).await?;
        writer.finish().await?;
        Ok(unused.len())
    }

    async fn all_sections(&self, org: &OrgId) -> Result<Vec<(Digest, Option<Digest>)>> {
        let mut all: Vec<(Digest, Option<Digest>)> = Vec::new();
        loop {
            let last = all.last().map_or(Vec::new(), |(section, _)| section.0.to_vec());
            let sql = Sql::new(statement::ALL_SECTIONS).bind(org).bind(last).bind(ROWS_PER_STEP);
            let rows = self.db().read(sql).await?;
            if rows.is_empty() {
                return Ok(all);
            }
            for row in rows {
                all.push((digest(row.get(0)?)?, row.get::<Option<Vec<u8>>>(1)?.map(digest).transpose()?));
            }
        }
    }

    async fn references(&self, org: &OrgId) -> Result<HashSet<Digest>> {
        let mut used = HashSet::new();
        let mut after = 0;
        loop {
            let sql = Sql::new(statement::REFERENCES_OF_CHANGES).bind(org).bind(after).bind(ROWS_PER_STEP);
            let rows = self.db().read(sql).await?;
            for row in &rows {
                after = row.get(0)?;
                add_references(&mut used, row.get(1)?, row.get(2)?)?;
            }
            if rows.is_empty() {
                break;
            }
        }
        Ok(used)
    }
}

fn add_references(
    used: &mut HashSet<Digest>,
    sections: Option<Vec<u8>>,
    metadata: Option<Vec<u8>>,
) -> Result<()> {
    for section in unpack_sections(&sections.unwrap_or_default())?.into_values() {
        used.insert(section.content);
    }
    if let Some(metadata) = metadata {
        used.insert(digest(metadata)?);
    }
    Ok(())
}
