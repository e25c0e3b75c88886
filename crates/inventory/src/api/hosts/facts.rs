//! What the two operations on facts share (contract inventory-http §13.8).

use axum::response::Response;
use fleet::{Edit, EditOutcome, Scope};
use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    api::{
        App,
        caller::{Caller, exist},
        errors::{self, Failure},
        path::PathIds,
    },
    report::literal::not_of_type,
};

const MISMATCH: &str = "ERROR: The number of hosts requested does not match the number of hosts found in the host \
                        database.  This could happen if the namespace does not exist or the org_id associated with \
                        the call does not match the org_id associated with one or more the hosts.  Rejecting the \
                        fact change request.";

const TOO_MANY: &str =
    "ERROR: Invalid request.  A host would have more than 2 MiB of facts.  Nothing was changed.";

/// The facts in a body, which must be an object.
pub fn declared(body: Value) -> Result<Map<String, Value>, Failure> {
    match body {
        Value::Object(facts) => Ok(facts),
        other => Err(Failure::bad_request(not_of_type(&other, "object"))),
    }
}

/// Changes the facts of a namespace that all these hosts must have.
pub async fn change(
    app: &App,
    caller: &Caller,
    scope: &Scope,
    ids: &PathIds,
    edit: Edit,
) -> Result<Response, Failure> {
    match app.fleet.edit(scope, &ids.hosts(), edit, &caller.origin()).await? {
        EditOutcome::Done { .. } => Ok(errors::json(StatusCode::OK, &200)),
        // Hosts that are there, but in groups that the caller does not reach.
        EditOutcome::Missing(_) if exist(app, caller.own_scope(), ids.hosts()).await? => Err(
            Failure::problem(StatusCode::FORBIDDEN, "You do not have access to all of the requested hosts."),
        ),
        EditOutcome::TooManyFacts => Err(Failure::Facts(StatusCode::BAD_REQUEST, TOO_MANY)),
        EditOutcome::TooLarge { max } => {
            let detail = format!(
                "ERROR: Invalid request.  The event of a host would have more than {max} bytes.  Nothing was changed."
            );
            Err(Failure::problem(StatusCode::BAD_REQUEST, detail))
        }
        EditOutcome::Missing(_) | EditOutcome::NoNamespace | EditOutcome::TooManyTags => {
            Err(Failure::Facts(StatusCode::NOT_FOUND, MISMATCH))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::testing::detail;

    #[test]
    fn facts_are_an_object() {
        assert!(declared(json!({})).unwrap().is_empty());
        assert_eq!(detail(&declared(json!("s")).unwrap_err()), "'s' is not of type 'object'");
        assert_eq!(detail(&declared(json!([null])).unwrap_err()), "[None] is not of type 'object'");
    }
}
