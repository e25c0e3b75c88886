//! A host with its profile, as messages show them.

use fleet::{Host, StoredProfile};
use serde::Deserialize;

/// A host with its whole profile at one moment of its history.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The host; of a deleted one, its last state.
    pub host: &'a Host,
    /// Its profile.
    pub profile: &'a StoredProfile,
}

/// The operating system, as far as messages name it. Versions are whole numbers.
#[derive(Deserialize)]
pub(in crate::messages) struct Os {
    pub(in crate::messages) name: String,
    pub(in crate::messages) major: u32,
    pub(in crate::messages) minor: u32,
}

impl Shown<'_> {
    /// The operating system, when it is known.
    pub(in crate::messages) fn os(self) -> Option<Os> {
        Os::deserialize(self.profile.facts.get("operating_system")?).ok()
    }

    /// Whether the machine boots an image: it has a status, which tells what was booted.
    pub(super) fn is_bootc(self) -> bool {
        let status = self.profile.facts.get("bootc_status");
        status.and_then(|status| status.get("booted")).is_some_and(|booted| !booted.is_null())
    }

    /// The profile for readers of events: of the host types only `edge` is shown, any other is an empty text
    /// (contract inventory-events §9.6).
    pub(super) fn profile_json(self) -> String {
        match self.profile.facts.get("host_type") {
            Some(host_type) if host_type != "edge" => {
                let mut profile = self.profile.clone();
                profile.facts.insert("host_type".to_owned(), "".into());
                profile.json()
            }
            _ => self.profile.json(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::sample;

    #[test]
    fn of_the_host_types_only_edge_is_shown() {
        let shown = |json| Shown { host: &sample::host(), profile: &sample::profile(json) }.profile_json();
        assert_eq!(shown(r#"{"arch":"x","host_type":"edge"}"#), r#"{"arch":"x","host_type":"edge"}"#);
        assert_eq!(shown(r#"{"host_type":"cluster","arch":"x"}"#), r#"{"arch":"x","host_type":""}"#);
        assert_eq!(shown("{}"), "{}");
    }

    #[test]
    fn a_machine_boots_an_image_when_it_says_which() {
        let is_bootc = |json| Shown { host: &sample::host(), profile: &sample::profile(json) }.is_bootc();
        assert!(is_bootc(r#"{"bootc_status":{"booted":{}}}"#));
        for json in
            ["{}", r#"{"bootc_status":{}}"#, r#"{"bootc_status":{"staged":{}}}"#, r#"{"bootc_status":1}"#]
        {
            assert!(!is_bootc(json), "{json}");
        }
    }
}
