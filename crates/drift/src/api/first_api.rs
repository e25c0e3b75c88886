//! `GET /r/insights/platform/drift/v0/comparison_report`: the API of 2019 (contract drift §10.1).

use axum::{extract::State, response::Response};
use drift_common::{Caller, Failure, Grants, Identity, PeerError};
use http::{HeaderMap, StatusCode, Uri};

use super::{App, gather};
use crate::rules::{first_api, trial};

/// A comparison of at most twenty machines.
pub async fn handle(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Failure> {
    let ids = first_api::ids(uri.query())?;
    let identity = Identity::from_headers(&headers).map_err(|bad| Failure::bad_request(bad.to_string()))?;
    let identity = identity.or_else(|| app.gate.local.clone());
    let identity = identity.ok_or_else(|| Failure::bad_request("identity not found on request"))?;
    if identity.account.is_none() && app.gate.local.is_none() {
        return Err(Failure::bad_request("account number not found on identity token"));
    }
    // Who may not see hosts was refused by the inventory in those days, and is now.
    let caller = match &app.gate.grants {
        Grants::Rbac(_) | Grants::Identity => app.gate.admit(&headers).await?,
        Grants::Everything => Caller { identity, ..Caller::default() },
    };
    let machines = app.sources.machines(&caller, &ids).await.map_err(|error| match error {
        PeerError::NotReturned(_) => {
            Failure::bad_request(format!("System(s) {} not available to display", ids.join(",")))
        }
        other => gather::failure(std::iter::once(other)),
    })?;
    let facts = machines.iter().map(|machine| {
        let flat = if app.trial {
            trial::facts(machine, (app.random)())
        } else {
            first_api::facts(&machine.namespaces, first_api::NAMESPACE)
        };
        (machine, flat)
    });
    Ok(rest::json(StatusCode::OK, &first_api::report(&facts.collect::<Vec<_>>())))
}
