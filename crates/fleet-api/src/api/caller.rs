//! Who is calling, and which hosts they reach.

use access::Permission;
use axum::extract::FromRequestParts;
use fleet::{Origin, Scope};
use http::request::Parts;
use web::Problem;

use super::{App, failure::Failure};

/// The caller of one request. To take it as an argument is to ask for authentication: 401 comes before anything that
/// is wrong with the request.
#[derive(Debug)]
pub struct Caller(access::Caller);

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let caller = app.access.caller(&parts.headers);
        caller.map(Self).map_err(|refused| Problem::unauthorized(refused.detail()).into())
    }
}

impl Caller {
    /// What the events of this request tell of it.
    pub fn origin(&self) -> Origin {
        (&self.0).into()
    }

    /// The hosts that the caller reaches with this permission; 403 without it, 503 when it cannot be told.
    pub async fn hosts(&self, app: &App, permission: Permission) -> Result<Scope, Failure> {
        let groups = app.access.check(&self.0, permission).await?;
        Ok(Scope::reached(&self.0.identity, groups))
    }
}
