//! `/identity-changes`: hosts are merged and split, and that is undone.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{CanonicalFacts, Host, IdentityChange, IdentityOutcome, Origin, Scope};
use ground::{HostId, Timestamp};
use http::StatusCode;
use rest::{Caller, Json, Path, Query, Whole, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{App, change_out::shown, failure::Failure};

/// Merges and splits.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityChanges {
    /// The newest first.
    pub changes: Vec<IdentityChangeOut>,
}

/// A merge or a split.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityChange)]
pub struct IdentityChangeOut {
    /// By which it is undone.
    pub id: Uuid,
    /// `merge` or `split`.
    pub kind: &'static str,
    /// The host that stays.
    pub kept: Uuid,
    /// The host that went into it, or came out of it.
    pub other: Uuid,
    /// When.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub made: Timestamp,
    /// By whom.
    pub made_by: String,
    /// Whether it was undone.
    pub undone: bool,
    /// The hosts as they are afterwards; empty in lists.
    pub hosts: Vec<HostAfter>,
    /// By which facts reports are told from then on, and for which host; empty in lists.
    pub pins: Vec<PinOut>,
}

/// A host afterwards.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostAfter {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub display_name: String,
    /// By which facts it is recognised.
    #[schema(value_type = Object)]
    pub facts: CanonicalFacts,
}

/// A fact that stands for a host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pin)]
pub struct PinOut {
    /// Its name.
    pub fact: String,
    /// Its value.
    pub value: String,
    /// The host.
    pub host_id: Uuid,
}

/// What is to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum ChangeIn {
    /// `other` goes, and `kept` takes what it lacks from it.
    Merge {
        /// The host that stays.
        kept: Uuid,
        /// The host that goes.
        other: Uuid,
    },
    /// The machine that reported `host` in the row `seq` becomes a host of its own.
    Split {
        /// The host that two machines claim.
        host: Uuid,
        /// The row of the log, as the collision names it.
        seq: i64,
    },
}

rest::parameters! {
    /// Whether it is done.
    pub struct MakeChange in Query {
        /// Only shows what would be.
        dry_run: bool = false,
    }
}

rest::parameters! {
    /// Which are asked for.
    pub struct ListChanges in Query {
        /// Only those of this host.
        host_id: Option<Uuid>,
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
    }
}

rest::parameters! {
    /// The merge or split that the path names.
    pub struct ChangePath in Path {
        /// Its id.
        change: Uuid,
    }
}

/// The merges and splits of the organisation, or of one of its hosts, undone ones too.
#[utoipa::path(
    get, path = "/identity-changes", operation_id = "identity_changes", tag = "identity", params(ListChanges),
    responses((status = 200, description = "Merges and splits", body = IdentityChanges)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListChanges { host_id, limit }): Query<ListChanges>,
) -> Result<Response, Failure> {
    let org = app.all_hosts(&caller, Permission::HostsRead).await?;
    let changes = app.fleet.identity_changes(&org, host_id.map(HostId), limit.get()).await?;
    let changes = changes.into_iter().map(IdentityChangeOut::from).collect();
    Ok(json(StatusCode::OK, &IdentityChanges { changes }))
}

/// Merges two hosts, or splits one; with `dry_run` shows what would be. Reports that follow find the right one, and it can be undone.
#[utoipa::path(
    post, path = "/identity-changes", operation_id = "change_identity", tag = "identity", params(MakeChange), request_body = ChangeIn,
    responses(
        (status = 200, description = "It is done, or would be", body = IdentityChangeOut),
        (status = 404, description = "There is no such host", body = Problem),
        (status = 409, description = "It cannot be done", body = Problem),
    ),
)]
pub async fn make(
    State(app): State<App>,
    caller: Caller,
    Query(MakeChange { dry_run }): Query<MakeChange>,
    Json(wanted): Json<ChangeIn>,
) -> Result<Response, Failure> {
    let scope = Scope::of(app.all_hosts(&caller, Permission::HostsWrite).await?);
    let (by, origin) = (caller.name(), Origin::from(&*caller));
    let outcome = match wanted {
        ChangeIn::Merge { kept, other } => {
            app.fleet.merge_hosts(&scope, (HostId(kept), HostId(other)), &by, &origin, dry_run).await?
        }
        ChangeIn::Split { host, seq } => {
            app.fleet.split_host(&scope, HostId(host), seq, &by, &origin, dry_run).await?
        }
    };
    answer(outcome)
}

/// Undoes a merge or a split: the hosts are what they were before.
#[utoipa::path(
    delete, path = "/identity-changes/{change}", operation_id = "undo_identity_change", tag = "identity", params(ChangePath, MakeChange),
    responses(
        (status = 200, description = "It is undone, or would be", body = IdentityChangeOut),
        (status = 404, description = "There is none, or it was undone already", body = Problem),
        (status = 409, description = "It cannot be undone", body = Problem),
    ),
)]
pub async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path(ChangePath { change }): Path<ChangePath>,
    Query(MakeChange { dry_run }): Query<MakeChange>,
) -> Result<Response, Failure> {
    let scope = Scope::of(app.all_hosts(&caller, Permission::HostsWrite).await?);
    let (by, origin) = (caller.name(), Origin::from(&*caller));
    answer(app.fleet.undo_identity_change(&scope, change, &by, &origin, dry_run).await?)
}

fn answer(outcome: IdentityOutcome) -> Result<Response, Failure> {
    match outcome {
        IdentityOutcome::Done(change) => Ok(json(StatusCode::OK, &IdentityChangeOut::from(*change))),
        IdentityOutcome::Missing(missing) => {
            let missing: Vec<_> = missing.iter().map(ToString::to_string).collect();
            Err(Failure::not_found(format!("no hosts are known under {}", missing.join(", "))))
        }
        IdentityOutcome::Unknown => Err(Failure::not_found("there is nothing like that to be undone")),
        IdentityOutcome::Cannot(why) => Err(Problem::new(StatusCode::CONFLICT, why).into()),
    }
}

impl From<IdentityChange> for IdentityChangeOut {
    fn from(change: IdentityChange) -> Self {
        let pins = change.pins.into_iter();
        Self {
            id: change.id,
            kind: change.kind.name(),
            kept: change.kept.0,
            other: change.other.0,
            made: change.made,
            made_by: change.by,
            undone: change.undone.is_some(),
            hosts: change.hosts.into_iter().map(HostAfter::from).collect(),
            pins: pins.map(|((fact, value), host)| PinOut { fact, value, host_id: host.0 }).collect(),
        }
    }
}

impl From<Host> for HostAfter {
    fn from(host: Host) -> Self {
        Self { id: host.id.0, display_name: host.display_name, facts: host.canonical_facts }
    }
}
