//! Where the caller of a request is taken from.

use ground::BadOrgId;
use http::HeaderMap;

use crate::{IDENTITY_HEADER, Identity, Unauthorized};

/// Where the caller of a request is taken from.
#[derive(Debug, Clone)]
pub enum Callers {
    /// The identity header, which a trusted gateway sets.
    Gateway,
    /// This identity, unless the request has an identity header, which is then held to the same rules. Only safe
    /// behind [`crate::guard`].
    Local(Box<Identity>),
}

impl Callers {
    /// Local mode: one administrator of one organisation, `local`.
    pub fn local() -> Result<Self, BadOrgId> {
        Identity::local().map(|identity| Self::Local(Box::new(identity)))
    }

    /// Who sent a request with these headers.
    pub fn identify(&self, headers: &HeaderMap) -> Result<Identity, Unauthorized> {
        match self {
            Self::Local(identity) if !headers.contains_key(IDENTITY_HEADER) => Ok((**identity).clone()),
            Self::Local(_) | Self::Gateway => Identity::from_headers(headers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_mode_has_a_caller_without_a_header_and_honours_one() {
        let callers = Callers::local().unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(callers.identify(&headers).unwrap().org.as_str(), "local");
        headers.insert(IDENTITY_HEADER, "nonsense".parse().unwrap());
        assert_eq!(callers.identify(&headers).unwrap_err().detail(), "Invalid token");
    }

    #[test]
    fn behind_a_gateway_the_header_is_needed() {
        assert_eq!(Callers::Gateway.identify(&HeaderMap::new()), Err(Unauthorized::Missing));
    }
}
