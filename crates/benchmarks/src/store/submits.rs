//! What waits for a review, of all kinds.

use ground::Timestamp;
use store::{Result, Row};
use uuid::Uuid;

use super::{
    list::List,
    users::{self, User},
};

/// Something that waits for a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    /// `benchmark`, `claim`, `flavor` or `site`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// When it was sent.
    pub uploaded: Timestamp,
    /// By whom.
    pub uploader: User,
}

/// Fields that submits are sorted by.
pub const SORTED_BY: &[&str] = &["id", "upload_datetime", "resource_type"];

/// The kinds.
pub const KINDS: &[&str] = &["benchmark", "claim", "site", "flavor"];

const FROM: &str = "(SELECT 'benchmark' AS kind, id, uploaded, uploader_iss, uploader_sub FROM benchmark WHERE NOT approved
    UNION ALL SELECT 'claim', id, uploaded, uploader_iss, uploader_sub FROM benchmark_claim WHERE NOT approved
    UNION ALL SELECT 'flavor', id, uploaded, uploader_iss, uploader_sub FROM benchmark_flavor WHERE NOT approved
    UNION ALL SELECT 'site', id, uploaded, uploader_iss, uploader_sub FROM benchmark_site WHERE NOT approved) AS x
    JOIN benchmark_user u ON u.iss = x.uploader_iss AND u.sub = x.uploader_sub";

/// Everything that waits.
pub fn list() -> List {
    let term = |field: &str| match field {
        "upload_datetime" => "x.uploaded",
        "resource_type" => "x.kind",
        _ => "x.id",
    };
    List::new("x.kind, x.id, x.uploaded, u.iss, u.sub, u.email, u.registered", FROM, "x.uploaded, x.id", term)
}

/// A row of [`list`].
pub fn from_row(row: &Row) -> Result<Submit> {
    Ok(Submit {
        kind: row.get(0)?,
        id: row.get(1)?,
        uploaded: Timestamp::from_micros(row.get(2)?),
        uploader: users::read(row, 3)?,
    })
}
