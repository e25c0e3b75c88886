//! `PATCH /systems/{id}`: a system has moved to other groups.

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web::Body;

use crate::{
    api::{App, caller, failure, ids},
    rules::{
        groups::Group,
        schema::{MemberType, Others, object},
    },
};

/// An association as the answer shows it.
#[derive(Debug, Serialize)]
struct Association<'a> {
    id: Uuid,
    account: &'a str,
    org_id: &'a str,
    system_baseline_id: Uuid,
    groups: &'a [Group],
}

/// Notes the groups of a system in all baselines of the organisation; without groups in the body they stay as they are.
pub async fn handle(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let told = read(&body)?;
    let caller = app.admit_sibling(&headers).await?;
    let org = caller::org_of_sibling(&caller)?;
    let system = ids::one(&segment)?;
    let baselines = match &told {
        Some(groups) => app.baselines.set_groups(&org, system, groups).await?,
        None => app.baselines.of_system(&org, Some(system)).await?,
    };
    if baselines.is_empty() {
        return Err(failure::not_found());
    }
    let groups = match told {
        Some(groups) => groups,
        None => app.baselines.groups_of(&org, system).await?,
    };
    let account = caller.identity.account.as_deref().unwrap_or_default();
    let shown: Vec<_> = baselines
        .iter()
        .map(|baseline| Association {
            id: id_of(*baseline, system),
            account,
            org_id: org.as_str(),
            system_baseline_id: *baseline,
            groups: &groups,
        })
        .collect();
    failure::json(&shown)
}

/// The groups in a body; none where it has none, or is empty or null.
fn read(body: &Body) -> Result<Option<Vec<Group>>, Failure> {
    if body.bytes().is_empty() || body.nullable()?.is_null() {
        return Ok(None);
    }
    let body = body.storable()?;
    let body = object(&body, &[("groups", MemberType::Groups, false)], Others::Ignored)?;
    let groups = body.get("groups").map(Vec::<Group>::deserialize);
    groups.transpose().map_err(|error| Failure::internal(&error))
}

/// An association has no id of its own: this one is the same whenever it is told.
fn id_of(baseline: Uuid, system: Uuid) -> Uuid {
    uuid::Builder::from_custom_bytes((baseline.as_u128() ^ system.as_u128().rotate_left(64)).to_be_bytes())
        .into_uuid()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_association_keeps_its_id() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(id_of(one, other), id_of(one, other));
        assert_ne!(id_of(one, other), id_of(other, one));
    }

    #[test]
    fn groups_have_an_id_and_a_name() {
        let value = serde_json::json!([{"id": "a", "name": "x", "other": 1}]);
        assert_eq!(Vec::<Group>::deserialize(Value::clone(&value)).unwrap()[0].name, "x");
    }
}
