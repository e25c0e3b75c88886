//! Rows of the tables of the inventory's original.

use fleet::Fleet;
use inventory::import::{self, original::Original};

use super::{Batch, Totals};
use crate::{
    failure::{Failure, Result},
    line_reader::Line,
};

/// Whether hosts come from a database and not from a file.
pub fn is_database(from: &str) -> bool {
    from.starts_with("postgres://") || from.starts_with("postgresql://")
}

/// Stores the rows of a batch.
pub async fn take(fleet: &Fleet, lines: &[Line]) -> Result<Batch> {
    let mut batch = Batch::default();
    let mut numbers = Vec::with_capacity(lines.len());
    let mut texts = Vec::with_capacity(lines.len());
    for line in lines {
        match super::text(line) {
            Ok(text) => {
                numbers.push(line.number);
                texts.push(text);
            }
            Err(refused) => batch.refused.push(refused),
        }
    }
    let taken = import::take(fleet, texts).await?;
    (batch.stored, batch.known) = (taken.stored, taken.known);
    batch.refused.extend(taken.refused.into_iter().map(|(place, why)| (numbers[place], why)));
    batch.refused.sort_unstable();
    Ok(batch)
}

/// Takes over everything from the original's database.
pub async fn take_all(from: &str, schema: &str, fleet: &Fleet) -> Result<Totals> {
    let failed = |failed: import::original::Failed| Failure::Runtime(failed.to_string());
    let mut original = Original::open(from, schema).await.map_err(failed)?;
    let mut totals = Totals::default();
    let mut read = 0;
    loop {
        let rows = original.page().await.map_err(failed)?;
        if rows.is_empty() {
            return Ok(totals);
        }
        read += rows.len() as u64;
        let taken = import::take(fleet, rows.iter().map(|row| row.text.as_bytes())).await;
        let taken = taken.map_err(|problem| {
            Failure::Runtime(format!("{problem}; import once more, what is stored does no harm"))
        })?;
        let refused = taken.refused.iter().map(|(place, why)| format!("{}: {why}", rows[*place].name));
        super::told(&mut totals, taken.stored, taken.known, refused, &format!("{read} rows"));
    }
}
