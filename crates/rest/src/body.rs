//! JSON bodies.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use web::{Body, Problem};

use crate::Api;

/// The JSON object in the body of a request: 413, 415 and 400 for one that cannot be read, or is not what `T` wants. A NUL in any
/// text is refused, since PostgreSQL stores none.
///
/// It is the last argument of a handler, behind [`Caller`](crate::Caller) and the parameters.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<A: Api, T: DeserializeOwned> FromRequest<A> for Json<T> {
    type Rejection = A::Error;

    async fn from_request(request: Request, _app: &A) -> Result<Self, A::Error> {
        let value = Body::from_request(request, &()).await?.storable()?;
        if !value.is_object() {
            return Err(Problem::bad_request("the body must be an object").into());
        }
        let read = serde_json::from_value(value);
        read.map(Self).map_err(|error| {
            Problem::bad_request(format!("the body is not what it should be: {error}")).into()
        })
    }
}
