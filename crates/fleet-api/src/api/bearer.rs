//! The token that a request shows.

use axum::extract::FromRequestParts;
use http::{StatusCode, header::AUTHORIZATION, request::Parts};
use web::Problem;

use super::{App, failure::Failure};

/// The text of a bearer token, unchecked. To take it as the first argument of a handler is to ask for one: 401 comes before
/// anything that is wrong with the request, and before its body is read.
pub struct Bearer(pub String);

impl FromRequestParts<App> for Bearer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let mut given = parts.headers.get_all(AUTHORIZATION).iter();
        let token = match (given.next().and_then(|value| value.to_str().ok()), given.next()) {
            (Some(value), None) => {
                value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            }
            _ => None,
        };
        let (_, token) = token.ok_or_else(|| {
            Failure::from(Problem::unauthorized("show a token: `Authorization: Bearer TOKEN`"))
        })?;
        if app.access.read_only {
            return Err(Problem::of(StatusCode::SERVICE_UNAVAILABLE).into());
        }
        Ok(Self(token.to_owned()))
    }
}
