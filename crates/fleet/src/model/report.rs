//! What a reporter says of one machine.

use std::sync::Arc;

use ground::{HostId, OrgId};
use serde_json::Value;
use uuid::Uuid;

use crate::{CanonicalFacts, Origin, Tags};

/// One report, validated but for its profile. `None` and empty mean "not said" and never clear what is stored.
#[derive(Debug, Clone)]
pub struct Report {
    /// The organisation.
    pub org: OrgId,
    /// Who reports.
    pub reporter: String,
    /// What this reporter is to others.
    pub precedence: Precedence,
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
    /// The one host that it may be about, which gets this id when it is new. A report that is recognised as another host, or not
    /// as this one, is [`Refused::AnotherHost`].
    pub bound_to: Option<HostId>,
    /// Where the report came from.
    pub origin: Origin,
}

impl Report {
    /// A report that says nothing but who reports, and by which facts the machine is recognised.
    pub fn new(org: OrgId, reporter: &str, canonical_facts: CanonicalFacts) -> Self {
        Self {
            org,
            reporter: reporter.to_owned(),
            precedence: Precedence::default(),
            canonical_facts,
            display_name: None,
            ansible_host: None,
            account: None,
            sender_account: None,
            openshift_cluster_id: None,
            facts: Vec::new(),
            tags: Tags::new(),
            profile: None,
            owner: Owner::AsReported,
            defer_to_reporter: None,
            bound_to: None,
            origin: Origin::default(),
        }
    }
}

/// What a reporter is to others: the rules of the wire that its report came by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Precedence {
    /// Names that these reporters gave stay.
    pub keeps_names_of: &'static [&'static str],
    /// These reporters are no longer listed beside it.
    pub takes_place_of: &'static [&'static str],
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

/// Why a report was not stored. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The profile does not conform to the schema.
    #[error(transparent)]
    Profile(#[from] profile::Invalid),
    /// The profile names an owner who is not the sender.
    #[error("The owner in host does not match the owner in identity")]
    Owner,
    /// An event of the host would be larger than what can be published.
    #[error("The host would take {bytes} bytes as an event; at most {max} can be published.")]
    TooLarge {
        /// About how many bytes the event would have.
        bytes: usize,
        /// How many it may have.
        max: usize,
    },
    /// The host would have more facts than a host may have.
    #[error("The host would have {bytes} bytes of facts; at most {max} are kept.")]
    TooManyFacts {
        /// How many bytes they would have as JSON.
        bytes: usize,
        /// How many they may have.
        max: usize,
    },
    /// The facts are those of a host that the sender may not change, or there is none and the sender may not make one.
    #[error("You don't have the permission to change the host with these facts.")]
    OutOfReach,
    /// It is bound to one host and its facts are those of another one.
    #[error("These are the facts of another machine than the one that this host is.")]
    AnotherHost,
    /// A system-profile update found no host.
    #[error("Could not find an existing host with the provided facts.")]
    NoHost,
}
