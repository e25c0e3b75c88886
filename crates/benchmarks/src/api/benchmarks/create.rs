//! `POST /benchmarks`

use http::StatusCode;
use uuid::Uuid;

use super::Sent;
use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    mail::Mail,
    store::mails,
};

/// Sends a benchmark, which an administrator reviews then.
pub async fn handle(app: App, call: Call) -> Answer {
    let user = call.caller()?.registered()?;
    let sent = call.body().await?.fields(Sent::read)?;
    sent.check(&app).await?;
    let now = app.clock.now();
    let (benchmark, given) = sent.into_benchmark(Uuid::new_v4(), now);
    let mut tx = app.db.begin().await?;
    if !benchmark.add(&mut tx, &given, &user).await? {
        let name = format!("{}:{}", benchmark.image, benchmark.tag);
        return Err(Refusal::conflict(format_args!("Benchmark {name} already submitted/exists")));
    }
    mails::put(&mut tx, &Mail::submitted(&user.email, "Benchmark", benchmark.id), now).await?;
    tx.commit().await?;
    Ok(answer::line(StatusCode::CREATED, show::benchmark(&benchmark)))
}
