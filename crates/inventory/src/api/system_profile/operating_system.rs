//! `GET /system_profile/operating_system`: the operating systems that hosts have.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Counted, answer, values};
use crate::api::{
    App,
    caller::Caller,
    errors::Failure,
    page::{Envelope, Page},
    parameters::{CommonParams, PageParams},
    query::Query,
};

/// An operating system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct OperatingSystem {
    /// Its name.
    pub name: String,
    /// The first number of its version.
    pub major: Option<i64>,
    /// The second.
    pub minor: Option<i64>,
}

impl OperatingSystem {
    /// As a profile has it; nothing without a name.
    fn read(value: &Value) -> Option<Self> {
        // Numbers, or digits.
        let number = |name: &str| match value.get(name)? {
            Value::String(digits) => digits.parse().ok(),
            number => number.as_i64(),
        };
        let name = value.get("name")?.as_str().filter(|name| !name.is_empty())?;
        Some(Self { name: name.to_owned(), major: number("major"), minor: number("minor") })
    }
}

/// Operating systems, with the number of hosts that the caller may see and that the parameters select.
#[utoipa::path(
    get,
    path = "/system_profile/operating_system",
    operation_id = "api.system_profile.get_operating_system",
    tag = "system_profile",
    params(
        CommonParams,
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of values", body = inline(Envelope<Vec<Counted<OperatingSystem>>>)),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let mut counts: BTreeMap<OperatingSystem, i64> = BTreeMap::new();
    for (value, count) in values(&app, &caller, &params, &["operating_system"]).await? {
        if let Some(system) = OperatingSystem::read(&value) {
            *counts.entry(system).or_default() += count;
        }
    }
    Ok(answer(page, counts))
}
