//! Rules of the inventory service (contract inventory-http §24, inventory-events §1.4).

use crate::{Filled, Words, choice::choice, section::section};

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
        /// The subscription manager id is the host id, and the only fact that recognises a host.
        use_subman_id: bool = false, env "USE_SUBMAN_ID";
        /// A report whose hardware (UUID of the firmware, network devices) cannot be that of a host is about another one, whatever ids
        /// they share. A board that is swapped then makes another host.
        match_hardware: bool = false;
        /// POST /hosts, which the original removed in 2020, is served.
        rest_post_enabled: bool = true, env "REST_POST_ENABLED";
        /// Hosts that a bulk deletion removes in one transaction.
        host_delete_chunk: u16 = 1_000, env "HOST_DELETE_CHUNK_SIZE";
        /// Tags in one request for tags of many hosts.
        bulk_tags: u16 = 10, env "API_BULK_TAG_COUNT_ALLOWED";
        /// Hosts that get tags in one transaction.
        bulk_tag_hosts: u16 = 100, env "API_BULK_TAG_HOST_BATCH_SIZE";
        /// User names, with blanks between them, of those who may have schemas of profiles checked against messages.
        schema_users: String = "tuser@redhat.com".to_owned(), env "SP_AUTHORIZED_USERS";
        /// Every write is answered with 503.
        read_only: bool = false;
        /// Reports of the subscription manager's reporters are refused, whatever the organisation.
        reject_rhsm_payloads: bool = false;
        /// Megabytes of memory for the indexes that lists and counts are answered from; 0 for none.
        index_memory: u32 = 256;
        /// Facts of profiles, by path and with commas between them, that are kept and do not count as a change: they
        /// differ by themselves on a machine that nobody touches.
        volatile_facts: Words = Words::of(&["running_processes", "captured_date", "systemd.jobs_queued"]);
        /// Top-level facts of profiles, with commas between them, that log records of hosts have (`server.log_format = "logstash"`).
        logged_profile_fields: Words = Words::of(&[]), env "SP_FIELDS_TO_LOG";
        /// Which events a report causes that changed nothing.
        events_on_unchanged: OnUnchanged = OnUnchanged::Full, env "EVENTS_ON_UNCHANGED";
        /// Hosts that are new, deleted, or known otherwise (ids, `ansible_host`, workspace) are written into the table `outbox` and removed
        /// from it at once, for who reads the write-ahead log of PostgreSQL (Debezium), from the beginning of the log on.
        outbox: bool = false;
        /// Host name in the links of notifications.
        consoledot_hostname: Filled = Filled::of("localhost"), env "CONSOLEDOT_HOSTNAME";
        /// The revision that /version tells.
        build_commit: Filled = Filled::of("Unknown"), env "OPENSHIFT_BUILD_COMMIT";
    }
}

impl Inventory {
    /// The base path of the API: `/api/inventory/v1`. Slashes around the two segments are not doubled.
    pub fn base_path(&self) -> String {
        format!("/{}/{}/v1", self.path_prefix.trim_matches('/'), self.app_name.trim_matches('/'))
    }

    /// The older base path without a slash at its end, when it is served and another one.
    pub fn legacy_path(&self) -> Option<String> {
        let path = format!("/{}", self.legacy_url.trim_matches('/'));
        (path != "/" && path != self.base_path()).then_some(path)
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
        let env = |name: &str| (name == "PATH_PREFIX").then(|| "/r/insights/platform".to_owned());
        let inventory = Settings::load(&Inputs::new(&env)).unwrap().inventory;
        assert_eq!(inventory.base_path(), "/r/insights/platform/inventory/v1");
        assert_eq!(inventory.legacy_path(), None, "served once");
        assert_eq!(Settings::default().inventory.base_path(), "/api/inventory/v1");
    }
}
