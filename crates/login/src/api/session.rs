//! `GET /session`: who is logged in, and where one could.

use access::oidc::Person;
use axum::{extract::State, response::Response};
use ground::Timestamp;
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use super::{App, answer::unavailable};
use crate::Standing;

/// Who is logged in, and where one could.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOut {
    /// How callers become known: `local` (there is no log-in), `gateway` (a gateway in front knows them) or `oidc`.
    mode: &'static str,
    /// Where one can log in; empty where nobody does.
    providers: Vec<Provider>,
    /// Who is logged in; null when nobody is.
    person: Option<PersonOut>,
}

/// An OpenID provider that people log in at.
#[derive(Debug, Serialize, ToSchema)]
pub struct Provider {
    /// Its issuer.
    issuer: String,
    /// What people know it by.
    name: String,
}

/// Somebody who is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonOut {
    /// What people call them.
    name: String,
    /// Their e-mail address, when the provider tells it.
    email: Option<String>,
    /// The provider.
    provider: Provider,
    /// The organisation whose data they work on; null when the provider names none.
    organisation: Option<String>,
    /// Whether they may do everything.
    is_admin: bool,
    /// What they may besides, as `inventory:*:read`.
    permissions: Vec<String>,
    /// When they have to log in again.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
}

/// Who is logged in, and where one could.
#[utoipa::path(
    get,
    path = "/session",
    operation_id = "get_session",
    tag = "login",
    responses((status = 200, description = "Who is logged in, and where one could", body = SessionOut)),
)]
pub async fn handle(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut person = None;
    if let Some(sessions) = &app.sessions {
        let standing = sessions.standing(&Method::GET, &headers).await;
        if let Standing::Person(found) = standing.map_err(|error| unavailable(&error))? {
            person = Some(app.shown(&found));
        }
    }
    let issuers = app.sessions.iter().flat_map(|sessions| sessions.oidc.login_issuers());
    let providers = issuers.map(|issuer| app.provider(issuer)).collect();
    Ok(rest::json(StatusCode::OK, &SessionOut { mode: app.mode, providers, person }))
}

impl App {
    fn provider(&self, issuer: &str) -> Provider {
        Provider { issuer: issuer.to_owned(), name: self.name_of(issuer) }
    }

    fn shown(&self, person: &Person) -> PersonOut {
        let permissions = self.identities.permissions(person);
        PersonOut {
            name: person.name().to_owned(),
            email: person.email.clone(),
            provider: self.provider(&person.iss),
            organisation: self.identities.organisation(person).map(str::to_owned),
            is_admin: self.identities.is_admin(person),
            permissions: permissions.into_iter().map(str::to_owned).collect(),
            until: person.expires.as_ref().map(Timestamp::to_string),
        }
    }
}
