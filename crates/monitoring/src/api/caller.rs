//! Whose samples a request is about, and who may see and change them.

use access::Permission;
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, request::Parts};
use rest::Caller;
use web::Problem;

use super::App;
use crate::batch::Tenant;

/// Names a part of an organisation's data (contract metrics §14.1).
const SCOPE_HEADER: &str = "x-scope-orgid";

/// The tenant of a request: the caller's organisation, and the part that the header names. To take it as an argument is to ask
/// for authentication.
#[derive(Debug)]
pub struct Of(pub Tenant);

impl FromRequestParts<App> for Of {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let scope = match parts.headers.get(SCOPE_HEADER) {
            None => "",
            Some(value) => {
                value.to_str().map_err(|_| Problem::bad_request("header x-scope-orgid must be ASCII text"))?
            }
        };
        let tenant = Tenant::new(caller.org().clone(), scope);
        tenant
            .map(Self)
            .ok_or_else(|| Problem::bad_request("header x-scope-orgid must be at most 150 bytes long"))
    }
}

/// Questions of the query API that come as a form.
const ASKED_BY_POST: [&str; 5] = ["/query", "/query_range", "/labels", "/series", "/query_exemplars"];

/// What a request does: everything that is not known to only ask changes something.
fn wanted(method: &Method, path: &str) -> Permission {
    let by_post = || {
        let question = path.strip_prefix("/prometheus/api/v1");
        method == Method::POST && question.is_some_and(|question| ASKED_BY_POST.contains(&question))
    };
    if method.is_safe() || by_post() { Permission::MetricsRead } else { Permission::MetricsWrite }
}

/// Refuses callers who may not. Whether there has to be a caller at all, each operation says.
pub async fn permitted(State(app): State<App>, request: Request, next: Next) -> Response {
    if let Ok(caller) = app.access.caller(request.headers()) {
        let wanted = wanted(request.method(), request.uri().path());
        let is_read_only = app.access.read_only && wanted.is_to_write();
        // While writing is switched off the operations say so in their own words.
        if !is_read_only && app.access.check(&caller, wanted).await.is_err() {
            return Problem::forbidden().into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_ask_is_open_to_who_may_only_see() {
        let wanted = |method: Method, path: &str| super::wanted(&method, path);
        for (method, path) in [
            (Method::GET, "/api/v1/dashboards"),
            (Method::HEAD, "/prometheus/api/v1/query"),
            (Method::POST, "/prometheus/api/v1/query_range"),
            (Method::POST, "/prometheus/api/v1/series"),
        ] {
            assert_eq!(wanted(method, path), Permission::MetricsRead, "{path}");
        }
        for (method, path) in [
            (Method::POST, "/api/v1/write"),
            (Method::DELETE, "/prometheus/api/v1/series"),
            (Method::PUT, "/prometheus/api/v1/query"),
            (Method::POST, "/api/v1/dashboards"),
            (Method::POST, "/something/new"),
            (Method::POST, "/x/prometheus/api/v1/query"),
        ] {
            assert_eq!(wanted(method, path), Permission::MetricsWrite, "{path}");
        }
    }
}
