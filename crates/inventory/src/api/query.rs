//! The query string of a request.

use axum::extract::FromRequestParts;
use http::request::Parts;
use web::Params;

use super::{App, errors::Failure};

/// The parameters of a request. None holds the character NUL, which no stored text has and PostgreSQL refuses.
#[derive(Debug)]
pub struct Query(pub Params);

impl FromRequestParts<App> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let params = Params::from_request_parts(parts, app).await?;
        match params.iter().find(|(name, value)| name.contains('\0') || value.contains('\0')) {
            Some((name, _)) => Err(Failure::bad_request(format!(
                "the query parameter {} must not contain the character NUL",
                web::repr(name)
            ))),
            None => Ok(Self(params)),
        }
    }
}
