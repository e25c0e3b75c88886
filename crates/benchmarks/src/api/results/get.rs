//! `GET /results/{result_id}`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::results,
};

/// A result, also a hidden one.
pub async fn handle(app: App, call: Call) -> Answer {
    let result = results::get(&app.db, call.id).await?.ok_or_else(|| Refusal::missing("Result", call.id))?;
    Ok(answer::line(StatusCode::OK, show::result(&result)))
}
