//! `GET /users/self`

use http::StatusCode;

use crate::api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show};

/// The registration of the caller.
#[expect(clippy::unused_async, reason = "operations are asynchronous")]
pub async fn handle(_app: App, call: Call) -> Answer {
    let user = call.caller()?.user.as_ref().ok_or_else(|| Refusal::not_found("User not registered"))?;
    Ok(answer::line(StatusCode::OK, show::user(user)))
}
