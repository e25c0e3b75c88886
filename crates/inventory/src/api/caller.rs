//! Who is calling, and which hosts and groups they reach.

use access::{Denied, GroupScope, Identity, Permission, REQUEST_ID_HEADER};
use axum::extract::FromRequestParts;
use fleet::{Condition, GroupLimit, HostQuery, Origin, Scope};
use ground::{HostId, OrgId};
use http::{HeaderMap, StatusCode, request::Parts};

use super::{
    App, any_uuid,
    errors::{Failure, Noun},
    path::PathIds,
};

/// The caller of one request. To take it as an argument is to ask for authentication: 401 comes before anything that
/// is wrong with the request.
#[derive(Debug)]
pub struct Caller {
    /// Who it is.
    pub identity: Identity,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let identity = app
            .callers
            .identify(&parts.headers)
            .map_err(|refused| Failure::problem(StatusCode::UNAUTHORIZED, refused.detail()))?;
        Ok(Self { identity, headers: parts.headers.clone() })
    }
}

impl Caller {
    /// The organisation whose data the caller works on.
    pub fn org(&self) -> &OrgId {
        &self.identity.org
    }

    /// The account number that new groups are made with.
    pub fn account(&self) -> Option<&str> {
        self.identity.account_number.as_deref()
    }

    /// What the events of this request tell of it (contract inventory-http §23).
    pub fn origin(&self) -> Origin {
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        Origin {
            request_id: header(REQUEST_ID_HEADER).map(str::to_owned),
            metadata: Some(format!(r#"{{"b64_identity":"{}"}}"#, self.identity.b64()).into()),
            by_frontend: header("x-rh-frontend-origin") == Some("hcc"),
        }
    }

    /// The hosts that are the caller's whatever their permissions: all of the organisation, for a machine those that
    /// it owns. A common name that is no UUID owns nothing.
    pub fn own_scope(&self) -> Scope {
        let scope = Scope::of(self.org().clone());
        match self.identity.owner() {
            Some(cn) => scope.owned_by(any_uuid(cn).map_or_else(|| cn.to_owned(), |id| id.to_string())),
            None => scope,
        }
    }

    /// The hosts that the caller reaches with this permission; 403 without it, 503 when it cannot be told.
    pub async fn hosts(&self, app: &App, permission: Permission) -> Result<Scope, Failure> {
        let groups = self.check(app, permission).await.map_err(Failure::from)?;
        Ok(within(self.own_scope(), groups))
    }

    /// [`Caller::hosts`] for an operation on hosts by id: who lacks the permission is told so only when all the hosts
    /// exist, and otherwise that they do not (contract inventory-http §5.4).
    pub async fn hosts_by_id(
        &self,
        app: &App,
        permission: Permission,
        ids: &PathIds,
    ) -> Result<Scope, Failure> {
        match self.check(app, permission).await {
            Ok(groups) => Ok(within(self.own_scope(), groups)),
            Err(Denied::Forbidden(_)) if !exist(app, self.own_scope(), ids.hosts()).await? => {
                Err(Failure::not_found(Noun::Hosts, None))
            }
            Err(denied) => Err(denied.into()),
        }
    }

    /// The groups that the caller reaches with this permission; 403 without it, 503 when it cannot be told.
    pub async fn groups(&self, app: &App, permission: Permission) -> Result<GroupScope, Failure> {
        Ok(self.check(app, permission).await?)
    }

    /// 503 while writing is switched off; asked before any permission to write.
    pub(super) async fn check(&self, app: &App, permission: Permission) -> Result<GroupScope, Denied> {
        if app.read_only && matches!(permission, Permission::HostsWrite | Permission::GroupsWrite) {
            let detail = "Inventory API is currently in read-only mode.".to_owned();
            return Err(Denied::Upstream { status: 503, detail });
        }
        app.permissions.check(&self.identity, &self.headers, permission).await
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        let status = StatusCode::from_u16(denied.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        match denied.detail() {
            Some(detail) => Self::problem(status, detail.to_owned()),
            None => Self::default(status),
        }
    }
}

/// Whether all these hosts are in the scope and not culled.
pub async fn exist(app: &App, scope: Scope, ids: Vec<HostId>) -> Result<bool, Failure> {
    let asked = ids.len() as i64;
    let query = app.ask(scope).with(Condition::Ids(ids)).with(Condition::NotCulled);
    Ok(app.fleet.count(&query).await? == asked)
}

fn within(scope: Scope, groups: GroupScope) -> Scope {
    match groups {
        GroupScope::All => scope,
        GroupScope::Only { ids, ungrouped } => scope.within(GroupLimit { ids, ungrouped }),
    }
}

impl App {
    /// A question about hosts of this scope, asked now.
    pub fn ask(&self, scope: Scope) -> HostQuery {
        HostQuery::new(scope, self.fleet.staleness(), self.fleet.clock().now())
    }
}
