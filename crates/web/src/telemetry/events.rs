//! What happens to requests.

use std::time::Duration;

use http::{Method, StatusCode};

/// A request was answered.
pub(crate) struct RequestServed<'a> {
    pub method: &'a Method,
    /// The route with its parts in braces, not the path; empty where no route was found.
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
            "inventory_http_request_duration_seconds",
            "method" => method, "url_rule" => rule, "status" => status.clone()
        )
        .record(seconds);
        metrics::counter!("inventory_http_request_total", "method" => method, "status" => status)
            .increment(1);
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
        metrics::counter!("plumbline_http_refused_total", "reason" => reason).increment(1);
        tracing::warn!(reason, "request refused");
    }
}

/// The work for a request panicked; the answer is 500.
pub(crate) struct RequestPanicked<'a> {
    pub text: &'a str,
}

impl RequestPanicked<'_> {
    pub fn emit(&self) {
        metrics::counter!("inventory_http_request_exceptions_total", "status" => "500").increment(1);
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
