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
        if let Some((name, _)) =
            params.iter().find(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            let name = web::repr(name);
            return Err(Failure::bad_request(format!(
                "the query parameter {name} must not contain the character NUL"
            )));
        }
        Ok(Self(params))
    }
}
