//! `POST /results/{result_id}:claim`

use http::StatusCode;
use uuid::Uuid;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    mail::Mail,
    store::{
        claims::{self, Claim},
        mails, results,
    },
};

/// Holds something against a result, which hides it until an administrator has looked.
pub async fn handle(app: App, call: Call) -> Answer {
    let user = call.caller()?.registered()?;
    let id = call.id;
    let message = call.body().await?.fields(|fields, _| fields.text("message"))?;
    let uploader = results::uploader(&app.db, id).await?.ok_or_else(|| Refusal::missing("Result", id))?;
    let now = app.clock.now();
    let claim = Claim { id: Uuid::new_v4(), result: Some(id), message, uploaded: now, uploader: user };
    let mut tx = app.db.begin().await?;
    if !results::hide(&mut tx, id).await? {
        return Err(Refusal::missing("Result", id));
    }
    claims::add(&mut tx, &claim, id).await?;
    mails::put(&mut tx, &Mail::claimed(&uploader.email, id, claim.id), now).await?;
    tx.commit().await?;
    Ok(answer::line(StatusCode::CREATED, show::claim(&claim)))
}
