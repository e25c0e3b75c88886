//! `/prometheus/api/v1/labels`: the names of labels.

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};

use super::{Form, answer};
use crate::api::{App, caller::Of, failure::QueryFailure};

/// The names of the labels that series have.
#[utoipa::path(
    get, path = "/prometheus/api/v1/labels", operation_id = "label_names", tag = "out",
    params(("match[]" = Option<Vec<String>>, Query), ("limit" = Option<u64>, Query)),
    responses((status = 200, description = "Names"), (status = 400, description = "A parameter is wrong"))
)]
pub async fn get(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    names(state, tenant, form).await
}

/// The same with its parameters in a form.
#[utoipa::path(
    post, path = "/prometheus/api/v1/labels", operation_id = "label_names_form", tag = "out",
    responses((status = 200, description = "Names"))
)]
pub async fn post(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    names(state, tenant, form).await
}

async fn names(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    let series = app.samples.series(&tenant, &form.selectors()?).await?;
    let names: BTreeSet<&str> =
        series.iter().flat_map(|labels| labels.iter().map(|(name, _)| name)).collect();
    Ok(answer::success(&names.into_iter().take(form.limit()?).collect::<Vec<_>>()))
}
