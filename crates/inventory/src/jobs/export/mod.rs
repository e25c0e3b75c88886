//! Hosts for the export service: requests from a topic, answers over HTTP (contract inventory-events §16).

mod request;
mod rows;

use std::{num::NonZeroUsize, time::Instant};

use access::{Callers, Denied, Permission, Permissions};
use bus::{Incoming, kafka::Consumer};
use clients::{Aborted, CallError, Client, Options, Outgoing, Reply, Trust};
use fleet::{Condition, Fleet, HostQuery, Scope};
use ground::{HostId, Stop};
use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_TYPE};
use serde_json::json;
use tokio::sync::mpsc;
use web::RoleHealth;

pub use self::{
    request::{ExportRequest, read as read_request},
    rows::Format,
};
use super::{Ended, telemetry::record_consumed};
use crate::metric_names::OUTBOUND_SECONDS;

const PSK_HEADER: HeaderName = HeaderName::from_static("x-rh-exports-psk");
const IDENTITY: HeaderName = HeaderName::from_static("x-rh-identity");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-rh-insights-request-id");
const FORBIDDEN: &str = "You don't have the permission to access the requested resource.";
/// How often an upload is begun.
const ATTEMPTS: usize = 4;
/// Parts of a body that wait to be sent.
const PARTS_AHEAD: usize = 2;

/// Answers requests for exports.
#[derive(Debug, Clone)]
pub struct Exporter {
    /// The record.
    fleet: Fleet,
    /// Who may see which hosts.
    permissions: Permissions,
    /// The export service.
    service: Client,
    /// The secret that it knows us by.
    psk: HeaderValue,
    /// Hosts that are read together.
    batch: NonZeroUsize,
}

/// A message as it was read: a request, nothing for us, or why it cannot be read.
pub type ReadRequest = Result<Option<ExportRequest>, String>;

/// Why an export was not made.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("{message}")]
    Told { code: u16, message: String },
    /// A call to the service failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Failed {
    fn told(code: u16, message: impl Into<String>) -> Self {
        Self::Told { code, message: message.into() }
    }
}

impl From<fleet::Error> for Failed {
    fn from(error: fleet::Error) -> Self {
        Self::told(500, error.to_string())
    }
}

impl Exporter {
    /// For the export service at this address, whose certificate one of these authorities made, and which knows us by this secret.
    pub fn new(
        fleet: Fleet,
        permissions: Permissions,
        endpoint: &str,
        token: &str,
        trust: Trust,
        batch: NonZeroUsize,
    ) -> Result<Self, service::Error> {
        let mut psk = HeaderValue::from_str(token)
            .map_err(|_| "the secret of the export service has characters that no header may have")?;
        psk.set_sensitive(true);
        let service = Client::new(Options {
            metric: OUTBOUND_SECONDS,
            trust,
            ..Options::new("export-service", endpoint.to_owned())
        })?;
        Ok(Self { fleet, permissions, service, psk, batch })
    }

    /// Reads a message of the topic.
    pub fn read(message: Incoming<'_>) -> ReadRequest {
        let began = Instant::now();
        record_consumed(message.payload);
        let request = request::read(message.payload);
        metrics::histogram!("inventory_export_service_message_parsing_seconds").record(began.elapsed());
        request
    }

    /// Answers requests until it is told to stop. Every message is answered once, whatever becomes of it; one whose answer was cut
    /// off comes again.
    pub async fn run(
        &self,
        mut consumer: Consumer<ReadRequest>,
        health: &RoleHealth,
        mut stop: Stop,
    ) -> Ended {
        let ended = loop {
            let batch = tokio::select! {
                () = stop.asked() => break Ended::AsAsked,
                batch = consumer.next() => batch,
            };
            let Some(mut batch) = batch else {
                break Ended::Failed("the thread that reads the topic has ended".to_owned());
            };
            health.begin();
            for request in batch.messages() {
                self.handle(request.clone()).await;
            }
            health.done();
            batch.commit().await;
        };
        consumer.close().await;
        ended
    }

    /// Answers one request, and counts what came of it.
    pub async fn handle(&self, request: ReadRequest) {
        let began = Instant::now();
        let request = match request {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(problem) => {
                tracing::warn!(problem, "a request for an export cannot be read");
                metrics::counter!("inventory_export_service_message_parsing_failures_total", "cause" => "invalid")
                    .increment(1);
                metrics::counter!("export_service_message_handler_failures_total").increment(1);
                return;
            }
        };
        let exported = self.export(&request).await;
        metrics::histogram!("inventory_new_export_seconds").record(began.elapsed());
        match exported {
            Ok(hosts) => {
                metrics::counter!("inventory_create_export_total").increment(1);
                tracing::info!(export = %request.export, hosts, "hosts were exported");
                metrics::counter!("export_service_message_handler_successes_total").increment(1);
            }
            Err(failed) => {
                tracing::warn!(export = %request.export, %failed, "hosts were not exported");
                metrics::counter!("export_service_message_handler_failures_total").increment(1);
                let (code, message) = match failed {
                    Failed::Told { code, message } => (code, message),
                    Failed::Call(error) => (500, error.to_string()),
                };
                self.tell_error(&request, code, &message).await;
            }
        }
        metrics::histogram!("export_service_message_handler_seconds").record(began.elapsed());
    }

