//! The caller, checked.

use base64::{
    Engine,
    alphabet::STANDARD as ALPHABET,
    engine::{GeneralPurpose, general_purpose::PAD},
};
use ground::OrgId;
use serde_json::{Map, Value, json};

use crate::{
    fields::{Fields, Need},
    identity_type::{CertType, IdentityType, TypeWord, User},
};

/// Base64 as senders write it: padded, and not exact about the last bits.
const BASE64: GeneralPurpose = GeneralPurpose::new(&ALPHABET, PAD.with_decode_allow_trailing_bits(true));

/// Who calls, and for which organisation (contract inventory-http §4.1).
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The organisation: every query is bound to it.
    pub org: OrgId,
    /// The older account number; at most 36 characters.
    pub account_number: Option<String>,
    /// How the caller logged in.
    pub auth_type: AuthType,
    /// Whom the caller is.
    pub kind: IdentityType,
    raw: Map<String, Value>,
}

/// How a caller logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthType {
    /// Name and password.
    Basic,
    /// A certificate.
    Cert,
    /// A token.
    Jwt,
    /// The cluster manager's token.
    Uhc,
    /// Single sign-on.
    Saml,
    /// A certificate that is no registered machine's.
    X509,
}

/// Why something is no identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The text is not base64.
    #[error("the identity is not base64")]
    NotBase64,
    /// The bytes are no JSON.
    #[error("the identity is not JSON")]
    NotJson,
    /// There is no object `identity` in it.
    #[error("{{'identity': ['Missing data for required field.']}}")]
    NoIdentity,
    /// A text in it holds the character NUL, which no stored text has and PostgreSQL refuses.
    #[error("the identity must not contain the character NUL (\\u0000)")]
    Nul,
    /// Members are missing or wrong: the contract's map of errors as text,
    /// `{'org_id': ['Missing data for required field.']}`.
    #[error("{0}")]
    Fields(String),
}

impl AuthType {
    const WORDS: [&str; 6] = ["basic-auth", "cert-auth", "jwt-auth", "uhc-auth", "saml-auth", "x509"];

    fn parse(text: &str) -> Option<Self> {
        Some(match text.to_lowercase().as_str() {
            "basic-auth" => Self::Basic,
            "cert-auth" => Self::Cert,
            "jwt-auth" => Self::Jwt,
            "uhc-auth" => Self::Uhc,
            "saml-auth" => Self::Saml,
            "x509" => Self::X509,
            _ => return None,
        })
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic-auth",
            Self::Cert => "cert-auth",
            Self::Jwt => "jwt-auth",
            Self::Uhc => "uhc-auth",
            Self::Saml => "saml-auth",
            Self::X509 => "x509",
        }
    }
}

impl Identity {
    /// Checks the object that stands under `identity`. An error of the common members hides those of the kind.
    pub fn from_value(identity: &Value) -> Result<Self, IdentityError> {
        let Value::Object(raw) = identity else {
            return Err(IdentityError::Fields("{'_schema': ['Invalid input type.']}".to_owned()));
        };
        if has_nul(identity) {
            return Err(IdentityError::Nul);
        }
        let wrong = |complaints: &dyn std::fmt::Display| IdentityError::Fields(complaints.to_string());
        let mut fields = Fields::new(raw);
        let org = fields.text("org_id", Need::Required, 1, 36);
        let word = fields.word("type", &TypeWord::WORDS, TypeWord::parse);
        let auth_type = fields.word("auth_type", &AuthType::WORDS, AuthType::parse);
        let account_number = fields.text("account_number", Need::Nullable, 0, 36).map(str::to_owned);
        fields.finish().map_err(|complaints| wrong(&complaints))?;
        let (Some(org), Some(word), Some(auth_type)) = (org, word, auth_type) else {
            return Err(IdentityError::NoIdentity);
        };
        let org = OrgId::parse(org).map_err(|error| wrong(&error))?;
        let kind = IdentityType::read(word, raw).map_err(|complaints| wrong(&complaints))?;
        Ok(Self { org, account_number, auth_type, kind, raw: raw.clone() })
    }

