//! Why nobody is known to call.

/// Why nobody is known to call; always status 401, in the words of the original (contract benchmarks §4.4).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// There is no `Authorization` header.
    #[error("No authorization header")]
    NoHeader,
    /// There is one, without a bearer token.
    #[error("No bearer token in authorization header")]
    NoBearer,
    /// No trusted issuer knows the token.
    #[error("User identity could not be determined")]
    Undetermined,
    /// The token is of an issuer that is not trusted.
    #[error("Issuer is not trusted: {0}")]
    Untrusted(String),
    /// The issuer does not say where its keys are.
    #[error("Unable to fetch issuer config for: {0}")]
    NoConfig(String),
    /// The token cannot be verified; the reason.
    #[error("Could not verify JWT: {0}")]
    Unverified(String),
}
