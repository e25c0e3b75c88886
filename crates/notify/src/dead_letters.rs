//! What was given up.

use ground::Timestamp;
use store::{Result, Row, Rows, Sql, Tx};
use uuid::Uuid;

use crate::{
    channel::{ChannelKind, Event},
    lane,
    queue::Queue,
    statements as statement,
};

/// A notification that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id, as its receiver would have seen it.
    pub id: Uuid,
    /// The channel, or the destination in the settings.
    pub lane: String,
    /// How it was to be delivered.
    pub kind: ChannelKind,
    /// To whom, where no channel says it.
    pub address: String,
    /// What kind of event it tells.
    pub event: Event,
    /// What it is about.
    pub subject: String,
    /// When it was put in.
    pub written: Timestamp,
    /// How many attempts there were.
    pub attempts: i64,
    /// Why the last one failed.
    pub reason: String,
    /// When it was given up.
    pub dead: Timestamp,
}

fn read(row: &Row) -> Result<DeadLetter> {
    Ok(DeadLetter {
        id: row.get(0)?,
        lane: row.get(1)?,
        kind: lane::kind(&row.get::<String>(2)?)?,
        address: row.get(3)?,
        event: lane::event(&row.get::<String>(4)?)?,
        subject: row.get(5)?,
        written: Timestamp::from_micros(row.get(6)?),
        attempts: row.get(7)?,
        reason: row.get::<Option<String>>(8)?.unwrap_or_default(),
        dead: Timestamp::from_micros(row.get(9)?),
    })
}

impl Queue {
    /// The organisations that have dead letters; that of the installation is empty.
    pub async fn dead_orgs(&self) -> Result<Vec<String>> {
        self.0.db.read(Sql::new(statement::DEAD_ORGS)).await?.iter().map(|row| row.get(0)).collect()
    }

    /// What was given up in an organisation, the last first: so many after one, and how many there are.
    pub async fn dead_letters(
        &self,
        org: &str,
        after: Option<(Timestamp, Uuid)>,
        most: i64,
    ) -> Result<(Vec<DeadLetter>, i64)> {
        let (at, id) = after.unwrap_or((Timestamp::LAST, Uuid::max()));
        let sql = Sql::new(statement::DEAD).bind(org).bind(at).bind(id).bind(most);
        let letters = self.0.db.read(sql).await?.iter().map(read).collect::<Result<_>>()?;
        let count = self.0.db.read_one(Sql::new(statement::COUNT_DEAD).bind(org)).await?;
        Ok((letters, count.map_or(Ok(0), |row| row.get(0))?))
    }

    /// Has dead letters sent again: these, or all of an organisation. Tells how many.
    pub async fn resend(&self, org: &str, ids: Option<&[Uuid]>) -> Result<u64> {
        let now = self.0.clock.now();
        let mut tx = self.0.db.begin().await?;
        let rows = || Rows::new().column(ids.unwrap_or_default().iter().copied());
        let lanes = match ids {
            Some(_) => Sql::new(statement::DEAD_LANES_OF).bind(org).rows(rows()),
            None => Sql::new(statement::DEAD_LANES).bind(org),
        };
        wake_all(&mut tx, org, lanes, now).await?;
        let revive = match ids {
            Some(_) => Sql::new(statement::REVIVE_SOME).bind(org).bind(now).rows(rows()),
            None => Sql::new(statement::REVIVE_ALL).bind(org).bind(now),
        };
        let revived = tx.execute(revive).await?;
        tx.commit().await?;
        self.wake();
        Ok(revived)
    }

    /// Removes a dead letter; `false` when there is none of this id.
    pub async fn discard(&self, org: &str, id: Uuid) -> Result<bool> {
        Ok(self.0.db.execute(Sql::new(statement::DISCARD).bind(org).bind(id)).await? > 0)
    }
}

async fn wake_all(tx: &mut Tx, org: &str, lanes: Sql, now: Timestamp) -> Result<()> {
    let lanes = tx.fetch_all(lanes).await?;
    let read = |row: &Row| Ok((row.get::<String>(0)?, lane::kind(&row.get::<String>(1)?)?));
    let mut lanes: Vec<(String, ChannelKind)> = lanes.iter().map(read).collect::<Result<_>>()?;
    lanes.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, kind) in lanes {
        lane::wake(tx, org, &name, kind, now).await?;
    }
    Ok(())
}
