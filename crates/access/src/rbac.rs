//! The client of the RBAC service (contract inventory-http §5.1).

use std::time::Duration;

use clients::{BadClient, CallError, Client, Options, Reply, Trust};
use http::HeaderMap;
use serde_json::Value;

use crate::{Denied, GroupScope, IDENTITY_HEADER, Permission, REQUEST_ID_HEADER};

const UNREACHABLE: &str = "Failed to reach RBAC endpoint, request cannot be fulfilled";

/// How RBAC is asked.
#[derive(Debug, Clone)]
pub struct RbacOptions {
    /// Base URL of the service.
    pub endpoint: String,
    /// How often a failed call is tried again.
    pub retries: u32,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Wait before the second repetition; it doubles from there. The first repetition does not wait.
    pub backoff: Duration,
    /// Who must have made its certificate.
    pub trust: Trust,
    /// The names of what is measured.
    pub metrics: RbacMetrics,
}

impl RbacOptions {
    /// A service that is tried twice again, within ten seconds each.
    pub fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            retries: 2,
            timeout: Duration::from_secs(10),
            backoff: Duration::from_secs(1),
            trust: Trust::default(),
            metrics: RbacMetrics::default(),
        }
    }
}

/// The names of what is measured of permissions.
#[derive(Debug, Clone, Copy)]
pub struct RbacMetrics {
    /// The histogram of the times of answers.
    pub seconds: &'static str,
    /// The counter of permissions that could not be asked for.
    pub failures: &'static str,
    /// The counter of callers without the permission that they need.
    pub denied: &'static str,
}

impl Default for RbacMetrics {
    fn default() -> Self {
        Self {
            seconds: "rbac_response_time_seconds",
            failures: "rbac_failures_total",
            denied: "rbac_denied_total",
        }
    }
}

/// Asks the RBAC service. One call for each question; nothing is remembered.
#[derive(Debug, Clone)]
pub struct Rbac {
    client: Client,
    metrics: RbacMetrics,
}

impl Rbac {
    /// A client with these options. Fails only when the TLS or DNS machinery of the process does.
    pub fn new(options: RbacOptions) -> Result<Self, BadClient> {
        let RbacOptions { endpoint, retries, timeout, backoff, trust, metrics } = options;
        let client = Client::new(Options {
            retries,
            timeout,
            backoff,
            trust,
            passed_on: &[IDENTITY_HEADER, REQUEST_ID_HEADER],
            metric: metrics.seconds,
            ..Options::new("rbac", endpoint)
        })?;
        Ok(Self { client, metrics })
    }

    /// What the caller of a request with these headers may reach.
    pub(crate) async fn scope(&self, headers: &HeaderMap, asked: Permission) -> Result<GroupScope, Denied> {
        let data = self.access(headers, asked.application()).await?;
        match GroupScope::read(&data, asked) {
            Ok(Some(scope)) => Ok(scope),
            Ok(None) => Err(self.forbidden(asked)),
            Err(bad) => Err(Denied::unavailable(bad.to_string())),
        }
    }

    /// The permissions that the caller of a request with these headers has in these applications.
    pub(crate) async fn granted(
        &self,
        headers: &HeaderMap,
        applications: &str,
    ) -> Result<Vec<String>, Denied> {
        let data = self.access(headers, applications).await?;
        let granted = data.iter().filter_map(|entry| entry.get("permission")?.as_str());
        Ok(granted.map(str::to_owned).collect())
    }

    async fn access(&self, headers: &HeaderMap, application: &str) -> Result<Vec<Value>, Denied> {
        let path = format!("/api/rbac/v1/access/?application={application}");
        let reply = self.client.get(&path, headers).await.map_err(|error| self.no_answer(&error))?;
        if reply.status.is_client_error() {
            return Err(client_error(&reply));
        }
        if !reply.status.is_success() {
            return Err(Denied::unavailable("RBAC server error, request cannot be fulfilled".to_owned()));
        }
        match reply.json() {
            Ok(Value::Object(mut answer)) => match answer.remove("data") {
                Some(Value::Array(data)) => Ok(data),
                _ => Err(self.unreadable("no list under `data`")),
            },
            Ok(_) => Err(self.unreadable("no object")),
            Err(error) => Err(self.no_answer(&error)),
        }
    }

    /// The caller has not got the permission: it is counted.
    pub(crate) fn forbidden(&self, asked: Permission) -> Denied {
        metrics::counter!(self.metrics.denied, "required_permission" => asked.to_string()).increment(1);
        Denied::Forbidden(asked)
    }

    /// An answer that is no answer is the same as none, and asking again would give the same.
    fn unreadable(&self, reason: &str) -> Denied {
        self.no_answer(&CallError::Unreadable { service: "rbac", reason: reason.to_owned() })
    }

    fn no_answer(&self, error: &CallError) -> Denied {
        metrics::counter!(self.metrics.failures).increment(1);
        tracing::error!(endpoint = self.client.endpoint(), %error, "permissions cannot be asked for");
        Denied::unavailable(UNREACHABLE.to_owned())
    }
}

fn client_error(reply: &Reply) -> Denied {
    let parsed: Option<Value> = reply.json().ok();
    let detail = match parsed.as_ref().and_then(|answer| answer.get("detail")) {
        Some(Value::String(detail)) => detail.clone(),
        Some(other) => other.to_string(),
        None => String::from_utf8_lossy(&reply.body).into_owned(),
    };
    Denied::Upstream { status: reply.status.as_u16(), detail: format!("RBAC client error: {detail}") }
}
