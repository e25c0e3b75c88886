//! The service that says who may do what (contract inventory-http §5.1).

use std::time::Duration;

use crate::{Filled, section::section};

section! {
    /// The service that says who may do what.
    pub struct Rbac in "rbac" {
        /// Its base URL.
        endpoint: Filled = Filled::of("http://localhost:8111"), env "RBAC_ENDPOINT", "RBAC_SVC_URL";
        /// How often a failed call is tried again.
        retries: u32 = 2, env "RBAC_RETRIES";
        /// Longest wait for one answer, in seconds.
        timeout: Duration = Duration::from_secs(10), env "RBAC_TIMEOUT";
        /// No permission is checked. Who the caller is still is.
        bypass: bool = false, env "BYPASS_RBAC";
    }
}
