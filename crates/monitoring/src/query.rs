//! The query language over the store of samples: select, evaluate.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use promql::{EvalError, Limits, Query, Series};

use crate::{
    batch::Tenant,
    store::{Range, SampleStore, StoreError},
};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The query cannot be evaluated.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// The samples cannot be read now; the log has the reason.
    #[error("the store of samples cannot be read now")]
    Unavailable,
}

impl From<StoreError> for QueryError {
    fn from(problem: StoreError) -> Self {
        match problem {
            StoreError::TooManySamples => EvalError::TooManySamples.into(),
            problem => {
                tracing::error!(error = %problem, "a query failed");
                Self::Unavailable
            }
        }
    }
}

/// Sets its flag when it goes: an evaluation that nobody waits for any more stops.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Selects what a query needs and evaluates it.
pub async fn answer_of(
    samples: &dyn SampleStore,
    tenant: &Tenant,
    query: Query,
) -> Result<promql::QueryResult, QueryError> {
    let stopped = StopOnDrop(Arc::default());
    let most = Limits::default().samples;
    let (mut series, mut held) = (Vec::new(), 0);
    for selection in query.selections() {
        let range = Range { from: selection.from, to: selection.to };
        let found = samples.read(tenant, &selection.matchers, range, most - held).await?;
        held += found.iter().map(Series::len).sum::<usize>();
        series.push(found.into_iter().map(|series| series.read_as(selection.reading)).collect::<Vec<_>>());
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
) -> Result<promql::QueryResult, QueryError> {
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
