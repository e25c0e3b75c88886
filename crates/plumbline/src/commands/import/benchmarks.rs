//! The tables of the original of the benchmarks service.

use benchmarks::import::{Imported, import};
use store::{Db, Options};

use crate::failure::{Failure, Result};

/// Takes over everything from the original's database.
pub async fn take(from: &str, to: &Db) -> Result<Imported> {
    let from = Db::open(from, &Options::default()).await?;
    import(&from, to).await.map_err(|failed| Failure::Runtime(failed.to_string()))
}
