//! One destination of an organisation, and what waits there.

use ground::Timestamp;
use store::{Db, Result, Row, Rows, Sql, Tx};
use uuid::Uuid;

use crate::{
    channel::{ChannelKind, Event},
    statements as statement,
};

/// When a lane looks again that has nothing to do.
pub(crate) const REST: Timestamp = Timestamp::LAST;
/// After a failure a lane looks again within so many seconds.
const AFTER_FAILURE: i64 = 60;
/// So many given up notifications of an organisation are kept.
pub(crate) const MOST_DEAD: i64 = 10_000;

/// What waits, or was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub id: Uuid,
    pub kind: ChannelKind,
    /// An e-mail address or a topic; empty where a channel says it.
    pub address: String,
    pub event: Event,
    pub copied: bool,
    pub subject: String,
    /// Lines `name: value`.
    pub headers: String,
    pub body: Vec<u8>,
    pub written: Timestamp,
    pub attempts: i64,
}

/// A lane that somebody works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lane {
    pub org: String,
    pub name: String,
    pub kind: ChannelKind,
    pub puts: i64,
    pub failures: i64,
    /// Until when it is ours.
    pub taken: Timestamp,
}

fn unreadable(text: &str) -> store::Error {
    store::Error::damaged(format!("`{text}` is nothing that this version knows"))
}

pub(crate) fn kind(text: &str) -> Result<ChannelKind> {
    text.parse().map_err(|_| unreadable(text))
}

pub(crate) fn event(text: &str) -> Result<Event> {
    text.parse().map_err(|_| unreadable(text))
}

/// Puts items into a lane; those for which there is no room are given up at once.
pub(crate) async fn put(
    tx: &mut Tx,
    (org, lane): (&str, &str),
    kind: ChannelKind,
    items: &[Item],
    room: i64,
    now: Timestamp,
) -> Result<()> {
    wake(tx, org, lane, kind, now).await?;
    let waiting = tx.fetch_one(Sql::new(statement::COUNT_WAITING).bind(org).bind(lane)).await?;
    let waiting: i64 = waiting.map_or(Ok(0), |row| row.get(0))?;
    let room = usize::try_from(room - waiting).unwrap_or(0);
    let full = |at: usize| (at >= room).then(|| "the queue is full".to_owned());
    let rows = Rows::new()
        .column(items.iter().map(|item| item.id))
        .column(items.iter().map(|_| org))
        .column(items.iter().map(|_| lane))
        .column(items.iter().map(|item| item.kind.name()))
        .column(items.iter().map(|item| item.address.as_str()))
        .column(items.iter().map(|item| item.event.name()))
        .column(items.iter().map(|item| item.copied))
        .column(items.iter().map(|item| item.subject.as_str()))
        .column(items.iter().map(|item| item.headers.as_str()))
        .column(items.iter().map(|item| item.body.clone()))
        .column(items.iter().map(|item| item.written))
        .column(items.iter().enumerate().map(|(at, _)| full(at)))
        .column(items.iter().enumerate().map(|(at, _)| full(at).map(|_| now)));
    tx.execute(Sql::new(statement::PUT).rows(rows)).await?;
    if items.len() > room {
        tracing::error!(org, lane, lost = items.len() - room, "the queue of notifications is full: given up");
        metrics::counter!("notifications_dead_total", "kind" => kind.name())
            .increment((items.len() - room) as u64);
        forget(tx, org).await?;
    }
    Ok(())
}

/// Has a lane look again.
pub(crate) async fn wake(
    tx: &mut Tx,
    org: &str,
    lane: &str,
    kind: ChannelKind,
    now: Timestamp,
) -> Result<()> {
    let wake = Sql::new(statement::WAKE_LANE).bind(org).bind(lane).bind(kind.name());
    tx.execute(wake.bind(now).bind(now.plus_seconds(AFTER_FAILURE))).await.map(drop)
}

/// Removes what was given up long ago, beyond the number that is kept.
async fn forget(tx: &mut Tx, org: &str) -> Result<()> {
    tx.execute(Sql::new(statement::FORGET_DEAD).bind(org).bind(MOST_DEAD)).await.map(drop)
}

