//! The names of what the inventory counts and measures (contract inventory-events §17).

use std::time::Instant;

use ::service::Metric;
use access::RbacMetrics;
use web::telemetry::HttpMetrics;

/// Times of answers of other services.
pub const OUTBOUND_SECONDS: &str = "inventory_outbound_http_response_time_seconds";

/// The names of the metrics of HTTP requests that dashboards of the inventory know.
pub const HTTP_METRICS: HttpMetrics = HttpMetrics {
    seconds: "inventory_http_request_duration_seconds",
    requests: "inventory_http_request_total",
    exceptions: "inventory_http_request_exceptions_total",
};

/// The names of the metrics of permissions.
pub const RBAC_METRICS: RbacMetrics = RbacMetrics {
    seconds: OUTBOUND_SECONDS,
    failures: "inventory_rbac_fetching_failures_total",
    denied: "inventory_rbac_access_denied_total",
};

/// Hosts that were deleted, by whomever.
const DELETED_HOSTS: &str = "inventory_delete_host_count_total";

/// Times of transactions that delete hosts.
const DELETE_SECONDS: &str = "inventory_delete_host_commit_seconds";

/// Upper bounds of sizes of messages, in bytes.
const BYTES: [f64; 7] = [1e3, 1e4, 5e4, 1e5, 5e5, 1e6, 1e7];

