//! Which results ran on a machine in the same state, as far as measurements feel it.

use std::fmt;

use futures::future::BoxFuture;
use ground::{HostId, OrgId};
use store::{Db, Sql};

use super::{Failed, statements as statement};

/// Knows what of a machine makes programs faster or slower.
pub trait Environments: fmt::Debug + Send + Sync {
    /// Whether nothing that does differs between these two rows of the log of a host; nothing when one is not kept any more.
    fn alike<'a>(
        &'a self,
        org: &'a OrgId,
        host: HostId,
        one: i64,
        other: i64,
    ) -> BoxFuture<'a, Result<Option<bool>, fleet::Error>>;
}

/// The row of the log by which the environment is known that a host has at row `seq`; 0 where that cannot be told. Results may come
/// late: it is compared with that of the rows on both sides.
pub(super) async fn number(
    db: &Db,
    environments: &dyn Environments,
    (org, host): (&OrgId, HostId),
    seq: i64,
) -> Result<i64, Failed> {
    let mut number = seq;
    for beside in [statement::ENVIRONMENT_BEFORE, statement::ENVIRONMENT_AFTER] {
        let Some(row) = db.read_one(Sql::new(beside).bind(org).bind(host).bind(seq)).await? else { continue };
        let (at, known): (i64, i64) = (row.get(0)?, row.get(1)?);
        if at == seq {
            return Ok(known);
        }
        match environments.alike(org, host, known, seq).await? {
            Some(true) => {
                number = known;
                break;
            }
            Some(false) => {}
            None => return Ok(0),
        }
    }
    let put = Sql::new(statement::PUT_ENVIRONMENT).bind(org).bind(host).bind(seq).bind(number);
    db.execute(put).await?;
    Ok(number)
}
