//! `DELETE /tags/{tag_id}`

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    store::tags,
};

/// Removes a tag, also from results.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut tx = app.db.begin().await?;
    if !tags::remove(&mut tx, call.id).await? {
        return Err(Refusal::missing("Record", call.id));
    }
    tx.commit().await?;
    Ok(answer::nothing())
}
