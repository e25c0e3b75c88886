//! What an identity is of: a person, a machine, a service.

use serde_json::{Map, Value};

use crate::{
    email::is_email,
    fields::{Complaints, Fields, Need},
};

/// Whom the caller is, with what is known of it (contract inventory-http §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IdentityType {
    /// A person.
    User(User),
    /// A machine with a certificate.
    System {
        /// Common name of its certificate: the owner of the hosts that it sees. Not always a UUID.
        cn: String,
        /// Which sort of certificate.
        cert_type: CertType,
    },
    /// A program with credentials of its own.
    ServiceAccount {
        /// Its client id.
        client_id: String,
        /// Its name.
        username: String,
        /// Its id as a user.
        user_id: Option<String>,
    },
    /// A certificate that is no registered machine's.
    X509 {
        /// Whom it names.
        subject_dn: String,
        /// Who signed it.
        issuer_dn: String,
    },
    /// Somebody of the vendor's staff.
    Associate,
}

/// What somebody is called of whom no name is known.
pub const UNNAMED: &str = "somebody without a name";

/// What is known of a person; every part may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct User {
    /// Log-in name.
    pub username: Option<String>,
    /// Id that stays when the name changes.
    pub user_id: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Whether the person administers the organisation.
    pub is_org_admin: bool,
}

/// Sorts of machine certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertType {
    /// Of a hypervisor.
    Hypervisor,
    /// Of the cloud's update infrastructure.
    Rhui,
    /// Of Subscription Asset Manager.
    Sam,
    /// Of a Satellite.
    Satellite,
    /// Of a registered machine.
    System,
}

impl CertType {
    const WORDS: [&str; 5] = ["hypervisor", "rhui", "sam", "satellite", "system"];

    fn parse(text: &str) -> Option<Self> {
        Some(match text.to_lowercase().as_str() {
            "hypervisor" => Self::Hypervisor,
            "rhui" => Self::Rhui,
            "sam" => Self::Sam,
            "satellite" => Self::Satellite,
            "system" => Self::System,
            _ => return None,
        })
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Hypervisor => "hypervisor",
            Self::Rhui => "rhui",
            Self::Sam => "sam",
            Self::Satellite => "satellite",
            Self::System => "system",
        }
    }
}

/// The word of the member `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeWord {
    System,
    User,
    ServiceAccount,
    Associate,
    X509,
}

impl TypeWord {
    pub const WORDS: [&str; 5] = ["System", "User", "ServiceAccount", "Associate", "X509"];

    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "System" => Self::System,
            "User" => Self::User,
            "ServiceAccount" => Self::ServiceAccount,
            "Associate" => Self::Associate,
            "X509" => Self::X509,
            _ => return None,
        })
    }
}

impl IdentityType {
    /// Reads the object that belongs to the type.
    pub(crate) fn read(word: TypeWord, identity: &Map<String, Value>) -> Result<Self, Complaints> {
        let mut fields = Fields::new(identity);
        let kind = match word {
            TypeWord::User => Some(Self::User(
                fields.object("user", Need::Optional, |inner| Some(user(inner))).unwrap_or_default(),
            )),
            TypeWord::System => fields.object("system", Need::Required, system),
            TypeWord::ServiceAccount => fields.object("service_account", Need::Required, service_account),
            TypeWord::X509 => fields.object("x509", Need::Required, x509),
            // The original asks a real associate for a service account, and so refuses it.
            TypeWord::Associate if identity.contains_key("service_account") => {
                fields.object("service_account", Need::Required, service_account).map(|_| Self::Associate)
            }
            TypeWord::Associate => fields.object("associate", Need::Required, |_| Some(Self::Associate)),
        };
        fields.finish()?;
        // Without a complaint there is a value.
        kind.ok_or_else(Complaints::default)
    }

    pub(crate) const fn type_word(&self) -> &'static str {
        match self {
            Self::User(_) => "User",
            Self::System { .. } => "System",
            Self::ServiceAccount { .. } => "ServiceAccount",
            Self::X509 { .. } => "X509",
            Self::Associate => "Associate",
        }
    }

    /// Names of the objects that may describe this kind.
    pub(crate) const fn objects(&self) -> &'static [&'static str] {
        match self {
            Self::User(_) => &["user"],
            Self::System { .. } => &["system"],
            Self::ServiceAccount { .. } => &["service_account"],
            Self::X509 { .. } => &["x509"],
            Self::Associate => &["associate", "service_account"],
        }
    }
}

fn user(fields: &mut Fields<'_>) -> User {
    for name in ["first_name", "last_name", "locale"] {
        fields.text(name, Need::Optional, 0, usize::MAX);
    }
    for name in ["is_active", "is_internal"] {
        fields.boolean(name);
    }
    User {
        is_org_admin: fields.boolean("is_org_admin").unwrap_or_default(),
        username: fields.text("username", Need::Optional, 0, usize::MAX).map(str::to_owned),
        user_id: fields.text("user_id", Need::Optional, 0, usize::MAX).map(str::to_owned),
        email: fields.checked_text("email", is_email, "Not a valid email address.").map(str::to_owned),
    }
}

fn system(fields: &mut Fields<'_>) -> Option<IdentityType> {
    let cert_type = fields.word("cert_type", &CertType::WORDS, CertType::parse);
    let cn = required(fields, "cn");
    Some(IdentityType::System { cn: cn?, cert_type: cert_type? })
}

fn service_account(fields: &mut Fields<'_>) -> Option<IdentityType> {
    let (client_id, username) = (required(fields, "client_id"), required(fields, "username"));
    let user_id = fields.text("user_id", Need::Optional, 0, usize::MAX).map(str::to_owned);
    fields.text("scope", Need::Optional, 0, usize::MAX);
    Some(IdentityType::ServiceAccount { client_id: client_id?, username: username?, user_id })
}

fn x509(fields: &mut Fields<'_>) -> Option<IdentityType> {
    let (subject_dn, issuer_dn) = (required(fields, "subject_dn"), required(fields, "issuer_dn"));
    Some(IdentityType::X509 { subject_dn: subject_dn?, issuer_dn: issuer_dn? })
}

fn required(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    fields.text(name, Need::Required, 1, usize::MAX).map(str::to_owned)
}
