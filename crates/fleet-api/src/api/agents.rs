//! `GET /agents`, `DELETE /agents/{agent}`, `POST /agents/enrol` and `POST /agents/report`: machines that report themselves.

use std::{collections::HashMap, time::Instant};

use access::{Identity, Permission};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use enrolment::{HostToken, Secret, TokenTag};
use fleet::{ChangeKind, Edit, EditOutcome, GroupOutcome, Origin, OwnedTag, Scope};
use ground::{HostId, Timestamp};
use http::StatusCode;
use rest::{Caller, Json, Path, Query, Whole, json};
use serde::{Deserialize, Serialize};
use serde_json::json as value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Body, Problem};

use super::{App, bearer::Bearer, change_out::shown, failure::Failure};
use crate::agents::NotTaken;

/// No report is longer, in bytes.
pub const MOST_REPORT_BYTES: usize = 4 << 20;

/// Machines that report themselves.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgentsOut {
    /// How many there are.
    pub total: i64,
    /// Those that were asked for, the newest first.
    pub agents: Vec<AgentOut>,
}

/// The token of a host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agent)]
pub struct AgentOut {
    /// Its id.
    pub id: Uuid,
    /// The host that it reports for, and no other.
    pub host_id: Uuid,
    /// What that is called; null while it has not reported, or when it is gone.
    pub display_name: Option<String>,
    /// When it last reported; null in the same cases.
    pub last_check_in: Option<String>,
    /// The token that it was enrolled with.
    pub enrolled_with: Uuid,
    /// When.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub enrolled: Timestamp,
    /// Whether its token is revoked.
    pub revoked: bool,
}

/// A machine enrols.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolIn {
    /// The token that the machine has made for itself: `plhost_`, 32 hexadecimal digits of a UUID, `_`, and 32 random bytes as
    /// base64url. It is kept as a digest.
    token: String,
}

/// A machine that has enrolled.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrolledOut {
    /// The organisation that it reports to.
    pub org_id: String,
    /// The host that it is.
    pub host_id: Uuid,
}

/// What a report did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reported {
    /// The host.
    pub id: Uuid,
    /// `created`, `updated` or `unchanged`.
    pub result: &'static str,
}

rest::parameters! {
    /// The token that the path names.
    pub struct AgentPath in Path {
        /// Its id.
        agent: Uuid,
    }
}

rest::parameters! {
    /// Which are asked for.
    pub struct ListAgents in Query {
        /// How many are left out at the beginning.
        offset: Whole<0, 1_000_000> = 0.into(),
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
    }
}

/// The tokens of hosts, and the hosts that they are for.
#[utoipa::path(
    get, path = "/agents", operation_id = "agents", tag = "agents", params(ListAgents),
    responses((status = 200, description = "The tokens of hosts", body = AgentsOut)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListAgents { offset, limit }): Query<ListAgents>,
) -> Result<Response, Failure> {
    let org = app.all_hosts(&caller, Permission::HostsRead).await?;
    let (tokens, total) = app.agents.enrolment.host_tokens(&org, limit.get(), offset.get()).await?;
    let ids: Vec<HostId> = tokens.iter().map(|token| token.host).collect();
    let hosts = app.fleet.hosts_by_id(&org, &ids).await?;
    let hosts: HashMap<HostId, _> = hosts.into_iter().map(|(found, host)| (found.id, host)).collect();
    let agents = tokens.into_iter().map(|token| {
        let host = hosts.get(&token.host);
        AgentOut {
            id: token.id,
            host_id: token.host.0,
            display_name: host.map(|host| host.display_name.clone()),
            last_check_in: host.map(|host| host.times.last_check_in.to_string()),
            enrolled_with: token.enrolled_with,
            enrolled: token.enrolled,
            revoked: token.revoked.is_some(),
        }
    });
    Ok(json(StatusCode::OK, &AgentsOut { total, agents: agents.collect() }))
}

/// Revokes the token of a host: it reports no more. The host stays as it is.
#[utoipa::path(
    delete, path = "/agents/{agent}", operation_id = "revoke_agent", tag = "agents", params(AgentPath),
    responses(
        (status = 204, description = "It is revoked"),
        (status = 404, description = "There is none, or it is revoked already", body = Problem),
    ),
)]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(AgentPath { agent: id }): Path<AgentPath>,
) -> Result<Response, Failure> {
    let org = app.all_hosts(&caller, Permission::HostsWrite).await?;
    if app.agents.enrolment.revoke_host(&org, id, &caller.name()).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Failure::not_found(format!("no token {id} of a host is there to be revoked")))
}

