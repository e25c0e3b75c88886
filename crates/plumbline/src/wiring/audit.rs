//! Every operation that changes something is written to the audit log: one layer around the router of each service, which knows
//! the operations from its document.

use std::sync::Arc;

use access::{
    Callers, Identity, IdentityType, UNNAMED,
    oidc::{Oidc, Person},
};
use audit::{Act, Audit};
use axum::{
    Router,
    body::{Body, HttpBody as _, to_bytes},
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use ground::OrgId;
use http::{Method, StatusCode, header, request::Parts};
use serde_json::Value;
use service::Registered;
use settings::Mode;
use utoipa::openapi::OpenApi;
use web::{Problem, RequestId};

use crate::world::World;

/// Operations with a method that changes something which are not logged, and why.
const NOT_LOGGED: [(&str, &str); 18] = [
    ("post_comparison_report", "a question"),
    ("api.system_profile.validate_schema", "a question"),
    ("query_form", "a question"),
    ("query_range_form", "a question"),
    ("label_names_form", "a question"),
    ("find_series_form", "a question"),
    ("exemplars_form", "a question"),
    ("otlp_metrics", "samples"),
    ("otlp_metrics_prefixed", "samples"),
    ("remote_write", "samples"),
    ("influx_write_v1", "samples"),
    ("influx_write_v2", "samples"),
    ("api.host.add_host_list", "a report: the log of the record says who sent it"),
    ("api.host.host_checkin", "a report: the log of the record says who sent it"),
    ("report", "a report: the log of the record says who sent it"),
    ("enrol", "a machine by itself: its token is kept with the one that it enrolled with"),
    ("log_out", "the caller's own session"),
    ("test_channel", "nothing is changed"),
];

/// Operations that make something and answer 200 all the same.
const MADE_WITH_OK: [&str; 3] = ["create_baseline", "copy_baseline", "change_identity"];

/// Where the id of what was made stands in answers.
const IDS: [&str; 3] = ["/id", "/token/id", "/data/0/id"];
/// Answers that tell an id are small.
const MOST_ANSWER_BYTES: u64 = 64 << 10;

/// What the layer of one service knows.
#[derive(Clone)]
pub struct Watch(Arc<WatchState>);

struct WatchState {
    audit: Audit,
    callers: Callers,
    /// For services that read tokens themselves.
    oidc: Oidc,
    /// The organisation of people whom no identity names one for.
    org: OrgId,
    mode: Mode,
    service: &'static str,
    operations: Vec<Operation>,
}

/// An operation that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Operation {
    method: Method,
    /// Its whole path; parts in braces stand for anything.
    path: String,
    id: String,
}

impl Watch {
    /// Over the operations of a service, for people of this organisation where no identity names one.
    pub fn new(service: &Registered<World>, world: &World, org: OrgId) -> Self {
        let changing = changing(&(service.document)());
        let bases = (service.bases)(&world.settings);
        let operations = bases.iter().flat_map(|base| {
            let base = base.trim_end_matches('/').to_owned();
            changing
                .iter()
                .map(move |known| Operation { path: format!("{base}{}", known.path), ..known.clone() })
        });
        Self(Arc::new(WatchState {
            audit: Audit::new(world.fleet.db().clone(), world.fleet.clock().clone()),
            callers: world.access.callers.clone(),
            oidc: world.oidc.clone(),
            org,
            mode: *world.settings.server.mode,
            service: service.name,
            operations: operations.collect(),
        }))
    }
}

/// The router, whose operations are logged.
pub fn watched(router: Router, watch: Watch) -> Router {
    router.layer(from_fn_with_state(watch, log))
}

/// The operations of a document that have a method which changes something.
fn changing(document: &OpenApi) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in &document.paths.paths {
        let methods = [
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
        ];
        for (method, operation) in methods {
            let Some(operation) = operation else { continue };
            let id = operation.operation_id.clone().unwrap_or_default();
            operations.push(Operation { method, path: path.clone(), id });
        }
    }
    operations
}

