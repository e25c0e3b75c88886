//! Results.

pub mod claim;
pub mod claims;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod search;
pub mod update_tags;
pub mod uploader;

use http::StatusCode;
use uuid::Uuid;

use crate::{
    api::{App, caller::Caller, refusal::Refusal},
    store::{results, users::User},
};

/// Who sent the result, when the caller has sent it or is an administrator.
async fn owned(app: &App, id: Uuid, caller: &Caller) -> Result<User, Refusal> {
    let uploader = results::uploader(&app.db, id).await?.ok_or_else(|| Refusal::missing("Result", id))?;
    if caller.is_admin || caller.is(&uploader.iss, &uploader.sub) {
        Ok(uploader)
    } else {
        Err(Refusal::plain(StatusCode::FORBIDDEN))
    }
}
