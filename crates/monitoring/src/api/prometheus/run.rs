//! Running a query that a form holds.

use std::time::Duration;

use axum::response::Response;
use promql::{EvalError, Query, Times};

use super::{Form, answer};
use crate::{
    api::{App, failure::QueryFailure},
    batch::Tenant,
    query::answer_of,
};

/// How long a query may take.
const MOST_TIME: Duration = Duration::from_mins(2);

/// Runs the query of a form at these times.
pub async fn run(
    app: &App,
    tenant: &Tenant,
    form: &Form,
    mut times: Times,
    range: bool,
) -> Result<Response, QueryFailure> {
    let text = form.get("query").ok_or_else(|| {
        QueryFailure::parameter("query", "unknown position: parse error: no expression found in input")
    })?;
    if let Some(lookback) = form.duration("lookback_delta")? {
        times.lookback = lookback.max(1);
    }
    let timeout = form.duration("timeout")?.and_then(|millis| u64::try_from(millis).ok());
    let timeout = timeout.map_or(MOST_TIME, |millis| Duration::from_millis(millis).min(MOST_TIME));
    let limit = form.limit()?;
    let query =
        Query::new(text, times).map_err(|problem| QueryFailure::parameter("query", problem.in_text(text)))?;
    let answer = match tokio::time::timeout(timeout, answer_of(&*app.samples, tenant, query)).await {
        Ok(answer) => answer?,
        Err(_) => return Err(EvalError::Stopped.into()),
    };
    Ok(answer::values(&answer, &times, range, limit, text))
}
