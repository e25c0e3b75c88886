//! Values in the profiles of hosts, each with the number of hosts that have it (contract inventory-http §18).

pub mod operating_system;
pub mod sap_sids;
pub mod sap_system;

use std::collections::BTreeMap;

use access::Permission;
use axum::response::Response;
use legacy::Params;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    App,
    caller::Caller,
    errors::Failure,
    page::Page,
    selection::{Of, Selection},
};

/// A value and how many of the selected hosts have it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Counted<V> {
    /// The value.
    pub value: V,
    /// How many hosts.
    pub count: i64,
}

/// What the selected hosts have at a place of their profiles: each JSON value with the number of those hosts.
async fn values(
    app: &App,
    caller: &Caller,
    params: &Params,
    path: &[&str],
) -> Result<Vec<(Value, i64)>, Failure> {
    let selection = Selection::read(params, Of::Profiles)?;
    let scope = caller.hosts(app, Permission::HostsRead).await?;
    let mut query = app.ask(scope).await?;
    query.conditions = selection.find(app, &query.scope).await?;
    Ok(app.fleet.profile_values(&query, path).await?)
}

/// A page of values: those of the most hosts first, then in their own order.
fn answer<V: Ord + Clone + Serialize>(page: Page, counts: BTreeMap<V, i64>) -> Response {
    let mut counted: Vec<_> = counts.into_iter().map(|(value, count)| Counted { value, count }).collect();
    counted.sort_by_key(|counted| -counted.count);
    let shown = page.cut(&counted);
    page.answer(counted.len() as i64, shown.len(), shown)
}
