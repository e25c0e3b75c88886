//! The RBAC client against a small server that answers as told.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use access::{
    Denied, GroupScope, IDENTITY_HEADER, Identity, Permission, Permissions, REQUEST_ID_HEADER, Rbac,
    RbacOptions,
};
use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use clients::{Authorities, Trust};
use ground::OrgId;
use serde_json::{Value, json};
use testkit::{Certificates, TlsFront};
use tokio::net::TcpListener;

/// Answers in turn (the last one for ever), and what was asked.
#[derive(Default)]
struct Script {
    answers: Vec<(u16, String)>,
    asked: Vec<(Option<String>, HeaderMap)>,
}

struct Server {
    endpoint: String,
    script: Arc<Mutex<Script>>,
    permissions: Permissions,
}

impl Server {
    async fn answering(answers: &[(u16, &str)]) -> Self {
        let answers = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
        let script = Arc::new(Mutex::new(Script { answers, ..Script::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().route("/api/rbac/v1/access/", get(answer)).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { script, permissions: client(endpoint.clone()), endpoint }
    }

    async fn check(&self, identity: &Identity, permission: Permission) -> Result<GroupScope, Denied> {
        let mut headers = HeaderMap::new();
        headers.insert(IDENTITY_HEADER, "the-identity".parse().unwrap());
        headers.insert(REQUEST_ID_HEADER, "the-request".parse().unwrap());
        headers.insert("cookie", "secret".parse().unwrap());
        self.permissions.check(identity, &headers, permission).await
    }

    fn asked(&self) -> usize {
        self.script.lock().unwrap().asked.len()
    }
}

async fn answer(
    State(script): State<Arc<Mutex<Script>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> (StatusCode, String) {
    let mut script = script.lock().unwrap();
    let turn = script.asked.len().min(script.answers.len() - 1);
    script.asked.push((query, headers));
    let (status, body) = script.answers[turn].clone();
    (StatusCode::from_u16(status).unwrap(), body)
}

fn client(endpoint: String) -> Permissions {
    let backoff = Duration::from_millis(1);
    let options = RbacOptions { timeout: Duration::from_secs(5), backoff, ..RbacOptions::new(endpoint) };
    Permissions::Rbac(Rbac::new(options).unwrap())
}

fn user() -> Identity {
    Identity::from_value(&json!({"org_id": "o", "type": "User", "auth_type": "basic-auth"})).unwrap()
}

fn machines() -> Vec<Identity> {
    let of = |value: Value| Identity::from_value(&value).unwrap();
    vec![
        Identity::of_system(OrgId::parse("o").unwrap(), None, "cn"),
        of(
            json!({"org_id": "o", "type": "X509", "auth_type": "x509", "x509": {"subject_dn": "s", "issuer_dn": "i"}}),
        ),
        of(json!({"org_id": "o", "type": "Associate", "auth_type": "saml-auth", "associate": {}})),
    ]
}

fn detail(result: Result<GroupScope, Denied>) -> (u16, Option<String>) {
    let denied = result.unwrap_err();
    (denied.status(), denied.detail())
}

const ALLOWED: &str = r#"{"data": [{"permission": "inventory:hosts:read", "resourceDefinitions": []}]}"#;
const UNREACHABLE: &str = "Failed to reach RBAC endpoint, request cannot be fulfilled";

#[tokio::test]
async fn rbac_is_asked_in_the_callers_name_and_told_nothing_else() {
    let server = Server::answering(&[(200, ALLOWED)]).await;
    assert_eq!(server.check(&user(), Permission::HostsRead).await, Ok(GroupScope::All));
    let script = server.script.lock().unwrap();
    let (query, headers) = &script.asked[0];
    assert_eq!(query.as_deref(), Some("application=inventory"));
    assert_eq!(headers[IDENTITY_HEADER], "the-identity");
    assert_eq!(headers[REQUEST_ID_HEADER], "the-request");
    assert!(!headers.contains_key("cookie"));
}

#[tokio::test]
async fn a_permission_that_is_not_granted_is_forbidden() {
    let server = Server::answering(&[(200, ALLOWED)]).await;
    let refused = server.check(&user(), Permission::HostsWrite).await;
    assert_eq!(refused, Err(Denied::Forbidden(Permission::HostsWrite)));
    assert_eq!(detail(refused), (403, None));
}

#[tokio::test]
async fn each_application_is_asked_about_under_its_own_name() {
    let server = Server::answering(&[(200, r#"{"data": []}"#)]).await;
    let _ = server.check(&user(), Permission::StalenessRead).await;
    let _ = server.check(&user(), Permission::RbacAdmin).await;
    let script = server.script.lock().unwrap();
    let queries: Vec<_> = script.asked.iter().map(|(query, _)| query.clone().unwrap()).collect();
    assert_eq!(queries, ["application=staleness", "application=rbac"]);
}

#[tokio::test]
async fn a_passing_failure_is_tried_again() {
    let server = Server::answering(&[(503, ""), (500, ""), (200, ALLOWED)]).await;
    assert_eq!(server.check(&user(), Permission::HostsRead).await, Ok(GroupScope::All));
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn a_lasting_failure_is_unreachable_after_the_last_try() {
    let server = Server::answering(&[(502, "")]).await;
    let refused = server.check(&user(), Permission::HostsRead).await;
    assert_eq!(detail(refused), (503, Some(UNREACHABLE.to_owned())));
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn rbac_is_asked_over_tls_and_one_whose_certificate_is_not_trusted_grants_nothing() {
    let server = Server::answering(&[(200, ALLOWED)]).await;
    let certificates = Certificates::new();
    let front = TlsFront::start(&server.endpoint, &certificates).await;
    let check = async |url: String, made_by: &Certificates| {
        let authorities = Authorities::Only(made_by.authority_pem());
        let trust = Trust { authorities, setting: "outgoing.ca_file" };
        let backoff = Duration::from_millis(1);
        let rbac = Rbac::new(RbacOptions { backoff, trust, ..RbacOptions::new(url) }).unwrap();
        Permissions::Rbac(rbac).check(&user(), &HeaderMap::new(), Permission::HostsRead).await
    };
    assert_eq!(check(front.url(), &certificates).await, Ok(GroupScope::All));
    for refused in [
        check(front.url(), &Certificates::new()).await,
        check(front.url_of_another_name(), &certificates).await,
    ] {
        assert_eq!(detail(refused), (503, Some(UNREACHABLE.to_owned())));
    }
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused =
        client(format!("http://{closed}")).check(&user(), &HeaderMap::new(), Permission::HostsRead).await;
    assert_eq!(detail(refused), (503, Some(UNREACHABLE.to_owned())));
}

#[tokio::test]
async fn other_answers_have_their_texts_and_are_not_tried_again() {
    for (status, body, expected) in [
        (501, "", (503, "RBAC server error, request cannot be fulfilled")),
        (302, "", (503, "RBAC server error, request cannot be fulfilled")),
        (401, r#"{"detail": "who?"}"#, (401, "RBAC client error: who?")),
        (404, "plain words", (404, "RBAC client error: plain words")),
        (200, "no json", (503, UNREACHABLE)),
        (200, r#"{"meta": 1}"#, (503, UNREACHABLE)),
        (200, "[]", (503, UNREACHABLE)),
    ] {
        let server = Server::answering(&[(status, body)]).await;
        let refused = detail(server.check(&user(), Permission::HostsRead).await);
        assert_eq!(refused, (expected.0, Some(expected.1.to_owned())), "{status} {body}");
        assert_eq!(server.asked(), 1, "{status} {body}");
    }
}

#[tokio::test]
async fn a_definition_that_is_not_understood_refuses_access() {
    let body = r#"{"data": [{"permission": "inventory:hosts:read",
        "resourceDefinitions": [{"attributeFilter": {"key": "host.id", "operation": "in", "value": []}}]}]}"#;
    let server = Server::answering(&[(200, body)]).await;
    let refused = detail(server.check(&user(), Permission::HostsRead).await);
    assert_eq!(refused, (503, Some("Invalid value for attributeFilter.key in RBAC response.".to_owned())));
}

#[tokio::test]
async fn machines_reach_hosts_unasked_and_nothing_else() {
    let server = Server::answering(&[(200, ALLOWED)]).await;
    for machine in machines() {
        for open in [Permission::HostsRead, Permission::HostsWrite] {
            assert_eq!(server.check(&machine, open).await, Ok(GroupScope::All));
        }
        for closed in [
            Permission::GroupsRead,
            Permission::GroupsWrite,
            Permission::StalenessRead,
            Permission::StalenessWrite,
            Permission::RbacAdmin,
        ] {
            assert_eq!(server.check(&machine, closed).await, Err(Denied::Forbidden(closed)));
        }
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn bypass_allows_everything() {
    for permission in [Permission::HostsWrite, Permission::GroupsWrite, Permission::RbacAdmin] {
        let allowed = Permissions::Bypass.check(&user(), &HeaderMap::new(), permission).await;
        assert_eq!(allowed, Ok(GroupScope::All));
    }
}