/// What the inventory counts and measures.
pub const METRICS: &[Metric] = &[
    Metric::gauge("inventory_mq_service_version_info", "Always 1; the label tells the revision"),
    Metric::gauge("inventory_exporter_info", "Always 1; the label tells the revision"),
    Metric::seconds(OUTBOUND_SECONDS, "Times of answers of other services"),
    Metric::counter("inventory_request_count_total", "Requests that were asked who their caller is"),
    Metric::counter("inventory_login_failure_count_total", "Requests whose caller could not be told"),
    Metric::seconds("inventory_request_processing_seconds", "Times of operations of the API"),
    Metric::labelled(
        RBAC_METRICS.denied,
        "Requests without the permission that they need",
        &[
            &[("required_permission", "inventory:hosts:read")],
            &[("required_permission", "inventory:hosts:write")],
        ],
    ),
    Metric::counter(RBAC_METRICS.failures, "Permissions that could not be asked for"),
    Metric::sizes("inventory_consumed_message_size", "Bytes of messages that were read", &BYTES),
    Metric::sizes("inventory_produced_message_size", "Bytes of messages that were published", &BYTES),
    Metric::seconds("inventory_common_message_parsing_seconds", "Times to read envelopes of messages"),
    Metric::labelled(
        "inventory_common_message_parsing_failures_total",
        "Messages that are no JSON",
        &[&[("cause", "invalid")]],
    ),
    Metric::seconds("inventory_ingress_message_parsing_seconds", "Times to read what messages report"),
    Metric::labelled(
        "inventory_ingress_message_parsing_failures_total",
        "Messages that are no envelope",
        &[&[("cause", "invalid")], &[("cause", "error")]],
    ),
    Metric::seconds(
        "inventory_ingress_message_handler_seconds",
        "Times to deal with messages: those of a batch in equal parts",
    ),
    Metric::counter("inventory_ingress_message_handler_successes_total", "Messages dealt with"),
    Metric::counter(
        "inventory_ingress_message_handler_failures_total",
        "Messages that could not be dealt with",
    ),
    Metric::labelled(
        "inventory_ingress_add_host_successes_total",
        "Reports stored, by result and reporter",
        &[],
    ),
    Metric::labelled(
        "inventory_ingress_add_host_failures_total",
        "Reports not stored, by cause and reporter",
        &[],
    ),
    Metric::counter("inventory_ingress_update_system_profile_successes_total", "Profiles updated"),
    Metric::labelled(
        "inventory_ingress_update_system_profile_failures_total",
        "Profiles not updated, by cause",
        &[&[("cause", "ValidationException")], &[("cause", "InventoryException")], &[("cause", "Exception")]],
    ),
    Metric::counter(
        "inventory_mq_db_communication_error_total",
        "Transactions that the database did not take and that are tried again",
    ),
    Metric::seconds(
        "inventory_host_app_message_handler_seconds",
        "Times to store batches of data of applications",
    ),
    Metric::seconds("inventory_host_app_data_message_parsing_seconds", "Times to read data of applications"),
    Metric::labelled(
        "inventory_host_app_data_processing_successes_total",
        "Hosts of which data of an application were stored, by application",
        &[],
    ),
    Metric::labelled(
        "inventory_host_app_data_failures_total",
        "Messages of applications, or hosts in them, that were not stored, by application and reason",
        &[&[("application", "unknown"), ("reason", "missing_application_header")]],
    ),
    Metric::gauge(
        "inventory_host_app_data_last_processed_timestamp",
        "When data were stored last, in seconds since 1970, by application",
    ),
    Metric::counter("inventory_create_host_count_total", "Hosts that messages created"),
    Metric::counter("inventory_update_host_count_total", "Hosts that messages updated"),
    Metric::counter(DELETED_HOSTS, "Hosts deleted"),
    Metric::seconds(
        "inventory_new_host_commit_seconds",
        "Times to store hosts that are new, each in equal parts",
    ),
    Metric::seconds(
        "inventory_update_host_commit_seconds",
        "Times to store hosts that are known, each in equal parts",
    ),
    Metric::seconds(DELETE_SECONDS, "Times to delete hosts, by transaction"),
    Metric::counter("inventory_create_group_count_total", "Groups that were made"),
    Metric::counter("inventory_delete_group_count_total", "Groups that were deleted"),
    Metric::seconds("inventory_delete_group_commit_seconds", "Times to delete groups"),
    Metric::seconds("inventory_event_serialization_seconds", "Times to write events, by type"),
    Metric::labelled("inventory_event_producer_successes_total", "Events published, by type and topic", &[]),
    Metric::labelled(
        "inventory_event_producer_failures_total",
        "Attempts to publish an event that failed and were repeated, by type and topic",
        &[],
    ),
    Metric::seconds("notification_serialization_seconds", "Times to write notifications, by type"),
    Metric::labelled(
        "notification_event_producer_successes_total",
        "Notifications published, by type and topic",
        &[],
    ),
    Metric::labelled(
        "notification_event_producer_failures_total",
        "Attempts to publish a notification that failed and were repeated, by type and topic",
        &[],
    ),
    Metric::counter(
        "inventory_produce_large_message_failures_total",
        "Messages that are too large for their topic and were left out",
    ),
    Metric::counter("inventory_outbox_save_successes_total", "Rows written into the outbox"),
    Metric::counter("inventory_outbox_save_failures_total", "Transactions of the outbox that failed"),
    Metric::counter("inventory_reaper_fail_count_total", "Runs of the reaper that failed"),
    Metric::counter("inventory_delete_duplicate_host_count_total", "Duplicate hosts deleted"),
    Metric::counter("inventory_synchronize_host_count_total", "Hosts whose state was published once more"),
    Metric::counter(
        "inventory_synchronize_fail_count_total",
        "Hosts whose state could not be published once more",
    ),
    Metric::counter(
        "inventory_stale_host_notification_success_count_total",
        "Hosts of which it was told that they became stale",
    ),
    Metric::counter(
        "inventory_stale_host_notification_fail_count_total",
        "Hosts of which it could not be told that they became stale",
    ),
    Metric::seconds(
        "inventory_stale_host_notification_processing_time",
        "Times to tell of the hosts that became stale",
    ),
    Metric::seconds("inventory_export_service_message_parsing_seconds", "Times to read requests for exports"),
    Metric::labelled(
        "inventory_export_service_message_parsing_failures_total",
        "Requests for exports that could not be read",
        &[&[("cause", "invalid")]],
    ),
    Metric::seconds("inventory_new_export_seconds", "Times to make an export and to send it"),
    Metric::counter("inventory_create_export_total", "Exports made and sent"),
    Metric::counter("export_service_message_handler_successes_total", "Exports made"),
    Metric::counter("export_service_message_handler_failures_total", "Exports not made"),
    Metric::seconds("export_service_message_handler_seconds", "Times to make exports"),
    Metric::counter("inventory_pendo_syncher_failures_total", "Requests that Pendo did not take"),
    Metric::labelled("plumbline_bus_consumer_errors_total", "Errors of consumers, by group", &[]),
    Metric::labelled(
        "plumbline_bus_commit_failures_total",
        "Offsets that could not be committed, by group",
        &[],
    ),
    Metric::labelled(
        "plumbline_bus_messages_lost_total",
        "Messages that were sent once and not taken, by topic",
        &[],
    ),
    Metric::counter(
        "plumbline_send_queue_dropped_total",
        "Messages dropped: their topic took none for too long",
    ),
    Metric::gauge(
        "plumbline_bus_consumer_lag_messages",
        "Messages that a consumer has not dealt with, by partition",
    ),
    Metric::gauge(
        "plumbline_relay_lag_rows",
        "Rows of the log that are not published, by what the relay publishes",
    ),
    Metric::labelled(
        "plumbline_relay_rows_left_out_total",
        "Damaged rows of the log that were not published",
        &[],
    ),
    Metric::labelled(
        "plumbline_fleet_questions_total",
        "Questions about hosts, by what answered: the index in memory or the database",
        &[&[("answered_by", "index")], &[("answered_by", "database")]],
    ),
    Metric::gauge(
        "plumbline_fleet_index_bytes",
        "Memory of the indexes of all organisations, as of the last count",
    ),
];