async fn log(State(Watch(known)): State<Watch>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let operation = known.operation(request.method(), request.uri().path());
    if NOT_LOGGED.iter().any(|(id, _)| *id == operation) {
        return next.run(request).await;
    }
    // Of whom nothing is known, the operation refuses itself.
    let (parts, body) = request.into_parts();
    let act = known.act(operation, &parts).await;
    let makes = parts.method == Method::POST;
    let request = Request::from_parts(parts, body);
    let Some(act) = act else { return next.run(request).await };
    let begun = match known.audit.begin(&act).await {
        Ok(begun) => begun,
        Err(error) => {
            tracing::error!(%error, operation, "nothing is changed, because the audit log cannot be written");
            let detail = "the audit log cannot be written now, and nothing was changed; try again";
            return Problem::unavailable(detail).into_response();
        }
    };
    let mut response = next.run(request).await;
    let mut made = None;
    if makes && (response.status() == StatusCode::CREATED || answers_ok(operation, response.status())) {
        (response, made) = told_id(response).await;
    }
    if let Err(error) = known.audit.answered(begun, response.status().as_u16(), made.as_deref()).await {
        tracing::error!(%error, operation, "the outcome is missing in the audit log");
    }
    response
}

fn answers_ok(operation: &str, status: StatusCode) -> bool {
    status == StatusCode::OK && MADE_WITH_OK.contains(&operation)
}

/// The id that a small JSON answer tells, and the answer again.
#[expect(clippy::disallowed_methods, reason = "an answer of our own, whose length is known and small")]
async fn told_id(response: Response) -> (Response, Option<String>) {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    let is_small = response.body().size_hint().upper().is_some_and(|bytes| bytes <= MOST_ANSWER_BYTES);
    if !is_json || !is_small {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, MOST_ANSWER_BYTES as usize).await {
        Ok(bytes) => {
            let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let id = IDS.iter().find_map(|place| answer.pointer(place)?.as_str()).map(str::to_owned);
            (Response::from_parts(parts, Body::from(bytes)), id)
        }
        Err(error) => {
            tracing::error!(%error, "an answer cannot be read");
            (Problem::internal().into_response(), None)
        }
    }
}

impl WatchState {
    /// The name of the operation: of those that fit, the one that says most itself.
    fn operation(&self, method: &Method, path: &str) -> &str {
        let path = path.trim_end_matches('/');
        let fitting = self.operations.iter().filter(|known| known.method == *method);
        let fitting = fitting.filter_map(|known| Some((literal(&known.path, path)?, known)));
        fitting.max_by_key(|(letters, _)| *letters).map_or("unknown", |(_, known)| known.id.as_str())
    }

    async fn act(&self, operation: &str, request: &Parts) -> Option<Act> {
        let headers = &request.headers;
        let identity = self.callers.identify(headers).ok();
        let shows_token = headers.contains_key(header::AUTHORIZATION);
        let mut person = request.extensions.get::<Arc<Person>>().cloned();
        // In mode oidc somebody has asked the issuers already.
        let reads_tokens = self.service == benchmarks::SERVICE.name && self.mode != Mode::Oidc;
        if person.is_none() && shows_token && reads_tokens {
            person = self.oidc.caller(headers).await.ok();
        }
        let via = match (&person, self.mode) {
            (Some(_), _) if shows_token => "token",
            (Some(_), _) => "session",
            (None, Mode::Local) => "local",
            (None, _) => "gateway",
        };
        let (actor_kind, actor) = match (&person, &identity) {
            (Some(person), _) => ("person", named(person)),
            (None, Some(identity)) => who(identity),
            (None, None) => return None,
        };
        let org = identity.map_or_else(|| self.org.clone(), |identity| identity.org);
        let place = request.uri.path_and_query().map_or("", |place| place.as_str());
        let RequestId(request_id) = request.extensions.get().cloned().unwrap_or_default();
        Some(Act {
            org,
            actor,
            actor_kind,
            via,
            service: self.service,
            operation: operation.to_owned(),
            subject: format!("{} {place}", request.method),
            request_id,
        })
    }
}

