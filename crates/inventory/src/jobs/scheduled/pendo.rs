//! Pendo is told how many hosts each organisation has (contract inventory-events §15.7).

use std::{num::NonZeroUsize, time::Duration};

use clients::{Client, Options};
use ground::Stop;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use service::Error;

use super::Scheduled;
use crate::metric_names::OUTBOUND_SECONDS;

const KEY: &str = "x-pendo-integration-key";
const PATH: &str = "/metadata/account/custom/value";
const FAILURES: &str = "inventory_pendo_syncher_failures_total";
/// The wait before the first attempt after a failed one; each is twice as long as the one before.
const WAIT: Duration = Duration::from_secs(1);

/// Where counts go.
#[derive(Clone)]
pub struct Pendo {
    /// Whether they go anywhere.
    pub active: bool,
    /// The address of the API.
    pub endpoint: String,
    /// The secret that it knows us by.
    pub key: String,
    /// Further attempts after the first.
    pub retries: u32,
    /// The longest wait for an answer.
    pub timeout: Duration,
    /// Organisations in one request.
    pub request_size: NonZeroUsize,
}

impl std::fmt::Debug for Pendo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pendo")
            .field("active", &self.active)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Scheduled {
    /// Sends the number of hosts of each organisation, culled ones counted. What Pendo does not take is counted and logged.
    pub async fn tell_pendo(&self, stop: &mut Stop) -> Result<String, Error> {
        let pendo = &self.options.pendo;
        let mut counts = Vec::new();
        for org in self.fleet.orgs().await? {
            let hosts = self.fleet.count(&self.all_of(&org).await?).await?;
            if hosts > 0 {
                counts.push(json!({"accountId": org.as_str(), "values": {"hostCount": hosts}}));
            }
        }
        if !pendo.active {
            return Ok(format!(
                "{} organisations have hosts; set PENDO_SYNC_ACTIVE to true to send their numbers",
                counts.len()
            ));
        }
        let client = Client::new(Options {
            retries: 0,
            timeout: pendo.timeout,
            passed_on: &[KEY],
            metric: OUTBOUND_SECONDS,
            ..Options::new("pendo", pendo.endpoint.clone())
        })?;
        let mut key = HeaderValue::from_str(&pendo.key)
            .map_err(|_| "PENDO_INTEGRATION_KEY has characters that no header may have")?;
        key.set_sensitive(true);
        let headers = HeaderMap::from_iter([(http::HeaderName::from_static(KEY), key)]);
        let mut sent = 0;
        for part in counts.chunks(pendo.request_size.get()) {
            match self.tell_part(&client, &headers, part, stop).await {
                Ok(()) => sent += part.len(),
                Err(problem) => {
                    metrics::counter!(FAILURES).increment(1);
                    tracing::error!(organisations = part.len(), "{problem}");
                }
            }
            if stop.is_asked() {
                break;
            }
        }
        Ok(format!("the numbers of hosts of {sent} of {} organisations sent", counts.len()))
    }

    async fn tell_part(
        &self,
        client: &Client,
        headers: &HeaderMap,
        part: &[Value],
        stop: &mut Stop,
    ) -> Result<(), String> {
        let mut wait = WAIT;
        let mut left = self.options.pendo.retries;
        loop {
            let problem = match client.send(Method::POST, PATH, headers, &part).await {
                Ok(reply) if reply.status == StatusCode::OK => return Ok(()),
                Ok(reply) if reply.status != StatusCode::REQUEST_TIMEOUT => {
                    return Err(format!("Pendo responded with status {}", reply.status.as_u16()));
                }
                Ok(reply) => format!("Pendo responded with status {}", reply.status.as_u16()),
                Err(error) => error.to_string(),
            };
            if left == 0 || !stop.sleep(wait).await {
                return Err(problem);
            }
            left -= 1;
            wait *= 2;
        }
    }
}
