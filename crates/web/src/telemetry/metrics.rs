//! The recorder of metrics.

use std::time::Duration;

use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

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

/// Which build this is.
const BUILD_INFO: &str = "plumbline_build_info";

/// Records metrics from now on; the handle renders them as Prometheus text. [`keep_up`] must run beside. Distributions of
/// these names are histograms with these upper bounds, others are summaries. `version` and `commit` tell which build this is.
pub fn init_metrics(
    histograms: &[(&str, &[f64])],
    version: &'static str,
    commit: &str,
) -> Result<PrometheusHandle, MetricsError> {
    let recorder = recorder(histograms)?;
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| MetricsError::SetUpBefore)?;
    metrics::describe_gauge!(BUILD_INFO, "Always 1; the labels tell which build this is");
    metrics::gauge!(BUILD_INFO, "version" => version, "commit" => commit.to_owned()).set(1.0);
    metrics_process::Collector::default().describe();
    Ok(handle)
}

pub(crate) fn recorder(histograms: &[(&str, &[f64])]) -> Result<PrometheusRecorder, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for (name, buckets) in histograms {
        builder = builder.set_buckets_for_metric(Matcher::Full((*name).to_owned()), buckets)?;
    }
    Ok(builder.build_recorder())
}

/// The metrics as Prometheus text, with what the process uses now: CPU, memory, files.
pub(crate) fn render(handle: &PrometheusHandle) -> String {
    metrics_process::Collector::default().collect();
    handle.render()
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
        let recorder = recorder(&[("request_seconds", &[0.25])]).unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::histogram!("request_seconds").record(0.2);
            metrics::histogram!("other_seconds").record(0.2);
        });
        let text = recorder.handle().render();
        assert!(text.contains("request_seconds_bucket{le=\"0.25\"} 1"), "{text}");
        assert!(text.contains("# TYPE other_seconds summary"), "{text}");
    }
}
