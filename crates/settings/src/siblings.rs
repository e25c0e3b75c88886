//! What baselines, history and drift share: where the others are, and who is let in (contract drift §9).

use std::time::Duration;

use crate::{Filled, Secret, section::section};

section! {
    /// Baselines, history and drift among themselves. A service without a URL is asked in this process.
    pub struct Siblings in "siblings" {
        /// Base URL of another inventory; empty for that of this program.
        inventory_url: Option<Filled> = None, env "INVENTORY_SVC_URL";
        /// Base URL of the baseline service; empty for that of this program.
        baselines_url: Option<Filled> = None, env "BASELINE_SVC_URL";
        /// Base URL of the service of historical profiles; empty for that of this program.
        history_url: Option<Filled> = None, env "HIST_SYS_PROF_SVC_URL", "HSP_SVC_URL";
        /// Base URL of the comparison service; empty for that of this program.
        drift_url: Option<Filled> = None, env "DRIFT_SVC_URL";
        /// Longest wait for one answer, in seconds.
        timeout: Duration = Duration::from_secs(30);
        /// What the services know one another by; without it the internal API is closed to everybody.
        shared_secret: Secret = Secret::default(), env "DRIFT_SHARED_SECRET";
        /// Permissions are checked.
        enable_rbac: bool = true, env "ENABLE_RBAC";
        /// The entitlement that is looked at is `smart_management` instead of insights.
        smart_management: bool = false, env "ENABLE_SMART_MANAGEMENT_ENTITLEMENT_CHECK", "ENABLE_SMART_MANGEMENT_ENTITLEMENT_CHECK";
    }
}

#[cfg(test)]
mod tests {
    use crate::{Inputs, Settings};

    #[test]
    fn both_names_of_the_service_of_historical_profiles_are_one_setting() {
        for name in ["HSP_SVC_URL", "HIST_SYS_PROF_SVC_URL"] {
            let env = |asked: &str| (asked == name).then(|| "http://hsp:8080".to_owned());
            let siblings = Settings::load(&Inputs::new(&env)).unwrap().siblings;
            assert_eq!(siblings.history_url.as_deref(), Some("http://hsp:8080"), "{name}");
            assert!(siblings.inventory_url.is_none());
        }
    }
}
