//! `GET /profiles/{ids}`: whole historical profiles (contract history §3.3).

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Caller, Failure, Query, System};
use http::{HeaderMap, Uri};
use serde_json::{Value, json};

use super::{App, caller, failure, ids};
use crate::Record;

/// Shows profiles, all of them or none, in the order of the path, each under the present name of its host. Who does not
/// reach the host in the inventory does not see its past.
#[utoipa::path(
    get,
    path = "/profiles/{ids}",
    operation_id = "get_profiles",
    tag = "profiles",
    params(("ids" = String, Path, description = "Historical profiles, with commas between them")),
    responses((status = 200, description = "The profiles, in the order of the path", body = Object)),
)]
pub async fn handle(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    ids::check_lengths(&segment)?;
    let caller = app.gate.admit(&headers).await?;
    let wanted = ids::read(&segment)?;
    ids::once(&wanted)?;
    let (records, missing) = match caller::org(&caller) {
        Some(org) => app.records.get(&org, &wanted).await?,
        None => (Vec::new(), wanted),
    };
    if !missing.is_empty() {
        return Err(Failure::not_found(format!("ids [{}] not available to display", ids::joined(&missing))));
    }
    let names = present_names(&app, &caller, &records).await?;
    let shown: Vec<Value> = records.into_iter().map(|record| shown(record, &names)).collect();
    failure::json(&json!({"data": shown}))
}

/// The names of the hosts of profiles. A host that the family leaves out is not there.
async fn present_names(
    app: &App,
    caller: &Caller,
    records: &[Record],
) -> Result<HashMap<String, String>, Failure> {
    let mut hosts: Vec<String> = Vec::new();
    for record in records {
        let host = record.inventory_id.to_string();
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    let systems = app.hosts.systems(caller, &hosts).await.map_err(failure::of_inventory)?;
    let left_out: Vec<String> =
        systems.iter().filter(|system| system.is_left_out()).map(|system| system.id.clone()).collect();
    if !left_out.is_empty() {
        return Err(Failure::ids_missing(&left_out));
    }
    Ok(systems.iter().map(|system: &System| (system.id.clone(), system.name().to_owned())).collect())
}

fn shown(record: Record, names: &HashMap<String, String>) -> Value {
    let Record { head, account, inventory_id, mut profile } = record;
    let name = names.get(&inventory_id.to_string()).cloned().unwrap_or_else(|| inventory_id.to_string());
    profile.insert("display_name".to_owned(), name.clone().into());
    json!({
        "id": head.id,
        "account": account,
        "org_id": head.org.as_str(),
        "inventory_id": inventory_id,
        "created": head.created.to_string(),
        "captured_date": head.captured.text,
        "display_name": name,
        "system_profile": profile,
    })
}
