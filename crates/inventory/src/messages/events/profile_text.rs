//! A profile as events show it, copied rather than read.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use crate::messages::raw::RawObject;

/// The members of a profile. Serialised for readers of events: of the host types only `edge` is shown, any other
/// is an empty text (contract inventory-events §9.6).
pub(in crate::messages) struct ProfileText<'a>(RawObject<'a>);

/// The operating system, as far as messages name it. Versions are whole numbers.
#[derive(Deserialize)]
pub(in crate::messages) struct Os {
    pub(in crate::messages) name: String,
    pub(in crate::messages) major: u32,
    pub(in crate::messages) minor: u32,
}

impl<'a> ProfileText<'a> {
    pub(in crate::messages) fn read(json: &'a str) -> serde_json::Result<Self> {
        RawObject::read(json).map(Self)
    }

    /// The operating system, when it is known.
    pub(in crate::messages) fn os(&self) -> Option<Os> {
        serde_json::from_str(self.0.get("operating_system")?).ok()
    }

    /// Whether the machine boots an image: it has a status, which tells what was booted.
    pub(super) fn is_bootc(&self) -> bool {
        let status = self.0.get("bootc_status").map(RawObject::read);
        status.is_some_and(|status| {
            status.is_ok_and(|status| status.get("booted").is_some_and(|raw| raw != "null"))
        })
    }
}

impl Serialize for ProfileText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = &self.0.0;
        let mut object = serializer.serialize_map(Some(members.len()))?;
        for (name, raw) in members {
            if name.as_str() == "host_type" && raw.get() != "\"edge\"" {
                object.serialize_entry(name, "")?;
            } else {
                object.serialize_entry(name, raw)?;
            }
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        serde_json::to_string(&ProfileText::read(json).unwrap()).unwrap()
    }

    #[test]
    fn of_the_host_types_only_edge_is_shown() {
        assert_eq!(shown(r#"{"arch":"x","host_type":"edge"}"#), r#"{"arch":"x","host_type":"edge"}"#);
        assert_eq!(shown(r#"{"host_type":"cluster","arch":"x"}"#), r#"{"host_type":"","arch":"x"}"#);
        assert_eq!(shown("{}"), "{}");
    }

    #[test]
    fn a_machine_boots_an_image_when_it_says_which() {
        let is_bootc = |json: &str| ProfileText::read(json).unwrap().is_bootc();
        assert!(is_bootc(r#"{"bootc_status":{"booted":{}}}"#));
        for json in ["{}", r#"{"bootc_status":{}}"#, r#"{"bootc_status":{"staged":{}}}"#] {
            assert!(!is_bootc(json), "{json}");
        }
    }
}
