//! Asking for the records of a comparison (contract drift §3.5).

use std::time::Instant;

use drift_common::{Caller, Failure, PeerError};
use http::StatusCode;
use web::Problem;

use super::App;
use crate::{answer::Records, rules::request::Request};

/// The records that a request names. All are asked for at once.
pub async fn records(app: &App, caller: &Caller, request: &Request) -> Result<Records, Failure> {
    let begin = Instant::now();
    let sources = &*app.sources;
    let (machines, baselines, profiles) = tokio::join!(
        unless_none(&request.systems, |ids| sources.machines(caller, ids)),
        unless_none(&request.baselines, |ids| sources.baselines(caller, ids)),
        unless_none(&request.profiles, |ids| sources.profiles(caller, ids)),
    );
    metrics::histogram!("drift_performance_timing", "method" => "comparison_report", "method_part" => "api_requests")
        .record(begin.elapsed().as_secs_f64());
    match (machines, baselines, profiles) {
        (Ok(machines), Ok(baselines), Ok(profiles)) => Ok(Records::new(machines, baselines, profiles)),
        (machines, baselines, profiles) => {
            Err(failure([machines.err(), baselines.err(), profiles.err()].into_iter().flatten()))
        }
    }
}

/// Nobody is asked for nothing.
async fn unless_none<'a, T, F>(
    ids: &'a [String],
    ask: impl FnOnce(&'a [String]) -> F,
) -> Result<Vec<T>, PeerError>
where
    F: Future<Output = Result<Vec<T>, PeerError>>,
{
    if ids.is_empty() { Ok(Vec::new()) } else { ask(ids).await }
}

/// One answer for all that went wrong: who may not is told so and nothing else; a failure hides what is missing.
pub fn failure(errors: impl Iterator<Item = PeerError>) -> Failure {
    let mut status = StatusCode::NOT_FOUND;
    let mut messages = Vec::new();
    let mut unreachable = false;
    for error in errors {
        match error {
            PeerError::Denied(message) => return Failure::forbidden(message),
            PeerError::Unreachable => unreachable = true,
            PeerError::Failed(message) => {
                status = StatusCode::INTERNAL_SERVER_ERROR;
                messages.push(message);
            }
            PeerError::NotReturned(message) => messages.push(message),
        }
    }
    if unreachable {
        return Problem::internal().into();
    }
    Failure::Message(status, messages.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_hides_everything_and_a_failure_what_is_missing() {
        let missing = || PeerError::NotReturned("ids [a] not available to display".to_owned());
        let denied = PeerError::Denied("no".to_owned());
        assert_eq!(failure([missing()].into_iter()).status(), 404);
        let both = failure([missing(), PeerError::failed()].into_iter());
        let text = "ids [a] not available to display, Error received from backend service";
        assert_eq!(both, Failure::Message(StatusCode::INTERNAL_SERVER_ERROR, text.to_owned()));
        assert_eq!(failure([PeerError::failed(), denied].into_iter()), Failure::forbidden("no"));
        assert_eq!(failure([missing(), PeerError::Unreachable].into_iter()), Problem::internal().into());
    }
}
