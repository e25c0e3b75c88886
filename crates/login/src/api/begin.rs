//! `GET /begin`: sends a browser to a provider.

use axum::{extract::State, response::Response};
use http::{HeaderMap, Uri};

use super::{
    App, COME_BACK,
    answer::{go, log_in_page, parameter, word},
};
use crate::rules::{attempts::Pending, next};

/// Sends a browser to a provider, where people say who they are; it comes back to `/oidc-redirect`.
#[utoipa::path(
    get,
    path = "/begin",
    operation_id = "begin_log_in",
    tag = "login",
    params(
        ("issuer" = Option<String>, Query, description = "The provider; the only one when it is not named"),
        ("next" = Option<String>, Query, description = "The page to go to afterwards, as /hosts?page=2"),
    ),
    responses((status = 303, description = "To the provider, or to the page that says why not")),
)]
pub async fn handle(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let asked = parameter(uri.query(), "next").unwrap_or_default();
    let next = next::page(&asked);
    let issuer = parameter(uri.query(), "issuer");
    let Some(sessions) = &app.sessions else { return go(&log_in_page("none", None, next), []) };
    let only = || sessions.oidc.login_issuers().next().map(str::to_owned);
    let issuer = issuer.or_else(only).unwrap_or_default();
    match sessions.oidc.begin(&issuer, &sessions.public.at(COME_BACK)).await {
        Ok((attempt, place)) => {
            let began = sessions.clock.now().micros();
            let pending = Pending { attempt, next: next.to_owned(), began };
            go(&place, pending.keep(&sessions.public, &headers))
        }
        Err(failed) => {
            tracing::warn!(%failed, "a log-in cannot begin");
            go(&log_in_page(word(&failed), Some(&issuer), next), [])
        }
    }
}
