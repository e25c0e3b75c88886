//! `PUT /results/{result_id}/tags`

use super::owned;
use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, results::create::each_once},
    store::tags,
};

/// Gives a result these tags and no others.
pub async fn handle(app: App, call: Call) -> Answer {
    let (id, caller) = (call.id, call.caller()?.clone());
    let wanted = call.body().await?.fields(|fields, _| fields.uuids("tags_ids"))?;
    owned(&app, id, &caller).await?;
    let Some(wanted) = wanted.map(each_once) else { return Ok(answer::nothing()) };
    if let Some(unknown) = tags::unknown(&app.db, &wanted).await? {
        return Err(Refusal::not_found(format_args!("Tag {unknown} not in database")));
    }
    let mut tx = app.db.begin().await?;
    let put = tags::put_on(&mut tx, id, &wanted).await;
    put.map_err(|error| Refusal::or_conflict(error, || Refusal::missing("Result", id)))?;
    tx.commit().await?;
    Ok(answer::nothing())
}
