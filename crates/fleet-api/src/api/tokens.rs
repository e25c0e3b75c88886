//! `GET /tokens`, `POST /tokens` and `DELETE /tokens/{token}`: tokens that machines enrol with.

use std::time::Duration;

use access::Permission;
use axum::{extract::State, response::Response};
use enrolment::{EnrolmentToken, NewToken, TokenTag};
use fleet::{GroupKind, GroupQuery, Scope};
use ground::{GroupId, HostId, OrgId, Timestamp};
use http::StatusCode;
use rest::{Caller, Json, Path, Query, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{App, change_out::shown, failure::Failure};

/// How long a token lasts that nobody said it of: a day.
const DAY: u64 = 86_400;

/// Tokens that machines enrol with.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokensOut {
    /// The address that machines are told to report to; null where the settings name none.
    pub to: Option<String>,
    /// The newest first.
    pub tokens: Vec<TokenOut>,
}

/// A token that machines enrol with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnrolmentToken)]
pub struct TokenOut {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub note: String,
    /// The group that hosts come into.
    pub group_id: Option<Uuid>,
    /// The tags that they get.
    pub tags: Vec<TagOut>,
    /// The one host, known already, that it is for.
    pub host_id: Option<Uuid>,
    /// How many machines it enrols; null for any number.
    pub uses: Option<i64>,
    /// How many it has enrolled.
    pub used: i64,
    /// When it was made.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it ends.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub expires: Timestamp,
    /// Why it enrols nobody any more: `revoked`, `expired` or `used up`; null while it does.
    pub ended: Option<&'static str>,
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeToken {
    /// The token itself: told now and never again.
    pub secret: String,
    /// The address that machines are told to report to; null where the settings name none.
    pub to: Option<String>,
    /// What is kept of it.
    pub token: TokenOut,
}

/// A tag.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TokenTag)]
pub struct TagOut {
    /// Null for a tag without one.
    namespace: Option<String>,
    /// 1 to 255 characters.
    key: String,
    /// Null for a key without a value.
    value: Option<String>,
}

/// What a token is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenIn {
    /// What it is for, at most 255 characters.
    #[serde(default)]
    note: String,
    /// The group that hosts come into.
    group_id: Option<Uuid>,
    /// The tags that they get, at most 20.
    #[serde(default)]
    tags: Vec<TagOut>,
    /// The one host, known already, that it is for; its token before it is revoked when this one is used.
    host_id: Option<Uuid>,
    /// How many machines it enrols, 1 to 100,000; null for any number, 1 by default.
    #[serde(default = "one")]
    uses: Option<u32>,
    /// For how many seconds, 60 to 366 days; a day by default.
    #[serde(default = "day")]
    seconds: u64,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the type of the field")]
const fn one() -> Option<u32> {
    Some(1)
}

const fn day() -> u64 {
    DAY
}

rest::parameters! {
    /// The token that the path names.
    pub struct TokenPath in Path {
        /// Its id.
        token: Uuid,
    }
}

rest::parameters! {
    /// What else is revoked.
    pub struct RevokeToken in Query {
        /// Also the tokens of the hosts that enrolled with it.
        hosts: bool = false,
    }
}

/// The tokens that machines enrol with, those that have ended too. None tells its secret.
#[utoipa::path(
    get, path = "/tokens", operation_id = "tokens", tag = "tokens",
    responses((status = 200, description = "The tokens", body = TokensOut)),
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Response, Failure> {
    let org = app.all_hosts(&caller, Permission::HostsWrite).await?;
    let now = app.fleet.clock().now();
    let tokens = app.agents.enrolment.tokens(&org).await?;
    let tokens = tokens.into_iter().map(|token| TokenOut::of(token, now)).collect();
    Ok(json(StatusCode::OK, &TokensOut { to: app.agents.url.clone(), tokens }))
}

/// Makes a token for machines to enrol with. Who may change all hosts of the organisation may do so.
#[utoipa::path(
    post, path = "/tokens", operation_id = "create_token", tag = "tokens", request_body = TokenIn,
    responses(
        (status = 201, description = "The token, and its secret this once", body = MadeToken),
        (status = 404, description = "There is no such group or host", body = Problem),
    ),
)]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(wanted): Json<TokenIn>,
) -> Result<Response, Failure> {
    let TokenIn { note, group_id, tags, host_id, uses, seconds } = wanted;
    let tags = tags.into_iter().map(|TagOut { namespace, key, value }| TokenTag { namespace, key, value });
    let new = NewToken {
        note,
        group: group_id.map(GroupId),
        tags: tags.collect(),
        host: host_id.map(HostId),
        uses,
        lasts: Duration::from_secs(seconds),
        by: caller.name(),
    };
    new.check().map_err(enrolment::Error::from)?;
    let org = app.all_hosts(&caller, Permission::HostsWrite).await?;
    if let Some(group) = new.group {
        has_group(&app, &org, group).await?;
    }
    if let Some(host) = new.host
        && app.fleet.hosts_by_id(&org, &[host]).await?.is_empty()
    {
        return Err(Failure::not_found(format!("no host {host} is known")));
    }
    let (token, secret) = app.agents.enrolment.create(&org, new).await?;
    let token = TokenOut::of(token, app.fleet.clock().now());
    Ok(json(StatusCode::CREATED, &MadeToken { secret: secret.reveal(), to: app.agents.url.clone(), token }))
}

/// Revokes a token: nobody enrols with it any more. Hosts that did go on reporting, unless theirs are revoked too.
#[utoipa::path(
    delete, path = "/tokens/{token}", operation_id = "revoke_token", tag = "tokens", params(TokenPath, RevokeToken),
    responses(
        (status = 200, description = "It is revoked", body = Revoked),
        (status = 404, description = "There is none, or it is revoked already", body = Problem),
    ),
)]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(TokenPath { token: id }): Path<TokenPath>,
    Query(RevokeToken { hosts }): Query<RevokeToken>,
) -> Result<Response, Failure> {
    let org = app.all_hosts(&caller, Permission::HostsWrite).await?;
    let revoked = app.agents.enrolment.revoke(&org, id, hosts, &caller.name()).await?;
    let hosts = revoked.ok_or_else(|| Failure::not_found(format!("no token {id} is there to be revoked")))?;
    Ok(json(StatusCode::OK, &Revoked { hosts }))
}

/// What was revoked beside a token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Revoked {
    /// How many tokens of hosts.
    pub hosts: u64,
}

async fn has_group(app: &App, org: &OrgId, group: GroupId) -> Result<(), Failure> {
    let all = app.fleet.group_query(Scope::of(org.clone())).await?;
    let query = GroupQuery { kind: GroupKind::Standard, ids: Some(vec![group]), limit: 1, ..all };
    if app.fleet.groups(&query).await?.groups.is_empty() {
        return Err(Failure::not_found(format!("no group {group} is known")));
    }
    Ok(())
}

impl TokenOut {
    fn of(token: EnrolmentToken, now: Timestamp) -> Self {
        let ended = token.ended(now);
        let tags =
            token.tags.into_iter().map(|TokenTag { namespace, key, value }| TagOut { namespace, key, value });
        Self {
            id: token.id,
            note: token.note,
            group_id: token.group.map(|group| group.0),
            tags: tags.collect(),
            host_id: token.host.map(|host| host.0),
            uses: token.uses,
            used: token.used,
            created: token.created,
            created_by: token.created_by,
            expires: token.expires,
            ended,
        }
    }
}
