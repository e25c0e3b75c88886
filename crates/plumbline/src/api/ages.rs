//! How old the last check-in of a host is.

use ground::Timestamp;
use serde::Deserialize;

use super::time;

/// When a host comes to another age, as answers say it.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Ages {
    #[serde(rename = "stale_timestamp", deserialize_with = "time")]
    stale: Timestamp,
    #[serde(rename = "stale_warning_timestamp", deserialize_with = "time")]
    stale_warning: Timestamp,
    #[serde(rename = "culled_timestamp", deserialize_with = "time")]
    culled: Timestamp,
}

impl Ages {
    /// The word for its age; `culled` when it is as if deleted.
    pub fn word(&self, now: Timestamp) -> &'static str {
        let until = [(self.stale, "fresh"), (self.stale_warning, "stale"), (self.culled, "stale warning")];
        until.into_iter().find(|(until, _)| now < *until).map_or("culled", |(_, word)| word)
    }
}
