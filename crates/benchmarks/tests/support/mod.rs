//! The service over an empty database, with an OpenID provider and a registry of the test's own.

#![allow(dead_code, reason = "each test uses its part")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use access::oidc::{Oidc, OidcOptions};
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, Request, StatusCode},
    routing::get,
};
use benchmarks::{
    Schemas,
    api::{App, Callers, Parts, router},
    images::{Images, Registries},
    machines::{Machines, NotPinned, Pin},
};
use futures::future::BoxFuture;
use ground::{Clock, HostId, OrgId, Timestamp};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use store::Db;
use testkit::TestDatabase;
use tower::ServiceExt;

pub const BASE: &str = "/api/v1";

/// The service, and what a test looks at behind it.
pub struct World {
    pub db: Db,
    pub clock: Clock,
    pub router: Router,
    /// The issuer of every token.
    pub issuer: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// Tokens of people, and what userinfo says of them.
pub fn people() -> BTreeMap<String, Value> {
    let person =
        |sub: &str| json!({"sub": sub, "email": format!("{sub}@example.com"), "email_verified": true});
    let admin = |sub: &str| {
        let mut admin = person(sub);
        admin["eduperson_entitlement"] = json!(["admins"]);
        admin
    };
    BTreeMap::from([
        ("tok-admin".to_owned(), admin("admin")),
        ("tok-user1".to_owned(), person("user1")),
        ("tok-user2".to_owned(), person("user2")),
        ("tok-unreg".to_owned(), person("unregistered")),
        ("tok-adminunreg".to_owned(), admin("adminunreg")),
        ("tok-noemail".to_owned(), json!({"sub": "noemail"})),
    ])
}

impl World {
    pub async fn new(database: &TestDatabase) -> Self {
        let clock = Clock::manual(Timestamp::parse("2026-11-21T19:45:36.321177+00:00").unwrap());
        let db = Db::open(database.url(), &store::Options::default()).await.unwrap();
        db.migrate(&[fleet::MIGRATIONS, notify::MIGRATIONS, benchmarks::MIGRATIONS], clock.now())
            .await
            .unwrap();
        let issuer = issuer(people()).await;
        let options = OidcOptions {
            issuers: vec![issuer.clone()],
            audiences: Vec::new(),
            clients: Vec::new(),
            roles_claim: "eduperson_entitlement".to_owned(),
            scopes: Vec::new(),
            timeout: Duration::from_secs(5),
        };
        let app = App::new(Parts {
            db: db.clone(),
            clock: clock.clone(),
            callers: Callers::Tokens(Oidc::new(&options, clock.clone())),
            admins: vec!["admins".to_owned()],
            images: Images::Checked(Registries::new(&registry().await, &[])),
            machines: Arc::new(OneMachine),
            schemas: Schemas::default(),
        });
        Self { db, clock, router: router(&app, BASE), issuer }
    }

    /// An answer to a request; of a body, the media type is JSON.
    pub async fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{BASE}{path}"));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

async fn serve(router: impl FnOnce(String) -> Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = router(url.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// A provider that knows these tokens.
pub async fn issuer(people: BTreeMap<String, Value>) -> String {
    let userinfo = |State(people): State<Arc<BTreeMap<String, Value>>>, headers: HeaderMap| async move {
        let token =
            headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let person = token.and_then(|token| people.get(token));
        person.map(Value::to_string).ok_or(StatusCode::UNAUTHORIZED)
    };
    serve(|url| {
        let document = json!({"issuer": url, "userinfo_endpoint": format!("{url}/userinfo")}).to_string();
        Router::new()
            .route("/.well-known/openid-configuration", get(move || async move { document }))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::new(people))
    })
    .await
}

/// A registry that has every image but those with `missing` in their names.
async fn registry() -> String {
    let manifest = |Path(path): Path<String>| async move {
        if path.contains("missing") { StatusCode::NOT_FOUND } else { StatusCode::OK }
    };
    serve(|_| Router::new().route("/v2/{*path}", get(manifest))).await
}

/// A record of one machine, that of [`MACHINE`], which was first heard of at [`HEARD_OF`].
#[derive(Debug)]
struct OneMachine;

/// The machine that results may be pinned to.
pub const MACHINE: &str = "00000000-0000-0000-0000-0000000000aa";
/// Since when it is known.
pub const HEARD_OF: &str = "2022-01-01T00:00:00Z";

impl Machines for OneMachine {
    fn at<'a>(
        &'a self,
        _headers: &'a HeaderMap,
        host: HostId,
        moment: Timestamp,
    ) -> BoxFuture<'a, Result<Pin, NotPinned>> {
        let known = host.to_string() == MACHINE && Timestamp::parse(HEARD_OF).is_ok_and(|at| at <= moment);
        let pin = Pin { org: OrgId::parse("ours").unwrap(), host, seq: 7 };
        Box::pin(async move { if known { Ok(pin) } else { Err(NotPinned::Unknown) } })
    }
}