/// A person as the log names them: by what the issuer never gives to anybody else, with the address behind.
fn named(person: &Person) -> String {
    let id = person.id();
    person.email.as_ref().map_or(id.clone(), |email| format!("{email} ({id})"))
}

/// What an identity is of, and its name.
fn who(identity: &Identity) -> (&'static str, String) {
    let unnamed = || UNNAMED.to_owned();
    match &identity.kind {
        IdentityType::User(user) => {
            let name = user.username.as_ref().or(user.email.as_ref()).or(user.user_id.as_ref());
            ("person", name.cloned().unwrap_or_else(unnamed))
        }
        IdentityType::ServiceAccount { username, .. } => ("service account", username.clone()),
        IdentityType::System { cn, .. } => ("machine", cn.clone()),
        IdentityType::X509 { subject_dn, .. } => ("certificate", subject_dn.clone()),
        IdentityType::Associate => ("associate", unnamed()),
    }
}

/// How many letters of a path stand in the template itself, when it fits.
fn literal(template: &str, path: &str) -> Option<usize> {
    let (mut parts, mut letters) = (path.split('/'), 0);
    for wanted in template.split('/') {
        let part = parts.next()?;
        let (before, behind) = match (wanted.find('{'), wanted.rfind('}')) {
            (Some(from), Some(to)) => (&wanted[..from], &wanted[to + 1..]),
            _ if wanted == part => {
                letters += wanted.len();
                continue;
            }
            _ => return None,
        };
        if part.len() <= before.len() + behind.len() || !part.starts_with(before) || !part.ends_with(behind) {
            return None;
        }
        letters += before.len() + behind.len();
    }
    parts.next().is_none().then_some(letters)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::services;

    #[test]
    fn what_is_not_logged_exists_and_changes_nothing_that_nobody_else_tells() {
        let documents = services::all().iter().map(|service| (service.document)());
        let known: BTreeSet<String> =
            documents.flat_map(|document| changing(&document)).map(|known| known.id).collect();
        assert!(known.len() > 60 && !known.contains(""), "{known:?}");
        for (id, _) in NOT_LOGGED {
            assert!(known.contains(id), "there is no operation {id}");
        }
    }

    #[test]
    fn a_path_fits_a_template_part_by_part() {
        assert_eq!(literal("/sites/{id}:approve", "/sites/7:approve"), Some(13));
        assert_eq!(literal("/sites/{id}", "/sites/7:approve"), Some(5));
        assert_eq!(literal("/groups/{id}/hosts", "/groups/7/hosts"), Some(11));
        for (template, path) in [
            ("/sites/{id}:approve", "/sites/:approve"),
            ("/sites/{id}", "/sites/"),
            ("/sites/{id}", "/sites/7/flavors"),
            ("/sites", "/sites/7"),
        ] {
            assert_eq!(literal(template, path), None, "{template} {path}");
        }
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "an answer of this test")]
    async fn answers_keep_their_words_when_an_id_is_read_from_them() {
        let answer = |text: &'static str| web::json_response(StatusCode::CREATED, "application/json", text);
        for (text, id) in [
            (r#"{"id": "1", "secret": "x"}"#, Some("1")),
            (r#"{"secret": "x", "token": {"id": "2"}}"#, Some("2")),
            (r#"{"data": [{"id": "3"}]}"#, Some("3")),
            ("no JSON", None),
        ] {
            let (response, told) = told_id(answer(text)).await;
            assert_eq!(told.as_deref(), id, "{text}");
            assert_eq!(to_bytes(response.into_body(), 1_000).await.unwrap(), text);
        }
    }
}
