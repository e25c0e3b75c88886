//! Which groups an operation may touch (contract inventory-http §5.4).

use access::{Denied, GroupScope, Permission};
use fleet::{Group, GroupQuery, Scope};
use ground::{GroupId, OrgId};
use http::StatusCode;

use crate::api::{
    App,
    caller::{self, Caller},
    errors::{Failure, Noun},
};

/// The groups that the caller may do this to, all of these among them; 403 as soon as one of them is out of reach.
pub async fn all_of(
    app: &App,
    caller: &Caller,
    permission: Permission,
    ids: &[GroupId],
) -> Result<Scope, Failure> {
    let scope = caller.groups(app, permission).await?;
    within(&scope, ids)?;
    Ok(caller::within(caller.org(), scope))
}

/// The groups whose members the caller may change, this one among them. Who lacks the permission is told so only when the group exists,
/// and otherwise that it does not.
pub async fn members_of(app: &App, caller: &Caller, id: GroupId) -> Result<Scope, Failure> {
    match caller.check(app, Permission::GroupsWrite).await {
        Ok(scope) => {
            within(&scope, &[id])?;
            Ok(caller::within(caller.org(), scope))
        }
        Err(Denied::Forbidden(_)) if find(app, caller.org(), id).await?.is_none() => {
            Err(Failure::not_found(Noun::Workspaces, None))
        }
        Err(denied) => Err(denied.into()),
    }
}

/// 403 as soon as one of these groups is outside the scope.
pub fn within(scope: &GroupScope, ids: &[GroupId]) -> Result<(), Failure> {
    if ids.iter().all(|id| scope.has(*id)) { Ok(()) } else { Err(Failure::default(StatusCode::FORBIDDEN)) }
}

/// The group, if the organisation has it.
pub async fn find(app: &App, org: &OrgId, id: GroupId) -> Result<Option<Group>, Failure> {
    let query =
        GroupQuery { ids: Some(vec![id]), limit: 1, ..app.fleet.group_query(Scope::of(org.clone())).await? };
    Ok(app.fleet.groups(&query).await?.groups.into_iter().next())
}

/// The answer for a group that the organisation does not have.
pub fn not_found(id: GroupId) -> Failure {
    Failure::problem(StatusCode::NOT_FOUND, format!("Group {id} not found"))
}
