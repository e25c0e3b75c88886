//! `POST /benchmarks/{benchmark_id}:approve`, `POST /sites/{site_id}:approve`, `POST /flavors/{flavor_id}:approve`

use super::check_query;
use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    mail::Mail,
    store::{entries::Kind, mails},
};

/// Lists it from now on.
pub async fn handle(app: App, call: Call, kind: Kind) -> Answer {
    check_query(kind, &call)?;
    let id = call.id;
    let mut tx = app.db.begin().await?;
    let (approved, email) =
        kind.review(&mut tx, id).await?.ok_or_else(|| Refusal::missing(kind.row(), id))?;
    if approved {
        return Err(Refusal::unprocessable(format_args!("{} {id} was already approved", kind.name())));
    }
    kind.approve(&mut tx, id).await?;
    mails::put(&mut tx, &Mail::approved(&email, kind.name(), id), app.clock.now()).await?;
    tx.commit().await?;
    Ok(answer::nothing())
}
