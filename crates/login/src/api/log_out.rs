//! `DELETE /session`: logs out.

use axum::{extract::State, response::Response};
use http::{HeaderMap, Method, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use super::{App, answer::unavailable};
use crate::Standing;

/// What is left to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedOut {
    /// Where the provider ends its own session; null when it has no such place. Without it the next log-in may ask nothing.
    continue_at: Option<String>,
}

/// Logs out. The session ends here at once; to end the provider's too, the browser goes on to `continue_at`.
#[utoipa::path(
    delete,
    path = "/session",
    operation_id = "log_out",
    tag = "login",
    responses(
        (status = 200, description = "Nobody is logged in any more", body = LoggedOut),
        (status = 403, description = "The request is not of a page of this program", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut continue_at = None;
    let mut forgotten = None;
    if let Some(sessions) = &app.sessions {
        let standing = sessions.standing(&Method::DELETE, &headers).await;
        if matches!(standing.map_err(|error| unavailable(&error))?, Standing::Foreign) {
            return Err(Problem::new(StatusCode::FORBIDDEN, Standing::FOREIGN));
        }
        if let Some((issuer, id_token)) = sessions.end(&headers).await.map_err(|error| unavailable(&error))? {
            let back = sessions.public.at("/login?problem=out");
            continue_at = sessions.oidc.end(&issuer, id_token.as_deref(), &back).await;
        }
        forgotten = sessions.forget();
    }
    let mut response = rest::json(StatusCode::OK, &LoggedOut { continue_at });
    if let Some(cookie) = forgotten {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
