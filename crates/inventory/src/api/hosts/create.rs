//! `POST /hosts`: reports of hosts over HTTP, as the API of 2020 took them (contract inventory-http §25.5).

use legacy::Json;
use std::sync::Arc;

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::{ChangeKind, Fleet, Refused, Report, Scope, Staleness, StoredReport};
use ground::Transient;
use http::StatusCode;
use legacy::repr;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use web::Body;

use super::legacy_out::LegacyHostOut;
use crate::{
    api::{
        App, body,
        caller::Caller,
        errors::{self, Failure},
        openapi::Problem,
        query::Query,
    },
    messages::payload_tracker,
    report::{HostDocument, Invalid, literal::not_of_type, report_from_document},
};

/// Documents of one request.
const MAX_DOCUMENTS: usize = 10_000;
/// Reports, and bytes of their profiles, that one transaction stores.
const MAX_CHUNK_REPORTS: usize = 200;
const MAX_CHUNK_BYTES: usize = 2 << 20;

/// Members of a document and their declared types.
const DECLARED: &[(&str, &str)] = &[
    ("account", "string"),
    ("display_name", "string"),
    ("ansible_host", "string"),
    ("insights_id", "string"),
    ("rhel_machine_id", "string"),
    ("subscription_manager_id", "string"),
    ("satellite_id", "string"),
    ("bios_uuid", "string"),
    ("ip_addresses", "array"),
    ("fqdn", "string"),
    ("mac_addresses", "array"),
    ("external_id", "string"),
    ("facts", "array"),
    ("tags", "array"),
    ("system_profile", "object"),
    ("stale_timestamp", "string"),
    ("reporter", "string"),
];

/// What became of each document, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcomes<'a> {
    /// How many there were.
    pub total: usize,
    /// How many of them failed.
    pub errors: usize,
    /// What became of each.
    pub data: Vec<Entry<'a>>,
}

/// What became of one document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Entry<'a> {
    /// It was stored.
    Stored {
        /// 201 for a new host, 200 for a known one.
        status: u16,
        /// The host after it.
        host: Box<LegacyHostOut<'a>>,
    },
    /// It was not stored.
    Failed {
        /// 400 when the document is at fault, 403 when it is about a host that the caller may not change, 500 otherwise.
        status: u16,
        /// What kind of wrong.
        title: &'a str,
        /// What is wrong.
        detail: &'a str,
        /// `about:blank`, or `unknown` for status 500.
        #[serde(rename = "type")]
        kind: &'a str,
        /// The document as it was sent.
        #[schema(value_type = Object)]
        host: Value,
    },
}

/// Creates or updates hosts, each by itself. A `created` or `updated` event follows for each that was stored.
#[utoipa::path(
    post,
    path = "/hosts",
    operation_id = "api.host.add_host_list",
    tag = "hosts",
    request_body = Vec<Object>,
    responses(
        (status = 207, description = "What became of each document", body = Outcomes),
        (status = 400, description = "A document has not the declared form; nothing was stored", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(_): Query,
    request: Request,
) -> Result<Response, Failure> {
    let documents = body::read_by(body::take(request).await?, documents).await?;
    let scope = caller.hosts(&app, Permission::HostsWrite).await?;

    let tracked = app.tracking.begin(&caller, app.fleet.clock(), "add host operation");
    let outcomes = store(&app.fleet, &scope, &caller, &documents).await;
    // Of those that are stored it is told when their events are published.
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        tracked.host(None, "adding/updating host", Err(&error.told()));
    }
    tracked.end(Ok(()));
    let staleness = app.fleet.staleness(caller.org()).await?;
    let outcomes = Outcomes {
        total: outcomes.len(),
        errors: outcomes.iter().filter(|outcome| outcome.is_err()).count(),
        data: documents
            .iter()
            .zip(&outcomes)
            .map(|(document, outcome)| entry(document, outcome, staleness))
            .collect(),
    };
    Ok(errors::json(StatusCode::MULTI_STATUS, &outcomes))
}

fn documents(body: &Body) -> Result<Vec<HostDocument>, Failure> {
    let documents = match usual(body.bytes()) {
        Some(documents) => documents,
        None => any(&body::value(body)?).map_err(Failure::bad_request)?,
    };
    if documents.len() > MAX_DOCUMENTS {
        return Err(Failure::bad_request(format!(
            "{} hosts in one request; send at most {MAX_DOCUMENTS} and the rest in further requests",
            documents.len()
        )));
    }
    Ok(documents)
}

/// Why a document was not stored.
#[derive(Debug)]
enum NotStored {
    /// It is about a host that the caller may not change.
    OutOfReach(String),
    /// It breaks a rule.
    Invalid(Invalid),
    /// The record could not be written.
    Failed,
}

