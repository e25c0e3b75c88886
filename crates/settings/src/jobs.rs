//! Jobs that run when they are asked to (contract inventory-events §15).

use std::time::Duration;

use crate::{Filled, Secret, Words, section::section};

section! {
    /// Jobs of the inventory, for `plumbline job`.
    pub struct Jobs in "jobs" {
        /// Nothing is changed: jobs that can say what they would do say it.
        dry_run: bool = true, env "DRY_RUN";
        /// Jobs that are for rare occasions do nothing.
        suspended: bool = true, env "SUSPEND_JOB";
        /// Hosts, or events, that a job deals with together.
        chunk: u16 = 500, env "SCRIPT_CHUNK_SIZE";
        /// Seconds after which `rebuild-events-topic` reads no further.
        rebuild_time_limit: Duration = Duration::from_hours(1), env "REBUILD_EVENTS_TIME_LIMIT";
        /// The organisation that `update-staleness` is for.
        staleness_org: String = String::new(), env "STALENESS_ORG_ID";
        /// Seconds after which its hosts are to be stale.
        time_to_stale: String = String::new(), env "CONVENTIONAL_TIME_TO_STALE";
        /// Seconds after which they are to be warned of.
        time_to_stale_warning: String = String::new(), env "CONVENTIONAL_TIME_TO_STALE_WARNING";
        /// Seconds after which they are to be deleted.
        time_to_delete: String = String::new(), env "CONVENTIONAL_TIME_TO_DELETE";
        /// The organisations that `delete-empty-org-groups` is for, with commas between them.
        org_ids: Words = Words::of(&[]), env "ORG_IDS";
        /// Organisations between two log records of `create-ungrouped-host-groups`.
        create_groups_chunk: u16 = 100, env "CREATE_UNGROUPED_GROUPS_BATCH_SIZE";
        /// Hosts that `assign-ungrouped-hosts-to-groups` changes in one transaction.
        assign_groups_chunk: u16 = 25, env "ASSIGN_UNGROUPED_GROUPS_BATCH_SIZE";
        /// The namespace that `delete-host-namespace-access-tags` is for.
        tag_namespace: Filled = Filled::of("sat_iam"), env "TAG_ACCESS_NAMESPACE";
        /// Hosts that it changes in one transaction.
        tag_chunk: u16 = 500, env "NUM_HOSTS_TAG_DELETION_BATCH_COUNT";
        /// Whether `pendo-syncher` sends anything.
        pendo_active: bool = false, env "PENDO_SYNC_ACTIVE";
        /// Where to.
        pendo_endpoint: String = String::new(), env "PENDO_ENDPOINT";
        /// The secret that Pendo knows us by.
        pendo_key: Secret = Secret::from(""), env "PENDO_INTEGRATION_KEY";
        /// Further attempts after the first.
        pendo_retries: u32 = 3, env "PENDO_RETRIES";
        /// Longest wait for an answer, in seconds.
        pendo_timeout: Duration = Duration::from_mins(4), env "PENDO_TIMEOUT";
        /// Organisations in one request.
        pendo_request_size: u16 = 500, env "PENDO_REQUEST_SIZE";
        /// The bucket with the list of hosts, `host_ids.csv`, that `delete-hosts-s3` deletes.
        s3_bucket: String = String::new(), env "S3_AWS_BUCKET";
        /// The server that has it.
        s3_endpoint: Filled = Filled::of("https://s3.amazonaws.com");
        /// The region of the bucket.
        s3_region: Filled = Filled::of("us-east-1");
        /// The id of the key to it.
        s3_key_id: String = String::new(), env "S3_AWS_ACCESS_KEY_ID";
        /// The key.
        s3_secret: Secret = Secret::from(""), env "S3_AWS_SECRET_ACCESS_KEY";
        /// Hosts that `delete-hosts-s3` looks at together.
        s3_chunk: u16 = 500, env "DELETE_HOSTS_S3_BATCH_SIZE";
        /// The Pushgateway that is told what a job has counted, as HOST:PORT.
        pushgateway: Filled = Filled::of("localhost:9091"), env "PROMETHEUS_PUSHGATEWAY";
        /// What follows the name of a job there, behind a dash; empty for nothing.
        namespace: String = String::new(), env "NAMESPACE";
    }
}
