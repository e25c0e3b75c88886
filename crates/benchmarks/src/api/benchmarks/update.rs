//! `PUT /benchmarks/{benchmark_id}`

use super::Sent;
use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal},
    store::entries::Benchmark,
};

/// Changes a benchmark, in any status. Results that it has are not looked at again.
pub async fn handle(app: App, call: Call) -> Answer {
    let id = call.id;
    let sent = call.body().await?.fields(|fields, body| {
        fields.ignore(&["id", "upload_datetime"]);
        Sent::read(fields, body)
    })?;
    let known = Benchmark::get(&app.db, id).await?.ok_or_else(|| Refusal::missing("Benchmark", id))?;
    sent.check(&app).await?;
    let (benchmark, given) = sent.into_benchmark(id, known.uploaded);
    let mut tx = app.db.begin().await?;
    let changed = benchmark.set(&mut tx, &given).await;
    let conflict = || Refusal::conflict("Changes conflict submitted/existing benchmark");
    if !changed.map_err(|error| Refusal::or_conflict(error, conflict))? {
        return Err(Refusal::missing("Benchmark", id));
    }
    tx.commit().await?;
    Ok(answer::nothing())
}
