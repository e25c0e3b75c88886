//! `PATCH /hosts/{host_id_list}`: gives hosts other names.

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::Edit;
use http::StatusCode;
use legacy::repr;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::reach;
use crate::{
    api::{
        App, body,
        caller::Caller,
        errors::{self, Exception, Failure},
        openapi::Problem,
        path::PathParams,
    },
    report::literal::not_of_type,
};

/// New names; what is left out stays.
#[derive(Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct HostPatch {
    /// What people see; 1 to 200 characters.
    pub display_name: Option<String>,
    /// What Ansible uses; at most 255 characters, none to clear it.
    pub ansible_host: Option<String>,
}

/// Gives hosts by id other names; all must exist, or none is changed. An `updated` event follows for each host that
/// is different afterwards.
#[utoipa::path(
    patch,
    path = "/hosts/{host_id_list}",
    operation_id = "api.host.patch_host_by_id",
    tag = "hosts",
    params(("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them")),
    request_body = HostPatch,
    responses(
        (status = 200, description = "They have these names", body = Object),
        (status = 400, description = "A parameter or a field is wrong, or there is none", body = Problem),
        (status = 404, description = "Not all of them exist", body = Exception),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    request: Request,
) -> Result<Response, Failure> {
    let ids = path.ids("host_id_list")?;
    let body = body::read(request).await?;
    let members = declared(&body).map_err(Failure::bad_request)?;
    let scope = caller.hosts_by_id(&app, Permission::HostsWrite, &ids).await?;

    let patch = check(members).map_err(Failure::Field)?;
    reach::all(&app, scope.clone(), &ids).await?;
    if members.is_empty() {
        return Err(Failure::exception("Bad Request", "Patch json document cannot be empty."));
    }
    let edit = Edit::Rename { display_name: patch.display_name, ansible_host: patch.ansible_host };
    let edited = app.fleet.edit(&scope, &ids.hosts(), edit, &caller.origin()).await?;
    reach::not_missing(&ids, edited)?;
    Ok(errors::json(StatusCode::OK, &json!({})))
}

/// The members of a body of the declared form: an object whose two known members are texts.
fn declared(body: &Value) -> Result<&Map<String, Value>, String> {
    let Value::Object(members) = body else {
        return Err(not_of_type(body, "object"));
    };
    for name in ["display_name", "ansible_host"] {
        match members.get(name) {
            None | Some(Value::String(_)) => {}
            Some(other) => return Err(format!("{} - '{name}'", not_of_type(other, "string"))),
        }
    }
    Ok(members)
}

/// Holds the members to the rules of fields; the error is the map from fields to what is wrong with them.
fn check(members: &Map<String, Value>) -> Result<HostPatch, String> {
    let mut problems = Vec::new();
    let mut text = |name: &str, least: usize, most: usize| {
        let text = members.get(name)?.as_str()?;
        if !(least..=most).contains(&text.chars().count()) {
            problems.push(format!("'{name}': ['Length must be between {least} and {most}.']"));
        }
        Some(text.to_owned())
    };
    let patch =
        HostPatch { display_name: text("display_name", 1, 200), ansible_host: text("ansible_host", 0, 255) };
    let unknown = members.keys().filter(|name| !matches!(name.as_str(), "display_name" | "ansible_host"));
    problems.extend(unknown.map(|name| format!("{}: ['Unknown field.']", repr(name))));
    if problems.is_empty() { Ok(patch) } else { Err(format!("{{{}}}", problems.join(", "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(body: &Value) -> Result<HostPatch, String> {
        check(declared(body).unwrap())
    }

    #[test]
    fn names_are_texts() {
        let refused = |body: &Value| declared(body).unwrap_err();
        assert_eq!(refused(&json!([])), "[] is not of type 'object'");
        assert_eq!(refused(&json!("str")), "'str' is not of type 'object'");
        assert_eq!(refused(&json!({"display_name": null})), "None is not of type 'string' - 'display_name'");
        assert_eq!(refused(&json!({"ansible_host": 5})), "5 is not of type 'string' - 'ansible_host'");
    }

    #[test]
    fn names_are_bounded_and_may_be_left_out() {
        assert_eq!(
            checked(&json!({"ansible_host": ""})),
            Ok(HostPatch { display_name: None, ansible_host: Some(String::new()) })
        );
        assert!(checked(&json!({"display_name": "ä".repeat(200), "ansible_host": "a".repeat(255)})).is_ok());
        assert_eq!(
            checked(&json!({"display_name": "", "ansible_host": "a".repeat(256)})).unwrap_err(),
            "{'display_name': ['Length must be between 1 and 200.'], \
             'ansible_host': ['Length must be between 0 and 255.']}"
        );
    }

    #[test]
    fn an_unknown_member_is_named() {
        assert_eq!(
            checked(&json!({"display_name": "x", "it's": 1})).unwrap_err(),
            "{\"it's\": ['Unknown field.']}"
        );
    }
}
