//! Who is let in (contract drift §2.2).

use http::HeaderMap;

use crate::{Caller, Failure, INTERNAL_HEADER, Identity, IdentityType, Permissions, Rbac, Requirement};

/// One of the checks that a service makes of every request, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The organisation is entitled.
    Entitlement,
    /// The identity names an organisation.
    Org,
    /// RBAC grants the permission that everything needs.
    Permission,
}

/// What an organisation must be entitled to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Entitlement {
    /// `insights`.
    #[default]
    Insights,
    /// `smart_management`, as before 2020.
    SmartManagement,
}

/// Who decides what callers may do.
#[derive(Debug, Clone, Default)]
pub enum Grants {
    /// Everything is allowed.
    #[default]
    Everything,
    /// The identity itself, which this program made of the claims of a person.
    Identity,
    /// The RBAC service.
    Rbac(Rbac),
}

/// Who is let in to a service, and in which order that is found out.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The checks, in order.
    pub checks: &'static [Check],
    /// What every operation needs.
    pub requirement: Requirement,
    /// Who decides what callers may do.
    pub grants: Grants,
    /// What the three services know one another by; without one there are no internal calls.
    pub secret: Option<String>,
    /// What an organisation must be entitled to.
    pub entitlement: Entitlement,
    /// The caller of requests without an identity: of local mode.
    pub local: Option<Identity>,
}

const NO_IDENTITY: &str = "identity not found on request";

impl Gate {
    /// The caller of a request with these headers. The first check that fails answers.
    pub async fn admit(&self, headers: &HeaderMap) -> Result<Caller, Failure> {
        let identity =
            Identity::from_headers(headers).map_err(|bad| Failure::bad_request(bad.to_string()))?;
        let identity = identity.or_else(|| self.local.clone());
        if self.is_internal(headers) {
            let identity = identity.unwrap_or_default();
            return Ok(Caller { identity, permissions: Permissions::everything(), internal: true });
        }
        let identity = identity.ok_or_else(|| Failure::bad_request(NO_IDENTITY))?;
        let mut permissions = Permissions::everything();
        for check in self.checks {
            match check {
                Check::Entitlement => self.check_entitlement(&identity)?,
                Check::Org => check_org(&identity)?,
                Check::Permission => {
                    permissions = match &self.grants {
                        Grants::Identity => identity.permissions(),
                        Grants::Rbac(rbac) if identity.kind != IdentityType::Associate => {
                            rbac.permissions(&identity).await?
                        }
                        Grants::Rbac(_) | Grants::Everything => Permissions::everything(),
                    };
                    permissions.require(self.requirement)?;
                }
            }
        }
        Ok(Caller { identity, permissions, internal: false })
    }

    fn check_entitlement(&self, identity: &Identity) -> Result<(), Failure> {
        let wanted = match self.entitlement {
            Entitlement::Insights => "insights",
            Entitlement::SmartManagement => "smart_management",
        };
        if identity.kind != IdentityType::Ordinary || identity.is_entitled(wanted) {
            return Ok(());
        }
        Err(Failure::bad_request("Entitlement not found for account/org."))
    }

    /// Whether the request carries the shared secret. How long the comparison takes does not tell how much of it is
    /// right.
    fn is_internal(&self, headers: &HeaderMap) -> bool {
        let (Some(secret), Some(told)) = (self.secret.as_deref(), headers.get(INTERNAL_HEADER)) else {
            return false;
        };
        let (secret, told) = (secret.as_bytes(), told.as_bytes());
        let differing = secret.iter().zip(told).fold(0, |all, (one, other)| all | (one ^ other));
        !secret.is_empty() && secret.len() == told.len() && differing == 0
    }
}

fn check_org(identity: &Identity) -> Result<(), Failure> {
    if identity.kind != IdentityType::Ordinary || identity.org_id.is_some() {
        return Ok(());
    }
    Err(Failure::bad_request("org id not found on identity token"))
}

#[cfg(test)]
mod tests {
    use access::IDENTITY_HEADER;
    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde_json::{Value, json};

    use super::*;

    fn gate() -> Gate {
        Gate {
            checks: &[Check::Entitlement, Check::Permission, Check::Org],
            requirement: Requirement(&[&["drift:*:*"]]),
            grants: Grants::Everything,
            secret: Some("s3cret".to_owned()),
            entitlement: Entitlement::Insights,
            local: None,
        }
    }

    fn headers(document: &Value) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY_HEADER, BASE64_STANDARD.encode(document.to_string()).parse().unwrap());
        headers
    }

    async fn refusal(headers: &HeaderMap) -> String {
        match gate().admit(headers).await.unwrap_err() {
            Failure::Message(status, message) => format!("{} {message}", status.as_u16()),
            Failure::Problem(problem) => problem.to_string(),
        }
    }

    #[tokio::test]
    async fn each_check_has_its_words() {
        assert_eq!(refusal(&HeaderMap::new()).await, "400 identity not found on request");
        let nobody = json!({"identity": {"type": "User"}});
        assert_eq!(refusal(&headers(&nobody)).await, "400 Entitlement not found for account/org.");
        let entitled = json!({"insights": {"is_entitled": true}});
        let no_org = json!({"identity": {"type": "User"}, "entitlements": entitled});
        assert_eq!(refusal(&headers(&no_org)).await, "400 org id not found on identity token");
        let good = json!({"identity": {"type": "User", "org_id": "o"}, "entitlements": entitled});
        let caller = gate().admit(&headers(&good)).await.unwrap();
        assert_eq!((caller.tenant(), caller.internal), (Some("o"), false));
    }

    #[tokio::test]
    async fn an_identity_that_is_believed_says_what_its_person_may() {
        let gate = Gate { grants: Grants::Identity, ..gate() };
        let admitted = async |permissions: &Value, is_admin: bool| {
            let identity = json!({"type": "User", "org_id": "o", "permissions": permissions, "user": {"is_org_admin": is_admin}});
            let entitled = json!({"insights": {"is_entitled": true}});
            gate.admit(&headers(&json!({"identity": identity, "entitlements": entitled}))).await.is_ok()
        };
        assert!(admitted(&json!(["drift:*:*"]), false).await && admitted(&json!([]), true).await);
        assert!(!admitted(&json!([]), false).await && !admitted(&json!(["inventory:*:*"]), false).await);
        assert!(!admitted(&Value::Null, false).await);
    }

    #[tokio::test]
    async fn operators_services_and_internal_calls_are_asked_less() {
        let associate = json!({"identity": {"type": "Associate"}});
        let service = json!({"identity": {"type": "ServiceAccount", "service_account": {"username": "u", "client_id": "c"}}});
        for document in [associate, service] {
            assert!(gate().admit(&headers(&document)).await.is_ok(), "{document}");
        }
        for (told, let_in) in [("s3cret", true), ("s3creT", false), ("s3cret1", false), ("", false)] {
            let mut headers = HeaderMap::new();
            headers.insert(INTERNAL_HEADER, told.parse().unwrap());
            assert_eq!(gate().admit(&headers).await.is_ok_and(|caller| caller.internal), let_in, "{told}");
        }
    }
}
