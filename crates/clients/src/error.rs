//! Why a service cannot be asked.

use std::time::Duration;

use http::StatusCode;

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BadClient {
    /// The certificates are none.
    #[error(
        "the certificates for {service} cannot be read: {reason}; give PEM text with one or more certificates"
    )]
    Certificates {
        /// The service.
        service: &'static str,
        /// Why.
        reason: String,
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
    /// Nobody answers.
    #[error("{service} cannot be reached: {reason}")]
    Unreachable {
        /// The service.
        service: &'static str,
        /// Why.
        reason: String,
    },
    /// Nobody answered in time.
    #[error("{service} cannot be reached: no answer within {} seconds", .after.as_secs_f64())]
    TimedOut {
        /// The service.
        service: &'static str,
        /// How long it was waited for.
        after: Duration,
    },
    /// Somebody answers who is not the service, as far as certificates can tell.
    #[error(
        "{service} is not trusted: {reason}; check {setting}, which must hold the authority of its certificate, and the name in its address"
    )]
    Untrusted {
        /// The service.
        service: &'static str,
        /// What is wrong with the certificate.
        reason: String,
        /// Where the authorities are set.
        setting: &'static str,
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
    pub const fn will_pass(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Untrusted { .. } | Self::Failing { .. }
        )
    }
}

/// What is wrong with the certificate that was shown, when that is why a request failed.
pub(crate) fn distrust(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(wrong @ rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return Some(wrong.to_string());
        }
        // What was wrong with a connection is inside of an error of input and output, and no source of it.
        next = match error.downcast_ref::<std::io::Error>() {
            Some(wrapping) => wrapping.get_ref().map(|inner| inner as _),
            None => error.source(),
        };
    }
    None
}

/// The innermost reason of a failed request: the outer texts say little.
pub(crate) fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
