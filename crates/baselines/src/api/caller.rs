//! Who is calling, and what an operation needs to be allowed (contract drift §2.2, §2.3).

use drift_common::{Caller, Check, Failure, GroupFilter, Requirement};
use ground::OrgId;
use http::HeaderMap;

use super::App;
use crate::store::Reach;

/// What is checked of every caller, in this order.
pub const CHECKS: &[Check] = &[Check::Entitlement, Check::Org, Check::Permission];
/// What every operation needs.
pub const READ: Requirement = Requirement(&[&["drift:*:*"], &["drift:baselines:read"]]);
/// To make, change and delete baselines.
pub const WRITE: Requirement = Requirement(&[&["drift:*:*"], &["drift:baselines:write"]]);
/// To see the systems of a baseline; then one of [`SEE_HOSTS`] too.
pub const SEE_SYSTEMS: Requirement =
    Requirement(&[&["drift:*:*"], &["drift:notifications:read", "drift:baselines:read"]]);
/// To see hosts.
pub const SEE_HOSTS: Requirement = Requirement(&[
    &["inventory:*:*"],
    &["inventory:*:read"],
    &["inventory:hosts:*"],
    &["inventory:hosts:read"],
]);
/// To associate systems with a baseline.
pub const CHANGE_SYSTEMS: Requirement =
    Requirement(&[&["drift:*:*"], &["drift:notifications:write", "drift:baselines:read"]]);

impl App {
    /// The caller of a request of the public API.
    pub(super) async fn admit(&self, headers: &HeaderMap) -> Result<Caller, Failure> {
        self.gate.admit(headers).await
    }

    /// The caller of a request of the internal API: one of the sibling services.
    pub(super) async fn admit_sibling(&self, headers: &HeaderMap) -> Result<Caller, Failure> {
        match self.gate.admit(headers).await {
            Ok(caller) if caller.internal => Ok(caller),
            _ => Err(Failure::forbidden("the internal API is for services that know the shared secret")),
        }
    }
}

/// The organisation whose baselines the caller works on. An operator without one sees none.
pub fn org(caller: &Caller) -> Option<OrgId> {
    caller.identity.org_id.as_deref().and_then(|org| OrgId::parse(org).ok())
}

/// The organisation of a caller who writes.
pub fn org_to_write(caller: &Caller) -> Result<OrgId, Failure> {
    org(caller).ok_or_else(|| Failure::bad_request("org id not found on identity token"))
}

/// The organisation that a sibling service asks for.
pub fn org_of_sibling(caller: &Caller) -> Result<OrgId, Failure> {
    org(caller).ok_or_else(|| Failure::bad_request("identity not found on request"))
}

/// The systems that the caller reaches.
pub fn reach(caller: &Caller) -> Result<Reach, Failure> {
    Ok(match caller.groups()? {
        GroupFilter::All => Reach::All,
        GroupFilter::Only(groups) => Reach::Groups(groups),
    })
}