    /// Checks base64 of `{"identity": {…}}`, as messages carry it.
    pub fn from_b64(text: &str) -> Result<Self, IdentityError> {
        Self::from_value(&decode(text)?)
    }

    /// The identity of a registered machine, for reports that carry none (contract inventory-events §2.3).
    pub fn of_system(org: OrgId, account_number: Option<String>, cn: &str) -> Self {
        Self {
            org,
            account_number,
            auth_type: AuthType::Cert,
            kind: IdentityType::System { cn: cn.to_owned(), cert_type: CertType::System },
            raw: Map::new(),
        }
    }

    /// The caller of local mode: one person of one organisation, both named `local`.
    pub(crate) fn local() -> Result<Self, ground::BadOrgId> {
        Ok(Self {
            org: OrgId::parse("local")?,
            account_number: None,
            auth_type: AuthType::Basic,
            kind: IdentityType::User(User {
                username: Some("local".to_owned()),
                user_id: Some("local".to_owned()),
                email: None,
                is_org_admin: true,
            }),
            raw: Map::new(),
        })
    }

    /// The object as it was received; empty when the identity was made here.
    pub fn raw(&self) -> &Map<String, Value> {
        &self.raw
    }

    /// What the identity says that the caller may, in RBAC's notation. Only to be believed where this program made it.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        let list = self.raw.get("permissions").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whose hosts a machine sees: its common name. `None` for callers who are no machine.
    pub fn owner(&self) -> Option<&str> {
        match &self.kind {
            IdentityType::System { cn, .. } => Some(cn),
            _ => None,
        }
    }

    /// Whether RBAC is asked what the caller may do (contract inventory-http §5.2).
    pub const fn is_checked(&self) -> bool {
        matches!(self.kind, IdentityType::User(_) | IdentityType::ServiceAccount { .. })
    }

