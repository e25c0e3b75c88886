//! What is computed of a report before its transaction begins.

use std::sync::Arc;

use profile::Profile;

use crate::{Fleet, Owner, Refused, Report};

impl Fleet {
    /// Hashes a report's profile as it came, and takes it apart, unless the very bytes have been stored lately or the last
    /// batch was quiet: the report is then most likely one that changes nothing and need not be read. This is work for
    /// the processor, to be done outside of the threads that serve.
    pub fn prepare(&self, report: Arc<Report>) -> PreparedReport {
        let mut prepared = PreparedReport::new(report);
        if let (Some(hash), Some(text)) = (&prepared.raw_hash, prepared.report.profile.as_deref())
            && !self.recent_profiles().is_quiet()
            && !self.recent_profiles().contains(hash)
        {
            prepared.parsed = Some(Profile::parse_with(text, self.seen()).map_err(Refused::from));
        }
        prepared
    }
}

/// A report on its way, with what was computed of it so far.
#[derive(Debug)]
pub struct PreparedReport {
    pub(super) report: Arc<Report>,
    pub(super) raw_hash: Option<String>,
    pub(super) parsed: Option<std::result::Result<Profile, Refused>>,
}

impl PreparedReport {
    /// Hashes a report's profile as it came, so that it is parsed only when it has to be.
    pub(super) fn new(report: Arc<Report>) -> Self {
        let raw_hash = report.profile.as_deref().map(|profile| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(profile.as_bytes());
            // The owner is taken from the sender: the same profile from another sender is another one.
            if let Owner::System { cn, on_update } = &report.owner {
                for part in [cn, on_update] {
                    hasher.update(&[0]);
                    hasher.update(part.as_bytes());
                }
            }
            hasher.finalize().to_hex()[..32].to_owned()
        });
        Self { report, raw_hash, parsed: None }
    }
}
