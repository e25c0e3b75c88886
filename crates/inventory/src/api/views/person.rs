//! Who asks for views.

use access::IdentityType;
use http::StatusCode;

use crate::{
    api::{caller::Caller, errors::Failure},
    store::Viewer,
};

/// A caller who has views: a person or a service account, with a user id.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a>(Viewer<'a>);

impl<'a> Person<'a> {
    /// The caller, if it is one; otherwise 403.
    pub fn of(caller: &'a Caller) -> Result<Self, Failure> {
        let refuse = |detail: &'static str| Failure::problem(StatusCode::FORBIDDEN, detail);
        let user = match &caller.identity().kind {
            IdentityType::User(user) => user.user_id.as_deref(),
            IdentityType::ServiceAccount { user_id, .. } => user_id.as_deref(),
            IdentityType::System { .. } | IdentityType::X509 { .. } | IdentityType::Associate => {
                return Err(refuse("Identity type not supported. Use User or ServiceAccount identity."));
            }
        };
        let user = user.filter(|user| !user.is_empty()).ok_or_else(|| refuse("user_id is required."))?;
        Ok(Self(Viewer { org: caller.org(), user }))
    }

    /// Whose views.
    pub fn viewer(&self) -> Viewer<'a> {
        self.0
    }

    /// Whether a view is their own.
    pub fn owns(&self, created_by: &str) -> bool {
        self.0.user == created_by
    }
}
