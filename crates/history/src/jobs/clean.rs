//! Profiles that are too old go (contract history §4.3).

use std::time::Instant;

use crate::{Profiles, Result, store::Cleaned};

/// Removes what was stored longer ago than a profile is valid.
pub async fn run(profiles: &Profiles, valid_seconds: i64) -> Result<Cleaned> {
    let begin = Instant::now();
    let cleaned = profiles.clean(profiles.clock().now().plus_seconds(-valid_seconds)).await?;
    metrics::counter!("hsp_records_cleaned_total").increment(cleaned.profiles);
    metrics::histogram!("hsp_records_cleaning_time").record(begin.elapsed().as_secs_f64());
    Ok(cleaned)
}
