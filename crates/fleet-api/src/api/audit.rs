//! `GET /audit`: what people and tokens changed.

use access::Permission;
use audit::{AuditEntry, Query as Asked};
use axum::{extract::State, response::Response};
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Cursor, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{App, change_out::shown, failure::Failure};

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditOut {
    /// What was done, newest first.
    pub entries: Vec<EntryOut>,
    /// What to give as `cursor` for the next page; null at the end.
    pub next: Option<String>,
}

/// What somebody did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct EntryOut {
    /// Its id.
    pub id: Uuid,
    /// When it began.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who: the name of a person, a service account, or a certificate.
    pub actor: String,
    /// `person`, `service account`, `machine`, `associate` or `certificate`.
    pub actor_kind: String,
    /// By what the actor was known: `local`, `gateway`, `token`, `session` or `command line`.
    pub via: String,
    /// The service, as `inventory`.
    pub service: String,
    /// The operation, by its name in the document of the service.
    pub operation: String,
    /// What it was done to: method, path and query.
    pub subject: String,
    /// The id of the request, when its sender gave one.
    pub request_id: Option<String>,
    /// The status of the answer; null when there was none, and nobody knows whether it was done.
    pub status: Option<u16>,
    /// The id of what was made, when something was.
    pub made: Option<String>,
}

impl From<AuditEntry> for EntryOut {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry {
            at,
            id,
            actor,
            actor_kind,
            via,
            service,
            operation,
            subject,
            request_id,
            status,
            made,
        } = entry;
        Self { id, at, actor, actor_kind, via, service, operation, subject, request_id, status, made }
    }
}

rest::parameters! {
    /// Which entries are asked for.
    pub struct ListAudit in Query {
        /// From this time (ISO 8601) on.
        from: Option<Timestamp>,
        /// Until this time (ISO 8601).
        to: Option<Timestamp>,
        /// Of this actor only, by the whole name.
        actor: Option<String>,
        /// Of this operation only.
        operation: Option<String>,
        /// The `next` of the page before.
        cursor: Option<Cursor<(i64, Uuid)>>,
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
    }
}

/// What people and tokens changed in the organisation, newest first: who, when, by which operation, on what. For those who
/// administer permissions (`rbac:*:*`). Reports of machines and samples are not in it.
#[utoipa::path(
    get, path = "/audit", operation_id = "audit", tag = "audit", params(ListAudit),
    responses((status = 200, description = "A page", body = AuditOut)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListAudit>,
) -> Result<Response, Failure> {
    caller.allowed(&app, Permission::RbacAdmin).await?;
    let limit = asked.limit.get();
    let usual = Asked::default();
    let before = match asked.cursor {
        Some(Cursor((at, id))) => (Timestamp::from_micros(at), id),
        None => (asked.to.unwrap_or(usual.before.0), usual.before.1),
    };
    let since = asked.from.unwrap_or(usual.since);
    let query = Asked { since, before, actor: asked.actor, operation: asked.operation, limit };
    let entries = app.audit.entries(caller.org(), &query).await.map_err(fleet::Error::from)?;
    let is_full = entries.len() as i64 == limit;
    let next = entries.last().filter(|_| is_full).map(|last| Cursor((last.at.micros(), last.id)).text());
    Ok(json(StatusCode::OK, &AuditOut { entries: entries.into_iter().map(EntryOut::from).collect(), next }))
}
