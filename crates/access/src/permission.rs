//! What a caller may be allowed to do.

use std::fmt;

/// Something that a caller may be allowed to do (contract inventory-http §5.3). Shown as RBAC writes it:
/// `inventory:hosts:read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See hosts, their tags and profiles.
    HostsRead,
    /// Change and delete hosts.
    HostsWrite,
    /// See groups.
    GroupsRead,
    /// Change groups and who is in them.
    GroupsWrite,
    /// See the staleness settings.
    StalenessRead,
    /// Change the staleness settings.
    StalenessWrite,
    /// See where an organisation is notified, and what could not be delivered.
    NotificationsRead,
    /// Change where it is notified; send again what could not be delivered.
    NotificationsWrite,
    /// Administer permissions: see the resource types.
    RbacAdmin,
    /// See samples, dashboards and alerts.
    MetricsRead,
    /// Send samples, change dashboards and alerts.
    MetricsWrite,
}

impl Permission {
    /// Application, resource and verb.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::HostsRead => ("inventory", "hosts", "read"),
            Self::HostsWrite => ("inventory", "hosts", "write"),
            Self::GroupsRead => ("inventory", "groups", "read"),
            Self::GroupsWrite => ("inventory", "groups", "write"),
            Self::StalenessRead => ("staleness", "staleness", "read"),
            Self::StalenessWrite => ("staleness", "staleness", "write"),
            Self::NotificationsRead => ("notifications", "notifications", "read"),
            Self::NotificationsWrite => ("notifications", "notifications", "write"),
            Self::RbacAdmin => ("rbac", "*", "*"),
            Self::MetricsRead => ("metrics", "metrics", "read"),
            Self::MetricsWrite => ("metrics", "metrics", "write"),
        }
    }

    /// The application that RBAC is asked about.
    pub const fn application(self) -> &'static str {
        self.words().0
    }

    /// Whether machines and other callers whom RBAC does not know may do it unasked (contract §5.2).
    pub const fn is_open_to_machines(self) -> bool {
        matches!(self, Self::HostsRead | Self::HostsWrite)
    }

    /// Whether it is about changing something.
    pub const fn is_to_write(self) -> bool {
        matches!(
            self,
            Self::HostsWrite
                | Self::GroupsWrite
                | Self::StalenessWrite
                | Self::NotificationsWrite
                | Self::MetricsWrite
        )
    }

    /// Whether the RBAC service knows it. The metrics servers that this program replaces asked nobody.
    pub const fn is_known_to_rbac(self) -> bool {
        !matches!(self, Self::MetricsRead | Self::MetricsWrite)
    }

    /// Whether a permission granted by RBAC allows this: the same, or with `*` for resource, verb or both.
    pub fn is_allowed_by(self, granted: &str) -> bool {
        let (application, resource, verb) = self.words();
        let mut parts = granted.split(':');
        let (Some(a), Some(r), Some(v), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        a == application && (r == resource || r == "*") && (v == verb || v == "*")
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (application, resource, verb) = self.words();
        write!(f, "{application}:{resource}:{verb}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_resource_and_any_verb_only() {
        for granted in ["inventory:*:*", "inventory:hosts:*", "inventory:*:read", "inventory:hosts:read"] {
            assert!(Permission::HostsRead.is_allowed_by(granted), "{granted}");
        }
        for granted in [
            "*:*:*",
            "inventory:hosts:write",
            "inventory:groups:*",
            "inventory:hosts",
            "inventory:hosts:read:x",
            "inventory:host*:read",
            "",
        ] {
            assert!(!Permission::HostsRead.is_allowed_by(granted), "{granted}");
        }
    }

    #[test]
    fn to_write_is_not_to_read() {
        assert!(!Permission::HostsRead.is_allowed_by("inventory:hosts:write"));
        assert!(!Permission::RbacAdmin.is_allowed_by("rbac:group:read"));
        assert_eq!(Permission::RbacAdmin.to_string(), "rbac:*:*");
    }
}
