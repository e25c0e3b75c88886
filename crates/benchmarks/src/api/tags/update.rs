//! `PUT /tags/{tag_id}`

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    store::tags,
};

/// Changes a tag.
pub async fn handle(app: App, call: Call) -> Answer {
    let id = call.id;
    let tag = call.body().await?.fields(|fields, _| {
        fields.ignore(&["id"]);
        super::read(fields, id)
    })?;
    let mut tx = app.db.begin().await?;
    let conflict = || Refusal::conflict("Changes conflict submitted/existing tag");
    if !tags::set(&mut tx, &tag).await.map_err(|error| Refusal::or_conflict(error, conflict))? {
        return Err(Refusal::missing("Record", id));
    }
    tx.commit().await?;
    Ok(answer::nothing())
}
