//! The doors in.

pub mod lines;
pub mod otlp;
pub mod remote_write;

use axum::extract::{FromRequest as _, Request};
use http::{HeaderMap, StatusCode, header};
use metrics::counter;
use web::{AnyBody, Problem};

use super::App;
use crate::{
    batch::{Batch, Refused, Tenant},
    store::StoreError,
};

/// How many refusals an answer names.
const NAMED: usize = 10;

/// The bytes of a body under the limit; 503 while writing is switched off.
async fn body(app: &App, request: Request) -> Result<axum::body::Bytes, Problem> {
    writable(app)?;
    Ok(AnyBody::from_request(request, &()).await?.0)
}

fn encoding(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Keeps a batch; answers what was refused of it.
async fn keep(app: &App, tenant: Tenant, batch: Batch) -> Result<Vec<Refused>, Problem> {
    let brought = batch.samples();
    let early: usize = batch.refused.iter().map(|refused| refused.samples).sum();
    let refused = app.samples.append(tenant, batch).await.map_err(|problem| unavailable(&problem))?;
    let all: usize = refused.iter().map(|refused| refused.samples).sum();
    counter!("metrics_samples_refused_total").increment(all as u64);
    counter!("metrics_samples_stored_total").increment((brought + early).saturating_sub(all) as u64);
    Ok(refused)
}

/// 503 while writing is switched off.
pub(super) fn writable(app: &App) -> Result<(), Problem> {
    if app.access.read_only {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "writing is switched off now"));
    }
    Ok(())
}

fn unavailable(problem: &StoreError) -> Problem {
    tracing::error!(error = %problem, "samples were not stored");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "samples cannot be stored now")
}

/// What was refused, in words.
fn reasons(refused: &[Refused]) -> String {
    let mut text: Vec<&str> = refused.iter().take(NAMED).map(|refused| refused.reason.as_str()).collect();
    let more = format!("and {} more", refused.len().saturating_sub(NAMED));
    if refused.len() > NAMED {
        text.push(&more);
    }
    text.join("; ")
}
