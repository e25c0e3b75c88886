//! The recorder of metrics.

use std::time::Duration;

use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

/// Borders of the histograms of times, in seconds: those that Prometheus clients have by default.
const SECONDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Metrics that are histograms; every other distribution is a summary (contract inventory-events §17).
const HISTOGRAMS: [&str; 2] =
    ["inventory_http_request_duration_seconds", "inventory_outbound_http_response_time_seconds"];

/// Why metrics cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The recorder cannot be made.
    #[error("the recorder of metrics cannot be made: {0}")]
    Build(#[from] BuildError),
    /// Somebody began before.
    #[error("metrics were set up before")]
    SetUpBefore,
}

/// Records metrics from now on; the handle renders them as Prometheus text. [`keep_up`] must run beside.
pub fn init_metrics() -> Result<PrometheusHandle, MetricsError> {
    let recorder = recorder()?;
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| MetricsError::SetUpBefore)?;
    Ok(handle)
}

pub(crate) fn recorder() -> Result<PrometheusRecorder, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for name in HISTOGRAMS {
        builder = builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), &SECONDS)?;
    }
    Ok(builder.build_recorder())
}

/// Folds recorded values together now and then, so that they do not pile up between two scrapes. Never ends.
pub async fn keep_up(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_requests_are_histograms_and_others_summaries() {
        let recorder = recorder().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::histogram!(HISTOGRAMS[0]).record(0.2);
            metrics::histogram!("inventory_dedup_processing_seconds").record(0.2);
        });
        let text = recorder.handle().render();
        assert!(text.contains("inventory_http_request_duration_seconds_bucket{le=\"0.25\"} 1"), "{text}");
        assert!(text.contains("# TYPE inventory_dedup_processing_seconds summary"), "{text}");
    }
}
