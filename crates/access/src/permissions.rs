//! Whether a caller may.

use http::HeaderMap;

use crate::{GroupScope, Identity, IdentityType, Permission, Rbac};

/// Who decides what a caller may do.
#[derive(Debug, Clone)]
pub enum Permissions {
    /// Everything is allowed. The caller must still be known.
    Bypass,
    /// What the identity itself says, which this program made of the claims of a person.
    Roles,
    /// The RBAC service; when it is down, nothing is allowed.
    Rbac(Rbac),
}

/// Why a caller may not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The caller lacks the permission; status 403 with the default detail of that status.
    #[error("the permission {0} is missing")]
    Forbidden(Permission),
    /// Writing is switched off; status 503.
    #[error("Inventory API is currently in read-only mode.")]
    ReadOnly,
    /// RBAC could not be asked (503), or refused the question (its own status).
    #[error("{detail}")]
    Upstream {
        /// Status of the answer.
        status: u16,
        /// Detail of the answer.
        detail: String,
    },
}

impl Denied {
    pub(crate) const fn unavailable(detail: String) -> Self {
        Self::Upstream { status: 503, detail }
    }

    /// Status of the answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Forbidden(_) => 403,
            Self::ReadOnly => 503,
            Self::Upstream { status, .. } => *status,
        }
    }

    /// Detail of the answer; `None` for the default one of the status.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Forbidden(_) => None,
            Self::ReadOnly | Self::Upstream { .. } => Some(self.to_string()),
        }
    }
}

impl Permissions {
    /// Which hosts and groups the caller reaches with this permission. `headers` are those of the request: RBAC is
    /// asked in the caller's name. Callers whom RBAC does not know (machines, certificates, associates) reach all
    /// hosts, bound by [`Identity::owner`], and nothing else (contract inventory-http §5.2).
    pub async fn check(
        &self,
        identity: &Identity,
        headers: &HeaderMap,
        permission: Permission,
    ) -> Result<GroupScope, Denied> {
        match self {
            Self::Bypass => Ok(GroupScope::All),
            Self::Roles => roles(identity, permission),
            Self::Rbac(_) if !permission.is_known_to_rbac() => Ok(GroupScope::All),
            Self::Rbac(rbac) if identity.is_checked() => rbac.scope(headers, permission).await,
            Self::Rbac(_) if permission.is_open_to_machines() => Ok(GroupScope::All),
            Self::Rbac(rbac) => Err(rbac.forbidden(permission)),
        }
    }
}

impl Permissions {
    /// The permissions that the caller has in these applications; `None` when RBAC is not asked.
    pub async fn granted(
        &self,
        identity: &Identity,
        headers: &HeaderMap,
        applications: &str,
    ) -> Result<Option<Vec<String>>, Denied> {
        match self {
            Self::Rbac(rbac) if identity.is_checked() => rbac.granted(headers, applications).await.map(Some),
            Self::Bypass | Self::Roles | Self::Rbac(_) => Ok(None),
        }
    }
}

/// Administrators may everything, others what is listed for them.
fn roles(identity: &Identity, permission: Permission) -> Result<GroupScope, Denied> {
    let is_admin = matches!(&identity.kind, IdentityType::User(user) if user.is_org_admin);
    if is_admin || identity.permissions().any(|granted| permission.is_allowed_by(granted)) {
        Ok(GroupScope::All)
    } else {
        Err(Denied::Forbidden(permission))
    }
}
