//! By which settings hosts age.

use ground::Timestamp;
use uuid::Uuid;

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
    /// Whether hosts are stale before they are warned of, and warned of before they are culled.
    pub fn is_ordered(self) -> bool {
        self.stale < self.warning && self.warning < self.delete
    }

    /// Hosts that last reported at or before this are culled.
    pub fn culled_before(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-self.delete)
    }

    /// How old a host is that last reported then; `None` when it is culled.
    pub fn age(self, last_check_in: Timestamp, now: Timestamp) -> Option<Age> {
        Age::ALL.into_iter().find(|age| {
            let (after, until) = self.check_ins(*age, now);
            after < last_check_in && until.is_none_or(|until| last_check_in <= until)
        })
    }

    /// When hosts of an age last reported: after the first time, and until the second, if there is one.
    pub fn check_ins(self, age: Age, now: Timestamp) -> (Timestamp, Option<Timestamp>) {
        let before = |seconds: i64| now.plus_seconds(-seconds);
        match age {
            Age::Fresh => (before(self.stale), None),
            Age::Stale => (before(self.warning), Some(before(self.stale))),
            Age::StaleWarning => (before(self.delete), Some(before(self.warning))),
        }
    }
}

/// The settings of an organisation that has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnStaleness {
    /// Of these settings.
    pub id: Uuid,
    /// By which its hosts age.
    pub staleness: Staleness,
    /// When it first had its own.
    pub created: Timestamp,
    /// When they were last changed.
    pub updated: Timestamp,
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

impl Age {
    /// Every age of hosts that are not culled, from young to old.
    pub const ALL: [Self; 3] = [Self::Fresh, Self::Stale, Self::StaleWarning];
}
