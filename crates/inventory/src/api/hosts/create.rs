//! `POST /hosts`: reports of hosts over HTTP, as the API of 2020 took them (contract inventory-http §25.5).

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::{Kind, Refused, Staleness, Stored};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use web::repr;

use super::legacy_out::LegacyHostOut;
use crate::{
    api::{
        App, body,
        caller::Caller,
        errors::{self, Failure},
        openapi::Problem,
        query::Query,
    },
    rules::{
        ingress::{Invalid, Json, report_from_http},
        literal::literal,
    },
};

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
        /// 400 when the document is at fault, 500 when it is not.
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
        host: &'a Value,
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
    let body = body::read(request).await?;
    let documents = declared(&body).map_err(Failure::bad_request)?;
    caller.hosts(&app, Permission::HostsWrite).await?;

    let mut outcomes = Vec::with_capacity(documents.len());
    for document in documents {
        outcomes.push((document, store(&app, &caller, document).await));
    }
    let staleness = app.fleet.staleness();
    let outcomes = Outcomes {
        total: outcomes.len(),
        errors: outcomes.iter().filter(|(_, outcome)| outcome.is_err()).count(),
        data: outcomes.iter().map(|(document, outcome)| entry(document, outcome, staleness)).collect(),
    };
    Ok(errors::json(StatusCode::MULTI_STATUS, &outcomes))
}

/// Why a document was not stored.
#[derive(Debug)]
enum NotStored {
    /// It breaks a rule.
    Invalid(Invalid),
    /// The record could not be written.
    Failed,
}

async fn store(app: &App, caller: &Caller, document: &Value) -> Result<Stored, NotStored> {
    let report =
        report_from_http(document, caller.identity(), caller.origin()).map_err(NotStored::Invalid)?;
    let answers = app.fleet.ingest(vec![report]).await.map_err(|error| {
        tracing::error!(%error, "a host could not be stored");
        NotStored::Failed
    })?;
    match answers.into_iter().next() {
        Some(Ok(stored)) => Ok(stored),
        Some(Err(refused)) => {
            Err(NotStored::Invalid(Invalid { title: "Bad Request", ..Invalid::rule(words(&refused)) }))
        }
        None => Err(NotStored::Failed),
    }
}

/// What the record refused, in the words of 2020 where the profile is at fault.
fn words(refused: &Refused) -> String {
    match refused {
        Refused::Profile(problem) => format!("{{'system_profile': [{}]}}", repr(&problem.to_string())),
        other => other.to_string(),
    }
}

fn entry<'a>(document: &'a Value, outcome: &'a Result<Stored, NotStored>, staleness: Staleness) -> Entry<'a> {
    match outcome {
        Ok(stored) => Entry::Stored {
            status: if stored.kind == Kind::Created { 201 } else { 200 },
            host: Box::new(LegacyHostOut::new(&stored.host, staleness)),
        },
        Err(NotStored::Invalid(invalid)) => Entry::Failed {
            status: 400,
            title: invalid.title,
            detail: &invalid.detail,
            kind: "about:blank",
            host: document,
        },
        Err(NotStored::Failed) => Entry::Failed {
            status: 500,
            title: "Error",
            detail: "Could not complete operation",
            kind: "unknown",
            host: document,
        },
    }
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

fn not_of_type(value: &Value, kind: &str) -> String {
    format!("{} is not of type '{kind}'", literal(&Json::from(value)))
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
    fn a_failed_document_comes_back_as_it_was_sent() {
        let document = json!({"account": "12345678901"});
        let invalid = Invalid {
            title: "Bad Request",
            ..Invalid::rule("{'account': ['Length must be between 1 and 10.']}")
        };
        let outcome = Err(NotStored::Invalid(invalid));
        assert_eq!(
            serde_json::to_string(&entry(&document, &outcome, Staleness::default())).unwrap(),
            r#"{"status":400,"title":"Bad Request","detail":"{'account': ['Length must be between 1 and 10.']}","type":"about:blank","host":{"account":"12345678901"}}"#
        );
    }
}
