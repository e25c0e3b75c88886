//! Shorthand for the tests of operations.

use legacy::Params;

use super::errors::Failure;

/// The parameters of a query string.
pub fn params(query: &str) -> Params {
    Params::parse(query).unwrap()
}

/// The detail of a refusal, whatever its shape.
pub fn detail(failure: &Failure) -> String {
    failure.detail()
}
