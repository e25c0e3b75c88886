//! `POST /tags`

use http::StatusCode;
use uuid::Uuid;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::tags,
};

/// Makes a tag, which is there at once.
pub async fn handle(app: App, call: Call) -> Answer {
    let tag = call.body().await?.fields(|fields, _| super::read(fields, Uuid::new_v4()))?;
    let mut tx = app.db.begin().await?;
    if !tags::add(&mut tx, &tag).await? {
        return Err(Refusal::conflict(format_args!("Tag {} already submitted/exists", tag.name)));
    }
    tx.commit().await?;
    Ok(answer::line(StatusCode::CREATED, show::tag(&tag)))
}
