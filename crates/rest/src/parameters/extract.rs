//! The extractors.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use web::{Params, Problem};

use super::{ParameterPlace, Parameters};
use crate::Api;

/// The parameters behind the question mark; 400 for one that cannot be used.
#[derive(Debug, Clone)]
pub struct Query<P>(pub P);

/// The parameters between slashes; 400 for one that cannot be used.
#[derive(Debug, Clone)]
pub struct Path<P>(pub P);

impl<A: Api, P: Parameters> FromRequestParts<A> for Query<P> {
    type Rejection = A::Error;

    async fn from_request_parts(parts: &mut Parts, _app: &A) -> Result<Self, A::Error> {
        debug_assert_eq!(P::PLACE, ParameterPlace::Query, "these are parameters of a path");
        let given = Params::parse(parts.uri.query().unwrap_or_default())?;
        P::read(&given).map(Self).map_err(A::bad_parameter)
    }
}

impl<A: Api, P: Parameters> FromRequestParts<A> for Path<P> {
    type Rejection = A::Error;

    async fn from_request_parts(parts: &mut Parts, app: &A) -> Result<Self, A::Error> {
        debug_assert_eq!(P::PLACE, ParameterPlace::Path, "these are parameters of a query");
        let raw = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| Problem::bad_request("the path is not UTF-8 after percent-decoding"))?;
        let given: Params = raw.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        P::read(&given).map(Self).map_err(A::bad_parameter)
    }
}
