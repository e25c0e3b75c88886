//! What happens to requests.

use std::time::Duration;

use http::{Method, StatusCode};
use metrics::{Unit, describe_counter, describe_histogram};

/// The names of the metrics of requests: clients of older services know them under others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpMetrics {
    /// Histogram of the times of answers, in seconds, by `method`, `url_rule` and `status`.
    pub seconds: &'static str,
    /// Counter of answers by `method` and `status`.
    pub requests: &'static str,
    /// Counter of panics, by `status`.
    pub exceptions: &'static str,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self {
            seconds: "plumbline_http_request_duration_seconds",
            requests: "plumbline_http_request_total",
            exceptions: "plumbline_http_request_exceptions_total",
        }
    }
}

impl HttpMetrics {
    /// Tells the recorder what they are.
    pub fn describe(&self) {
        describe_histogram!(self.seconds, Unit::Seconds, "Times of HTTP answers by method, route and status");
        describe_counter!(self.requests, "HTTP answers by method and status");
        describe_counter!(self.exceptions, "HTTP requests whose work panicked");
        describe_counter!(SPANS_DROPPED, "Spans that were not sent: too many at once, or nobody took them");
        describe_counter!(REFUSED, "HTTP requests refused at once because of load, or ended because of time");
    }
}

const REFUSED: &str = "plumbline_http_refused_total";
const SPANS_DROPPED: &str = "plumbline_spans_dropped_total";

/// A request was answered.
pub(crate) struct RequestServed<'a> {
    pub names: HttpMetrics,
    pub method: &'a Method,
    /// The route with its parts in braces, not the path; `unmatched` where no route was found.
    pub rule: &'a str,
    pub status: StatusCode,
    pub took: Duration,
}

impl RequestServed<'_> {
    pub fn emit(&self) {
        let method = method_label(self.method);
        let status = self.status.as_str().to_owned();
        let seconds = self.took.as_secs_f64();
        let rule = self.rule.to_owned();
        metrics::histogram!(
            self.names.seconds,
            "method" => method, "url_rule" => rule, "status" => status.clone()
        )
        .record(seconds);
        metrics::counter!(self.names.requests, "method" => method, "status" => status).increment(1);
        if self.status.is_server_error() {
            tracing::warn!(
                method,
                rule = self.rule,
                status = self.status.as_u16(),
                seconds,
                "request failed"
            );
        } else {
            tracing::debug!(
                method,
                rule = self.rule,
                status = self.status.as_u16(),
                seconds,
                "request served"
            );
        }
    }
}

/// A request was answered with 503 by the shell itself.
pub(crate) enum RequestRefused {
    /// Every place was taken.
    Overload,
    /// It took too long.
    Timeout,
}

impl RequestRefused {
    pub fn emit(&self) {
        let reason = match self {
            Self::Overload => "overload",
            Self::Timeout => "timeout",
        };
        metrics::counter!(REFUSED, "reason" => reason).increment(1);
        tracing::warn!(reason, "request refused");
    }
}

/// The work for a request panicked; the answer is 500.
pub(crate) struct RequestPanicked<'a> {
    pub names: HttpMetrics,
    pub text: &'a str,
}

impl RequestPanicked<'_> {
    pub fn emit(&self) {
        metrics::counter!(self.names.exceptions, "status" => "500").increment(1);
        tracing::error!(text = self.text, "a handler panicked");
    }
}

/// Methods are text from outside: those that nobody serves share a label.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}
