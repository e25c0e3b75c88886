//! Whose samples a request is about.

use axum::extract::FromRequestParts;
use http::request::Parts;
use rest::Caller;
use web::Problem;

use super::App;
use crate::batch::Tenant;

/// Names a part of an organisation's data (contract metrics §14.1).
const SCOPE_HEADER: &str = "x-scope-orgid";

/// The tenant of a request: the caller's organisation, and the part that the header names. To take it as an argument is to ask
/// for authentication.
#[derive(Debug)]
pub struct Of(pub Tenant);

impl FromRequestParts<App> for Of {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let scope = match parts.headers.get(SCOPE_HEADER) {
            None => "",
            Some(value) => {
                value.to_str().map_err(|_| Problem::bad_request("header x-scope-orgid must be ASCII text"))?
            }
        };
        let tenant = Tenant::new(caller.org().clone(), scope);
        tenant
            .map(Self)
            .ok_or_else(|| Problem::bad_request("header x-scope-orgid must be at most 150 bytes long"))
    }
}
