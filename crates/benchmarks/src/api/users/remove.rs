//! `POST /users:remove`

use crate::{
    api::{App, answer, answer::Answer, call::Call, entries, refusal::Refusal},
    store::users::{self, Wanted},
};

/// Removes users with everything that they sent.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let wanted = Wanted { sub: query.text("sub"), iss: query.text("iss"), email: query.text("email") };
    entries::finish(query)?;
    if wanted.sub.is_none() && wanted.iss.is_none() && wanted.email.is_none() {
        return Err(Refusal::unprocessable("Cancelled, undefined users"));
    }
    let mut tx = app.db.begin().await?;
    users::remove(&mut tx, &wanted).await?;
    tx.commit().await?;
    Ok(answer::nothing())
}
