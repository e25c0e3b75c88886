//! E-mails that wait to be sent.

use ground::Timestamp;
use store::{Db, Result, Row, Sql, Tx};
use uuid::Uuid;

use super as statement;
use crate::mail::Mail;

/// An e-mail that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// When the next attempt is.
    pub due: Timestamp,
    /// When it was written.
    pub written: Timestamp,
    /// How many attempts there were.
    pub attempts: i64,
    /// What it says.
    pub mail: Mail,
}

/// Puts an e-mail into the queue; it goes out when the transaction is committed.
pub async fn put(tx: &mut Tx, mail: &Mail, now: Timestamp) -> Result<()> {
    let headers: Vec<String> = mail.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let sql =
        Sql::new(statement::PUT_MAIL).bind(Uuid::new_v4()).bind(now).bind(&mail.recipient).bind(mail.copied);
    let sql = sql.bind(&mail.subject).bind(headers.join("\n")).bind(&mail.body);
    tx.execute(sql).await.map(drop)
}

/// Those whose time has come, the first ones first.
pub async fn due(db: &Db, now: Timestamp, most: i64) -> Result<Vec<Waiting>> {
    db.read(Sql::new(statement::DUE_MAILS).bind(now).bind(most)).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Waiting> {
    let headers: String = row.get(7)?;
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    Ok(Waiting {
        id: row.get(0)?,
        due: Timestamp::from_micros(row.get(1)?),
        written: Timestamp::from_micros(row.get(2)?),
        attempts: row.get(3)?,
        mail: Mail {
            recipient: row.get(4)?,
            copied: row.get(5)?,
            subject: row.get(6)?,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: row.get(8)?,
        },
    })
}

/// Takes an e-mail until a time; `false` when somebody else has.
pub async fn take(db: &Db, mail: &Waiting, until: Timestamp) -> Result<bool> {
    let mut tx = db.begin().await?;
    let taken = tx.execute(Sql::new(statement::TAKE_MAIL).bind(mail.id).bind(mail.due).bind(until)).await?;
    tx.commit().await?;
    Ok(taken > 0)
}

/// Has an e-mail wait until a time.
pub async fn delay(db: &Db, id: Uuid, until: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.execute(Sql::new(statement::DELAY_MAIL).bind(id).bind(until)).await?;
    tx.commit().await
}

/// Takes an e-mail out of the queue.
pub async fn remove(db: &Db, id: Uuid) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.execute(Sql::new(statement::DROP_MAIL).bind(id)).await?;
    tx.commit().await
}
