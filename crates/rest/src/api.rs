//! What a service says of its HTTP face once, for every extractor.

use access::{Access, Denied, Unauthorized};
use axum::response::IntoResponse;
use http::StatusCode;
use web::Problem;

use crate::BadParameter;

/// The state of an API's router.
pub trait Api: Clone + Send + Sync + 'static {
    /// The shape in which its operations refuse.
    type Error: From<Problem> + IntoResponse + Send;

    /// A parameter cannot be used: 400.
    fn bad_parameter(bad: BadParameter) -> Self::Error {
        Problem::bad_request(bad.to_string()).into()
    }
}

/// An API that asks who is calling.
pub trait Guarded: Api {
    /// Who is let in.
    fn access(&self) -> &Access;

    /// Nobody is known to call: 401, or 400 for an identity with the character NUL.
    fn unauthorized(refused: Unauthorized) -> Self::Error {
        Problem::new(status(refused.status()), refused.detail()).into()
    }

    /// The caller may not (403), or it cannot be told whether they may (503).
    fn denied(denied: Denied) -> Self::Error {
        let status = status(denied.status());
        match denied.detail() {
            Some(detail) => Problem::new(status, detail).into(),
            None => Problem::of(status).into(),
        }
    }
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}
