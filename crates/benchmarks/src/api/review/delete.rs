//! `DELETE /benchmarks/{benchmark_id}`, `DELETE /sites/{site_id}`, `DELETE /flavors/{flavor_id}`

use super::check_query;
use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    store::entries::Kind,
};

/// Removes it in any status, with what belongs to it: flavors of a site, results of any of them.
pub async fn handle(app: App, call: Call, kind: Kind) -> Answer {
    check_query(kind, &call)?;
    let mut tx = app.db.begin().await?;
    if !kind.remove(&mut tx, call.id).await? {
        return Err(Refusal::missing(kind.row(), call.id));
    }
    tx.commit().await?;
    Ok(answer::nothing())
}
