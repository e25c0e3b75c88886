//! Hardware that does not fit what a host had before, noted with the report that brings it.

use ::store::Sql;
use ground::{HostId, OrgId};

use crate::{
    Collide, Fleet, Result, db::statements as statement, identity::collisions::Conflict,
    write::transaction::Writer,
};

/// So many machines of one host are remembered.
const MOST_MACHINES: i64 = 20;

impl Fleet {
    /// Notes both machines, and raises a collision when this is one.
    pub(crate) async fn note_conflict(
        &self,
        writer: &mut Writer<'_>,
        org: &OrgId,
        host: HostId,
        conflict: &Conflict,
        seq: i64,
    ) -> Result<()> {
        let now = writer.now;
        let known = Sql::new(statement::HAS_HARDWARE).bind(org).bind(host).bind(conflict.now.digest());
        let returns = writer.tx.fetch_one(known).await?.is_some();
        for (hardware, seq) in [(&conflict.before.0, conflict.before.1), (&conflict.now, seq)] {
            let put = Sql::new(statement::PUT_HARDWARE).bind(org).bind(host).bind(hardware.digest());
            writer.tx.execute(put.bind(serde_json::to_string(hardware)?).bind(seq).bind(now)).await?;
        }
        let forget = Sql::new(statement::FORGET_HARDWARE).bind(org).bind(host).bind(MOST_MACHINES);
        writer.tx.execute(forget).await?;
        if returns || self.collide() == Collide::AtOnce {
            let raise = Sql::new(statement::RAISE_COLLISION).bind(org).bind(host).bind(now);
            writer.tx.execute(raise.bind(conflict.facts.join(","))).await?;
            tracing::warn!(%org, %host, facts = conflict.facts.join(","), "two machines claim one host");
        }
        Ok(())
    }
}
