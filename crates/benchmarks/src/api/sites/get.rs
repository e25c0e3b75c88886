//! `GET /sites/{site_id}`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::entries::Site,
};

/// A site, also one on review.
pub async fn handle(app: App, call: Call) -> Answer {
    let site = Site::get(&app.db, call.id).await?.ok_or_else(|| Refusal::missing("Record", call.id))?;
    Ok(answer::line(StatusCode::OK, show::site(&site)))
}
