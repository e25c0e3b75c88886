//! Feature flags: what is switched on for some organisations (contract inventory-events §1.4).

use std::time::Duration;

use crate::{Filled, Secret, section::section};

section! {
    /// Feature flags. Organisations stand with commas between them; `*` is all of them.
    pub struct Flags in "flags" {
        /// Organisations for which every write of the inventory is answered with 503.
        read_only: String = String::new();
        /// Organisations whose reports of the subscription manager's reporters are refused.
        reject_rhsm: String = String::new();
        /// Organisations whose people see of an application's data only what they may see there.
        views_rbac: String = String::new();
        /// Base URL of an Unleash server that may switch on more: `hbi.api.read-only`, `hbi.api.reject-rhsm-payloads`,
        /// `hbi.inventory-views-rbac`.
        unleash_url: Filled = Filled::of("http://unleash:4242/api"), env "UNLEASH_URL";
        /// What the server knows this program by; without one it is not asked.
        unleash_token: Secret = Secret::default(), env "UNLEASH_TOKEN";
        /// The server is not asked, whatever the token.
        unleash_bypass: bool = false, env "BYPASS_UNLEASH";
        /// Seconds between two questions to the server.
        unleash_interval: Duration = Duration::from_secs(15), env "UNLEASH_REFRESH_INTERVAL";
    }
}
