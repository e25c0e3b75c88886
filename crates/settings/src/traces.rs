//! Spans for OpenTelemetry (contract inventory-events §19).

use std::time::Duration;

use crate::{Filled, section::section, value::Share};

section! {
    /// Spans of requests and messages for OpenTelemetry: which piece of work belongs to which trace, and how long it took.
    pub struct Traces in "traces" {
        /// Spans are sent.
        enabled: bool = false, env "OTEL_ENABLED";
        /// Base URL of the collector that takes them by OTLP over HTTP, as JSON, at `/v1/traces`.
        endpoint: Filled = Filled::of("http://localhost:4318"), env "OTEL_EXPORTER_OTLP_ENDPOINT";
        /// Which share of traces is kept, from 0 to 1. What comes in as a part of a trace is kept as its sender says.
        share: Share = Share::ALL, env "OTEL_SAMPLING_RATE";
        /// The same of messages about hosts that begin a trace.
        share_of_reports: Share = Share::ALL, env "OTEL_HOST_INGESTION_SAMPLING_RATE";
        /// Messages have spans.
        messages: bool = true, env "OTEL_MQ_ENABLED";
        /// Each message has one; otherwise only those that fail or are slow.
        every_message: bool = true, env "OTEL_MQ_MESSAGE_SPANS_ENABLED";
        /// From how many milliseconds on a message is slow; 0 for never.
        slow_milliseconds: u32 = 0, env "OTEL_MQ_SLOW_MESSAGE_MS";
        /// How often spans are sent, in seconds.
        pause: Duration = Duration::from_secs(5);
    }
}
