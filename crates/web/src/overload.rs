//! A limit to the requests worked on at the same time, and to the time of each.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use tokio::{sync::Semaphore, time::timeout};

use crate::{Problem, telemetry::events::RequestRefused};

/// Seconds after which whoever found every place taken is to ask again: long enough that a place is worth asking for, short beside the
/// times at which machines report.
const RETRY_AFTER_SECONDS: u64 = 5;

/// Shared by all requests of a shell.
#[derive(Clone)]
pub(crate) struct Load {
    places: Arc<Semaphore>,
    longest: Duration,
}

impl Load {
    pub fn new(most: usize, longest: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))), longest }
    }
}

/// Answers 503 at once, with `Retry-After`, when every place is taken, and without it when the time is over. The work of a request that took too
/// long is dropped.
pub(crate) async fn limit(State(load): State<Load>, request: Request, next: Next) -> Response {
    let Ok(_place) = load.places.try_acquire() else {
        RequestRefused::Overload.emit();
        return Problem::of(StatusCode::SERVICE_UNAVAILABLE).retry_after(RETRY_AFTER_SECONDS).into_response();
    };
    if let Ok(response) = timeout(load.longest, next.run(request)).await {
        return response;
    }
    RequestRefused::Timeout.emit();
    let seconds = load.longest.as_secs_f64();
    Problem::unavailable(format!("The request took longer than {seconds} seconds.")).into_response()
}
