//! The outbox: a table that is always empty for who reads it.

use ::store::{Result, Rows, Sql, Tx};
use uuid::Uuid;

use super::{ADD_TO_OUTBOX, DROP_FROM_OUTBOX};
use crate::messages::outbox::OutboxRow;

/// Writes rows and removes them: the write-ahead log has them.
pub async fn pass_through(tx: &mut Tx, told: &[OutboxRow]) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = told.iter().map(|_| Uuid::new_v4()).collect();
    let rows = Rows::new()
        .column(ids.iter().copied())
        .column(told.iter().map(|row| row.host))
        .column(told.iter().map(|row| row.operation))
        .column(told.iter().map(|row| row.payload.to_string()));
    tx.execute(Sql::new(ADD_TO_OUTBOX).rows(rows)).await?;
    tx.execute(Sql::new(DROP_FROM_OUTBOX).rows(Rows::new().column(ids))).await?;
    Ok(())
}
