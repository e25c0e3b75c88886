//! The client of the RBAC service, as the family asks it (contract drift §2.3).

use std::time::{Duration, Instant};

use http::StatusCode;
use serde_json::Value;

use access::IDENTITY_HEADER;

use crate::{Failure, Identity, Permissions, peers::read};

/// Asks the RBAC service: once for each request, for everything that the caller may.
#[derive(Debug, Clone)]
pub struct Rbac {
    client: reqwest::Client,
    url: String,
    /// What metrics of the service that asks begin with: `drift`.
    service: &'static str,
}

impl Rbac {
    /// A client of the service under `endpoint`, which gives up after `timeout`. Fails only when the TLS or DNS
    /// machinery of the process does.
    pub fn new(service: &'static str, endpoint: &str, timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let url =
            format!("{}/api/rbac/v1/access/?application=drift,inventory", endpoint.trim_end_matches('/'));
        Ok(Self { client, url, service })
    }

    /// What RBAC grants a caller.
    pub(crate) async fn permissions(&self, identity: &Identity) -> Result<Permissions, Failure> {
        let begin = Instant::now();
        let answer = self.ask(identity).await;
        metrics::histogram!(format!("{}_rbac_service_requests", self.service))
            .record(begin.elapsed().as_secs_f64());
        answer
    }

    async fn ask(&self, identity: &Identity) -> Result<Permissions, Failure> {
        let mut request = self.client.get(&self.url);
        if let Some(header) = identity.header() {
            request = request.header(IDENTITY_HEADER, header);
        }
        let sent = request.send().await;
        let mut response = sent.map_err(|error| self.unreachable(&error))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(Failure::forbidden("request to retrieve permissions from RBAC was forbidden"));
            }
            other => return Err(Failure::internal(&format!("RBAC answered {other}"))),
        }
        let body = read(&mut response).await.map_err(|reason| Failure::internal(&reason))?;
        let document: Value = serde_json::from_slice(&body).map_err(|error| Failure::internal(&error))?;
        match document.get("data") {
            Some(Value::Array(data)) => Ok(Permissions::granted(data.clone())),
            _ => Err(Failure::internal(&"the answer of RBAC has no list `data`")),
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        metrics::counter!(format!("{}_rbac_exceptions", self.service)).increment(1);
        if error.is_timeout() {
            return Failure::Message(StatusCode::REQUEST_TIMEOUT, "Request to RBAC timed out".to_owned());
        }
        Failure::internal(error)
    }
}
