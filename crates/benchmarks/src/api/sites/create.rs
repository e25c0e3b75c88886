//! `POST /sites`

use http::StatusCode;
use uuid::Uuid;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    mail::Mail,
    store::mails,
};

/// Sends a site, which an administrator reviews then.
pub async fn handle(app: App, call: Call) -> Answer {
    let user = call.caller()?.registered()?;
    let now = app.clock.now();
    let site = call.body().await?.fields(|fields, _| super::read(fields, Uuid::new_v4(), now))?;
    let mut tx = app.db.begin().await?;
    if !site.add(&mut tx, &user).await? {
        return Err(Refusal::conflict(format_args!("Site {} already submitted/exists", site.name)));
    }
    mails::put(&mut tx, &Mail::submitted(&user.email, "Site", site.id), now).await?;
    tx.commit().await?;
    Ok(answer::line(StatusCode::CREATED, show::site(&site)))
}
