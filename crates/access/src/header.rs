//! The caller of a request, from its headers.

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::{Identity, IdentityError, identity::decode};

/// The header that a gateway puts the identity into.
pub const IDENTITY_HEADER: &str = "x-rh-identity";
/// The header that names the organisation for the errata notifier.
pub const ORG_HEADER: &str = "x-inventory-org-id";
/// The header with the id that follows a request through all services.
pub const REQUEST_ID_HEADER: &str = "x-rh-insights-request-id";
/// A longer identity header is refused unread.
pub const MAX_IDENTITY_BYTES: usize = 65_536;

/// Why nobody is known to call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unauthorized {
    /// There is no identity header.
    #[error("No authorization token provided")]
    Missing,
    /// There is one, and it is of no use. The reason is for the log; the caller is told `Invalid token` only.
    #[error("Invalid token")]
    Invalid(Reason),
    /// The identity holds the character NUL; status 400.
    #[error(transparent)]
    Nul(IdentityError),
}

/// Why an identity header is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It is not text, longer than [`MAX_IDENTITY_BYTES`], or there are several.
    #[error("the identity header is not one text of at most {MAX_IDENTITY_BYTES} bytes")]
    NotOneText,
    /// It is no identity.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl Unauthorized {
    /// The status of the answer: 401, or 400.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Missing | Self::Invalid(_) => 401,
            Self::Nul(_) => 400,
        }
    }

    /// The detail of the answer (contract inventory-http §4.1).
    pub fn detail(&self) -> String {
        self.to_string()
    }
}

impl Identity {
    /// The caller that the headers of a request name (contract inventory-http §4.1).
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Unauthorized> {
        let mut values = headers.get_all(IDENTITY_HEADER).iter();
        let value = values.next().ok_or(Unauthorized::Missing)?;
        let invalid = |reason: Reason| Unauthorized::Invalid(reason);
        let text = one_text(value, values.next()).ok_or(invalid(Reason::NotOneText))?;
        let mut identity = decode(text).map_err(|error| invalid(error.into()))?;
        if is_errata_notifier(&identity)
            && let Some(org) = headers.get(ORG_HEADER).and_then(|org| org.to_str().ok())
            && !org.is_empty()
        {
            identity["org_id"] = json!(org);
        }
        let identity = of_2020(&identity).unwrap_or(identity);
        Self::from_value(&identity).map_err(|error| match error {
            IdentityError::Nul => Unauthorized::Nul(error),
            other => invalid(other.into()),
        })
    }
}

/// The identity as it was written down in 2020, when an account number was all that counted (contract inventory-http §25.2, §26):
/// a person, of the organisation that `internal` names, else of the account. `None` for any other.
fn of_2020(identity: &Value) -> Option<Value> {
    let members = identity.as_object()?;
    if ["org_id", "type", "auth_type"].iter().any(|name| members.contains_key(*name)) {
        return None;
    }
    let text = |pointer: &str| identity.pointer(pointer)?.as_str().filter(|text| !text.is_empty());
    let org = text("/internal/org_id").or_else(|| text("/account_number"))?;
    let mut newer = members.clone();
    newer.extend([
        ("org_id".to_owned(), json!(org)),
        ("type".to_owned(), json!("User")),
        ("auth_type".to_owned(), json!("basic-auth")),
    ]);
    Some(newer.into())
}

/// Two headers would leave it to chance which one counts.
fn one_text<'a>(value: &'a HeaderValue, second: Option<&HeaderValue>) -> Option<&'a str> {
    if second.is_some() || value.len() > MAX_IDENTITY_BYTES { None } else { value.to_str().ok() }
}

