//! Claims: what somebody holds against a result.

use ground::Timestamp;
use store::{Db, Result, Row, Sql, Tx};
use uuid::Uuid;

use super as statement;
use super::{
    list::List,
    users::{self, User},
};

/// What somebody holds against a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: Uuid,
    /// The result, while it exists.
    pub result: Option<Uuid>,
    /// What is held against it.
    pub message: String,
    /// When it was sent.
    pub uploaded: Timestamp,
    /// By whom.
    pub uploader: User,
}

/// Fields that claims are sorted by.
pub const SORTED_BY: &[&str] = &["id", "status", "upload_datetime", "resource_type", "message"];

const FROM: &str =
    "benchmark_claim c JOIN benchmark_user u ON u.iss = c.uploader_iss AND u.sub = c.uploader_sub
    LEFT JOIN benchmark_result r ON r.id = c.result_id";

/// All claims.
pub fn list() -> List {
    let term = |field: &str| match field {
        "status" => "c.approved",
        "upload_datetime" => "c.uploaded",
        "message" => "c.message",
        "resource_type" => "CAST(NULL AS TEXT)",
        _ => "c.id",
    };
    List::new(
        "c.id, r.id, c.message, c.uploaded, u.iss, u.sub, u.email, u.registered",
        FROM,
        "c.uploaded, c.id",
        term,
    )
}

/// A row of [`list`].
pub fn from_row(row: &Row) -> Result<Claim> {
    Ok(Claim {
        id: row.get(0)?,
        result: row.get(1)?,
        message: row.get(2)?,
        uploaded: Timestamp::from_micros(row.get(3)?),
        uploader: users::read(row, 4)?,
    })
}

/// The claim of this id.
pub async fn get(db: &Db, id: Uuid) -> Result<Option<Claim>> {
    let row = db.read_one(Sql::new(statement::GET_CLAIM).bind(id)).await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Adds a claim, on review.
pub async fn add(tx: &mut Tx, claim: &Claim, result: Uuid) -> Result<()> {
    let sql =
        Sql::new(statement::ADD_CLAIM).bind(claim.id).bind(result).bind(&claim.message).bind(claim.uploaded);
    tx.execute(sql.bind(&claim.uploader.iss).bind(&claim.uploader.sub)).await.map(drop)
}

/// Whether it is approved, the address of whoever sent it, and the result. Nobody else reviews it until the transaction
/// ends.
pub async fn review(tx: &mut Tx, id: Uuid) -> Result<Option<(bool, String, Uuid)>> {
    let row = tx.fetch_one(Sql::new(statement::CLAIM_REVIEW).bind(id)).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).transpose()
}

/// Approves it.
pub async fn approve(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.execute(Sql::new(statement::APPROVE_CLAIM).bind(id)).await.map(drop)
}

/// Removes it.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.execute(Sql::new(statement::DROP_CLAIM).bind(id)).await.map(drop)
}
