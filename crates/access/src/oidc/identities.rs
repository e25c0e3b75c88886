//! What people with tokens are to the services that know callers by an identity header.
//!
//! With `server.mode = oidc` this program is its own gateway: a request with a good token gets the identity header that a
//! gateway would have set, and one that came with the header loses it.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

use super::{Oidc, Person, Unauthenticated};
use crate::IDENTITY_HEADER;

/// How people become callers.
#[derive(Debug, Clone)]
pub struct Identities {
    /// The organisation of everybody whose token names none.
    pub organisation: String,
    /// The claim that names the organisation; empty: none does.
    pub org_claim: String,
    /// Entitlements of those who may change things.
    pub admins: Vec<String>,
    /// Entitlements of those who may see things; `*` is everybody with a token.
    pub readers: Vec<String>,
}

impl Identities {
    /// Puts the caller's identity in place of their token. Without a token there is no identity.
    pub async fn apply(&self, oidc: &Oidc, headers: &mut HeaderMap) -> Result<(), Unauthenticated> {
        headers.remove(IDENTITY_HEADER);
        if !headers.contains_key(header::AUTHORIZATION) {
            return Ok(());
        }
        let person = oidc.caller(headers).await?;
        if let Some(identity) = self.identity(&person) {
            let text = BASE64_STANDARD.encode(json!({"identity": identity}).to_string());
            headers.insert(
                IDENTITY_HEADER,
                HeaderValue::try_from(text).map_err(|_| Unauthenticated::Undetermined)?,
            );
        }
        Ok(())
    }

    /// Somebody who may not see anything has no identity here.
    fn identity(&self, person: &Person) -> Option<Value> {
        let is_admin = person.has_any(&self.admins);
        let everybody = self.readers.iter().any(|reader| reader == "*");
        if !is_admin && !everybody && !person.has_any(&self.readers) {
            return None;
        }
        let claimed = person.claims.get(&self.org_claim).and_then(Value::as_str);
        let organisation = if self.org_claim.is_empty() { Some(self.organisation.as_str()) } else { claimed };
        Some(json!({
            "org_id": organisation?,
            "type": "User",
            "auth_type": "jwt-auth",
            "user": {
                "username": person.email.as_deref().unwrap_or(&person.sub),
                "user_id": format!("{}@{}", person.sub, person.iss),
                "is_org_admin": is_admin,
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Identity, Kind, Permission, Permissions};

    fn identities(readers: &[&str], org_claim: &str) -> Identities {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Identities {
            organisation: "ours".to_owned(),
            org_claim: org_claim.to_owned(),
            admins: texts(&["admins"]),
            readers: texts(readers),
        }
    }

    fn person(claims: &Value) -> Person {
        Person::new("https://op.example", claims.as_object().unwrap().clone()).unwrap()
    }

    fn identity(identities: &Identities, claims: &Value) -> Option<Identity> {
        let identity = json!({"identity": identities.identity(&person(claims))?});
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY_HEADER, BASE64_STANDARD.encode(identity.to_string()).parse().unwrap());
        Some(Identity::from_headers(&headers).unwrap())
    }

    #[tokio::test]
    async fn administrators_may_write_and_readers_read() {
        let may = async |claims: &Value, permission| {
            let identity = identity(&identities(&["readers"], ""), claims)?;
            Some(Permissions::Roles.check(&identity, &HeaderMap::new(), permission).await.is_ok())
        };
        let admin = json!({"sub": "a", "eduperson_entitlement": ["admins"]});
        let reader = json!({"sub": "r", "eduperson_entitlement": "readers"});
        assert_eq!(may(&admin, Permission::HostsWrite).await, Some(true));
        assert_eq!(may(&admin, Permission::RbacAdmin).await, Some(true));
        assert_eq!(may(&reader, Permission::HostsRead).await, Some(true));
        assert_eq!(may(&reader, Permission::HostsWrite).await, Some(false));
        assert_eq!(may(&reader, Permission::RbacAdmin).await, Some(false));
        assert_eq!(may(&json!({"sub": "n"}), Permission::HostsRead).await, None);
    }

    #[test]
    fn everybody_with_a_token_reads_when_the_operator_says_so() {
        let identity = identity(&identities(&["*"], ""), &json!({"sub": "n"})).unwrap();
        assert_eq!(identity.org.as_str(), "ours");
        assert!(matches!(identity.kind, Kind::User(user) if !user.is_org_admin));
    }

    #[test]
    fn an_organisation_that_is_to_be_claimed_is_not_guessed() {
        let claimed = identities(&["*"], "org");
        assert_eq!(identity(&claimed, &json!({"sub": "a", "org": "theirs"})).unwrap().org.as_str(), "theirs");
        assert!(identity(&claimed, &json!({"sub": "a"})).is_none());
    }
}
