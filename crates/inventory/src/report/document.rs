//! A host as a reporter describes it, before any rule.

use std::{fmt, sync::Arc};

use legacy::{Collected, Json, Members, find};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::literal::literal;

/// The `data` of an ingress message, or one document of `POST /hosts`: a JSON object whose profile is not read.
#[derive(Debug, Clone, Default)]
pub struct HostDocument {
    members: Members,
    profile: Option<Arc<str>>,
}

/// The member that stays unread.
const PROFILE: &str = "system_profile";

impl HostDocument {
    /// The document in `value`, if it is an object.
    pub fn from_value(value: &Value) -> Option<Self> {
        let mut members = Members::new();
        let mut profile = None;
        for (name, member) in value.as_object()? {
            if name == PROFILE {
                profile = serde_json::to_string(member).ok().map(Into::into);
            } else {
                members.push((name.clone(), Json::from(member)));
            }
        }
        Some(Self { members, profile })
    }

    /// A member other than the profile.
    pub fn get(&self, name: &str) -> Option<&Json> {
        find(&self.members, name)
    }

    /// A member that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The profile: the text of any JSON value.
    pub fn profile(&self) -> Option<&Arc<str>> {
        self.profile.as_ref()
    }

    /// The whole document as a value, for those who sent it.
    pub fn to_value(&self) -> Value {
        let members = self.members.iter().map(|(name, member)| (name.clone(), member.to_value()));
        let profile =
            self.profile().and_then(|text| Some((PROFILE.to_owned(), serde_json::from_str(text).ok()?)));
        Value::Object(members.chain(profile).collect())
    }

    /// Its members but for the profile.
    pub fn members_value(&self) -> Value {
        Value::Object(self.members.iter().map(|(name, member)| (name.clone(), member.to_value())).collect())
    }

    /// A member in Python's notation, for error texts: `'<missing>'` when it is not there.
    pub(super) fn quote(&self, name: &str) -> String {
        match name {
            PROFILE => self.profile_value().as_ref().map(literal),
            _ => self.get(name).map(literal),
        }
        .unwrap_or_else(|| "'<missing>'".to_owned())
    }

    /// The whole document in Python's notation.
    pub(super) fn quote_all(&self) -> String {
        let mut members = self.members.clone();
        members.extend(self.profile_value().map(|profile| (PROFILE.to_owned(), profile)));
        literal(&Json::Object(members))
    }

    fn profile_value(&self) -> Option<Json> {
        let profile = self.profile()?;
        // A profile that cannot be read is quoted as the text it is.
        Some(serde_json::from_str(profile).unwrap_or_else(|_| Json::Text(profile.to_string())))
    }
}

impl<'de> Deserialize<'de> for HostDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = HostDocument;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<HostDocument, A::Error> {
                let mut members = Collected::default();
                let mut profile = None;
                while let Some(name) = object.next_key::<String>()? {
                    if name == PROFILE {
                        profile = Some(object.next_value::<&RawValue>()?.get().into());
                    } else {
                        members.put(name, object.next_value()?);
                    }
                }
                Ok(HostDocument { members: members.into_members(), profile })
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_stays_as_it_was_sent() {
        let document: HostDocument =
            serde_json::from_str(r#"{"a": 1, "system_profile": {"b" : 1.50}}"#).unwrap();
        assert_eq!(document.profile().map(|text| &**text), Some(r#"{"b" : 1.50}"#));
        assert_eq!(document.get("system_profile"), None);
    }

    #[test]
    fn a_quotation_names_what_is_missing() {
        let document =
            HostDocument::from_value(&serde_json::json!({"a": null, "system_profile": [1]})).unwrap();
        assert_eq!(document.quote("a"), "None");
        assert_eq!(document.quote("b"), "'<missing>'");
        assert_eq!(document.quote_all(), "{'a': None, 'system_profile': [1]}");
    }

    #[test]
    fn a_document_goes_there_and_back() {
        let sent = serde_json::json!({"a": [1, null], "system_profile": {"b": {"c": 1.5}}});
        assert_eq!(HostDocument::from_value(&sent).unwrap().to_value(), sent);
    }

    #[test]
    fn what_is_no_object_is_no_document() {
        assert!(serde_json::from_str::<HostDocument>("[]").is_err());
        assert!(HostDocument::from_value(&Value::Null).is_none());
    }
}
