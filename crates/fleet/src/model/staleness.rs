//! By which settings hosts age.

use ground::Timestamp;

/// The settings by which hosts age, in seconds after the last check-in (contract inventory-http §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Staleness {
    /// Stale after.
    pub stale: i64,
    /// Stale-warning after.
    pub warning: i64,
    /// Culled (as if deleted) after.
    pub delete: i64,
}

impl Default for Staleness {
    /// 29 hours, 7 days, 30 days.
    fn default() -> Self {
        Self { stale: 104_400, warning: 604_800, delete: 2_592_000 }
    }
}

impl Staleness {
    /// Hosts that last reported at or before this are culled.
    pub fn culled_before(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-self.delete)
    }
}

/// How old a host's last check-in is (contract inventory-http §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// It reports as it should.
    Fresh,
    /// It has missed a report.
    Stale,
    /// It will be culled.
    StaleWarning,
}
