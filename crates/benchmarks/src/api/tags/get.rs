//! `GET /tags/{tag_id}`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::tags,
};

/// A tag.
pub async fn handle(app: App, call: Call) -> Answer {
    let tag = tags::get(&app.db, call.id).await?.ok_or_else(|| Refusal::missing("Record", call.id))?;
    Ok(answer::line(StatusCode::OK, show::tag(&tag)))
}