impl NotStored {
    /// What the payload tracker is told.
    fn told(&self) -> String {
        match self {
            Self::Invalid(invalid) => payload_tracker::failure(invalid, "adding/updating host"),
            Self::OutOfReach(detail) => format!("Forbidden encountered in (adding/updating host): {detail}"),
            Self::Failed => {
                "Exception encountered in (adding/updating host): Could not complete operation".to_owned()
            }
        }
    }
}

/// Stores the documents; one that breaks a rule is in nobody's way.
async fn store(
    fleet: &Fleet,
    scope: &Scope,
    caller: &Caller,
    documents: &[HostDocument],
) -> Vec<Result<StoredReport, NotStored>> {
    let read = |document| report_from_document(document, caller.identity(), caller.origin()).map(Arc::new);
    let read: Vec<Result<Arc<Report>, Invalid>> = documents.iter().map(read).collect();
    let reports: Vec<Arc<Report>> = read.iter().flatten().cloned().collect();
    let mut answers = take_in(fleet, scope, reports).await.into_iter();
    let outcome = |read| match read {
        Err(invalid) => Err(NotStored::Invalid(invalid)),
        Ok(_) => answers.next().unwrap_or(Err(NotStored::Failed)),
    };
    read.into_iter().map(outcome).collect()
}

/// Takes in reports in chunks, each of them one commit: between two of them it is the turn of others of the organisation.
async fn take_in(
    fleet: &Fleet,
    scope: &Scope,
    reports: Vec<Arc<Report>>,
) -> Vec<Result<StoredReport, NotStored>> {
    let mut answers = Vec::with_capacity(reports.len());
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    for report in reports {
        let size = report.profile.as_ref().map_or(0, |profile| profile.len());
        if chunk.len() == MAX_CHUNK_REPORTS || (bytes + size > MAX_CHUNK_BYTES && !chunk.is_empty()) {
            answers.extend(take_in_chunk(fleet, scope, std::mem::take(&mut chunk)).await);
            bytes = 0;
        }
        bytes += size;
        chunk.push(report);
    }
    answers.extend(take_in_chunk(fleet, scope, chunk).await);
    answers
}

/// Takes in reports together, and one by one when the database takes the batch for wrong.
async fn take_in_chunk(
    fleet: &Fleet,
    scope: &Scope,
    reports: Vec<Arc<Report>>,
) -> Vec<Result<StoredReport, NotStored>> {
    let refused = |refused: Refused| match refused {
        Refused::OutOfReach => NotStored::OutOfReach(refused.to_string()),
        refused => NotStored::Invalid(Invalid { title: "Bad Request", ..Invalid::rule(words(&refused)) }),
    };
    if reports.is_empty() {
        return Vec::new();
    }
    let several = reports.len() > 1;
    let error = match fleet.ingest_within(scope, reports.clone()).await {
        Ok(answers) => return answers.into_iter().map(|answer| answer.map_err(refused)).collect(),
        Err(error) => error,
    };
    tracing::error!(%error, reports = reports.len(), "hosts could not be stored");
    let mut answers = Vec::with_capacity(reports.len());
    for report in reports {
        let alone = if several && !error.is_transient() {
            fleet.ingest_within(scope, vec![report]).await.ok()
        } else {
            None
        };
        let answer = alone.and_then(|answers| answers.into_iter().next());
        answers.push(answer.map_or(Err(NotStored::Failed), |answer| answer.map_err(refused)));
    }
    answers
}

/// What the record refused, in the words of 2020 where the profile is at fault.
fn words(refused: &Refused) -> String {
    match refused {
        Refused::Profile(problem) => format!("{{'system_profile': [{}]}}", repr(&problem.to_string())),
        other => other.to_string(),
    }
}

fn entry<'a>(
    document: &HostDocument,
    outcome: &'a Result<StoredReport, NotStored>,
    staleness: Staleness,
) -> Entry<'a> {
    match outcome {
        Ok(stored) => Entry::Stored {
            status: if stored.kind == ChangeKind::Created { 201 } else { 200 },
            host: Box::new(LegacyHostOut::new(&stored.host, staleness)),
        },
        Err(NotStored::Invalid(invalid)) => Entry::Failed {
            status: 400,
            title: invalid.title,
            detail: &invalid.detail,
            kind: "about:blank",
            host: document.to_value(),
        },
        Err(NotStored::OutOfReach(detail)) => Entry::Failed {
            status: 403,
            title: "Forbidden",
            detail,
            kind: "about:blank",
            host: document.to_value(),
        },
        Err(NotStored::Failed) => Entry::Failed {
            status: 500,
            title: "Error",
            detail: "Could not complete operation",
            kind: "unknown",
            host: document.to_value(),
        },
    }
}

