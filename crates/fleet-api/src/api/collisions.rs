//! `GET /collisions` and `DELETE /collisions/{id}`: hosts that two machines claim.

use access::Permission;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use fleet::{Collision, Hardware};
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Path, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{
    App,
    change_out::shown,
    failure::Failure,
    parameters::{HostPath, Id},
};

/// Hosts that two machines claim.
#[derive(Debug, Serialize, ToSchema)]
pub struct CollisionsOut {
    /// How many there are.
    pub total: i64,
    /// Those that were asked for, the last first.
    pub collisions: Vec<CollisionOut>,
}

/// A host that two machines claim.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Collision)]
pub struct CollisionOut {
    /// The host.
    pub host_id: Uuid,
    /// What people call it.
    pub display_name: String,
    /// When it was seen first …
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub raised: Timestamp,
    /// … and last.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Timestamp,
    /// How often the machines took turns.
    pub times: i64,
    /// What does not fit together: `bios_uuid`, `mac_addresses`, `cpu_model`.
    pub conflict: Vec<String>,
    /// Whether somebody said that it is one machine all the same.
    pub settled: bool,
    /// The machines, the last one first.
    pub machines: Vec<MachineOut>,
}

/// A machine that a host was reported from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimingMachine)]
pub struct MachineOut {
    /// What it says of its hardware.
    #[schema(value_type = Object)]
    pub hardware: Hardware,
    /// A row of the log with what it reported: a split asks for it.
    pub seq: i64,
    /// When it was told from another one first …
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub first_seen: Timestamp,
    /// … and last.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Timestamp,
}

rest::parameters! {
    /// Which are asked for.
    pub struct ListCollisions in Query {
        /// How many are left out at the beginning.
        offset: Whole<0, 1_000_000> = 0.into(),
        /// 1 to 100, 50 by default.
        limit: Whole<1, 100> = 50.into(),
    }
}

/// Hosts that two machines claim: their hardware came, went and came back. Those that somebody has settled are left out.
#[utoipa::path(
    get, path = "/collisions", operation_id = "collisions", tag = "identity", params(ListCollisions),
    responses((status = 200, description = "The hosts", body = CollisionsOut)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListCollisions { offset, limit }): Query<ListCollisions>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;
    let (collisions, total) = app.fleet.collisions(&scope, None, limit.get(), offset.get()).await?;
    let collisions = collisions.into_iter().map(CollisionOut::from).collect();
    Ok(json(StatusCode::OK, &CollisionsOut { total, collisions }))
}

/// Says that a host is one machine all the same. It is listed again when the hardware changes back once more.
#[utoipa::path(
    delete, path = "/collisions/{id}", operation_id = "settle_collision", tag = "identity", params(HostPath),
    responses(
        (status = 204, description = "It is settled"),
        (status = 404, description = "There is none of this host", body = Problem),
    ),
)]
pub async fn settle(
    State(app): State<App>,
    caller: Caller,
    Path(HostPath { id: Id(id) }): Path<HostPath>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsWrite).await?;
    if app.fleet.settle_collision(&scope, id).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Failure::not_found(format!("no collision of host {id} is there to be settled")))
}

impl From<Collision> for CollisionOut {
    fn from(collision: Collision) -> Self {
        let machines = collision.machines.into_iter().map(|machine| MachineOut {
            hardware: machine.hardware,
            seq: machine.seq,
            first_seen: machine.seen.0,
            last_seen: machine.seen.1,
        });
        Self {
            host_id: collision.host.0,
            display_name: collision.display_name,
            raised: collision.raised,
            last_seen: collision.last_seen,
            times: collision.times,
            conflict: collision.conflict,
            settled: collision.settled.is_some(),
            machines: machines.collect(),
        }
    }
}
