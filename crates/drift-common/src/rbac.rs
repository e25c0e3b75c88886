//! The client of the RBAC service, as the family asks it (contract drift §2.3).

use std::time::{Duration, Instant};

use access::IDENTITY_HEADER;
use clients::{BadClient, CallError, Client, Options, Trust};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use crate::{Failure, Identity, Permissions};

const PATH: &str = "/api/rbac/v1/access/?application=drift,inventory";

/// Asks the RBAC service: once for each request, for everything that the caller may.
#[derive(Debug, Clone)]
pub struct Rbac {
    client: Client,
    /// What metrics of the service that asks begin with: `drift`.
    service: &'static str,
}

impl Rbac {
    /// A client of the service under `endpoint`, which gives up after `timeout`. Fails when the certificates to trust are none.
    pub fn new(
        service: &'static str,
        endpoint: &str,
        timeout: Duration,
        trust: Trust,
    ) -> Result<Self, BadClient> {
        let options = Options { timeout, trust, ..Options::new("rbac", endpoint.to_owned()) };
        Ok(Self { client: Client::new(options)?, service })
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
        let mut headers = HeaderMap::new();
        if let Some(header) = identity.header() {
            headers.insert(IDENTITY_HEADER, header.clone());
        }
        let asked = self.client.ask(Method::GET, PATH, &headers, Vec::new()).await;
        let reply = asked.map_err(|error| self.unreachable(&error))?;
        match reply.status {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(Failure::forbidden("request to retrieve permissions from RBAC was forbidden"));
            }
            other => return Err(Failure::internal(&format!("RBAC answered {other}"))),
        }
        let document: Value = reply.json().map_err(|error| Failure::internal(&error))?;
        match document.get("data") {
            Some(Value::Array(data)) => Ok(Permissions::granted(data.clone())),
            _ => Err(Failure::internal(&"the answer of RBAC has no list `data`")),
        }
    }

    fn unreachable(&self, error: &CallError) -> Failure {
        metrics::counter!(format!("{}_rbac_exceptions", self.service)).increment(1);
        if matches!(error, CallError::TimedOut { .. }) {
            return Failure::Message(StatusCode::REQUEST_TIMEOUT, "Request to RBAC timed out".to_owned());
        }
        Failure::internal(error)
    }
}