/// The one caller who may name its organisation in a header of its own.
fn is_errata_notifier(identity: &Value) -> bool {
    let text = |pointer: &str| identity.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    text("/type") == "X509"
        && text("/auth_type").eq_ignore_ascii_case("x509")
        && text("/x509/subject_dn").contains("errata-notifications")
        && text("/x509/issuer_dn").contains("O=Red Hat")
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::*;

    fn headers(identity: &Value) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let text = BASE64_STANDARD.encode(json!({"identity": identity}).to_string());
        headers.insert(IDENTITY_HEADER, text.parse().unwrap());
        headers
    }

    fn notifier() -> Value {
        json!({"type": "X509", "auth_type": "x509",
            "x509": {"subject_dn": "/CN=errata-notifications", "issuer_dn": "/O=Red Hat/CN=ca"}})
    }

    #[test]
    fn no_header_and_a_bad_header_are_told_apart() {
        assert_eq!(
            Identity::from_headers(&HeaderMap::new()).unwrap_err().detail(),
            "No authorization token provided"
        );
        for bad in ["", "%%%", "aGVsbG8=", "W10=", "eyJmb28iOiAxfQ==", "eyJpZGVudGl0eSI6IG51bGx9"] {
            let mut headers = HeaderMap::new();
            headers.insert(IDENTITY_HEADER, bad.parse().unwrap());
            assert_eq!(Identity::from_headers(&headers).unwrap_err().detail(), "Invalid token", "{bad}");
        }
    }

    #[test]
    fn a_nul_is_no_matter_of_the_token() {
        let refused = Identity::from_headers(&headers(
            &json!({"org_id": "o\0", "type": "User", "auth_type": "basic-auth"}),
        ));
        let refused = refused.unwrap_err();
        assert_eq!((refused.status(), refused.detail().contains("NUL")), (400, true));
        assert_eq!(Unauthorized::Missing.status(), 401);
    }

    #[test]
    fn two_headers_or_one_too_long_are_refused() {
        let user = json!({"org_id": "o", "type": "User", "auth_type": "basic-auth"});
        let mut twice = headers(&user);
        twice.append(IDENTITY_HEADER, twice[IDENTITY_HEADER].clone());
        assert_eq!(Identity::from_headers(&twice), Err(Unauthorized::Invalid(Reason::NotOneText)));
        let mut padded = user;
        padded["padding"] = json!("x".repeat(MAX_IDENTITY_BYTES));
        assert_eq!(Identity::from_headers(&headers(&padded)), Err(Unauthorized::Invalid(Reason::NotOneText)));
    }

    #[test]
    fn an_identity_of_2020_is_a_person_of_the_organisation_or_the_account() {
        let of = |identity: Value| Identity::from_headers(&headers(&identity));
        let both = of(json!({"account_number": "0000001", "internal": {"org_id": "000009"}})).unwrap();
        assert_eq!((both.org.as_str(), both.account_number.as_deref()), ("000009", Some("0000001")));
        assert!(both.is_checked(), "RBAC is asked for it");
        let again = Identity::from_b64(&both.b64()).unwrap();
        assert_eq!((again.org, again.kind), (both.org, both.kind));
        assert_eq!(of(json!({"account_number": "0000001"})).unwrap().org.as_str(), "0000001");
        for bad in [
            json!({}),
            json!({"account_number": ""}),
            json!({"internal": {"org_id": 7}}),
            json!({"account_number": "1", "type": "User"}),
            json!({"account_number": "1", "auth_type": "basic-auth"}),
            json!({"account_number": "1".repeat(37)}),
        ] {
            assert_eq!(of(bad.clone()).unwrap_err().detail(), "Invalid token", "{bad}");
        }
    }

    #[test]
    fn the_errata_notifier_names_its_organisation_in_a_header() {
        let mut with_org = headers(&notifier());
        with_org.insert(ORG_HEADER, "other".parse().unwrap());
        assert_eq!(Identity::from_headers(&with_org).unwrap().org.as_str(), "other");
        assert!(Identity::from_headers(&headers(&notifier())).is_err());
        let mut empty = headers(&notifier());
        empty.insert(ORG_HEADER, "".parse().unwrap());
        assert!(Identity::from_headers(&empty).is_err());
    }

    #[test]
    fn the_header_is_ignored_for_everybody_else() {
        let mut ordinary = notifier();
        ordinary["org_id"] = json!("own");
        ordinary["x509"]["subject_dn"] = json!("/CN=a");
        let user = json!({"org_id": "own", "type": "User", "auth_type": "basic-auth"});
        for identity in [ordinary, user] {
            let mut headers = headers(&identity);
            headers.insert(ORG_HEADER, "other".parse().unwrap());
            assert_eq!(Identity::from_headers(&headers).unwrap().org.as_str(), "own");
        }
    }
}
