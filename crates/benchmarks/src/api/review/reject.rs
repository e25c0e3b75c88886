//! `POST /benchmarks/{benchmark_id}:reject`, `POST /sites/{site_id}:reject`, `POST /flavors/{flavor_id}:reject`

use super::check_query;
use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    mail::Mail,
    store::{entries::Kind, mails},
};

/// Removes what is on review, with what belongs to it.
pub async fn handle(app: App, call: Call, kind: Kind) -> Answer {
    check_query(kind, &call)?;
    let id = call.id;
    let mut tx = app.db.begin().await?;
    let (approved, email) =
        kind.review(&mut tx, id).await?.ok_or_else(|| Refusal::missing(kind.row(), id))?;
    if approved {
        return Err(Refusal::unprocessable(format_args!("{} {id} was already approved", kind.name())));
    }
    kind.remove(&mut tx, id).await?;
    mails::put(&mut tx, &Mail::rejected(&email, kind.name(), id), app.clock.now()).await?;
    tx.commit().await?;
    Ok(answer::nothing())
}
