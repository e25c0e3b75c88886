//! What a reporter says of one machine.

use std::{borrow::Cow, sync::Arc};

use ground::{OrgId, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use crate::{CanonicalFacts, Tags};

/// One report, validated but for its profile. `None` and empty mean "not said" and never clear what is stored.
#[derive(Debug, Clone)]
pub struct Report {
    /// The organisation.
    pub org: OrgId,
    /// Who reports.
    pub reporter: String,
    /// How the machine is recognised.
    pub canonical_facts: CanonicalFacts,
    /// A name, when one is given.
    pub display_name: Option<String>,
    /// Ansible's name; an empty text clears it.
    pub ansible_host: Option<String>,
    /// The account number, kept from the first report.
    pub account: Option<String>,
    /// The account number of the sender, for the group that a first host makes.
    pub sender_account: Option<String>,
    /// The cluster it belongs to.
    pub openshift_cluster_id: Option<Uuid>,
    /// Facts by namespace: a namespace replaces the stored one.
    pub facts: Vec<(String, Value)>,
    /// Tags; an empty namespace deletes the stored one.
    pub tags: Tags,
    /// The profile as it came: the text of a JSON value.
    pub profile: Option<Arc<str>>,
    /// What to do about the owner.
    pub owner: Owner,
    /// Leave the profile alone while this reporter is fresh (contract inventory-events §5.3).
    pub defer_to_reporter: Option<String>,
    /// Where the report came from.
    pub origin: Origin,
}

/// Who owns the host that a report is about (contract inventory-events §2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Whoever the profile names, if it names one.
    AsReported,
    /// The machine itself: its certificate's name. A profile that names another owner is refused.
    System {
        /// The certificate's name.
        cn: String,
        /// What an existing host's owner becomes: the name, or for the subscription service's own reports the
        /// subscription manager id.
        on_update: String,
    },
}

/// Where a change came from: what its event must repeat.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// The request's id.
    pub request_id: Option<String>,
    /// The sender's metadata, to the letter: the text of a JSON object.
    pub metadata: Option<Box<str>>,
    /// Whether a person deleted the host in the browser.
    pub by_frontend: bool,
}

/// Stands in stored metadata where the id of the request was. In JSON no such byte stands by itself.
const REQUEST_ID: char = '\0';

impl Origin {
    /// The metadata as it is stored: without the id of the request, which the row of the log has beside it. What is left
    /// is the same from report to report, and so is stored once.
    pub(crate) fn stored_metadata(&self) -> Option<Cow<'_, str>> {
        let json = self.metadata.as_deref()?;
        let id = self.request_id.as_deref().filter(|id| !id.is_empty());
        let place = id.and_then(|id| Some((json.find(&format!("\"{id}\""))? + 1, id.len())));
        Some(match place {
            Some((at, length)) if !json.contains(REQUEST_ID) => {
                Cow::Owned(format!("{}{REQUEST_ID}{}", &json[..at], &json[at + length..]))
            }
            _ => Cow::Borrowed(json),
        })
    }

    /// The metadata as it was sent, from what is stored.
    pub(crate) fn sent_metadata(stored: &str, request_id: Option<&str>) -> Box<str> {
        stored.replacen(REQUEST_ID, request_id.unwrap_or_default(), 1).into()
    }
}

/// Why a report was not stored. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The profile does not conform to the schema.
    #[error(transparent)]
    Profile(#[from] profile::Invalid),
    /// The profile names an owner who is not the sender.
    #[error("The owner in host does not match the owner in identity")]
    Owner,
    /// A system-profile update found no host.
    #[error("Could not find an existing host with the provided facts.")]
    NoHost,
}

/// The settings by which hosts age, in seconds after the last check-in (contract inventory-http §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Staleness {
    /// Stale after.
    pub stale: i64,
    /// Stale-warning after.
    pub warning: i64,
    /// Culled (as if deleted) after.
    pub delete: i64,
}

impl Default for Staleness {
    /// 29 hours, 7 days, 30 days.
    fn default() -> Self {
        Self { stale: 104_400, warning: 604_800, delete: 2_592_000 }
    }
}

impl Staleness {
    /// Hosts that last reported at or before this are culled.
    pub fn culled_before(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-self.delete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_stored_without_the_request_and_read_with_it() {
        let sent = |request: Option<&str>, json: &str| {
            let origin = Origin {
                request_id: request.map(str::to_owned),
                metadata: Some(json.into()),
                by_frontend: false,
            };
            let stored = origin.stored_metadata().unwrap().into_owned();
            assert_eq!(&*Origin::sent_metadata(&stored, request), json);
            stored
        };
        let of = |id: &str| format!(r#"{{"request_id" : "{id}", "b64_identity": "x{id}"}}"#);
        assert_eq!(
            sent(Some("r1"), &of("r1")).replace("xr1", ""),
            sent(Some("r2"), &of("r2")).replace("xr2", "")
        );
        assert_eq!(sent(None, &of("r1")), of("r1"));
        assert_eq!(sent(Some(""), r#"{"request_id":""}"#), r#"{"request_id":""}"#);
        // Written otherwise than it reads: it stays as it is.
        assert_eq!(sent(Some("é"), r#"{"request_id":"\u00e9"}"#), r#"{"request_id":"\u00e9"}"#);
    }
}
