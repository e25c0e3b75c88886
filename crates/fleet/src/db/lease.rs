//! Leases: jobs that one process at a time may do.

use std::time::Duration;

use ::store::Sql;

use crate::{Fleet, Result, db::statements as statement};

impl Fleet {
    /// Takes or keeps the lease called `name` for `term`; `false` when another process has it. A holder asks again
    /// well before the term is over, and gives it back with [`Fleet::release_lease`]; one that died loses it by time.
    pub async fn take_lease(&self, name: &str, holder: &str, term: Duration) -> Result<bool> {
        let mut tx = self.db().begin().await?;
        let sql = Sql::new(statement::TAKE_LEASE).bind(name).bind(holder).bind(term.as_micros() as i64);
        let held = tx.fetch_one(sql).await?.is_some();
        tx.commit().await?;
        Ok(held)
    }

    /// Gives a lease back, so that another process need not wait for the end of its term.
    pub async fn release_lease(&self, name: &str, holder: &str) -> Result<()> {
        self.db().execute(Sql::new(statement::DROP_LEASE).bind(name).bind(holder)).await?;
        Ok(())
    }
}
