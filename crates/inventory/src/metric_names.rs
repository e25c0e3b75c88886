//! The names of what the inventory counts and measures (contract inventory-events §17).

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

/// What the inventory counts and measures.
pub const METRICS: &[Metric] = &[
    Metric::seconds(OUTBOUND_SECONDS, "Times of answers of other services"),
    Metric::counter("inventory_rbac_access_denied_total", "Requests without the permission that they need"),
    Metric::counter("inventory_rbac_fetching_failures_total", "Permissions that could not be asked for"),
    Metric::counter("inventory_common_message_parsing_failures_total", "Messages that are no JSON"),
    Metric::counter("inventory_ingress_message_parsing_failures_total", "Messages that are no envelope"),
    Metric::counter("inventory_ingress_message_handler_successes_total", "Messages dealt with"),
    Metric::counter(
        "inventory_ingress_message_handler_failures_total",
        "Messages that could not be dealt with",
    ),
    Metric::counter("inventory_ingress_add_host_successes_total", "Reports stored, by result and reporter"),
    Metric::counter("inventory_ingress_add_host_failures_total", "Reports not stored, by cause and reporter"),
    Metric::counter("inventory_ingress_update_system_profile_successes_total", "Profiles updated"),
    Metric::counter(
        "inventory_ingress_update_system_profile_failures_total",
        "Profiles not updated, by cause",
    ),
    Metric::seconds(
        "inventory_host_app_message_handler_seconds",
        "Times to store batches of data of applications",
    ),
    Metric::seconds("inventory_host_app_data_message_parsing_seconds", "Times to read data of applications"),
    Metric::counter(
        "inventory_host_app_data_processing_successes_total",
        "Hosts of which data of an application were stored, by application",
    ),
    Metric::counter(
        "inventory_host_app_data_failures_total",
        "Messages of applications, or hosts in them, that were not stored, by application and reason",
    ),
    Metric::gauge(
        "inventory_host_app_data_last_processed_timestamp",
        "When data were stored last, in seconds since 1970, by application",
    ),
    Metric::counter("inventory_event_producer_successes_total", "Events published, by type and topic"),
    Metric::counter("inventory_delete_host_count_total", "Hosts deleted by the reaper"),
    Metric::seconds("inventory_delete_host_commit_seconds", "Times to delete hosts, by transaction"),
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
    Metric::counter(
        "inventory_export_service_message_parsing_failures_total",
        "Requests for exports that could not be read",
    ),
    Metric::counter("export_service_message_handler_successes_total", "Exports made"),
    Metric::counter("export_service_message_handler_failures_total", "Exports not made"),
    Metric::seconds("export_service_message_handler_seconds", "Times to make exports"),
    Metric::counter("inventory_pendo_syncher_failures_total", "Requests that Pendo did not take"),
    Metric::counter("plumbline_bus_consumer_errors_total", "Errors of consumers, by group"),
    Metric::counter("plumbline_bus_commit_failures_total", "Offsets that could not be committed, by group"),
    Metric::gauge(
        "plumbline_bus_consumer_lag_messages",
        "Messages that a consumer has not dealt with, by partition",
    ),
    Metric::gauge(
        "plumbline_relay_lag_rows",
        "Rows of the log that are not published, by what the relay publishes",
    ),
    Metric::counter("plumbline_relay_rows_left_out_total", "Damaged rows of the log that were not published"),
];
