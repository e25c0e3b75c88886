//! Machines that report themselves.

use std::{fmt, sync::Arc};

use access::Identity;
use enrolment::Enrolment;
use fleet::ChangeKind;
use futures::future::BoxFuture;
use ground::HostId;

/// Takes in what machines report of themselves.
pub trait Intake: Send + Sync {
    /// Takes in one report, an ingress envelope as JSON, in the name of `sender` and about no other host than `host`.
    fn take<'a>(
        &'a self,
        report: &'a [u8],
        sender: &'a Identity,
        host: HostId,
    ) -> BoxFuture<'a, Result<ChangeKind, NotTaken>>;
}

/// Why a report is not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// It breaks a rule; sent again it does so again.
    #[error("{0}")]
    Refused(String),
    /// It cannot be stored now.
    #[error("the report cannot be stored now: {0}")]
    Later(String),
}

/// What the operations for and of such machines work on. Cheap to clone.
#[derive(Clone)]
pub struct Agents {
    /// Whose tokens are good.
    pub enrolment: Enrolment,
    /// Who takes their reports in.
    pub intake: Arc<dyn Intake>,
    /// The address that machines are told to report to, where the settings name one.
    pub url: Option<String>,
}

impl fmt::Debug for Agents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agents").field("url", &self.url).finish_non_exhaustive()
    }
}
