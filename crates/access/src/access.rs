//! Who is let in.

use http::HeaderMap;

use crate::{Callers, Denied, GroupScope, Identity, Permission, Permissions, Unauthorized};

/// Who is let in: where callers are taken from, who decides what they may do, and whether anything is written at all.
#[derive(Debug, Clone)]
pub struct Access {
    /// Where callers are taken from.
    pub callers: Callers,
    /// Who decides what a caller may do.
    pub permissions: Permissions,
    /// Whether every write is refused with 503.
    pub read_only: bool,
}

/// The caller of one request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is.
    pub identity: Identity,
    headers: HeaderMap,
}

impl Caller {
    /// The text of a header of the request.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Access {
    /// Who sent a request with these headers.
    pub fn caller(&self, headers: &HeaderMap) -> Result<Caller, Unauthorized> {
        Ok(Caller { identity: self.callers.identify(headers)?, headers: headers.clone() })
    }

    /// The permissions that the caller has in these applications, with commas between them; `None` when nobody is asked, and
    /// everything is allowed.
    pub async fn granted(&self, caller: &Caller, applications: &str) -> Result<Option<Vec<String>>, Denied> {
        self.permissions.granted(&caller.identity, &caller.headers, applications).await
    }

    /// Which groups the caller reaches with this permission. While writing is switched off that is told before
    /// anybody asks for a permission to write.
    pub async fn check(&self, caller: &Caller, permission: Permission) -> Result<GroupScope, Denied> {
        if self.read_only && permission.is_to_write() {
            return Err(Denied::ReadOnly);
        }
        self.permissions.check(&caller.identity, &caller.headers, permission).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(read_only: bool) -> Access {
        Access { callers: Callers::local().unwrap(), permissions: Permissions::Bypass, read_only }
    }

    #[tokio::test]
    async fn while_writing_is_switched_off_reading_is_not() {
        let access = access(true);
        let caller = access.caller(&HeaderMap::new()).unwrap();
        assert_eq!(access.check(&caller, Permission::HostsWrite).await, Err(Denied::ReadOnly));
        assert_eq!(access.check(&caller, Permission::GroupsWrite).await, Err(Denied::ReadOnly));
        assert_eq!(access.check(&caller, Permission::HostsRead).await, Ok(GroupScope::All));
        assert_eq!(Denied::ReadOnly.status(), 503);
    }

    #[test]
    fn a_caller_has_the_headers_of_the_request() {
        let mut headers = HeaderMap::new();
        headers.insert("x-some", "text".parse().unwrap());
        let caller = access(false).caller(&headers).unwrap();
        assert_eq!((caller.header("x-some"), caller.header("x-other")), (Some("text"), None));
        assert_eq!(caller.identity.org.as_str(), "local");
    }
}
