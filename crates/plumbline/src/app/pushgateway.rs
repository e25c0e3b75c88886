//! What a job has counted goes to a Pushgateway.

use std::time::Duration;

use inventory::jobs::scheduled::Pushed;
use settings::Settings;
use web::telemetry::PrometheusHandle;

/// The longest wait for the gateway.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Prometheus text as every gateway reads it.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Puts the metrics of a job in the place of what it told before. A gateway that does not take them is no failure of the job.
pub async fn push(pushed: &Pushed, recorded: &PrometheusHandle, settings: &Settings) {
    let body = only(&recorded.render(), pushed.metrics);
    let name = match settings.jobs.namespace.as_str() {
        "" => pushed.name.to_owned(),
        namespace => format!("{}-{namespace}", pushed.name),
    };
    let url = format!("http://{}/metrics/job/{name}", &**settings.jobs.pushgateway);
    let told = async {
        let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?;
        let request = client.put(&url).header(reqwest::header::CONTENT_TYPE, TEXT).body(body);
        request.send().await?.error_for_status()
    };
    if let Err(error) = told.await {
        if settings.jobs.pushgateway.is_set() {
            tracing::warn!(%error, url, "the Pushgateway does not take the metrics of the job");
        } else {
            tracing::debug!(%error, url, "there is no Pushgateway");
        }
    }
}

/// The families whose names begin with one of these.
fn only(text: &str, beginnings: &[&str]) -> String {
    let name_of = |line: &str| {
        let rest = line.strip_prefix("# HELP ").or_else(|| line.strip_prefix("# TYPE ")).unwrap_or(line);
        beginnings.iter().any(|beginning| rest.starts_with(beginning))
    };
    let lines = text.lines().filter(|line| name_of(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::only;

    #[test]
    fn a_job_tells_of_its_own_metrics_alone() {
        let text = "# HELP a_total x\n# TYPE a_total counter\na_total 1\n\n# TYPE b counter\nb{a_total=\"1\"} 2\na_total{x=\"y\"} 3\n";
        assert_eq!(
            only(text, &["a_"]),
            "# HELP a_total x\n# TYPE a_total counter\na_total 1\na_total{x=\"y\"} 3\n"
        );
    }
}