/// Lanes whose time has come, the longest due first.
pub(crate) async fn due(db: &Db, now: Timestamp, with_topics: bool, most: i64) -> Result<Vec<Lane>> {
    let read = |row: &Row| {
        let taken = Timestamp::from_micros(0);
        let kind = kind(&row.get::<String>(2)?)?;
        Ok(Lane {
            org: row.get(0)?,
            name: row.get(1)?,
            kind,
            puts: row.get(3)?,
            failures: row.get(4)?,
            taken,
        })
    };
    db.read(Sql::new(statement::DUE_LANES).bind(now).bind(with_topics).bind(most))
        .await?
        .iter()
        .map(read)
        .collect()
}

impl Lane {
    /// Takes the lane until a time; `false` when somebody else has it.
    pub async fn take(&mut self, db: &Db, now: Timestamp, until: Timestamp) -> Result<bool> {
        let take = Sql::new(statement::TAKE_LANE).bind(&self.org).bind(&self.name).bind(now).bind(until);
        let taken = db.execute(take).await? > 0;
        self.taken = until;
        Ok(taken)
    }

    /// What is to be tried now, fresh ones first.
    pub async fn items(&self, db: &Db, now: Timestamp, most: i64) -> Result<Vec<Item>> {
        let read = |row: &Row| {
            Ok(Item {
                id: row.get(0)?,
                kind: kind(&row.get::<String>(1)?)?,
                address: row.get(2)?,
                event: event(&row.get::<String>(3)?)?,
                copied: row.get(4)?,
                subject: row.get(5)?,
                headers: row.get(6)?,
                body: row.get(7)?,
                written: Timestamp::from_micros(row.get(8)?),
                attempts: row.get(9)?,
            })
        };
        let sql = Sql::new(statement::DUE_OF_LANE).bind(&self.org).bind(&self.name).bind(now).bind(most);
        db.read(sql).await?.iter().map(read).collect()
    }

    /// Writes down what became of the attempts, and leaves the lane.
    pub async fn leave(&self, db: &Db, fates: &[(Uuid, Fate)], left: Left, now: Timestamp) -> Result<()> {
        let mut tx = db.begin().await?;
        let delivered = fates.iter().filter(|(_, fate)| *fate == Fate::Delivered).map(|(id, _)| *id);
        tx.execute(Sql::new(statement::DELIVERED).bind(&self.org).rows(Rows::new().column(delivered)))
            .await?;
        let mut died = false;
        for (id, fate) in fates {
            let sql = match fate {
                Fate::Delivered => continue,
                Fate::Again(at, reason) => {
                    Sql::new(statement::RETRY).bind(&self.org).bind(*id).bind(*at).bind(reason)
                }
                Fate::Dead(reason) => {
                    died = true;
                    Sql::new(statement::GIVE_UP).bind(&self.org).bind(*id).bind(now).bind(reason)
                }
            };
            tx.execute(sql).await?;
        }
        if died {
            forget(&mut tx, &self.org).await?;
        }
        let next = tx.fetch_one(Sql::new(statement::NEXT_OF_LANE).bind(&self.org).bind(&self.name)).await?;
        let next: Option<i64> = next.map_or(Ok(None), |row| row.get(0))?;
        let next = next.map_or(REST, Timestamp::from_micros).max(left.not_before);
        let failures = if next == REST { 0 } else { left.failures };
        let leave = Sql::new(statement::LEAVE_LANE).bind(&self.org).bind(&self.name).bind(self.taken);
        let leave = leave.bind(failures).bind(left.reason).bind(next).bind(now).bind(self.puts);
        tx.execute(leave).await?;
        tx.commit().await
    }
}

/// What becomes of a notification after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    /// Tried again then; why it failed.
    Again(Timestamp, String),
    /// Given up; why.
    Dead(String),
}

/// How a lane is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    /// Failures in a row.
    pub failures: i64,
    /// Why the last attempt failed; nothing when it did not.
    pub reason: Option<String>,
    /// Until when it pauses.
    pub not_before: Timestamp,
}
