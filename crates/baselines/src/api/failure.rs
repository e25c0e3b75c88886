//! How an operation says no, and answers that several give.

use axum::response::Response;
use drift_common::{Failure, PeerError};
use ground::Transient;
use http::StatusCode;
use serde::Serialize;
use web::{Problem, json_response};

use crate::{
    rules::{facts::BadFacts, facts_patch::BadPatch, name::Untrimmed, schema::BadShape},
    store,
};

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        if !error.is_transient() {
            return Self::internal(&error);
        }
        tracing::error!(%error, "the database does not answer");
        Self::Problem(Problem::of(StatusCode::SERVICE_UNAVAILABLE))
    }
}

impl From<BadShape> for Failure {
    fn from(bad: BadShape) -> Self {
        Self::Problem(Problem::bad_request(bad.to_string()))
    }
}

impl From<BadFacts> for Failure {
    fn from(bad: BadFacts) -> Self {
        match bad {
            BadFacts::Shape(bad) => bad.into(),
            BadFacts::Rule(text) => Self::bad_request(text),
        }
    }
}

impl From<BadPatch> for Failure {
    fn from(bad: BadPatch) -> Self {
        match bad {
            BadPatch::Facts(bad) => bad.into(),
            BadPatch::Impossible => Self::bad_request(bad.to_string()),
        }
    }
}

impl From<Untrimmed> for Failure {
    fn from(bad: Untrimmed) -> Self {
        Self::bad_request(bad.to_string())
    }
}

/// What a peer says of what it was asked for.
pub fn of_peer(error: PeerError) -> Failure {
    match error {
        PeerError::NotReturned(message) => Failure::not_found(message),
        PeerError::Denied(message) => Failure::forbidden(message),
        PeerError::Failed(_) | PeerError::Unreachable => Failure::internal(&error),
    }
}

/// 404 as the framework says it.
pub fn not_found() -> Failure {
    Problem::not_found().into()
}

/// The answer of status 200 with this body.
pub fn json(body: &impl Serialize) -> Result<Response, Failure> {
    let mut bytes = serde_json::to_vec(body).map_err(|error| Failure::internal(&error))?;
    bytes.push(b'\n');
    Ok(json_response(StatusCode::OK, "application/json", bytes))
}

/// The answer of what has nothing to show.
pub fn ok() -> Result<Response, Failure> {
    json(&"OK")
}
