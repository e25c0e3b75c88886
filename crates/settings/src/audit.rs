//! The audit log.

use std::time::Duration;

use crate::{Days, section::section};

section! {
    /// What people and tokens changed (`plumbline audit`).
    pub struct Audit in "audit" {
        /// For how many days it is kept.
        keep_days: Days = Days::of(Duration::from_hours(24 * 365));
    }
}
