//! `POST /system_profile/validate_schema`: would another schema of profiles refuse what machines report (contract
//! inventory-http §22)? For the staff of the service.

use std::sync::Arc;

use access::{IdentityType, Permission};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::json;

use super::{App, caller::Caller, errors, errors::Failure, openapi::Problem, query::Query};

/// Who may ask, and where it makes no sense.
#[derive(Debug, Clone, Default)]
pub struct SchemaCheck {
    /// A copy of another deployment reads no messages: there is nothing to check.
    pub is_replica: bool,
    /// The user names of those who may ask.
    pub users: Arc<[String]>,
}

/// In a copy of another deployment: says that there is nothing to check. Elsewhere schemas are not compared: this installation
/// checks reports by the one schema that it was built with.
#[utoipa::path(
    post,
    path = "/system_profile/validate_schema",
    operation_id = "api.system_profile.validate_schema",
    tag = "hosts",
    params(
        ("repo_branch" = String, Query, description = "The branch with the other schema"),
        ("repo_fork" = Option<String>, Query, description = "Whose copy of the schema; `RedHatInsights` by default"),
        ("days" = Option<i64>, Query, minimum = 1, description = "Messages of so many days, at least 1"),
        ("max_messages" = Option<i64>, Query, minimum = 1, description = "So many messages at the most, at least 1"),
    ),
    responses(
        (status = 200, description = "There is nothing to check", body = Object),
        (status = 403, description = "The caller may not see hosts, or is no administrator of the service", body = Problem),
        (status = 501, description = "Schemas are not compared here", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    params.required("repo_branch")?;
    params.integer("days", 1, 1, i64::MAX)?;
    params.integer("max_messages", 10_000, 1, i64::MAX)?;
    caller.hosts(&app, Permission::HostsRead).await?;

    let user = match &caller.identity().kind {
        IdentityType::User(user) => user.username.as_deref(),
        _ => None,
    };
    if !user.is_some_and(|user| app.schema_check.users.iter().any(|known| known == user)) {
        let detail = "This endpoint is restricted to HBI Admins.";
        return Err(Failure::problem(StatusCode::FORBIDDEN, detail));
    }
    if !app.schema_check.is_replica {
        let detail = "Schemas are not compared here: reports are checked by the schema that this version was built with.";
        return Err(Failure::problem(StatusCode::NOT_IMPLEMENTED, detail));
    }
    let message = "Schema validation skipped - running in replica cluster";
    Ok(errors::json(StatusCode::OK, &json!({"message": message})))
}