    async fn export(&self, request: &ExportRequest) -> Result<usize, Failed> {
        let format = Format::named(&request.format).ok_or_else(|| {
            Failed::told(400, format!("`{}` is no format of exports: json or csv", request.format))
        })?;
        let scope = self.scope(request).await?;
        let staleness = self.fleet.staleness(scope.org()).await?;
        let query = HostQuery::new(scope, staleness, self.fleet.clock().now()).with(Condition::NotCulled);
        let ids = self.fleet.ids(&query).await?;
        if ids.is_empty() {
            return Err(Failed::told(404, format!("No data found for org_id: {}", query.scope.org())));
        }
        let mut attempt = 1;
        loop {
            match self.upload(request, format, &query, &ids).await {
                Err(Failed::Call(error)) if error.will_pass() && attempt < ATTEMPTS => attempt += 1,
                reply => return Self::judge(&reply?, ids.len()),
            }
        }
    }

    /// What the answer to an upload means.
    fn judge(reply: &Reply, hosts: usize) -> Result<usize, Failed> {
        let text = String::from_utf8_lossy(&reply.body);
        match reply.status.as_u16() {
            202 => Ok(hosts),
            400 if text.to_lowercase().contains("already been processed") => {
                tracing::warn!("the export service has this export already");
                Ok(hosts)
            }
            status => {
                Err(Failed::told(500, format!("the export service answered {status}: {}", shortened(&text))))
            }
        }
    }

    /// The hosts that whoever asks may see.
    async fn scope(&self, request: &ExportRequest) -> Result<Scope, Failed> {
        let forbidden = || Failed::told(403, FORBIDDEN);
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY, HeaderValue::from_str(&request.identity).map_err(|_| forbidden())?);
        headers
            .insert(REQUEST_ID, HeaderValue::from_str(&request.export.to_string()).map_err(|_| forbidden())?);
        let identity = Callers::Gateway.identify(&headers).map_err(|_| forbidden())?;
        match self.permissions.check(&identity, &headers, Permission::HostsRead).await {
            Ok(groups) => Ok(Scope::reached(&identity, groups)),
            Err(Denied::Forbidden(_)) => Err(forbidden()),
            Err(denied) => Err(Failed::told(500, denied.to_string())),
        }
    }

    /// Sends the hosts while they are read.
    async fn upload(
        &self,
        request: &ExportRequest,
        format: Format,
        query: &HostQuery,
        ids: &[HostId],
    ) -> Result<Reply, Failed> {
        let (parts, body) = mpsc::channel(PARTS_AHEAD);
        let headers = self.headers(format);
        let path = request.path() + "upload";
        let sending = self.service.post(&path, &headers, Outgoing::Parts(body));
        let (reply, read) = tokio::join!(sending, async {
            let read = self.write(format, query, ids, &parts).await;
            if read.is_err() {
                // What was sent so far must not pass for the whole.
                let _ = parts.send(Err(Aborted)).await;
            }
            drop(parts);
            read
        });
        read?;
        Ok(reply?)
    }

    async fn write(
        &self,
        format: Format,
        query: &HostQuery,
        ids: &[HostId],
        parts: &mpsc::Sender<Result<Vec<u8>, Aborted>>,
    ) -> fleet::Result<()> {
        let mut text = format.beginning();
        let mut first = true;
        for some in ids.chunks(self.batch.get()) {
            let mut page = query.clone().with(Condition::Ids(some.to_vec()));
            page.limit = some.len() as i64;
            let hosts = self.fleet.list(&page).await?.hosts;
            text.push_str(&format.rows(&hosts, first, query.staleness, query.now));
            first &= hosts.is_empty();
            if parts.send(Ok(std::mem::take(&mut text).into_bytes())).await.is_err() {
                // The other side has hung up: its answer says why.
                return Ok(());
            }
        }
        let _ = parts.send(Ok(format.end().as_bytes().to_vec())).await;
        Ok(())
    }

    async fn tell_error(&self, request: &ExportRequest, code: u16, message: &str) {
        let headers = self.headers(Format::named(&request.format).unwrap_or(Format::Json));
        let body = json!({"message": message, "error": code}).to_string().into_bytes();
        let path = request.path() + "error";
        if let Err(error) = self.service.post(&path, &headers, Outgoing::Whole(body)).await {
            tracing::error!(export = %request.export, %error, "the export service cannot be told of a failed export");
        }
    }

    fn headers(&self, format: Format) -> HeaderMap {
        HeaderMap::from_iter([
            (PSK_HEADER, self.psk.clone()),
            (CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        ])
    }
}

fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(500)]
}
