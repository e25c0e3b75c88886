//! Users.

use ground::Timestamp;
use store::{Db, Result, Row, Sql, Tx};

use super as statement;
use super::list::List;

/// Whoever registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The issuer.
    pub iss: String,
    /// The person at the issuer.
    pub sub: String,
    /// The e-mail address; not unique.
    pub email: String,
    /// When they registered.
    pub registered: Timestamp,
}

/// Fields that users are sorted by.
pub const SORTED_BY: &[&str] = &["sub", "iss", "email", "registration_datetime"];

/// Four columns, from `at` on.
pub(super) fn read(row: &Row, at: usize) -> Result<User> {
    Ok(User {
        iss: row.get(at)?,
        sub: row.get(at + 1)?,
        email: row.get(at + 2)?,
        registered: Timestamp::from_micros(row.get(at + 3)?),
    })
}

/// A user.
pub async fn get(db: &Db, iss: &str, sub: &str) -> Result<Option<User>> {
    let row = db.read_one(Sql::new(statement::GET_USER).bind(iss).bind(sub)).await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// Adds a user; `false` when there is one already.
pub async fn add(tx: &mut Tx, user: &User) -> Result<bool> {
    let sql =
        Sql::new(statement::ADD_USER).bind(&user.iss).bind(&user.sub).bind(&user.email).bind(user.registered);
    Ok(tx.execute(sql).await? > 0)
}

/// Gives a user another address.
pub async fn set_email(tx: &mut Tx, iss: &str, sub: &str, email: &str) -> Result<()> {
    tx.execute(Sql::new(statement::SET_EMAIL).bind(iss).bind(sub).bind(email)).await.map(drop)
}

/// Who they are: all of these that are given.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The person at the issuer.
    pub sub: Option<String>,
    /// The issuer.
    pub iss: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// Removes users with everything that they sent, and what belongs to it.
pub async fn remove(tx: &mut Tx, wanted: &Wanted) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM benchmark_user WHERE TRUE");
    for (column, value) in [("sub", &wanted.sub), ("iss", &wanted.iss), ("email", &wanted.email)] {
        if let Some(value) = value {
            sql.push(" AND ").push(column).push(" = ").push_bind(value);
        }
    }
    tx.execute(sql).await.map(drop)
}

/// All users.
pub fn list() -> List {
    let term = |field: &str| match field {
        "sub" => "u.sub",
        "email" => "u.email",
        "registration_datetime" => "u.registered",
        _ => "u.iss",
    };
    List::new("u.iss, u.sub, u.email, u.registered", "benchmark_user u", "u.iss, u.sub", term)
}

/// A row of [`list`].
pub fn from_row(row: &Row) -> Result<User> {
    read(row, 0)
}
