//! `GET /users/self:try_admin`

use crate::api::{App, answer, answer::Answer, call::Call};

/// Says yes: who is no administrator does not come here.
#[expect(clippy::unused_async, reason = "operations are asynchronous")]
pub async fn handle(_app: App, _call: Call) -> Answer {
    Ok(answer::nothing())
}
