//! The identity document, as loosely as the family reads it (contract drift §2.1).

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use access::{IDENTITY_HEADER, MAX_IDENTITY_BYTES};

use crate::Permissions;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Who calls. Less is asked of it than inventory asks: the family only reads what it needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Identity {
    /// The organisation: every query is bound to it.
    pub org_id: Option<String>,
    /// The older account number.
    pub account: Option<String>,
    /// What sort of caller it is.
    pub kind: IdentityType,
    /// The name for the log.
    pub username: Option<String>,
    /// The common name of a machine's certificate: it sees its own hosts only.
    pub owner: Option<String>,
    /// Whether the caller administers the organisation.
    is_admin: bool,
    /// What the document says that the caller may.
    granted: Vec<String>,
    entitlements: Value,
    header: Option<HeaderValue>,
}

/// Sorts of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdentityType {
    /// A person, a machine, or anything else.
    #[default]
    Ordinary,
    /// An operator of the platform.
    Associate,
    /// A program with a name and a client id.
    ServiceAccount,
}

/// An identity header that is of no use; status 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the identity header {0}")]
pub struct BadIdentity(&'static str);

impl Identity {
    /// The identity in the headers of a request; `None` when there is no such header.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, BadIdentity> {
        let mut values = headers.get_all(IDENTITY_HEADER).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() || value.len() > MAX_IDENTITY_BYTES {
            return Err(BadIdentity("is there twice, or too long"));
        }
        let bytes = BASE64.decode(value.as_bytes().trim_ascii()).map_err(|_| BadIdentity("is not base64"))?;
        let document: Value = serde_json::from_slice(&bytes).map_err(|_| BadIdentity("is not JSON"))?;
        let mut read = Self::from_document(&document)?;
        read.header = Some(value.clone());
        Ok(Some(read))
    }

    /// The identity in a document `{"identity": {…}, "entitlements": {…}}`.
    pub fn from_document(document: &Value) -> Result<Self, BadIdentity> {
        let identity = document.get("identity").filter(|identity| identity.is_object());
        let identity = identity.ok_or(BadIdentity("has no object `identity`"))?;
        let text = |pointer: &str| {
            let text = identity.pointer(pointer).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let kind = match identity.get("type").and_then(Value::as_str) {
            Some("Associate") => IdentityType::Associate,
            Some("ServiceAccount") => {
                if !identity.get("service_account").is_some_and(Value::is_object) {
                    return Err(BadIdentity("has a type `ServiceAccount` and no object `service_account`"));
                }
                let named = text("/service_account/username").is_some();
                let known = named && text("/service_account/client_id").is_some();
                if known { IdentityType::ServiceAccount } else { IdentityType::Ordinary }
            }
            _ => IdentityType::Ordinary,
        };
        let granted = identity.get("permissions").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            org_id: text("/org_id"),
            account: text("/account_number"),
            kind,
            username: text("/user/username").or_else(|| text("/associate/email")),
            owner: (text("/type").as_deref() == Some("System")).then(|| text("/system/cn")).flatten(),
            is_admin: identity.pointer("/user/is_org_admin") == Some(&Value::Bool(true)),
            granted: granted.filter_map(Value::as_str).map(str::to_owned).collect(),
            entitlements: document.get("entitlements").cloned().unwrap_or(Value::Null),
            header: None,
        })
    }

    /// An identity of an organisation, made here: for local mode and for work that no request asked for.
    pub fn of_org(org: &str, account: Option<&str>) -> Self {
        let identity =
            json!({"org_id": org, "account_number": account, "type": "User", "auth_type": "basic-auth"});
        let entitled = json!({"insights": {"is_entitled": true}, "smart_management": {"is_entitled": true}});
        let document = json!({"identity": identity, "entitlements": entitled});
        Self {
            org_id: Some(org.to_owned()),
            account: account.map(str::to_owned),
            entitlements: document["entitlements"].clone(),
            header: HeaderValue::try_from(BASE64.encode(document.to_string())).ok(),
            ..Self::default()
        }
    }

    /// The header, to be passed on to a peer.
    pub fn header(&self) -> Option<&HeaderValue> {
        self.header.as_ref()
    }

    /// What the document itself says that the caller may: administrators everything.
    pub(crate) fn permissions(&self) -> Permissions {
        if self.is_admin {
            return Permissions::everything();
        }
        let entry = |permission: &String| json!({"permission": permission});
        Permissions::granted(self.granted.iter().map(entry).collect())
    }

    /// Whether the document says that the organisation is entitled to this.
    pub(crate) fn is_entitled(&self, to: &str) -> bool {
        let entitled = self.entitlements.get(to).and_then(|entitlement| entitlement.get("is_entitled"));
        entitled == Some(&Value::Bool(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &Value) -> Result<Option<Identity>, BadIdentity> {
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY_HEADER, BASE64.encode(document.to_string()).parse().unwrap());
        Identity::from_headers(&headers)
    }

    #[test]
    fn what_is_needed_is_read_and_nothing_more_is_asked() {
        let document = json!({"identity": {"org_id": "o", "user": {"username": "u"}, "zzz": 1},
            "entitlements": {"insights": {"is_entitled": true}}});
        let identity = read(&document).unwrap().unwrap();
        assert_eq!((identity.org_id.as_deref(), identity.username.as_deref()), (Some("o"), Some("u")));
        assert!(identity.is_entitled("insights") && !identity.is_entitled("smart_management"));
        assert_eq!(Identity::from_headers(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_service_account_needs_its_name_and_its_client() {
        let of = |account: Value| {
            read(&json!({"identity": {"type": "ServiceAccount", "service_account": account}}))
        };
        assert_eq!(
            of(json!({"username": "u", "client_id": "c"})).unwrap().unwrap().kind,
            IdentityType::ServiceAccount
        );
        assert_eq!(
            of(json!({"username": "u", "client_id": ""})).unwrap().unwrap().kind,
            IdentityType::Ordinary
        );
        assert!(read(&json!({"identity": {"type": "ServiceAccount"}})).is_err());
    }

    #[test]
    fn a_header_that_cannot_be_read_is_the_clients_error() {
        for bad in ["%%%", "eno=", "W10=", "e30="] {
            let mut headers = HeaderMap::new();
            headers.insert(IDENTITY_HEADER, bad.parse().unwrap());
            assert!(Identity::from_headers(&headers).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_identity_made_here_is_read_back() {
        let made = Identity::of_org("o", None);
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY_HEADER, made.header().unwrap().clone());
        assert_eq!(Identity::from_headers(&headers).unwrap().unwrap(), made);
    }
}