/// The documents of a body of the declared form without escapes, whose profiles stay text. `None` for any other, which
/// takes the long way; that one also has the words for what is wrong.
fn usual(body: &[u8]) -> Option<Vec<HostDocument>> {
    if body.contains(&b'\\') {
        return None;
    }
    let documents: Vec<HostDocument> = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
    let is_declared = |document: &HostDocument| {
        (document.get("account").is_some() || document.get("org_id").is_some())
            && document.get("reporter").is_some()
            && document.profile().is_none_or(|profile| profile.starts_with('{'))
            && DECLARED.iter().all(|(name, kind)| match (document.get(name), *kind) {
                (None, _) => true,
                (Some(member), "string") => matches!(member, Json::Text(_)),
                (Some(member), "array") => matches!(member, Json::List(_)),
                (Some(member), _) => matches!(member, Json::Object(_)),
            })
    };
    documents.iter().all(is_declared).then_some(documents)
}

/// The documents of any body; what is wrong with it otherwise.
fn any(body: &Value) -> Result<Vec<HostDocument>, String> {
    Ok(declared(body)?.iter().filter_map(HostDocument::from_value).collect())
}

/// The documents of a body of the declared form. What must be there is what a report cannot do without: who reports,
/// and, unless the caller's organisation is told in the other way, the account.
fn declared(body: &Value) -> Result<&[Value], String> {
    let Value::Array(documents) = body else {
        return Err(not_of_type(body, "array"));
    };
    for (at, document) in documents.iter().enumerate() {
        let Value::Object(members) = document else {
            return Err(format!("{} - '{at}'", not_of_type(document, "object")));
        };
        if !members.contains_key("account") && !members.contains_key("org_id") {
            return Err(format!("'account' is a required property - '{at}'"));
        }
        if !members.contains_key("reporter") {
            return Err(format!("'reporter' is a required property - '{at}'"));
        }
        for (name, kind) in DECLARED {
            if let Some(member) = members.get(*name)
                && !is_of_type(member, kind)
            {
                return Err(format!("{} - '{at}.{name}'", not_of_type(member, kind)));
            }
        }
    }
    Ok(documents)
}

fn is_of_type(member: &Value, kind: &str) -> bool {
    match kind {
        "string" => member.is_string(),
        "array" => member.is_array(),
        _ => member.is_object(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_document_without_a_declared_member_fails_the_request() {
        let good = json!({"account": "1", "reporter": "r"});
        assert_eq!(declared(&json!([])).unwrap().len(), 0);
        assert_eq!(declared(&json!([good, {"org_id": "o", "reporter": "r"}])).unwrap().len(), 2);
        assert_eq!(declared(&json!([good, {}])).unwrap_err(), "'account' is a required property - '1'");
        assert_eq!(
            declared(&json!([{"account": "1"}])).unwrap_err(),
            "'reporter' is a required property - '0'"
        );
        assert_eq!(declared(&json!({})).unwrap_err(), "{} is not of type 'array'");
        assert_eq!(declared(&json!([1])).unwrap_err(), "1 is not of type 'object' - '0'");
    }

    #[test]
    fn a_member_of_another_type_fails_the_request() {
        let with = |name: &str, member: Value| json!([{"account": "1", "reporter": "r", name: member}]);
        assert_eq!(
            declared(&with("display_name", Value::Null)).unwrap_err(),
            "None is not of type 'string' - '0.display_name'"
        );
        assert_eq!(declared(&with("tags", json!({}))).unwrap_err(), "{} is not of type 'array' - '0.tags'");
    }

    #[test]
    fn the_quick_way_and_the_long_way_read_the_same() {
        let good =
            json!({"account": "1", "reporter": "r", "system_profile": {"a": [1.5]}, "more": {"b": null}});
        for body in [json!([]), json!([good, good]), json!([good, {}]), json!({}), json!([1]), json!(null)] {
            let quick = usual(body.to_string().as_bytes());
            let long = any(&body).ok();
            assert_eq!(format!("{quick:?}"), format!("{long:?}"), "{body}");
        }
        for member in ["account", "tags", "system_profile"] {
            let mut other = good.clone();
            other[member] = json!(1);
            assert!(usual(json!([other]).to_string().as_bytes()).is_none(), "{member}");
        }
        assert!(usual(br#"[{"account": "1", "reporter": "\u0000"}]"#).is_none());
    }

    #[test]
    fn a_failed_document_comes_back_as_it_was_sent() {
        let document = json!({"account": "12345678901"});
        let invalid = Invalid {
            title: "Bad Request",
            ..Invalid::rule("{'account': ['Length must be between 1 and 10.']}")
        };
        let outcome = Err(NotStored::Invalid(invalid));
        let document = HostDocument::from_value(&document).unwrap();
        assert_eq!(
            serde_json::to_string(&entry(&document, &outcome, Staleness::default())).unwrap(),
            r#"{"status":400,"title":"Bad Request","detail":"{'account': ['Length must be between 1 and 10.']}","type":"about:blank","host":{"account":"12345678901"}}"#
        );
    }
}
