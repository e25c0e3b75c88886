//! `GET /benchmarks/{benchmark_id}`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::entries::Benchmark,
};

/// A benchmark, also one on review.
pub async fn handle(app: App, call: Call) -> Answer {
    call.no_query()?;
    let benchmark = Benchmark::get(&app.db, call.id).await?;
    let benchmark = benchmark.ok_or_else(|| Refusal::missing("Benchmark", call.id))?;
    Ok(answer::line(StatusCode::OK, show::benchmark(&benchmark)))
}
