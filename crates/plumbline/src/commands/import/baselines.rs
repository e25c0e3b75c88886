//! Rows of `system_baselines` and `system_baseline_mapped_systems`.

use std::path::PathBuf;

use baselines::{
    Baselines,
    rules::original_rows::{self, Association, Row},
    store::{Added, Placed},
};
use ground::Clock;

use super::Batch;
use crate::{
    cli::Place,
    failure::{Failure, Result},
    line_reader::Line,
};

pub async fn open(config: Option<&PathBuf>, place: &Place) -> Result<Baselines> {
    Ok(Baselines::new(super::open(config, place).await?, Clock::system()))
}

/// Stores the rows of a batch one by one: names must be one of a kind.
pub async fn take(store: &Baselines, lines: &[Line]) -> Result<Batch> {
    let mut batch = Batch::default();
    for line in lines {
        let read =
            super::text(line).and_then(|text| original_rows::read(text).map_err(|why| (line.number, why)));
        let outcome = match read {
            Ok(Row::Baseline(baseline)) => put(store, &baseline).await,
            Ok(Row::System(association)) => associate(store, &association).await,
            Err((number, why)) => {
                batch.refused.push((number, why));
                continue;
            }
        };
        match outcome {
            Ok(Ok(true)) => batch.stored += 1,
            Ok(Ok(false)) => batch.known += 1,
            Ok(Err(why)) => batch.refused.push((line.number, why)),
            Err(error) => return Err(Failure::Runtime(error.to_string())),
        }
    }
    Ok(batch)
}

/// Whether it was stored or there already, or why it cannot be kept.
type StoreResult = baselines::store::Result<std::result::Result<bool, String>>;

async fn put(store: &Baselines, baseline: &baselines::Baseline) -> StoreResult {
    if store.missing(&baseline.org, &[baseline.id]).await?.is_empty() {
        return Ok(Ok(false));
    }
    Ok(match store.put(baseline).await? {
        Placed::Stored(_) => Ok(true),
        Placed::NameTaken => Err(format!("another baseline is named `{}`", baseline.display_name)),
    })
}

async fn associate(store: &Baselines, row: &Association) -> StoreResult {
    let systems = [(row.system, row.groups.clone())];
    Ok(match store.add_systems(&row.org, row.baseline, &systems).await? {
        Added::Systems(_) => Ok(true),
        Added::Already(_) => Ok(false),
        Added::Unknown => Err(format!("baseline {} is not there: import baselines first", row.baseline)),
    })
}
