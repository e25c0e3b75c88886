//! How an operation says no.

use axum::response::{IntoResponse, Response};
use fleet::NotThen;
use http::StatusCode;
use web::Problem;

use crate::stream_limit::TooMany;

/// An answer other than success; always `application/problem+json`.
#[derive(Debug)]
pub struct Failure(Problem);

impl Failure {
    /// 400 with this detail.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self(Problem::bad_request(detail.into()))
    }

    /// 429 for a caller with too many streams, 503 when there are too many of all callers.
    pub fn too_many(problem: TooMany) -> Self {
        let status = match problem {
            TooMany::OfOne(_) => StatusCode::TOO_MANY_REQUESTS,
            TooMany::OfAll(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(Problem::new(status, problem.to_string()))
    }

    /// 403 with this detail.
    pub fn forbidden(detail: &'static str) -> Self {
        Self(Problem::new(StatusCode::FORBIDDEN, detail))
    }

    /// 404 with this detail.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self(Problem::new(StatusCode::NOT_FOUND, detail.into()))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<enrolment::Error> for Failure {
    fn from(error: enrolment::Error) -> Self {
        let status = match error {
            enrolment::Error::Refused => StatusCode::UNAUTHORIZED,
            enrolment::Error::TooOften(wait) => {
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, error.to_string());
                return Self(problem.retry_after(wait.as_secs() + 1));
            }
            enrolment::Error::Bad(_) => StatusCode::BAD_REQUEST,
            enrolment::Error::Random(_) => return Self(Problem::internal()),
            enrolment::Error::Store(failed) => return Self(failed.into()),
        };
        Self(Problem::new(status, error.to_string()))
    }
}

impl From<fleet::Error> for Failure {
    fn from(error: fleet::Error) -> Self {
        Self(error.into())
    }
}

impl From<NotThen> for Failure {
    fn from(why: NotThen) -> Self {
        match why {
            NotThen::Mistake(mistake) => Self::bad_request(format!("q: {mistake}")),
            NotThen::Untold(_) | NotThen::TooMany => Self::bad_request(format!("as_of: {why}")),
            NotThen::Failed(error) => error.into(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
