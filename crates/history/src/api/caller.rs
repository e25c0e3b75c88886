//! Who is calling (contract drift §2.2; there is no check of entitlement).

use drift_common::{Caller, Check, Failure, GroupFilter, Requirement};
use ground::OrgId;

use crate::rules::visible::Reach;

/// What is checked of every caller, in this order.
pub const CHECKS: &[Check] = &[Check::Org, Check::Permission];
/// What every operation needs.
pub const READ: Requirement = Requirement(&[&["drift:*:*"], &["drift:historical-system-profiles:read"]]);

/// The organisation whose profiles the caller sees. An operator without one sees none.
pub fn org(caller: &Caller) -> Option<OrgId> {
    caller.identity.org_id.as_deref().and_then(|org| OrgId::parse(org).ok())
}

/// The machines that the caller reaches.
pub fn reach(caller: &Caller) -> Result<Reach, Failure> {
    Ok(match caller.groups()? {
        GroupFilter::All => Reach::All,
        GroupFilter::Only(groups) => Reach::Groups(groups),
    })
}
