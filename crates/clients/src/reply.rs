//! Answers of other services.

use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::CallError;

/// What a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub(crate) service: &'static str,
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, CallError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| CallError::Unreadable { service: self.service, reason: error.to_string() })
    }
}
