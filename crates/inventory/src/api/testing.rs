//! Shorthand for the tests of operations.

use web::Params;

use super::errors::Failure;

/// The parameters of a query string.
pub fn params(query: &str) -> Params {
    Params::parse(query).unwrap()
}

/// The detail of a refusal, whatever its shape.
pub fn detail(failure: &Failure) -> String {
    match failure {
        Failure::Problem(problem) => problem.detail().to_owned(),
        Failure::Exception(body) => body.detail.clone(),
        Failure::Short(body) => body.detail.clone(),
        Failure::Field(detail) => detail.clone(),
        Failure::Facts(_, text) => (*text).to_owned(),
    }
}
