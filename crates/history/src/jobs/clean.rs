//! Profiles that are too old go (contract history §4.3).

use std::time::Instant;

use crate::{Profiles, Result, store::Cleaned};

/// Removes what was stored longer ago than a profile is valid.
#[derive(Clone)]
pub struct Cleaner {
    /// Where profiles are.
    pub profiles: Profiles,
    /// How long a profile is valid.
    pub valid_seconds: i64,
}

impl Cleaner {
    /// Removes them once.
    pub async fn run(&self) -> Result<Cleaned> {
        let begin = Instant::now();
        let before = self.profiles.clock().now().plus_seconds(-self.valid_seconds);
        let cleaned = self.profiles.clean(before).await?;
        metrics::counter!("hsp_records_cleaned_total").increment(cleaned.profiles);
        metrics::histogram!("hsp_records_cleaning_time").record(begin.elapsed().as_secs_f64());
        Ok(cleaned)
    }
}
