//! `POST /users/self:update`

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    mail::Mail,
    store::{mails, users},
};

/// Takes over the address that the issuer has now, when it is verified.
pub async fn handle(app: App, call: Call) -> Answer {
    let person = &call.caller()?.person;
    let email =
        person.email.as_ref().ok_or_else(|| Refusal::unprocessable("No scope for email in oidc token"))?;
    match person.email_verified {
        None => return Err(Refusal::unprocessable("No email_verified status in user")),
        Some(false) => return Err(Refusal::unprocessable("Email unverified by OIDC provider")),
        Some(true) => {}
    }
    let mut tx = app.db.begin().await?;
    users::set_email(&mut tx, &person.iss, &person.sub, email).await?;
    mails::put(&mut tx, &Mail::updated(email), app.clock.now()).await?;
    tx.commit().await?;
    Ok(answer::nothing())
}
