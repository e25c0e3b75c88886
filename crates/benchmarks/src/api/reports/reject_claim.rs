//! `POST /reports/claims/{report_id}:reject`

use store::Tx;
use uuid::Uuid;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    mail::Mail,
    store::{claims, mails, results},
};

/// Does not agree with a claim: it goes, and the result is shown again when nothing else is held against it.
pub async fn handle(app: App, call: Call) -> Answer {
    call.no_query()?;
    let (mut tx, email, result) = review(&app, call.id).await?;
    let now = app.clock.now();
    claims::remove(&mut tx, call.id).await?;
    mails::put(&mut tx, &Mail::rejected(&email, "ResultClaimReport", call.id), now).await?;
    if let Some(uploader) = results::restore(&mut tx, result).await? {
        mails::put(&mut tx, &Mail::restored(&uploader.email, result), now).await?;
    }
    tx.commit().await?;
    Ok(answer::nothing())
}

/// A claim that nobody else reviews, the address of whoever sent it, and the result.
pub(super) async fn review(app: &App, id: Uuid) -> Result<(Tx, String, Uuid), Refusal> {
    let mut tx = app.db.begin().await?;
    let claim = claims::review(&mut tx, id).await?;
    let (approved, email, result) = claim.ok_or_else(|| Refusal::missing("Claim", id))?;
    if approved {
        return Err(Refusal::unprocessable(format_args!("Resource {id} was already approved")));
    }
    Ok((tx, email, result))
}
