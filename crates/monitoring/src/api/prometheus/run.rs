//! Running a query: read, select, evaluate.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::response::Response;
use promql::{EvalError, Limits, Query, Series, Times};

use super::{Form, answer};
use crate::{
    api::{App, failure::QueryFailure},
    batch::Tenant,
    store::Range,
};

/// How long a query may take.
const MOST_TIME: Duration = Duration::from_mins(2);

/// Sets its flag when it goes: an evaluation that nobody waits for any more stops.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

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
    let answer = match tokio::time::timeout(timeout, answer_of(app, tenant, query)).await {
        Ok(answer) => answer?,
        Err(_) => return Err(EvalError::Stopped.into()),
    };
    Ok(answer::values(&answer, &times, range, limit, text))
}

/// Selects what a query needs and evaluates it.
pub async fn answer_of(app: &App, tenant: &Tenant, query: Query) -> Result<promql::Answer, QueryFailure> {
    let stopped = StopOnDrop(Arc::default());
    let most = Limits::default().samples;
    let (mut series, mut held) = (Vec::new(), 0);
    for selection in query.selections() {
        let range = Range { from: selection.from, to: selection.to };
        let found = app.samples.read(tenant, &selection.matchers, range, most - held).await?;
        held += found.iter().map(|series| series.times.len() + series.histograms.len()).sum::<usize>();
        series.push(found);
        if held > most {
            return Err(EvalError::TooManySamples.into());
        }
    }
    evaluate(query, series, most - held, &stopped.0).await
}

/// Evaluates beside the requests: a long evaluation does not keep others waiting.
async fn evaluate(
    query: Query,
    series: Vec<Vec<Series>>,
    samples: usize,
    stopped: &Arc<AtomicBool>,
) -> Result<promql::Answer, QueryFailure> {
    let stopped = stopped.clone();
    let task = tokio::task::spawn_blocking(move || {
        let stopped = move || stopped.load(Ordering::Relaxed);
        query.evaluate(&series, &Limits { samples, stopped: Some(&stopped) })
    });
    match task.await {
        Ok(answer) => Ok(answer?),
        Err(problem) => {
            tracing::error!(error = %problem, "the evaluation of a query ended early");
            Err(EvalError::Execution("the query could not be evaluated".to_owned()).into())
        }
    }
}
