//! The newest rows of the log that this process wrote, for followers close behind.

use std::sync::{Mutex, PoisonError};

use ground::{OrgId, Timestamp};

use crate::{Change, WeightedLru};

/// Bytes that a row is counted as, beside those of its facts and tags.
const CHANGE_BYTES: usize = 2_048;

/// An LRU cache of rows with a limit in bytes.
pub(crate) struct RecentChanges(Mutex<WeightedLru<(OrgId, i64), Change>>);

impl RecentChanges {
    pub(crate) fn new(limit: usize) -> Self {
        Self(Mutex::new(WeightedLru::new(limit)))
    }

    /// Remembers rows of an organisation that are committed.
    pub(crate) fn keep(&self, org: &OrgId, rows: Vec<Change>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for change in rows {
            let bytes = CHANGE_BYTES + change.host.variable_bytes();
            kept.put((org.clone(), change.seq), change, bytes);
        }
    }

    /// The rows with these numbers, each written at its time; `None` unless all of them are known. The database was asked
    /// for both just now: after it fell back to an earlier state, a number may stand for another row.
    pub(crate) fn find(&self, org: &OrgId, rows: &[(i64, Timestamp)]) -> Option<Vec<Change>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut find = |(seq, at): &(i64, Timestamp)| {
            kept.get(&(org.clone(), *seq)).filter(|change| change.at == *at).cloned()
        };
        rows.iter().map(&mut find).collect()
    }
}
