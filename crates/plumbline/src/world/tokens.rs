//! Settings become callers that are known by tokens, or by a session of the pages.

use std::sync::Arc;

use access::oidc::{Client, Identities, Oidc, OidcOptions, Person};
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use ground::Clock;
use http::{StatusCode, header, request::Parts};
use login::{PublicUrl, Sessions, Standing};
use settings::{Environment, Mode, Settings};
use store::Db;
use web::Problem;

use crate::failure::{Failure, Result};

/// Who is known by tokens of the trusted issuers.
pub fn oidc(settings: &Settings) -> Result<Oidc> {
    let oidc = &settings.oidc;
    let development = *settings.server.environment == Environment::Development;
    if *settings.server.mode == Mode::Oidc {
        for issuer in oidc.issuers.iter() {
            PublicUrl::parse(&origin(issuer), development).map_err(|_| {
                Failure::Usage(format!(
                    "oidc.issuers has {issuer:?}, which is not https: tokens could be read on the way. To try it out on \
                     this machine, set server.environment to development and use a name of the loopback"
                ))
            })?;
        }
    }
    let clients = oidc.clients().into_iter();
    let options = OidcOptions {
        issuers: oidc.issuers.iter().map(|issuer| issuer.trim_end_matches('/').to_owned()).collect(),
        audiences: oidc.audience_pairs(),
        clients: clients.map(|(issuer, id, secret)| (issuer, Client { id, secret })).collect(),
        roles_claim: oidc.roles_claim.to_string(),
        scopes: oidc.scopes.to_vec(),
        timeout: *oidc.timeout,
    };
    Ok(Oidc::new(&options, Clock::system()))
}

/// Scheme and host of an address.
fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

/// Sessions of the pages: where callers are known by tokens, the pages have an address, and this program is known to an
/// issuer.
pub fn sessions(settings: &Settings, db: &Db, clock: &Clock, oidc: &Oidc) -> Result<Option<Sessions>> {
    if *settings.server.mode != Mode::Oidc {
        return Ok(None);
    }
    if settings.server.public_url.is_empty() || oidc.login_issuers().next().is_none() {
        tracing::warn!("nobody can log in to the pages: set server.public_url and oidc.client_id");
        return Ok(None);
    }
    let development = *settings.server.environment == Environment::Development;
    let public = PublicUrl::parse(&settings.server.public_url, development);
    Ok(Some(Sessions {
        db: db.clone(),
        clock: clock.clone(),
        oidc: oidc.clone(),
        public: public.map_err(|bad| Failure::Usage(bad.to_string()))?,
        age: *settings.oidc.session_age,
        claims: vec![settings.oidc.roles_claim.to_string(), settings.oidc.organisation_claim.to_string()],
    }))
}

/// How people become callers of the services behind a gateway.
pub fn identities(settings: &Settings) -> Identities {
    let oidc = &settings.oidc;
    Identities {
        organisation: oidc.organisation.to_string(),
        org_claim: oidc.organisation_claim.to_string(),
        admins: oidc.admin_entitlements.to_vec(),
        readers: oidc.reader_entitlements.to_vec(),
        permissions: oidc.permission_pairs(),
    }
}

/// What makes callers of people.
#[derive(Clone)]
pub struct Known {
    /// By tokens.
    pub oidc: Oidc,
    /// By sessions.
    pub sessions: Option<Sessions>,
    /// What they are then.
    pub identities: Identities,
    /// Where services begin that recognise tokens themselves, and refuse in their own words.
    pub own_words: Vec<String>,
}

/// The router behind the gateway that this program is itself: a token, or else a session, becomes an identity. A token that is
/// no good is refused also where nobody asks who is calling.
pub fn known(router: Router, known: Known) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let known = known.clone();
        let (mut parts, body) = request.into_parts();
        async move {
            match known.person(&parts).await {
                Ok(person) => {
                    known.identities.apply(person.as_deref(), &mut parts.headers);
                    if let Some(person) = person {
                        parts.extensions.insert(person);
                    }
                    next.run(Request::from_parts(parts, body)).await
                }
                Err(refused) => refused,
            }
        }
    }))
}

impl Known {
    async fn person(&self, request: &Parts) -> std::result::Result<Option<Arc<Person>>, Response> {
        let headers = &request.headers;
        if headers.contains_key(header::AUTHORIZATION) {
            return match self.oidc.caller(headers).await {
                Ok(person) => Ok(Some(person)),
                Err(_) if self.own_words.iter().any(|own| request.uri.path().starts_with(own)) => Ok(None),
                Err(refused) => Err(Problem::unauthorized(refused.to_string()).into_response()),
            };
        }
        let Some(sessions) = &self.sessions else { return Ok(None) };
        match sessions.standing(&request.method, headers).await {
            Ok(Standing::Nobody) => Ok(None),
            Ok(Standing::Person(person)) => Ok(Some(person)),
            Ok(Standing::Foreign) => {
                Err(Problem::new(StatusCode::FORBIDDEN, Standing::FOREIGN).into_response())
            }
            Err(error) => {
                tracing::error!(%error, "sessions cannot be read");
                Err(Problem::unavailable("sessions cannot be read now; try again").into_response())
            }
        }
    }
}
