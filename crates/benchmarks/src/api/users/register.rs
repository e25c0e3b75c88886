//! `POST /users:register`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    mail::Mail,
    store::{
        mails,
        users::{self, User},
    },
};

/// Registers the caller. The address need not be verified.
pub async fn handle(app: App, call: Call) -> Answer {
    let person = &call.caller()?.person;
    let email =
        person.email.clone().ok_or_else(|| Refusal::unprocessable("No scope for email in oidc token"))?;
    let user = User { iss: person.iss.clone(), sub: person.sub.clone(), email, registered: app.clock.now() };
    let mut tx = app.db.begin().await?;
    if !users::add(&mut tx, &user).await? {
        return Err(Refusal::conflict("User already submitted/exists"));
    }
    mails::put(&mut tx, &Mail::registered(&user.email), user.registered).await?;
    tx.commit().await?;
    Ok(answer::line(StatusCode::CREATED, show::user(&user)))
}
