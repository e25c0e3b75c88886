//! `DELETE /results/{result_id}`

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    store::results,
};

/// Hides a result; again, when it is hidden.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut tx = app.db.begin().await?;
    if !results::hide(&mut tx, call.id).await? {
        return Err(Refusal::missing("Result", call.id));
    }
    tx.commit().await?;
    Ok(answer::nothing())
}
