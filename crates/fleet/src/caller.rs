//! What callers reach of the record, and what they leave in it.

use access::{Caller, GroupScope, Identity, REQUEST_ID_HEADER};
use ground::any_uuid;

use crate::{GroupLimit, Origin, Scope};

impl Scope {
    /// The hosts that are a caller's whatever their permissions: all of the organisation, for a machine those that it
    /// owns. A common name that is no UUID owns nothing.
    pub fn own(identity: &Identity) -> Self {
        let scope = Self::of(identity.org.clone());
        match identity.owner() {
            Some(cn) => scope.owned_by(any_uuid(cn).map_or_else(|| cn.to_owned(), |id| id.to_string())),
            None => scope,
        }
    }

    /// Those of a caller's hosts that are in the groups of an allowed access.
    pub fn reached(identity: &Identity, groups: GroupScope) -> Self {
        match groups {
            GroupScope::All => Self::own(identity),
            GroupScope::Only { ids, ungrouped } => Self::own(identity).within(GroupLimit { ids, ungrouped }),
        }
    }
}

impl From<&Caller> for Origin {
    /// What the events of a request tell of it (contract inventory-http §23).
    fn from(caller: &Caller) -> Self {
        Self {
            request_id: caller.header(REQUEST_ID_HEADER).map(str::to_owned),
            metadata: Some(format!(r#"{{"b64_identity":"{}"}}"#, caller.identity.b64()).into()),
            by_frontend: caller.header("x-rh-frontend-origin") == Some("hcc"),
        }
    }
}
