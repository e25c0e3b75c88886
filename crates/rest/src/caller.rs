//! Who is calling.

use std::ops::Deref;

use access::{GroupScope, IdentityType, Permission};
use axum::extract::FromRequestParts;
use ground::OrgId;
use http::{StatusCode, request::Parts};
use web::Problem;

use crate::Guarded;

/// The caller of one request. To take it as the first argument of a handler is to ask for authentication: 401 comes
/// before anything that is wrong with the request.
#[derive(Debug, Clone)]
pub struct Caller(access::Caller);

impl Caller {
    /// The organisation whose data the caller works on.
    pub fn org(&self) -> &OrgId {
        &self.0.identity.org
    }

    /// The groups that the caller reaches with this permission; 403 without it, 503 when it cannot be told.
    pub async fn allowed<A: Guarded>(&self, app: &A, permission: Permission) -> Result<GroupScope, A::Error> {
        app.access().check(&self.0, permission).await.map_err(A::denied)
    }

    /// The same for what is about all hosts of the organisation at once: 403 with this detail for who reaches some of them only.
    pub async fn allowed_for_all<A: Guarded>(
        &self,
        app: &A,
        permission: Permission,
        detail: &'static str,
    ) -> Result<(), A::Error> {
        let groups = self.allowed(app, permission).await?;
        if groups == GroupScope::All && self.0.identity.owner().is_none() {
            return Ok(());
        }
        Err(Problem::new(StatusCode::FORBIDDEN, detail).into())
    }

    /// Who does something, for those who read of it: at most 255 characters.
    pub fn name(&self) -> String {
        let name = match &self.0.identity.kind {
            IdentityType::User(user) => user.username.as_deref().or(user.email.as_deref()),
            IdentityType::ServiceAccount { username, .. } => Some(username.as_str()),
            _ => None,
        };
        name.unwrap_or(access::UNNAMED).chars().take(255).collect()
    }
}

impl Deref for Caller {
    type Target = access::Caller;

    fn deref(&self) -> &access::Caller {
        &self.0
    }
}

impl<A: Guarded> FromRequestParts<A> for Caller {
    type Rejection = A::Error;

    async fn from_request_parts(parts: &mut Parts, app: &A) -> Result<Self, A::Error> {
        app.access().caller(&parts.headers).map(Self).map_err(A::unauthorized)
    }
}
