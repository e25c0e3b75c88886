//! Statements, and nothing else.

use ground::Timestamp;
use store::{Db, Result, Sql};

use crate::rules::cookies::SESSIONS_OF_ONE;

store::statements! {
    ADD_SESSION = "INSERT INTO login_session (digest, iss, sub, claims, id_token, began, ends) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Those before the newest of one person.
    REMOVE_SURPLUS = "DELETE FROM login_session WHERE iss = $1 AND sub = $2 AND began <
        (SELECT began FROM login_session WHERE iss = $1 AND sub = $2 ORDER BY began DESC LIMIT 1 OFFSET $3)";
    GET_SESSION = "SELECT iss, claims, ends FROM login_session WHERE digest = $1 AND ends > $2";
    REMOVE_SESSION = "DELETE FROM login_session WHERE digest = $1 RETURNING iss, id_token";
    REMOVE_ENDED = "DELETE FROM login_session WHERE ends <= $1";
}

/// A session as it is stored.
#[derive(Debug, Clone)]
pub struct Session {
    /// The issuer.
    pub iss: String,
    /// The person at the issuer.
    pub sub: String,
    /// What the issuer said of them: a JSON object.
    pub claims: String,
    /// By what the issuer recognises its own session.
    pub id_token: Option<String>,
    /// When it began.
    pub began: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

/// Adds a session. Of those of one person the oldest end where there are too many.
pub async fn add(db: &Db, digest: &str, session: &Session) -> Result<()> {
    let mut tx = db.begin().await?;
    let sql = Sql::new(ADD_SESSION).bind(digest).bind(&session.iss).bind(&session.sub).bind(&session.claims);
    tx.execute(sql.bind(session.id_token.as_deref()).bind(session.began).bind(session.ends)).await?;
    let surplus = Sql::new(REMOVE_SURPLUS).bind(&session.iss).bind(&session.sub).bind(SESSIONS_OF_ONE - 1);
    tx.execute(surplus).await?;
    tx.commit().await
}

/// Issuer, claims and end of a session that has not ended.
pub async fn get(db: &Db, digest: &str, now: Timestamp) -> Result<Option<(String, String, Timestamp)>> {
    let row = db.read_one(Sql::new(GET_SESSION).bind(digest).bind(now)).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?, Timestamp::from_micros(row.get(2)?)))).transpose()
}

/// Removes a session; its issuer, and by what that recognises its own.
pub async fn remove(db: &Db, digest: &str) -> Result<Option<(String, Option<String>)>> {
    let mut tx = db.begin().await?;
    let row = tx.fetch_one(Sql::new(REMOVE_SESSION).bind(digest)).await?;
    let removed = row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose();
    tx.commit().await?;
    removed
}

/// Removes those that have ended.
pub async fn remove_ended(db: &Db, now: Timestamp) -> Result<u64> {
    db.execute(Sql::new(REMOVE_ENDED).bind(now)).await
}
