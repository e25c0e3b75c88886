//! Who is calling, and which hosts and groups they reach.

use access::{Denied, GroupScope, Identity, Permission};
use axum::extract::FromRequestParts;
use fleet::{Condition, GroupLimit, HostQuery, Origin, Scope};
use ground::{HostId, OrgId};
use http::{StatusCode, request::Parts};

use super::{
    App,
    errors::{Failure, Noun},
    path::PathIds,
};
use crate::{applications::Application, flags::Flag};

/// The caller of one request. To take it as an argument is to ask for authentication: 401 comes before anything that
/// is wrong with the request.
#[derive(Debug)]
pub struct Caller(access::Caller);

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        metrics::counter!("inventory_request_count_total").increment(1);
        let caller = app.access.caller(&parts.headers);
        caller.map(Self).map_err(|refused| {
            metrics::counter!("inventory_login_failure_count_total").increment(1);
            let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::UNAUTHORIZED);
            Failure::problem(status, refused.detail())
        })
    }
}

impl Caller {
    /// Who it is.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The organisation whose data the caller works on.
    pub fn org(&self) -> &OrgId {
        &self.identity().org
    }

    /// The account number that new groups are made with.
    pub fn account(&self) -> Option<&str> {
        self.identity().account_number.as_deref()
    }

    /// What the events of this request tell of it.
    pub fn origin(&self) -> Origin {
        (&self.0).into()
    }

    /// The hosts that are the caller's whatever their permissions.
    pub fn own_scope(&self) -> Scope {
        Scope::own(self.identity())
    }

    /// The hosts that the caller reaches with this permission; 403 without it, 503 when it cannot be told.
    pub async fn hosts(&self, app: &App, permission: Permission) -> Result<Scope, Failure> {
        Ok(Scope::reached(self.identity(), self.check(app, permission).await?))
    }

    /// The same whoever owns the hosts.
    pub async fn groups_of_hosts(&self, app: &App, permission: Permission) -> Result<Scope, Failure> {
        Ok(within(self.org(), self.check(app, permission).await?))
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
            Ok(groups) => Ok(Scope::reached(self.identity(), groups)),
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

    /// Whether the caller may do this to the staleness settings, and this to hosts: 403 unless both. RBAC knows of them in
    /// two applications; for which groups of hosts makes no difference.
    pub async fn staleness(&self, app: &App, settings: Permission, hosts: Permission) -> Result<(), Failure> {
        self.check(app, settings).await?;
        self.check(app, hosts).await?;
        Ok(())
    }

    /// The applications whose data the caller may not see; 403 and 503 as for any permission that is asked for. Where nobody
    /// is asked, or the organisation has not switched it on, there are none.
    pub async fn denied_applications(&self, app: &App) -> Result<Vec<Application>, Failure> {
        if !app.flags.is_on(Flag::ViewsRbac, self.org()) {
            return Ok(Vec::new());
        }
        let asked = Application::ALL.map(|application| application.rbac().0);
        let Some(granted) = app.access.granted(&self.0, &asked.join(",")).await? else {
            return Ok(Vec::new());
        };
        let is_denied =
            |application: &Application| !granted.iter().any(|granted| application.is_allowed_by(granted));
        Ok(Application::ALL.into_iter().filter(is_denied).collect())
    }

    /// Whether the caller may, and for which groups.
    pub(super) async fn check(&self, app: &App, permission: Permission) -> Result<GroupScope, Denied> {
        if permission.is_to_write() && app.flags.is_on(Flag::ReadOnly, self.org()) {
            return Err(Denied::ReadOnly);
        }
        app.access.check(&self.0, permission).await
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        let status = StatusCode::from_u16(denied.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        match denied.detail() {
            Some(detail) => Self::problem(status, detail),
            None => Self::default(status),
        }
    }
}

/// The hosts of an organisation that are in these groups.
pub fn within(org: &OrgId, groups: GroupScope) -> Scope {
    match groups {
        GroupScope::All => Scope::of(org.clone()),
        GroupScope::Only { ids, ungrouped } => Scope::of(org.clone()).within(GroupLimit { ids, ungrouped }),
    }
}

/// Whether all these hosts are in the scope and not culled.
pub async fn exist(app: &App, scope: Scope, ids: Vec<HostId>) -> Result<bool, Failure> {
    let asked = ids.len() as i64;
    let query = app.ask(scope).await?.with(Condition::Ids(ids)).with(Condition::NotCulled);
    Ok(app.fleet.count(&query).await? == asked)
}

impl App {
    /// A question about hosts of this scope, asked now.
    pub async fn ask(&self, scope: Scope) -> Result<HostQuery, Failure> {
        let staleness = self.fleet.staleness(scope.org()).await?;
        Ok(HostQuery::new(scope, staleness, self.fleet.clock().now()))
    }
}
