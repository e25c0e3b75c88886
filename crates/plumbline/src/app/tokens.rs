//! Settings become callers that are known by tokens.

use access::oidc::{Identities, Oidc, OidcOptions};
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::IntoResponse,
};
use ground::Clock;
use settings::Settings;

/// Who is known by tokens of the trusted issuers.
pub fn oidc(settings: &Settings) -> Oidc {
    let oidc = &settings.oidc;
    let client = (!oidc.client_id.is_empty())
        .then(|| (oidc.client_id.to_string(), oidc.client_secret.expose().to_owned()));
    let options = OidcOptions {
        issuers: oidc.issuers.iter().map(|issuer| issuer.trim_end_matches('/').to_owned()).collect(),
        audiences: oidc.audience_pairs(),
        client,
        timeout: *oidc.timeout,
    };
    Oidc::new(&options, Clock::system())
}

/// How people with tokens become callers of the services behind a gateway.
fn identities(settings: &Settings) -> Identities {
    let oidc = &settings.oidc;
    Identities {
        organisation: oidc.organisation.to_string(),
        org_claim: oidc.organisation_claim.to_string(),
        admins: oidc.admin_entitlements.to_vec(),
        readers: oidc.reader_entitlements.to_vec(),
    }
}

/// The router behind the gateway that this program is itself: tokens become identities. A token that is no good is refused
/// also where nobody asks who is calling.
pub fn known_by_token(router: Router, oidc: Oidc, settings: &Settings) -> Router {
    let identities = identities(settings);
    router.layer(from_fn(move |mut request: Request, next: Next| {
        let (oidc, identities) = (oidc.clone(), identities.clone());
        async move {
            match identities.apply(&oidc, request.headers_mut()).await {
                Ok(()) => next.run(request).await,
                Err(refused) => web::Problem::unauthorized(refused.to_string()).into_response(),
            }
        }
    }))
}
