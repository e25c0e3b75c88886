//! `GET /oidc-redirect`: a browser comes back from a provider.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Uri};

use super::{
    App, COME_BACK,
    answer::{go, log_in_page, parameter, unavailable, word},
};
use crate::{
    rules::{attempts::Pending, next},
    sessions::NotBegun,
};

/// Begins a session when the provider says who it is, in the browser that was sent there; says why not otherwise.
pub async fn handle(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(sessions) = &app.sessions else { return go(&log_in_page("none", None, "/"), []) };
    let said = |name: &str| parameter(uri.query(), name);
    let state = said("state").unwrap_or_default();
    let found = Pending::find(&sessions.public, &headers, &state, sessions.clock.now());
    let Some(pending) = found else { return go(&log_in_page("expired", None, "/"), []) };
    // The browser keeps it, so it is looked at again.
    let next = next::page(&pending.next);
    let issuer = pending.attempt.issuer.as_str();
    let forgotten = Pending::forget(&sessions.public, &state);
    let again = |problem: &str| go(&log_in_page(problem, Some(issuer), next), forgotten.clone());
    let Some(code) = said("code") else {
        let error = said("error").unwrap_or_default();
        return again(if error == "access_denied" { "denied" } else { "refused" });
    };
    let back = sessions.public.at(COME_BACK);
    let finished = sessions.oidc.finish(&pending.attempt, &back, &code, said("iss").as_deref()).await;
    let logged_in = match finished {
        Ok(logged_in) => logged_in,
        Err(failed) => {
            tracing::warn!(issuer, %failed, "a log-in has failed");
            return again(word(&failed));
        }
    };
    match sessions.begin(&headers, logged_in).await {
        Ok(session) => go(next, forgotten.into_iter().chain(session)),
        Err(NotBegun::Store(error)) => unavailable(&error).into_response(),
        Err(too_much @ NotBegun::TooMuch(_)) => {
            tracing::warn!(issuer, error = %too_much, "a log-in has failed");
            again("unbelievable")
        }
    }
}
