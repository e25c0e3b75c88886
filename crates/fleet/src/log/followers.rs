//! Followers of the log: how far each has come, and what none of them needs any more.

use std::time::Duration;

use ::store::{Rows, Sql, Tx};
use ground::OrgId;

use crate::{
    Fleet, Result,
    db::{columns::org_id, statements as statement},
};

/// A follower without a sign of life for so long does not run any more: nothing is kept for it.
const FOLLOWER_EXPIRY: Duration = Duration::from_hours(7 * 24);

/// How far a follower lags behind the log of one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowerLag {
    /// The organisation.
    pub org: OrgId,
    /// The newest row of its log.
    pub newest: i64,
    /// The last row that the follower has dealt with.
    pub done: i64,
}

impl Fleet {
    /// The organisations in which `follower` has not dealt with everything.
    pub async fn followers_lag(&self, follower: &str) -> Result<Vec<FollowerLag>> {
        let rows = self.db().read(Sql::new(statement::POSITIONS).bind(follower)).await?;
        rows.into_iter()
            .map(|row| {
                Ok(FollowerLag {
                    org: org_id(&row.get::<String>(0)?)?,
                    newest: row.get(1)?,
                    done: row.get(2)?,
                })
            })
            .collect()
    }

    /// Notes that `follower` has dealt with everything up to `seq`. A position never goes back.
    pub async fn advance(&self, follower: &str, org: &OrgId, seq: i64) -> Result<()> {
        self.db().execute(Sql::new(statement::MOVE_POSITION).bind(follower).bind(org).bind(seq)).await?;
        Ok(())
    }

    /// Notes in a transaction that `follower` has dealt with everything from behind `done` up to `seq`. Gives `false` when its
    /// position is another one: somebody else has moved it, and what the transaction does was done.
    pub async fn advance_from(
        &self,
        tx: &mut Tx,
        follower: &str,
        org: &OrgId,
        done: i64,
        seq: i64,
    ) -> Result<bool> {
        let sql = Sql::new(statement::MOVE_POSITION_FROM).bind(follower).bind(org).bind(seq).bind(done);
        Ok(tx.execute(sql).await? > 0)
    }

    /// Notes that `follower` lives: what it has not dealt with is kept, for a week after its last sign of life.
    pub async fn see_follower(&self, follower: &str) -> Result<()> {
        self.db().execute(Sql::new(statement::SEE_FOLLOWER).bind(follower)).await?;
        Ok(())
    }

    /// Removes the rows of kind [`Seen`](crate::ChangeKind::Seen) that every follower has dealt with: those of `required`, whether they have
    /// begun or not, and all that gave a sign of life within a week. Returns how many went.
    pub async fn drop_seen(&self, org: &OrgId, required: &[&str]) -> Result<u64> {
        let mut tx = self.db().begin().await?;
        let expiry = FOLLOWER_EXPIRY.as_micros() as i64;
        let rows = Rows::new().column(required.iter().copied());
        let sql = Sql::new(statement::LOWEST_POSITION).bind(org).bind(expiry).rows(rows);
        let row = tx.fetch_one(sql).await?;
        let Some(lowest) = row.map(|row| row.get::<Option<i64>>(0)).transpose()?.flatten() else {
            return Ok(0);
        };
        let gone = tx.execute(Sql::new(statement::DROP_SEEN).bind(org).bind(lowest)).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
