//! The caller of one request.

use access::GroupScope;

use crate::{Failure, GroupFilter, Identity, Permissions, Requirement};

/// The caller of one request, let in by a [`Gate`](crate::Gate).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Caller {
    /// Who it is; of a trusted internal call without an identity nobody in particular.
    pub identity: Identity,
    /// What they may do.
    pub permissions: Permissions,
    /// Whether one of the three services calls, with the shared secret.
    pub internal: bool,
}

impl Caller {
    /// A caller of an organisation who may do everything: for work that no request asked for.
    pub fn of_org(org: &str, account: Option<&str>) -> Self {
        Self { identity: Identity::of_org(org, account), ..Self::default() }
    }

    /// The organisation, or the account number of an older caller without one.
    pub fn tenant(&self) -> Option<&str> {
        self.identity.org_id.as_deref().or(self.identity.account.as_deref())
    }

    /// 403 without one of the alternatives.
    pub fn require(&self, requirement: Requirement) -> Result<(), Failure> {
        self.permissions.require(requirement)
    }

    /// Which hosts the caller reaches.
    pub fn groups(&self) -> Result<GroupFilter, Failure> {
        self.permissions.groups()
    }

    /// The same, for questions to the record.
    pub fn group_scope(&self) -> Result<GroupScope, Failure> {
        Ok(self.groups()?.scope())
    }
}
