//! `PUT /sites/{site_id}`

use crate::api::{App, answer, answer::Answer, call::Call, refusal::Refusal};

/// Changes a site, in any status.
pub async fn handle(app: App, call: Call) -> Answer {
    let id = call.id;
    let site = call.body().await?.fields(|fields, _| {
        fields.ignore(&["id", "upload_datetime"]);
        super::read(fields, id, app.clock.now())
    })?;
    let mut tx = app.db.begin().await?;
    let conflict = || Refusal::conflict("Changes conflict submitted/existing site");
    if !site.set(&mut tx).await.map_err(|error| Refusal::or_conflict(error, conflict))? {
        return Err(Refusal::missing("Record", id));
    }
    tx.commit().await?;
    Ok(answer::nothing())
}
