//! What operators are told of all organisations together.

use ::store::Sql;
use ground::Timestamp;

use super::{Baselines, Result, statements as statement};

/// Numbers over all organisations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    /// How many baselines each organisation has that has any.
    pub by_org: Vec<i64>,
    /// How many baselines there are with so many systems: `(systems, baselines)`.
    pub by_systems: Vec<(i64, i64)>,
}

impl Baselines {
    /// Counts what there is.
    pub async fn statistics(&self) -> Result<Statistics> {
        let by_org = self.db.read(Sql::new(statement::BASELINES_BY_ORG)).await?;
        let by_systems = self.db.read(Sql::new(statement::BASELINES_BY_SYSTEMS)).await?;
        Ok(Statistics {
            by_org: by_org.iter().map(|row| row.get(1)).collect::<::store::Result<_>>()?,
            by_systems: by_systems.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<_>>()?,
        })
    }

    /// How many baselines were made from `from` on and before `until`.
    pub async fn created_between(&self, from: Timestamp, until: Timestamp) -> Result<i64> {
        let row = self.db.read_one(Sql::new(statement::CREATED_BETWEEN).bind(from).bind(until)).await?;
        Ok(row.map_or(Ok(0), |row| row.get(0))?)
    }
}
