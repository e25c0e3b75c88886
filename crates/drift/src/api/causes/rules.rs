//! `/api/fleet/v1/causes/rules`: what is known of changes.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use drift_common::{Failure, Query, body};
use ground::Timestamp;
use http::{HeaderMap, StatusCode, Uri};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{super::App, TO_WRITE};
use crate::{
    causes::MOST_RULES,
    rules::causes::{Rule, RuleKind},
};

/// What is known of changes in an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulesOut {
    /// The last first.
    pub rules: Vec<RuleOut>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleOut {
    /// Its id.
    pub id: Uuid,
    /// `ignore`, `window` or `expected`.
    pub kind: &'static str,
    /// The baseline that it is about; null for all.
    pub baseline_id: Option<Uuid>,
    /// The facts that it is about, with `*` for any part.
    pub pattern: String,
    /// The values that it is about, with `*` for any part; null for all.
    pub value: Option<String>,
    /// From when on.
    pub begins: String,
    /// Until when; null for always.
    pub ends: Option<String>,
    /// Whether it is over.
    pub is_over: bool,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub author: String,
}

/// A rule to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleIn {
    /// `ignore` (nobody wants to hear of these), `window` (they are ours while it lasts) or `expected` (the value is wanted).
    kind: String,
    /// The baseline that it is about; all without it.
    baseline_id: Option<Uuid>,
    /// The facts that it is about, with `*` for any part.
    pattern: String,
    /// The values that it is about, with `*` for any part.
    value: Option<String>,
    /// From when on (ISO 8601); now without it.
    begins: Option<String>,
    /// Until when (ISO 8601); needed unless a value is expected.
    ends: Option<String>,
    /// Why.
    reason: String,
}

/// The rules, the last first.
#[utoipa::path(
    get,
    path = "/causes/rules",
    operation_id = "rules_of_causes",
    tag = "causes",
    responses(
        (status = 200, description = "What is known of changes", body = RulesOut),
        (status = 404, description = "The hosts are another inventory's"),
    ),
)]
pub async fn list(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let (causes, org, _) = super::admit(&app, &headers).await?;
    let now = causes.clock.now();
    let rules = causes.rules(&org).await.map_err(|error| Failure::internal(&error))?;
    let rules = rules.into_iter().map(|rule| shown(rule, now)).collect();
    Ok(rest::json(StatusCode::OK, &RulesOut { rules }))
}

/// Adds a rule.
#[utoipa::path(
    post,
    path = "/causes/rules",
    operation_id = "add_rule_of_causes",
    tag = "causes",
    request_body = RuleIn,
    responses(
        (status = 201, description = "The rule", body = RuleOut),
        (status = 404, description = "The hosts are another inventory's"),
    ),
)]
pub async fn add(
    State(app): State<App>,
    headers: HeaderMap,
    bytes: axum::body::Bytes,
) -> Result<Response, Failure> {
    let given = body::json(&headers, &bytes)?;
    let given: RuleIn = serde_json::from_value(given)
        .map_err(|error| Failure::bad_request(format!("the body is not a rule: {error}")))?;
    let kind = RuleKind::of_name(&given.kind)
        .ok_or_else(|| Failure::bad_request("`kind` is ignore, window or expected"))?;
    let time = |name: &str, text: Option<&String>| {
        let read = text.map(|text| Timestamp::parse(text)).transpose();
        read.map_err(|error| Failure::bad_request(format!("`{name}`: {error}")))
    };
    let (begins, ends) = (time("begins", given.begins.as_ref())?, time("ends", given.ends.as_ref())?);
    let (causes, org, caller) = super::admit(&app, &headers).await?;
    caller.require(TO_WRITE)?;
    let now = causes.clock.now();
    let rule = Rule {
        id: (app.random)(),
        kind,
        baseline: given.baseline_id,
        pattern: given.pattern,
        value: given.value,
        begins: begins.unwrap_or(now),
        ends,
        reason: given.reason,
        author: caller.identity.username.clone().unwrap_or_default(),
    };
    rule.check().map_err(Failure::bad_request)?;
    if !causes.add_rule(&org, &rule).await.map_err(|error| Failure::internal(&error))? {
        return Err(Failure::bad_request(format!("there are {MOST_RULES} rules already: remove some first")));
    }
    Ok(rest::json(StatusCode::CREATED, &shown(rule, now)))
}

/// Removes a rule.
#[utoipa::path(
    delete,
    path = "/causes/rules/{id}",
    operation_id = "remove_rule_of_causes",
    tag = "causes",
    params(("id" = Uuid, Path, description = "The id of the rule")),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such rule")),
)]
pub async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let id = Uuid::parse_str(&id).map_err(|_| Failure::bad_request("the path names a rule by its id"))?;
    let (causes, org, caller) = super::admit(&app, &headers).await?;
    caller.require(TO_WRITE)?;
    if causes.remove_rule(&org, id).await.map_err(|error| Failure::internal(&error))? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Failure::not_found(format!("there is no rule {id}")))
}

fn shown(rule: Rule, now: Timestamp) -> RuleOut {
    RuleOut {
        id: rule.id,
        kind: rule.kind.name(),
        baseline_id: rule.baseline,
        pattern: rule.pattern,
        value: rule.value,
        begins: rule.begins.to_string(),
        ends: rule.ends.map(|at| at.to_string()),
        is_over: rule.ends.is_some_and(|ends| ends <= now),
        reason: rule.reason,
        author: rule.author,
    }
}
