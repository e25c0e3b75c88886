//! `GET /reports/claims/{report_id}`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::claims,
};

/// A claim.
pub async fn handle(app: App, call: Call) -> Answer {
    let claim = claims::get(&app.db, call.id).await?.ok_or_else(|| Refusal::missing("Claim", call.id))?;
    Ok(answer::line(StatusCode::OK, show::claim(&claim)))
}
