//! Whether hosts that have grown by an edit can still be published.

use std::collections::{HashMap, HashSet};

use ::store::{Rows, Sql};
use ground::{HostId, OrgId};
use profile::Digest;

use crate::{
    Result, db::statements as statement, model::event_size::OTHER_BYTES, sections::load::digest,
    write::transaction::Writer,
};

/// Sections looked up in one statement.
const SECTIONS_PER_STATEMENT: usize = 1_000;

/// Whether the event of one of these loaded hosts would have more than `max` bytes. A report is looked at when it comes in
/// (`ingest/host_size.rs`); what an edit adds to it, here.
pub(super) async fn is_too_large(
    writer: &mut Writer<'_>,
    org: &OrgId,
    ids: &[HostId],
    max: usize,
) -> Result<bool> {
    let entries = &writer.org(org)?.entries;
    let hosts: Vec<(usize, Vec<Digest>)> = ids
        .iter()
        .filter_map(|id| entries.get(id))
        .map(|entry| {
            let sections = entry.sections.values().map(|section| section.content).collect();
            (OTHER_BYTES + entry.host.edited_bytes(), sections)
        })
        .collect();
    let distinct: HashSet<Digest> = hosts.iter().flat_map(|(_, sections)| sections).copied().collect();
    let distinct: Vec<Digest> = distinct.into_iter().collect();
    let mut sizes: HashMap<Digest, usize> = HashMap::new();
    for some in distinct.chunks(SECTIONS_PER_STATEMENT) {
        let rows = Rows::new().column(some.iter().map(|digest| digest.0.to_vec()));
        for row in writer.tx.fetch_all(Sql::new(statement::SECTION_SIZES).bind(org).rows(rows)).await? {
            sizes.insert(digest(row.get(0)?)?, row.get::<i64>(1)? as usize);
        }
    }
    let profile = |sections: &[Digest]| sections.iter().filter_map(|digest| sizes.get(digest)).sum::<usize>();
    Ok(hosts.iter().any(|(other, sections)| other + profile(sections) > max))
}