/// Counts hosts that were deleted since a moment, if there were any.
pub fn count_deleted(hosts: usize, began: Instant) {
    if hosts > 0 {
        metrics::counter!(DELETED_HOSTS).increment(hosts as u64);
        metrics::histogram!(DELETE_SECONDS).record(began.elapsed());
    }
}

/// Begins what tells the revision of the program.
pub fn tell_revision(revision: &str) {
    for name in ["inventory_mq_service_version_info", "inventory_exporter_info"] {
        metrics::gauge!(name, "version" => revision.to_owned()).set(1.0);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Names of the contract that are not counted, and why.
    const NOT_COUNTED: [(&str, &str); 12] = [
        ("inventory_dedup_processing_seconds", "hosts are found for a batch at once: part of the commit"),
        ("inventory_find_host_by_facts_in_db_processing_seconds", "as inventory_dedup_processing_seconds"),
        (
            "inventory_find_host_by_facts_in_memory_processing_seconds",
            "as inventory_dedup_processing_seconds",
        ),
        ("inventory_schema_validation_seconds", "part of inventory_ingress_message_parsing_seconds"),
        ("inventory_api_cached_systems_hit_count", "there is no such cache"),
        ("inventory_payload_tracker_message_send_failure_count", "plumbline_bus_messages_lost_total"),
        ("inventory_payload_tracker_message_construction_failure_count", "it cannot fail"),
        ("inventory_update_group_count", "the original never counts it"),
        ("inventory_create_host_group_count", "the original never counts it"),
        ("inventory_update_host_group_count", "the original never counts it"),
        ("inventory_delete_host_group_count", "members leave in the transaction that deletes the group"),
        ("inventory_delete_host_group_commit_seconds", "as inventory_delete_host_group_count"),
    ];

    /// The names in the first column of a table: `…_failures` stands for another end of the name before, `{a,b}` for two
    /// names; labels are left out.
    fn named(row: &str) -> Vec<String> {
        let column = row.split('|').nth(1).unwrap_or_default();
        let mut names: Vec<String> = Vec::new();
        for written in column.split('`').skip(1).step_by(2) {
            if let Some(end) = written.strip_prefix('…') {
                let words = end.matches('_').count();
                let before = names.last().unwrap();
                let cut = before.rmatch_indices('_').nth(words - 1).unwrap().0;
                let name = format!("{}{end}", &before[..cut]);
                names.push(name);
            } else if let Some((start, rest)) = written.split_once('{') {
                let (middle, end) = rest.split_once('}').unwrap();
                names.extend(middle.split(',').map(|middle| format!("{start}{middle}{end}")));
            } else if !["method", "url_rule", "status", "version"].contains(&written) {
                names.push(written.to_owned());
            }
        }
        names
    }

    #[test]
    fn every_metric_of_the_contract_is_counted_or_the_reason_is_told() {
        let contract = include_str!("../../../docs/contracts/inventory-events.md");
        let section = contract.split("\n## 17.").nth(1).unwrap().split("\n## ").next().unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
        let wanted: BTreeSet<String> = rows.flat_map(named).collect();
        assert!(wanted.len() > 60, "{wanted:?}");
        let web = [HTTP_METRICS.seconds, HTTP_METRICS.requests, HTTP_METRICS.exceptions];
        let counted: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).chain(web).collect();
        let left_out: BTreeSet<&str> = NOT_COUNTED.iter().map(|(name, _)| *name).collect();
        for name in &wanted {
            let is_counted = [name.clone(), format!("{name}_total"), format!("{name}_info")]
                .iter()
                .any(|name| counted.contains(name.as_str()));
            assert_ne!(is_counted, left_out.contains(name.as_str()), "{name}");
        }
        assert!(left_out.iter().all(|name| wanted.contains(*name)));
    }
}
