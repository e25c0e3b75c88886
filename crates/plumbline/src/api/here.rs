//! The services over the record that is here, asked without a socket.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use fleet::Fleet;
use ground::{OrgId, Stopper};
use http::{HeaderValue, Request};
use serde_json::json;
use service::Service;
use settings::Settings;
use tower::ServiceExt as _;

use super::Response;
use crate::{
    failure::{Failure, Result},
    wiring,
    world::{Messages, World},
};

/// Who may open the database may ask everything, of one organisation at a time.
pub struct Here {
    router: Router,
    org: OrgId,
    identity: HeaderValue,
}

/// The routers of the services that commands ask. They run as in local mode, whatever the settings are: nobody else can reach them.
pub fn router(fleet: Fleet) -> Result<Router> {
    // So many settings are large for the tasks of all commands.
    let settings = Box::new(Settings::default());
    let (_, stop) = Stopper::new();
    let world = World::new(fleet, &settings, &Messages::Nowhere, stop)?;
    Ok(routed(&fleet_api::SERVICE, &wiring::fleet::app(&world), &settings)
        .merge(routed(&inventory::SERVICE, &wiring::inventory::app(&world), &settings))
        .merge(routed(&baselines::SERVICE, &wiring::baselines::app(&world)?, &settings))
        .merge(routed(&drift::CAUSES, &wiring::drift::api(&world)?, &settings))
        .merge(routed(&notifications::SERVICE, &wiring::notifications::app(&world), &settings)))
}

fn routed<A>(service: &Service<A>, app: &A, settings: &Settings) -> Router {
    (service.router)(app, &(service.bases)(settings))
}

impl Here {
    /// The services, for an organisation.
    pub fn new(router: Router, org: OrgId) -> Result<Self> {
        let identity = json!({
            "identity": {"org_id": org, "type": "User", "auth_type": "basic-auth", "user": {"username": "command line"}},
            "entitlements": {"insights": {"is_entitled": true}},
        });
        let identity = HeaderValue::try_from(BASE64_STANDARD.encode(identity.to_string()))
            .map_err(|error| Failure::Runtime(error.to_string()))?;
        Ok(Self { router, org, identity })
    }

    /// The organisation.
    pub const fn org(&self) -> &OrgId {
        &self.org
    }

    /// What the services answer to a path with its query.
    pub async fn get(&self, path: &str) -> Result<Response> {
        let failed = |error: axum::Error| Failure::Runtime(format!("the record cannot be read: {error}"));
        let request = Request::get(path).header(access::IDENTITY_HEADER, &self.identity).body(Body::empty());
        let request = request.map_err(|error| Failure::Runtime(error.to_string()))?;
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let status = answer.status();
        #[expect(clippy::disallowed_methods, reason = "an answer of this process, and no body of a request")]
        let body = to_bytes(answer.into_body(), usize::MAX).await.map_err(failed)?;
        Ok(Response { status, body: body.into() })
    }
}
