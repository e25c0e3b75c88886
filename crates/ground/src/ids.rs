//! Ids as types, so that a host id never stands where a group id is meant.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The organisation that a row belongs to: the tenancy key of every query, 1 to 36 characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgId(Arc<str>);

/// The text is no organisation id: it has no characters, or more than 36.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an organisation id has 1 to 36 characters, this one has {0}")]
pub struct BadOrgId(usize);

impl OrgId {
    /// Takes any text of 1 to 36 characters.
    pub fn parse(text: &str) -> Result<Self, BadOrgId> {
        match text.chars().count() {
            1..=36 => Ok(Self(text.into())),
            other => Err(BadOrgId(other)),
        }
    }

    /// The id as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OrgId {
    type Error = BadOrgId;
    fn try_from(text: String) -> Result<Self, BadOrgId> {
        Self::parse(&text)
    }
}

impl From<OrgId> for String {
    fn from(org: OrgId) -> String {
        org.0.to_string()
    }
}

impl fmt::Display for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgId({})", self.0)
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

uuid_id!(
    /// One machine of an organisation. Shown lower-case and hyphenated.
    HostId
);
uuid_id!(
    /// One group (workspace) of an organisation. Shown lower-case and hyphenated.
    GroupId
);

/// A UUID in any form that Python reads: 32 hexadecimal digits with hyphens anywhere or nowhere, in any case, also in
/// braces or behind `urn:uuid:`.
pub fn any_uuid(text: &str) -> Option<Uuid> {
    let bare = text.replace("urn:", "").replace("uuid:", "");
    let digits = bare.trim_matches(['{', '}']).replace('-', "");
    let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if all_hex && digits.len() == 32 { Uuid::try_parse(&digits).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_read_in_any_form_of_python() {
        let expected = Uuid::from_u128(0x3f2c_6a52_4d3c_4a55_8d6f_0a4d_2f6b_7c11);
        for text in [
            "3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c11",
            "3F2C6A524D3C4A558D6F0A4D2F6B7C11",
            "{3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c11}",
            "urn:uuid:3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c11",
            "3f-2c6a524d3c4a558d6f0a4d2f6b7c11",
        ] {
            assert_eq!(any_uuid(text), Some(expected), "{text}");
        }
        for text in
            ["", "no uuid", "3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c1", "3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c1g"]
        {
            assert_eq!(any_uuid(text), None, "{text}");
        }
    }

    #[test]
    fn an_organisation_id_has_1_to_36_characters() {
        assert!(OrgId::parse("").is_err());
        assert!(OrgId::parse("a").is_ok());
        assert!(OrgId::parse(&"ä".repeat(36)).is_ok());
        assert_eq!(
            OrgId::parse(&"a".repeat(37)).unwrap_err().to_string(),
            "an organisation id has 1 to 36 characters, this one has 37"
        );
    }
}