    /// The header value, made anew from what was checked: unknown members are left out, words are normalised.
    pub fn b64(&self) -> String {
        let mut identity = Map::new();
        identity.insert("org_id".to_owned(), json!(self.org.as_str()));
        identity.insert("type".to_owned(), json!(self.kind.type_word()));
        identity.insert("auth_type".to_owned(), json!(self.auth_type.as_str()));
        if let Some(account) = &self.account_number {
            identity.insert("account_number".to_owned(), json!(account));
        }
        for name in self.kind.objects() {
            if let Some(object) = self.raw.get(*name) {
                identity.insert((*name).to_owned(), object.clone());
            }
        }
        match &self.kind {
            IdentityType::System { cn, cert_type } => {
                let system = identity.entry("system").or_insert_with(|| json!({}));
                system["cn"] = json!(cn);
                system["cert_type"] = json!(cert_type.as_str());
            }
            IdentityType::User(user) if self.raw.is_empty() => {
                identity.insert(
                    "user".to_owned(),
                    json!({"username": user.username, "user_id": user.user_id, "is_org_admin": user.is_org_admin}),
                );
            }
            _ => {}
        }
        BASE64.encode(json!({"identity": identity}).to_string())
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, member)| name.contains('\0') || has_nul(member)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The object under `identity` in base64 of JSON. What is not of the alphabet is skipped, as the original does: many
/// encoders break lines.
pub(crate) fn decode(text: &str) -> Result<Value, IdentityError> {
    let of_alphabet = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let bytes = BASE64
        .decode(text.trim())
        .or_else(|_| BASE64.decode(text.chars().filter(of_alphabet).collect::<String>()))
        .map_err(|_| IdentityError::NotBase64)?;
    let mut whole: Value = serde_json::from_slice(&bytes).map_err(|_| IdentityError::NotJson)?;
    whole.get_mut("identity").map(Value::take).ok_or(IdentityError::NoIdentity)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with(change: &Value) -> Value {
        let mut identity = json!({"org_id": "o", "type": "User", "auth_type": "basic-auth"});
        for (name, value) in change.as_object().unwrap() {
            match value {
                Value::String(text) if text == "-" => drop(identity.as_object_mut().unwrap().remove(name)),
                value => identity[name] = value.clone(),
            }
        }
        identity
    }

    fn refusal(change: &Value) -> String {
        Identity::from_value(&with(change)).unwrap_err().to_string()
    }

    fn accepted(change: &Value) -> Identity {
        Identity::from_value(&with(change)).unwrap()
    }

    #[test]
    fn each_common_member_is_checked() {
        assert_eq!(refusal(&json!({"org_id": "-"})), "{'org_id': ['Missing data for required field.']}");
        assert_eq!(refusal(&json!({"org_id": ""})), "{'org_id': ['Length must be between 1 and 36.']}");
        assert_eq!(
            refusal(&json!({"org_id": "o".repeat(37)})),
            "{'org_id': ['Length must be between 1 and 36.']}"
        );
        assert_eq!(refusal(&json!({"org_id": 5})), "{'org_id': ['Not a valid string.']}");
        assert_eq!(
            refusal(&json!({"type": "user"})),
            "{'type': ['Must be one of: System, User, ServiceAccount, Associate, X509.']}"
        );
        assert!(
            refusal(&json!({"auth_type": "classic-proxy"})).starts_with("{'auth_type': ['Must be one of: ")
        );
        assert_eq!(
            refusal(&json!({"org_id": "-", "type": "-"})),
            "{'org_id': ['Missing data for required field.'], 'type': ['Missing data for required field.']}"
        );
        assert!(refusal(&json!({"account_number": "1".repeat(37)})).contains("36"));
    }

    #[test]
    fn a_nul_is_refused_wherever_it_stands() {
        for change in [
            json!({"org_id": "o\0"}),
            json!({"type": "System", "auth_type": "cert-auth", "system": {"cn": "a\0", "cert_type": "system"}}),
            json!({"extra": [{"a\0": 1}]}),
        ] {
            assert_eq!(Identity::from_value(&with(&change)), Err(IdentityError::Nul), "{change}");
        }
    }

    #[test]
    fn base64_may_be_broken_into_lines() {
        let text = BASE64.encode(json!({"identity": with(&json!({}))}).to_string());
        let (one, other) = text.split_at(20);
        for broken in [format!("{one}\n{other}\n"), format!("{one}\r\n {other}"), format!("\"{text}\"")] {
            assert_eq!(Identity::from_b64(&broken).unwrap().org.as_str(), "o", "{broken}");
        }
        assert_eq!(Identity::from_b64("%%%"), Err(IdentityError::NotJson));
    }

    #[test]
    fn the_way_of_log_in_is_read_in_any_case_and_an_account_may_be_null() {
        let identity = accepted(&json!({"auth_type": "BASIC-AUTH", "account_number": null}));
        assert_eq!((identity.auth_type, identity.account_number), (AuthType::Basic, None));
    }

    #[test]
    fn a_person_needs_no_description_but_a_right_one() {
        assert_eq!(accepted(&json!({})).kind, IdentityType::User(User::default()));
        let described =
            accepted(&json!({"user": {"username": "u", "user_id": "7", "is_org_admin": true, "x": 1}}));
        let IdentityType::User(user) = described.kind else { panic!() };
        assert_eq!(
            (user.username.as_deref(), user.user_id.as_deref(), user.is_org_admin),
            (Some("u"), Some("7"), true)
        );
        assert_eq!(
            refusal(&json!({"user": {"email": "nope"}})),
            "{'user': {'email': ['Not a valid email address.']}}"
        );
        assert_eq!(refusal(&json!({"user": {"locale": 1}})), "{'user': {'locale': ['Not a valid string.']}}");
        assert_eq!(refusal(&json!({"user": 5})), "{'user': {'_schema': ['Invalid input type.']}}");
    }

    #[test]
    fn a_machine_needs_a_name_and_a_sort_of_certificate() {
        let good = accepted(&json!({"type": "System", "system": {"cn": "c", "cert_type": "SYSTEM"}}));
        assert_eq!(good.owner(), Some("c"));
        assert!(!good.is_checked());
        assert_eq!(refusal(&json!({"type": "System"})), "{'system': ['Missing data for required field.']}");
        assert_eq!(
            refusal(&json!({"type": "System", "system": {"cn": "", "cert_type": "paper"}})),
            "{'system': {'cert_type': ['Must be one of: hypervisor, rhui, sam, satellite, system.'], \
             'cn': ['Shorter than minimum length 1.']}}"
        );
    }

    #[test]
    fn services_and_certificates_need_their_objects() {
        let account = json!({"client_id": "c", "username": "u"});
        assert!(accepted(&json!({"type": "ServiceAccount", "service_account": account})).is_checked());
        assert!(
            refusal(&json!({"type": "ServiceAccount", "service_account": {"username": "u"}}))
                .contains("client_id")
        );
        assert!(refusal(&json!({"type": "X509", "x509": {"subject_dn": "s"}})).contains("issuer_dn"));
        assert!(
            !accepted(&json!({"type": "X509", "x509": {"subject_dn": "s", "issuer_dn": "i"}})).is_checked()
        );
    }

    #[test]
    fn an_associate_is_described_as_such_or_as_a_service() {
        let account = json!({"client_id": "c", "username": "u"});
        assert_eq!(
            accepted(&json!({"type": "Associate", "associate": {"email": "a@b.c"}})).kind,
            IdentityType::Associate
        );
        assert_eq!(
            accepted(&json!({"type": "Associate", "service_account": account})).kind,
            IdentityType::Associate
        );
        assert_eq!(
            refusal(&json!({"type": "Associate"})),
            "{'associate': ['Missing data for required field.']}"
        );
    }

    #[test]
    fn what_is_rebuilt_means_the_same_and_drops_the_unknown() {
        let change =
            json!({"type": "System", "zzz": 1, "system": {"cn": "c", "cert_type": "SYSTEM", "kept": 1}});
        let identity = accepted(&change);
        let again = Identity::from_b64(&identity.b64()).unwrap();
        assert_eq!((&again.org, &again.kind), (&identity.org, &identity.kind));
        assert!(!again.raw().contains_key("zzz"));
        assert_eq!(again.raw()["system"], json!({"cn": "c", "cert_type": "system", "kept": 1}));
    }

    #[test]
    fn an_identity_made_here_is_read_back() {
        let org = OrgId::parse("o").unwrap();
        for made in [Identity::of_system(org, Some("1".to_owned()), "c"), Identity::local().unwrap()] {
            let again = Identity::from_b64(&made.b64()).unwrap();
            assert_eq!(
                (again.org, again.kind, again.account_number),
                (made.org, made.kind, made.account_number)
            );
        }
    }

    #[test]
    fn text_that_hides_no_identity_says_where_it_ends() {
        assert_eq!(Identity::from_b64("%%%a"), Err(IdentityError::NotBase64));
        assert_eq!(Identity::from_b64("aGVsbG8="), Err(IdentityError::NotJson));
        assert_eq!(Identity::from_b64("W10="), Err(IdentityError::NoIdentity));
        assert_eq!(
            Identity::from_b64(&BASE64.encode("{\"identity\":null}")).unwrap_err().to_string(),
            "{'_schema': ['Invalid input type.']}"
        );
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".*", inner in ".*") {
            let _ = Identity::from_b64(&text);
            let _ = Identity::from_b64(&BASE64.encode(&inner));
        }

        #[test]
        fn any_organisation_of_legal_length_survives_the_round_trip(org in "[^\\x00]{1,36}") {
            // To `with` it stands for a member that is not there.
            prop_assume!(org != "-");
            let identity = accepted(&json!({"org_id": org}));
            prop_assert_eq!(Identity::from_b64(&identity.b64()).unwrap().org, identity.org);
        }
    }
}
