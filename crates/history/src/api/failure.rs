//! How an operation says no, and answers that several give.

use axum::response::Response;
use drift_common::{Failure, PeerError};
use ground::Transient;
use http::StatusCode;
use serde::Serialize;
use web::{Problem, json_response};

use crate::Error;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if !error.is_transient() {
            return Self::internal(&error);
        }
        tracing::error!(%error, "the database does not answer");
        Self::Problem(Problem::of(StatusCode::SERVICE_UNAVAILABLE))
    }
}

/// What the inventory says of the hosts that it was asked for.
pub fn of_inventory(error: PeerError) -> Failure {
    match error {
        PeerError::NotReturned(message) => Failure::not_found(message),
        PeerError::Denied(message) => Failure::forbidden(message),
        PeerError::Failed(_) | PeerError::Unreachable => Failure::internal(&error),
    }
}

/// The answer of status 200 with this body.
pub fn json(body: &impl Serialize) -> Result<Response, Failure> {
    let mut bytes = serde_json::to_vec(body).map_err(|error| Failure::internal(&error))?;
    bytes.push(b'\n');
    Ok(json_response(StatusCode::OK, "application/json", bytes))
}
