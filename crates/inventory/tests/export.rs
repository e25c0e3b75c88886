//! Exports go to the export service part by part, and what hinders them is told there.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use access::Permissions;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use clients::{Authorities, Trust};
use fleet::{CanonicalFacts, Fleet, FleetOptions, Report};
use ground::{Clock, OrgId, Timestamp};
use inventory::jobs::export::{Exporter, read_request};
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::{Certificates, TestDatabase, TlsFront};
use uuid::Uuid;

const EXPORT: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";
const PART: &str = "b94301c8-ae4a-5ca3-98b3-1daa48fe1d54";
const APPLICATION: &str = "urn:redhat:application:inventory";

/// A call that the export service got: the last part of its path, its headers, its body.
type Call = (String, HeaderMap, String);

/// An export service that answers uploads so.
#[derive(Clone)]
struct Service {
    calls: Arc<Mutex<Vec<Call>>>,
    answer: (StatusCode, &'static str),
}

impl Service {
    async fn start(status: u16, text: &'static str) -> (Self, String) {
        let service = Self { calls: Arc::default(), answer: (StatusCode::from_u16(status).unwrap(), text) };
        let router = Router::new().fallback(Self::take).with_state(service.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (service, url)
    }

    #[expect(clippy::unused_async, reason = "it is a handler")]
    async fn take(
        State(service): State<Self>,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> (StatusCode, &'static str) {
        let base = format!("/app/export/v1/{EXPORT}/{APPLICATION}/{PART}/");
        let what = uri.path().strip_prefix(&base).unwrap_or("elsewhere").to_owned();
        let answer = if what == "upload" { service.answer } else { (StatusCode::ACCEPTED, "") };
        service.calls.lock().unwrap().push((what, headers, String::from_utf8(body.to_vec()).unwrap()));
        answer
    }

    fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }
}

fn identity(org: &str) -> String {
    let identity = json!({"identity": {"org_id": org, "type": "User", "auth_type": "basic-auth", "user": {"username": "u"}}});
    BASE64_STANDARD.encode(identity.to_string())
}

fn request(format: &str, identity: &str) -> Vec<u8> {
    json!({
        "id": EXPORT, "source": "urn:redhat:source:console:app:export-service", "subject": "s", "specversion": "1.0", "type": "t",
        "time": "2026-11-20T12:00:00Z", "redhatorgid": "o", "dataschema": "d",
        "data": {"resource_request": {"application": APPLICATION, "export_request_uuid": EXPORT, "format": format,
            "resource": "systems", "uuid": PART, "x-rh-identity": identity}},
    })
    .to_string()
    .into_bytes()
}

async fn fleet(database: &TestDatabase, hosts: u128) -> Fleet {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[fleet::MIGRATIONS], Timestamp::default()).await.unwrap();
    let fleet = Fleet::open(db, Clock::system(), FleetOptions::default());
    for n in 1..=hosts {
        let facts = CanonicalFacts { insights_id: Some(Uuid::from_u128(n)), ..CanonicalFacts::default() };
        let report = Report {
            display_name: Some(format!("höst {n}")),
            ..Report::new(OrgId::parse("o").unwrap(), "puptoo", facts)
        };
        fleet.ingest(vec![Arc::new(report)]).await.unwrap().remove(0).unwrap();
    }
    fleet
}

#[tokio::test]
async fn hosts_are_uploaded_part_by_part_in_either_format() {
    for database in TestDatabase::both().await {
        let (service, url) = Service::start(202, "").await;
        let fleet = fleet(&database, 5).await;
        let exporter = Exporter::new(
            fleet,
            Permissions::Bypass,
            &url,
            "hush",
            Trust::default(),
            NonZeroUsize::MIN.saturating_add(1),
        )
        .unwrap();
        exporter.handle(read_request(&request("JSON", &identity("o")))).await;
        let (what, headers, body) = service.calls().remove(0);
        assert_eq!(what, "upload", "{}", database.engine());
        assert_eq!(headers["x-rh-exports-psk"], "hush");
        assert_eq!(headers["transfer-encoding"], "chunked");
        assert_eq!(headers["content-type"], "application/json; charset=utf-8");
        let hosts: Vec<Value> = serde_json::from_str(&body).unwrap();
        let names: Vec<_> = hosts.iter().map(|host| host["display_name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 5);
        assert!(names.contains(&"höst 5") && body.is_ascii());

        exporter.handle(read_request(&request("csv", &identity("o")))).await;
        let (_, headers, body) = service.calls().remove(0);
        assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(body.matches("\r\n").count(), 6);
    }
}

#[tokio::test]
async fn what_hinders_an_export_is_told() {
    let database = TestDatabase::embedded();
    let fleet = fleet(&database, 1).await;
    let told = async |status: u16, text: &'static str, permissions: Permissions, request: Vec<u8>| {
        let (service, url) = Service::start(status, text).await;
        let exporter = Exporter::new(
            fleet.clone(),
            permissions,
            &url,
            "hush",
            Trust::default(),
            NonZeroUsize::MIN.saturating_add(1),
        )
        .unwrap();
        exporter.handle(read_request(&request)).await;
        let calls = service.calls();
        let error = calls.iter().find(|(what, ..)| what == "error");
        let error = error.map(|(_, _, body)| serde_json::from_str::<Value>(body).unwrap());
        (calls.len(), error.map(|error| (error["error"].as_u64().unwrap(), error["message"].to_string())))
    };
    let code = |(calls, error): (usize, Option<(u64, String)>)| (calls, error.map(|(code, _)| code));
    let mine = || request("json", &identity("o"));
    let bypass = || Permissions::Bypass;
    assert_eq!(code(told(202, "", bypass(), mine()).await), (1, None));
    assert_eq!(code(told(400, "It has Already been processed.", bypass(), mine()).await), (1, None));
    assert_eq!(code(told(400, "no", bypass(), mine()).await), (2, Some(500)));
    assert_eq!(code(told(503, "no", bypass(), mine()).await), (2, Some(500)));
    let (calls, error) = told(202, "", bypass(), request("json", &identity("p"))).await;
    assert_eq!((calls, error), (1, Some((404, "\"No data found for org_id: p\"".to_owned()))));
    assert_eq!(code(told(202, "", bypass(), request("xml", &identity("o"))).await), (1, Some(400)));
    assert_eq!(code(told(202, "", bypass(), request("json", "nonsense")).await), (1, Some(403)));
    assert_eq!(code(told(202, "", Permissions::Roles, mine()).await), (1, Some(403)));
    assert_eq!(code(told(202, "", bypass(), b"[]".to_vec()).await), (0, None), "nobody knows whom to tell");
}

#[tokio::test]
async fn an_export_service_whose_certificate_is_not_trusted_gets_no_hosts() {
    let database = TestDatabase::embedded();
    let fleet = fleet(&database, 1).await;
    let (service, url) = Service::start(202, "").await;
    let certificates = Certificates::new();
    let front = TlsFront::start(&url, &certificates).await;
    let calls = async |made_by: &Certificates| {
        let authorities = Authorities::Only(made_by.authority_pem());
        let trust = Trust { authorities, setting: "outgoing.ca_file" };
        let exporter =
            Exporter::new(fleet.clone(), Permissions::Bypass, &front.url(), "hush", trust, NonZeroUsize::MIN);
        exporter.unwrap().handle(read_request(&request("json", &identity("o")))).await;
        service.calls().len()
    };
    assert_eq!(calls(&certificates).await, 1);
    assert_eq!(calls(&Certificates::new()).await, 0);
}
