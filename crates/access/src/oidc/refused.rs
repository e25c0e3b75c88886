//! Why nobody is known to call.

use crate::Unreached;

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

/// What is wrong with an issuer that does not do its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It does not answer in time.
    #[error("does not answer in time")]
    Slow,
    /// It cannot be reached, or says itself that it cannot.
    #[error("does not answer")]
    Down,
    /// What it answers is not what an OpenID provider answers.
    #[error("does not answer as the OpenID provider of this name")]
    NotOpenId,
}

impl From<&Unreached> for Trouble {
    fn from(unreached: &Unreached) -> Self {
        match unreached {
            Unreached::Late(..) => Self::Slow,
            Unreached::Down(..) => Self::Down,
            Unreached::Refused(..) => Self::NotOpenId,
        }
    }
}
