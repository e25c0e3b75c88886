//! How many series there may be.

use std::collections::HashMap;

use crate::batch::SeriesLimits;

/// Why one more series of a metric is too many.
pub(super) fn over(
    limits: &SeriesLimits,
    counts: Option<&HashMap<Box<str>, usize>>,
    added: &HashMap<&str, usize>,
    name: &str,
) -> Option<String> {
    let all = counts.map_or(0, |counts| counts.values().sum::<usize>()) + added.values().sum::<usize>();
    if all >= limits.series {
        return Some(format!("series of {name:?} refused: there are {all} series, and no more are allowed"));
    }
    let own = counts.and_then(|counts| counts.get(name)).copied().unwrap_or(0)
        + added.get(name).copied().unwrap_or(0);
    (own >= limits.series_of_metric).then(|| {
        format!(
            "series of {name:?} refused: the metric has {own} series, and no more are allowed; look for a label whose \
             value is new each time"
        )
    })
}
