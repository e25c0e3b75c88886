//! Which row of a log is the newest.

use ground::Timestamp;

/// The newest row of an organisation's log. What is kept in memory is right at a row, not only at a number: after the
/// database was put back to an earlier state (a restore, a failover to a replica that was behind), its numbers are given
/// once more, to other rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogHead {
    /// Its number; 0 when there is none.
    pub seq: i64,
    /// When it was written, which tells it from another row of this number.
    pub written: Timestamp,
}
