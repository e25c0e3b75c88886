//! What dashboards ask beside queries.

use axum::response::Response;
use serde_json::json;

use super::answer;
use crate::api::caller::Of;

/// The version of Prometheus whose query language is spoken.
const LANGUAGE: &str = "3.16.0";

/// What is asked here.
#[utoipa::path(
    get, path = "/prometheus/api/v1/status/buildinfo", operation_id = "buildinfo", tag = "out",
    responses((status = 200, description = "The version of the query API"))
)]
pub async fn buildinfo(_: Of) -> Response {
    answer::success(&json!({
        "version": LANGUAGE, "revision": env!("CARGO_PKG_VERSION"), "branch": "plumbline", "buildUser": "", "buildDate": "",
        "goVersion": "",
    }))
}

/// Exemplars are not kept: none.
#[utoipa::path(
    get, path = "/prometheus/api/v1/query_exemplars", operation_id = "exemplars", tag = "out",
    responses((status = 200, description = "None"))
)]
pub async fn exemplars_get(_: Of) -> Response {
    answer::success(&json!([]))
}

/// Exemplars are not kept: none.
#[utoipa::path(
    post, path = "/prometheus/api/v1/query_exemplars", operation_id = "exemplars_form", tag = "out",
    responses((status = 200, description = "None"))
)]
pub async fn exemplars_post(_: Of) -> Response {
    answer::success(&json!([]))
}
