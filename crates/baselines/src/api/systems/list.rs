//! `GET /baselines/{id}/systems`: those within the caller's reach (contract baselines §6.1).

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};

use super::SystemsOut;
use crate::{
    api::{App, caller, failure, ids},
    store::GroupFilter,
};

const IDS: &str = "group_ids[]";
const NAMES: &str = "group_names[]";

/// Lists the systems of a baseline.
#[utoipa::path(
    get,
    path = "/baselines/{ids}/systems",
    operation_id = "list_systems",
    tag = "systems",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
        ("group_ids[]" = Option<Vec<String>>, Query, description = "In any of these groups; an empty text stands for none"),
        ("group_names[]" = Option<Vec<String>>, Query, description = "In any of these groups, by name"),
    ),
    responses((status = 200, description = "The systems", body = SystemsOut)),
)]
pub async fn handle(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = Query::read(uri.query(), &[IDS, NAMES])?;
    let filter = filter(&query);
    let caller = app.admit(&headers).await?;
    caller.require(caller::SEE_SYSTEMS)?;
    caller.require(caller::SEE_HOSTS)?;
    let id = ids::one(&segment)?;
    let org = caller::org(&caller).ok_or_else(failure::not_found)?;
    let found = app.baselines.systems(&org, id, &filter, &caller::reach(&caller)?).await?;
    failure::json(&SystemsOut { system_ids: found.ok_or_else(failure::not_found)? })
}

/// The groups that are named: each parameter is one, or several with commas between them. A name may have a comma in it,
/// so the whole text counts as well.
fn filter(query: &Query) -> GroupFilter {
    let split = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let ids = query.all(IDS).flat_map(split).collect();
    let names = query.all(NAMES).flat_map(|text| {
        let whole = text.contains(',').then(|| text.to_owned());
        split(text).into_iter().chain(whole)
    });
    GroupFilter { ids, names: names.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_one_by_one_or_with_commas() {
        let text = "group_ids[]=a,b&group_ids[]=&group_names[]=x&group_names[]=y,z";
        let filter = filter(&Query::read(Some(text), &[IDS, NAMES]).unwrap());
        assert_eq!(filter.ids, ["a", "b", ""]);
        assert_eq!(filter.names, ["x", "y", "z", "y,z"]);
    }
}
