//! `GET /results/{result_id}/uploader`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::results,
};

/// Who sent a result.
pub async fn handle(app: App, call: Call) -> Answer {
    let uploader =
        results::uploader(&app.db, call.id).await?.ok_or_else(|| Refusal::missing("Result", call.id))?;
    Ok(answer::line(StatusCode::OK, show::user(&uploader)))
}