/// Enrols a machine with an enrolment token (`Authorization: Bearer plenrol_…`): from now on it reports with the token that it has
/// made for itself. Asked again with the same tokens, the answer is the same and no further use is taken.
#[utoipa::path(
    post, path = "/agents/enrol", operation_id = "enrol", tag = "agents", request_body = EnrolIn,
    security(("token" = [])),
    responses(
        (status = 200, description = "The host that the machine is", body = EnrolledOut),
        (status = 401, description = "The token is not valid, or not valid any more", body = Problem),
        (status = 429, description = "It is used too often", body = Problem),
    ),
)]
pub async fn enrol(
    State(app): State<App>,
    Bearer(shown): Bearer,
    Json(EnrolIn { token }): Json<EnrolIn>,
) -> Result<Response, Failure> {
    let enrolment = &app.agents.enrolment;
    let with = enrolment.shown(&shown, Instant::now()).await?;
    let bad = || Failure::bad_request("`token` is not the token of a host: `plhost_ID_SECRET`");
    let own = Secret::parse(&token).filter(|own| own.kind == enrolment::TokenKind::Host).ok_or_else(bad)?;
    let enrolled = enrolment.enrol(&with, &own).await?;
    let answer = EnrolledOut { org_id: enrolled.org.to_string(), host_id: enrolled.host.0 };
    Ok(json(StatusCode::OK, &answer))
}

/// Reports the machine that shows its token (`Authorization: Bearer plhost_…`): an ingress envelope of at most 4 MiB. The report is
/// about the host that the token was given to, or it is refused; so are facts by which another host is recognised.
#[utoipa::path(
    post, path = "/agents/report", operation_id = "report", tag = "agents",
    request_body(content = Object, description = "An ingress envelope; `platform_metadata` is made by the server"),
    security(("token" = [])),
    responses(
        (status = 200, description = "It is stored", body = Reported),
        (status = 401, description = "The token is not valid, or not valid any more", body = Problem),
        (status = 429, description = "It is used too often", body = Problem),
    ),
)]
pub async fn report(State(app): State<App>, Bearer(shown): Bearer, body: Body) -> Result<Response, Failure> {
    let token = app.agents.enrolment.reporting(&shown, Instant::now()).await?;
    if body.bytes().len() > MOST_REPORT_BYTES {
        let detail = format!("a report has at most {MOST_REPORT_BYTES} bytes");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into());
    }
    let kind = match app.agents.intake.take(body.bytes(), &sender(&token)?, token.host).await {
        Ok(kind) => kind,
        Err(NotTaken::Refused(why)) => {
            tracing::warn!(org = %token.org, host_token = %token.id, host = %token.host, why, "a report is refused");
            return Err(Failure::bad_request(why));
        }
        Err(later @ NotTaken::Later(_)) => return Err(Problem::unavailable(later.to_string()).into()),
    };
    if !token.placed {
        place(&app, &token).await?;
    }
    let result = match kind {
        ChangeKind::Created => "created",
        ChangeKind::Seen => "unchanged",
        ChangeKind::Updated | ChangeKind::Deleted => "updated",
    };
    Ok(json(StatusCode::OK, &Reported { id: token.host.0, result }))
}

/// What the events of a report tell of who sent it.
fn sender(token: &HostToken) -> Result<Identity, Failure> {
    let name = format!("host-token-{}", token.id);
    let account =
        value!({"client_id": token.id.to_string(), "username": name, "user_id": token.id.to_string()});
    let identity = value!({"org_id": token.org.as_str(), "type": "ServiceAccount", "auth_type": "jwt-auth",
        "service_account": account});
    Identity::from_value(&identity).map_err(|error| {
        tracing::error!(%error, "the token of a host gives no identity");
        Problem::internal().into()
    })
}

/// Gives a host the tags and the group that the token it enrolled with says, once. What has gone meanwhile is no reason to
/// refuse its reports.
async fn place(app: &App, token: &HostToken) -> Result<(), Failure> {
    let enrolment = &app.agents.enrolment;
    if let Some(with) = enrolment.placement(token).await? {
        let scope = Scope::of(token.org.clone());
        let add = with.tags.into_iter().map(|TokenTag { namespace, key, value }| OwnedTag {
            namespace,
            key,
            value,
        });
        let edit = Edit::Tags { add: add.collect(), remove: Vec::new() };
        let tagged = app.fleet.edit(&scope, &[token.host], edit, &Origin::default()).await?;
        if !matches!(tagged, EditOutcome::Done { .. }) {
            tracing::warn!(host = %token.host, ?tagged, "a new host does not get the tags of its token");
        }
        if let Some(group) = with.group {
            let grouped = app.fleet.add_to_group(scope, group, &[token.host], &Origin::default()).await?;
            if !matches!(grouped, GroupOutcome::Done(_)) {
                tracing::warn!(host = %token.host, ?grouped, "a new host does not get into the group of its token");
            }
        }
    }
    Ok(enrolment.placed(token).await?)
}
