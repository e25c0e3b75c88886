//! What people with tokens are to the services that know callers by an identity header.
//!
//! With `server.mode = oidc` this program is its own gateway: a request of somebody who is known gets the identity header
//! that a gateway would have set, and one that came with the header loses it.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{Person, person::claim};
use crate::IDENTITY_HEADER;

/// What those may who see everything, in RBAC's notation.
pub const READ_EVERYTHING: [&str; 4] =
    ["inventory:*:read", "staleness:*:read", "drift:*:read", "metrics:*:read"];

/// How people become callers.
#[derive(Debug, Clone)]
pub struct Identities {
    /// The organisation of everybody whose claims name none.
    pub organisation: String,
    /// The claim that names the organisation; empty: none does. Dots lead into objects.
    pub org_claim: String,
    /// Entitlements of those who may do everything.
    pub admins: Vec<String>,
    /// Entitlements of those who may see everything; `*` is everybody.
    pub readers: Vec<String>,
    /// Pairs of an entitlement and a permission that it gives, in RBAC's notation.
    pub permissions: Vec<(String, String)>,
}

impl Identities {
    /// Sets the identity header of a request: that of this person, or none.
    pub fn apply(&self, person: Option<&Person>, headers: &mut HeaderMap) {
        headers.remove(IDENTITY_HEADER);
        let Some(identity) = person.and_then(|person| self.identity(person)) else { return };
        let entitled = json!({"is_entitled": true});
        let document = json!({
            "identity": identity,
            "entitlements": {"insights": entitled, "smart_management": entitled},
        });
        if let Ok(value) = HeaderValue::try_from(BASE64_STANDARD.encode(document.to_string())) {
            headers.insert(IDENTITY_HEADER, value);
        }
    }

    /// Whether a person may do everything.
    pub fn is_admin(&self, person: &Person) -> bool {
        person.has_any(&self.admins)
    }

    /// The organisation of a person; `None` when the claim that names it does not.
    pub fn organisation<'a>(&'a self, person: &'a Person) -> Option<&'a str> {
        if self.org_claim.is_empty() {
            return Some(&self.organisation);
        }
        claim(&person.claims, &self.org_claim).and_then(Value::as_str).filter(|org| !org.is_empty())
    }

    /// What a person may, in RBAC's notation. Administrators may everything besides.
    pub fn permissions(&self, person: &Person) -> Vec<&str> {
        let reads = self.readers.iter().any(|reader| reader == "*") || person.has_any(&self.readers);
        let given = self.permissions.iter().filter(|(value, _)| person.entitlements.contains(value));
        let seeing = READ_EVERYTHING.iter().copied().filter(|_| reads);
        seeing.chain(given.map(|(_, permission)| permission.as_str())).collect()
    }

    /// Somebody of no organisation has no identity here.
    fn identity(&self, person: &Person) -> Option<Value> {
        Some(json!({
            "org_id": self.organisation(person)?,
            "type": "User",
            "auth_type": "jwt-auth",
            "permissions": self.permissions(person),
            "user": {
                "username": person.email.as_deref().unwrap_or(&person.sub),
                "user_id": person.id(),
                "is_org_admin": self.is_admin(person),
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Identity, IdentityType, Permission, Permissions};

    fn identities(readers: &[&str], org_claim: &str) -> Identities {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let pair = |value: &str, permission: &str| (value.to_owned(), permission.to_owned());
        Identities {
            organisation: "ours".to_owned(),
            org_claim: org_claim.to_owned(),
            admins: texts(&["admins"]),
            readers: texts(readers),
            permissions: vec![pair("ops", "inventory:hosts:*"), pair("ops", "metrics:*:*")],
        }
    }

    fn person(claims: &Value) -> Person {
        let claims = claims.as_object().unwrap().clone();
        Person::new("https://op.example", claims, "eduperson_entitlement").unwrap()
    }

    fn identity(identities: &Identities, claims: &Value) -> Option<Identity> {
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY_HEADER, "eyJmb3JnZWQiOjF9".parse().unwrap());
        identities.apply(Some(&person(claims)), &mut headers);
        headers.contains_key(IDENTITY_HEADER).then(|| Identity::from_headers(&headers).unwrap())
    }

    #[tokio::test]
    async fn entitlements_say_what_somebody_may() {
        let may = async |claims: &Value, permission| {
            let identity = identity(&identities(&["readers"], ""), claims).unwrap();
            Permissions::Roles.check(&identity, &HeaderMap::new(), permission).await.is_ok()
        };
        let admin = json!({"sub": "a", "eduperson_entitlement": ["admins"]});
        let reader = json!({"sub": "r", "eduperson_entitlement": "readers"});
        let ops = json!({"sub": "o", "eduperson_entitlement": ["ops"]});
        let nobody = json!({"sub": "n"});
        for (permission, allowed) in [
            (Permission::HostsRead, [true, true, true, false]),
            (Permission::HostsWrite, [true, false, true, false]),
            (Permission::GroupsRead, [true, true, false, false]),
            (Permission::GroupsWrite, [true, false, false, false]),
            (Permission::MetricsRead, [true, true, true, false]),
            (Permission::MetricsWrite, [true, false, true, false]),
            (Permission::RbacAdmin, [true, false, false, false]),
        ] {
            for (claims, allowed) in [&admin, &reader, &ops, &nobody].into_iter().zip(allowed) {
                assert_eq!(may(claims, permission).await, allowed, "{permission} {claims}");
            }
        }
    }

    #[test]
    fn everybody_who_is_known_reads_when_the_operator_says_so() {
        let everybody = identities(&["*"], "");
        let nobody = person(&json!({"sub": "n"}));
        assert_eq!(everybody.permissions(&nobody), READ_EVERYTHING);
        let identity = identity(&everybody, &json!({"sub": "n"})).unwrap();
        assert_eq!(identity.org.as_str(), "ours");
        assert!(matches!(identity.kind, IdentityType::User(user) if !user.is_org_admin));
    }

    #[test]
    fn an_organisation_that_is_to_be_claimed_is_not_guessed() {
        let claimed = identities(&["*"], "org.id");
        let theirs = json!({"sub": "a", "org": {"id": "theirs"}});
        assert_eq!(identity(&claimed, &theirs).unwrap().org.as_str(), "theirs");
        for none in
            [json!({"sub": "a"}), json!({"sub": "a", "org": {"id": ""}}), json!({"sub": "a", "org": 1})]
        {
            assert!(identity(&claimed, &none).is_none(), "{none}");
        }
    }

    #[test]
    fn nobody_brings_an_identity_of_their_own() {
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY_HEADER, "eyJmb3JnZWQiOjF9".parse().unwrap());
        identities(&["*"], "").apply(None, &mut headers);
        assert!(!headers.contains_key(IDENTITY_HEADER));
    }
}
