//! Why a service cannot be asked.

use http::StatusCode;

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BadClient {
    /// The certificates are none.
    #[error("the certificates for {service} cannot be read: give PEM text with one or more certificates")]
    Certificates {
        /// The service.
        service: &'static str,
    },
    /// The TLS machinery of the process does not work.
    #[error("a client for {service} cannot be made: {reason}")]
    Machinery {
        /// The service.
        service: &'static str,
        /// Why.
        reason: String,
    },
}

/// A call without an answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Nobody answered in time.
    #[error("{service} cannot be reached: {reason}")]
    Unreachable {
        /// The service.
        service: &'static str,
        /// Why.
        reason: String,
    },
    /// It answered that it does not work, at every try.
    #[error("{service} answered {status}")]
    Failing {
        /// The service.
        service: &'static str,
        /// 500, 502, 503 or 504.
        status: StatusCode,
    },
    /// The answer is longer than it may be.
    #[error("the answer of {service} is longer than {most} bytes")]
    TooLong {
        /// The service.
        service: &'static str,
        /// How long it may be.
        most: usize,
    },
    /// The answer is not what was asked for.
    #[error("the answer of {service} cannot be read: {reason}")]
    Unreadable {
        /// The service.
        service: &'static str,
        /// Why.
        reason: String,
    },
}

impl CallError {
    /// Whether another try may give another answer.
    pub(crate) const fn will_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Failing { .. })
    }
}

/// The innermost reason of a failed request: the outer texts say little.
pub(crate) fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
