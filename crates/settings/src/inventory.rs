//! Rules of the inventory service (contract inventory-http §24, inventory-events §1.4).

use std::time::Duration;

use crate::{Filled, List, choice::choice, section::section};

choice! {
    /// Which events a report causes that changed nothing.
    pub enum OnUnchanged {
        /// An `updated` event, as for any report.
        Full = "full",
        /// None.
        None = "none",
    }
}

section! {
    /// Rules of the inventory service.
    pub struct Inventory in "inventory" {
        /// First segment of the API's path.
        path_prefix: Filled = Filled::of("api"), env "PATH_PREFIX";
        /// Second segment of the API's path.
        app_name: Filled = Filled::of("inventory"), env "APP_NAME";
        /// An older base path, served beside the first; empty for none.
        legacy_url: String = "/r/insights/platform/inventory/v1".to_owned(), env "INVENTORY_LEGACY_API_URL";
        /// The path that /health, /metrics and /version stand under.
        management_prefix: String = "/".to_owned(), env "INVENTORY_MANAGEMENT_URL_PATH_PREFIX";
        /// Seconds after its last check-in when a host is stale, unless its organisation says otherwise.
        stale_seconds: u32 = 104_400, env "CONVENTIONAL_TIME_TO_STALE_SECONDS";
        /// Seconds after its last check-in when a stale host is warned of.
        stale_warning_seconds: u32 = 604_800, env "CONVENTIONAL_TIME_TO_STALE_WARNING_SECONDS";
        /// Seconds after its last check-in when a host is culled.
        delete_seconds: u32 = 2_592_000, env "CONVENTIONAL_TIME_TO_DELETE_SECONDS";
        /// Hosts deleted in one transaction.
        host_delete_chunk_size: u32 = 1_000, env "HOST_DELETE_CHUNK_SIZE";
        /// The subscription manager id is the host id, and the only fact that recognises a host.
        use_subman_id: bool = false, env "USE_SUBMAN_ID";
        /// POST /hosts, which the original removed in 2020, is served.
        rest_post_enabled: bool = true, env "REST_POST_ENABLED";
        /// POST /_admin/hosts is served.
        admin_hosts_enabled: bool = false, env "INVENTORY_ADMIN_HOSTS_ENABLED";
        /// Every write is answered with 503.
        read_only: bool = false;
        /// Reports of the subscription manager's reporters are refused.
        reject_rhsm_payloads: bool = false;
        /// Tags in one request for bulk tagging.
        bulk_tag_count_allowed: u32 = 10, env "API_BULK_TAG_COUNT_ALLOWED";
        /// Hosts tagged in one transaction.
        bulk_tag_host_batch_size: u32 = 100, env "API_BULK_TAG_HOST_BATCH_SIZE";
        /// Which events a report causes that changed nothing.
        events_on_unchanged: OnUnchanged = OnUnchanged::Full, env "EVENTS_ON_UNCHANGED";
        /// Host name in the links of notifications.
        consoledot_hostname: Filled = Filled::of("localhost"), env "CONSOLEDOT_HOSTNAME";
        /// User names that may ask for a schema validation.
        sp_authorized_users: List = List(vec!["tuser@redhat.com".to_owned()]), env "SP_AUTHORIZED_USERS";
        /// Members of the system profile that are copied into log records.
        sp_fields_to_log: List = List::default(), env "SP_FIELDS_TO_LOG";
        /// Base URL of the export service.
        export_endpoint: Filled = Filled::of("http://localhost:10010"), env "EXPORT_SERVICE_ENDPOINT";
        /// Longest wait for an answer of the export service, in seconds.
        export_timeout: Duration = Duration::from_secs(10);
        /// The revision that /version tells.
        build_commit: Filled = Filled::of("Unknown"), env "OPENSHIFT_BUILD_COMMIT";
    }
}

impl Inventory {
    /// The base path of the API: `/api/inventory/v1`. Slashes around the two segments are not doubled.
    pub fn base_path(&self) -> String {
        format!("/{}/{}/v1", self.path_prefix.trim_matches('/'), self.app_name.trim_matches('/'))
    }

    /// The older base path without a slash at its end, when it is served.
    pub fn legacy_path(&self) -> Option<String> {
        let path = self.legacy_url.trim_matches('/');
        (!path.is_empty()).then(|| format!("/{path}"))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Inputs, Settings};

    #[test]
    fn base_paths_have_one_slash_between_their_segments() {
        let env = |name: &str| match name {
            "PATH_PREFIX" => Some("/r/insights/".to_owned()),
            "INVENTORY_LEGACY_API_URL" => Some(String::new()),
            _ => None,
        };
        let inventory = Settings::load(&Inputs::new(&env)).unwrap().inventory;
        assert_eq!(inventory.base_path(), "/r/insights/inventory/v1");
        assert_eq!(inventory.legacy_path(), None);
        assert_eq!(Settings::default().inventory.base_path(), "/api/inventory/v1");
    }
}
