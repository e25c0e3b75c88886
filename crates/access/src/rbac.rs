//! The client of the RBAC service (contract inventory-http §5.1).

use std::time::{Duration, Instant};

use http::{HeaderMap, StatusCode};
use reqwest::redirect;
use serde_json::Value;

use crate::{Denied, GroupScope, IDENTITY_HEADER, Permission, REQUEST_ID_HEADER};

/// An answer that is longer is not read to its end.
const MAX_ANSWER_BYTES: usize = 8 << 20;

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
}

/// Asks the RBAC service. One call for each question; nothing is remembered.
#[derive(Debug, Clone)]
pub struct Rbac {
    client: reqwest::Client,
    options: RbacOptions,
    url: String,
}

/// Why a try gave no answer.
enum Failure {
    /// Worth another try.
    Again(String),
    /// Not.
    Final(Denied),
}

impl Rbac {
    /// A client with these options. Fails only when the TLS or DNS machinery of the process does.
    pub fn new(options: RbacOptions) -> Result<Self, reqwest::Error> {
        let client =
            reqwest::Client::builder().timeout(options.timeout).redirect(redirect::Policy::none()).build()?;
        let url = format!("{}/api/rbac/v1/access/", options.endpoint.trim_end_matches('/'));
        Ok(Self { client, options, url })
    }

    /// What the caller of a request with these headers may reach.
    pub(crate) async fn scope(&self, headers: &HeaderMap, asked: Permission) -> Result<GroupScope, Denied> {
        let data = self.access(headers, asked.application()).await?;
        match GroupScope::read(&data, asked) {
            Ok(Some(scope)) => Ok(scope),
            Ok(None) => Err(Denied::forbidden(asked)),
            Err(bad) => Err(Denied::unavailable(bad.to_string())),
        }
    }

    async fn access(&self, headers: &HeaderMap, application: &str) -> Result<Vec<Value>, Denied> {
        let mut tries = 0;
        loop {
            let begin = Instant::now();
            let answer = self.try_once(headers, application).await;
            metrics::histogram!("inventory_outbound_http_response_time_seconds", "dependency" => "rbac")
                .record(begin.elapsed().as_secs_f64());
            match answer {
                Ok(data) => return Ok(data),
                Err(Failure::Final(denied)) => return Err(denied),
                Err(Failure::Again(reason)) if tries >= self.options.retries => {
                    metrics::counter!("inventory_rbac_fetching_failures_total").increment(1);
                    tracing::error!(url = self.url, tries = tries + 1, reason, "RBAC cannot be reached");
                    return Err(Denied::unavailable(
                        "Failed to reach RBAC endpoint, request cannot be fulfilled".to_owned(),
                    ));
                }
                Err(Failure::Again(_)) => {
                    if tries > 0 {
                        let doubled = 2_u32.saturating_pow(tries.min(16));
                        tokio::time::sleep(self.options.backoff.saturating_mul(doubled)).await;
                    }
                    tries += 1;
                }
            }
        }
    }

    async fn try_once(&self, headers: &HeaderMap, application: &str) -> Result<Vec<Value>, Failure> {
        let mut request = self.client.get(format!("{}?application={application}", self.url));
        for name in [IDENTITY_HEADER, REQUEST_ID_HEADER] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let mut response = request.send().await.map_err(|error| Failure::Again(error.to_string()))?;
        let status = response.status();
        if matches!(status.as_u16(), 500 | 502 | 503 | 504) {
            return Err(Failure::Again(format!("RBAC answered {status}")));
        }
        let body = read(&mut response).await.map_err(Failure::Again)?;
        if status.is_client_error() {
            return Err(Failure::Final(client_error(status, &body)));
        }
        if !status.is_success() {
            let detail = "RBAC server error, request cannot be fulfilled".to_owned();
            return Err(Failure::Final(Denied::unavailable(detail)));
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(mut answer)) => match answer.remove("data") {
                Some(Value::Array(data)) => Ok(data),
                _ => Err(unreadable("no list under `data`")),
            },
            Ok(_) => Err(unreadable("no object")),
            Err(error) => Err(unreadable(&error.to_string())),
        }
    }
}

/// An answer that is no answer is the same as none, and asking again would give the same.
fn unreadable(reason: &str) -> Failure {
    metrics::counter!("inventory_rbac_fetching_failures_total").increment(1);
    tracing::error!(reason, "the answer of RBAC cannot be read");
    Failure::Final(Denied::unavailable(
        "Failed to reach RBAC endpoint, request cannot be fulfilled".to_owned(),
    ))
}

fn client_error(status: StatusCode, body: &[u8]) -> Denied {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let detail = match parsed.as_ref().and_then(|answer| answer.get("detail")) {
        Some(Value::String(detail)) => detail.clone(),
        Some(other) => other.to_string(),
        None => String::from_utf8_lossy(body).into_owned(),
    };
    Denied::Upstream { status: status.as_u16(), detail: format!("RBAC client error: {detail}") }
}

async fn read(response: &mut reqwest::Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| error.to_string())? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(format!("the answer of RBAC is longer than {MAX_ANSWER_BYTES} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
