//! `POST /reports/claims/{report_id}:approve`

use super::reject_claim::review;
use crate::{
    api::{App, answer, answer::Answer, call::Call},
    mail::Mail,
    store::{claims, mails},
};

/// Agrees with a claim: the result stays hidden.
pub async fn handle(app: App, call: Call) -> Answer {
    call.no_query()?;
    let (mut tx, email, _) = review(&app, call.id).await?;
    claims::approve(&mut tx, call.id).await?;
    mails::put(&mut tx, &Mail::approved(&email, "ResultClaimReport", call.id), app.clock.now()).await?;
    tx.commit().await?;
    Ok(answer::nothing())
}
