//! One service that is asked.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use backon::Retryable as _;
use http::{HeaderMap, Method, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Either, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Serialize;
use tokio::time::timeout;

use crate::{
    BadClient, CallError, Outgoing, Reply, Trust,
    error::{cause, distrust},
    outgoing::StreamedBody,
    reply::retry_after,
    retry::Waits,
};

/// How a service is asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its name, in errors and metrics.
    pub service: &'static str,
    /// Its base URL.
    pub endpoint: String,
    /// How often a call is tried again.
    pub retries: u32,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Wait before the second repetition; it doubles from there. The first repetition does not wait.
    pub backoff: Duration,
    /// Who must have made its certificate, where the URL is `https`.
    pub trust: Trust,
    /// Most bytes of an answer.
    pub most_bytes: usize,
    /// Headers of the caller's request that are passed on.
    pub passed_on: &'static [&'static str],
    /// The histogram of the times of answers, in seconds, with the label `dependency`.
    pub metric: &'static str,
}

impl Options {
    /// A service that is tried twice again, within ten seconds each, with answers of at most 8 MiB.
    pub fn new(service: &'static str, endpoint: String) -> Self {
        Self {
            service,
            endpoint,
            retries: 2,
            timeout: Duration::from_secs(10),
            backoff: Duration::from_secs(1),
            trust: Trust::default(),
            most_bytes: 8 << 20,
            passed_on: &[],
            metric: "plumbline_outbound_http_response_time_seconds",
        }
    }
}

type Http = legacy::Client<HttpsConnector<HttpConnector>, Body>;
type Body = Either<Full<Bytes>, StreamedBody>;

/// Asks one service. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: Http,
    options: Options,
}

impl Client {
    /// A client with these options. It follows no redirects.
    pub fn new(options: Options) -> Result<Self, BadClient> {
        let tls = options.trust.config(options.service)?;
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let http = legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self(Arc::new(Inner { http, options })))
    }

    /// Where the service is.
    pub fn endpoint(&self) -> &str {
        &self.0.options.endpoint
    }

    /// Asks for a path with its query, in the name of a request with these headers. What failed for a while is tried
    /// again.
    pub async fn get(&self, path: &str, caller: &HeaderMap) -> Result<Reply, CallError> {
        let call = || self.once(Method::GET, path, caller, None);
        let waits = Waits { retries: self.0.options.retries, first: self.0.options.backoff };
        call.retry(waits).sleep(tokio::time::sleep).when(CallError::will_pass).await
    }

    /// Sends JSON to a path, once: nobody knows whether a call that failed did its work.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        caller: &HeaderMap,
        body: &impl Serialize,
    ) -> Result<Reply, CallError> {
        let body = serde_json::to_vec(body).map_err(|error| CallError::Unreadable {
            service: self.0.options.service,
            reason: error.to_string(),
        })?;
        self.once(method, path, caller, Some(body)).await
    }

    /// Asks with these headers, once. Any answer is a reply, whatever its status.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &HeaderMap,
        body: Vec<u8>,
    ) -> Result<Reply, CallError> {
        let sent = self.sent(method, path, headers, Outgoing::Whole(body));
        self.timed(Some(self.0.options.timeout), sent).await
    }

    /// Sends a body with these headers, once. Any answer is a reply, whatever its status. A body that comes part by part may take as long
    /// as it likes.
    pub async fn post(&self, path: &str, headers: &HeaderMap, body: Outgoing) -> Result<Reply, CallError> {
        let most = match body {
            Outgoing::Whole(_) => Some(self.0.options.timeout),
            Outgoing::Parts(_) => None,
        };
        self.timed(most, self.sent(Method::POST, path, headers, body)).await
    }

    async fn sent(
        &self,
        method: Method,
        path: &str,
        headers: &HeaderMap,
        body: Outgoing,
    ) -> Result<Reply, CallError> {
        let request = Request::builder().method(method).uri(self.url(path)).body(body.into());
        let mut request = request.map_err(|error| self.unreachable(error.to_string()))?;
        *request.headers_mut() = headers.clone();
        let response = self.0.http.request(request).await.map_err(|error| self.failed(&error))?;
        let (service, status) = (self.0.options.service, response.status());
        let retry_after = retry_after(response.headers());
        Ok(Reply { service, status, body: self.read(response.into_body()).await?, retry_after })
    }

    /// What a call comes to, whose time is recorded whatever that is; an error after the longest time that it may take.
    async fn timed(
        &self,
        most: Option<Duration>,
        call: impl Future<Output = Result<Reply, CallError>>,
    ) -> Result<Reply, CallError> {
        let Options { service, metric, .. } = self.0.options;
        let begin = Instant::now();
        let outcome = match most {
            None => call.await,
            Some(after) => timeout(after, call).await.unwrap_or(Err(CallError::TimedOut { service, after })),
        };
        metrics::histogram!(metric, "dependency" => service).record(begin.elapsed().as_secs_f64());
        outcome
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.options.endpoint.trim_end_matches('/'))
    }

    async fn once(
        &self,
        method: Method,
        path: &str,
        caller: &HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<Reply, CallError> {
        self.timed(Some(self.0.options.timeout), self.answer(method, path, caller, body)).await
    }

    async fn answer(
        &self,
        method: Method,
        path: &str,
        caller: &HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<Reply, CallError> {
        let service = self.0.options.service;
        let request = self.request(method, path, caller, body)?;
        let response = self.0.http.request(request).await.map_err(|error| self.failed(&error))?;
        let status = response.status();
        if is_failing(status) {
            return Err(CallError::Failing { service, status });
        }
        let retry_after = retry_after(response.headers());
        Ok(Reply { service, status, body: self.read(response.into_body()).await?, retry_after })
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        caller: &HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<Request<Body>, CallError> {
        let mut request = Request::builder().method(method).uri(self.url(path));
        for name in self.0.options.passed_on {
            for value in caller.get_all(*name) {
                request = request.header(*name, value);
            }
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        request
            .body(Outgoing::Whole(body.unwrap_or_default()).into())
            .map_err(|error| self.unreachable(error.to_string()))
    }

    async fn read(&self, body: Incoming) -> Result<Vec<u8>, CallError> {
        let most = self.0.options.most_bytes;
        match Limited::new(body, most).collect().await {
            Ok(body) => Ok(body.to_bytes().to_vec()),
            Err(error) if error.is::<LengthLimitError>() => {
                Err(CallError::TooLong { service: self.0.options.service, most })
            }
            Err(error) => Err(self.unreachable(cause(&*error))),
        }
    }

    fn failed(&self, error: &legacy::Error) -> CallError {
        let Options { service, trust: Trust { setting, .. }, .. } = &self.0.options;
        match distrust(error) {
            Some(reason) => CallError::Untrusted { service, reason, setting },
            None => self.unreachable(cause(error)),
        }
    }

    fn unreachable(&self, reason: String) -> CallError {
        CallError::Unreachable { service: self.0.options.service, reason }
    }
}

const fn is_failing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 500 | 502 | 503 | 504)
}
