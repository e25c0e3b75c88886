//! Settings become feature flags.

use inventory::flags::{Flags, Orgs, Switches};
use settings::Settings;

use super::trust;
use crate::failure::{Failure, Result};

/// The flags that settings switch on, and those of the server that they name, which is asked from now on.
pub fn of(settings: &Settings) -> Result<Flags> {
    let wanted = &settings.flags;
    let reject_all = *settings.inventory.reject_rhsm_payloads;
    let flags = Flags::new(Switches {
        read_only: Orgs::listed(&wanted.read_only),
        reject_rhsm: if reject_all { Orgs::All } else { Orgs::listed(&wanted.reject_rhsm) },
        views_rbac: Orgs::listed(&wanted.views_rbac),
    });
    let token = wanted.unleash_token.expose();
    if !token.is_empty() && !*wanted.unleash_bypass {
        let trust = trust::of_services_anywhere(settings)?;
        flags
            .follow(wanted.unleash_url.to_string(), token, trust, *wanted.unleash_interval)
            .map_err(Failure::Usage)?;
    }
    Ok(flags)
}
