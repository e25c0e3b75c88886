//! Who may do what in a test.

use std::time::Duration;

use access::{Access, Callers, Permissions, Rbac, RbacOptions};
use serde_json::{Value, json};
use testkit::free_port;

/// What a world lets its callers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Everything in their organisation.
    Everything,
    /// Nothing: the RBAC service grants no permission.
    Nothing,
    /// It cannot be told: the RBAC service is down.
    Unreachable,
    /// Everything, while writing is switched off.
    ReadOnly,
}

impl Rights {
    /// Who is let in, for a service that asks crate `access`.
    pub async fn access(self) -> Access {
        let permissions = self.rbac().await.map_or(Permissions::Bypass, rbac);
        Access { read_only: self == Self::ReadOnly, ..access(permissions) }
    }

    /// Where an RBAC service is that says so; `None` where permissions are not to be checked.
    pub async fn rbac(self) -> Option<String> {
        match self {
            Self::Everything | Self::ReadOnly => None,
            Self::Nothing => Some(testkit::callers::granting(json!([])).await),
            Self::Unreachable => Some(format!("http://127.0.0.1:{}", free_port())),
        }
    }
}

/// Behind a gateway, with these permissions.
pub const fn access(permissions: Permissions) -> Access {
    Access { callers: Callers::Gateway, permissions, read_only: false }
}

/// Everybody may do everything in their organisation.
pub const fn everything() -> Access {
    access(Permissions::Bypass)
}

/// The RBAC service at this address, asked once.
pub fn rbac(endpoint: String) -> Permissions {
    let second = Duration::from_secs(1);
    let options = RbacOptions { retries: 0, timeout: second, backoff: second, ..RbacOptions::new(endpoint) };
    Permissions::Rbac(Rbac::new(options).expect("a client can be made"))
}

/// An RBAC service that grants these permissions to everybody.
pub async fn granting(data: Value) -> Access {
    access(rbac(testkit::callers::granting(data).await))
}

/// This permission for these groups only; null stands for hosts without one.
pub async fn limited_to(permission: &str, groups: Value) -> Access {
    let filter = json!({"key": "group.id", "operation": "in", "value": groups});
    let definitions = json!([{ "attributeFilter": filter }]);
    granting(json!([{"permission": permission, "resourceDefinitions": definitions}])).await
}
