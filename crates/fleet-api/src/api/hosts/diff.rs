//! `GET /hosts/{id}/diff`: what differs between two moments of a host.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::Change;
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Path, Query, json};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use crate::{
    api::{
        App,
        change_out::shown,
        failure::Failure,
        moment::Moment,
        parameters::{HostPath, Id, Seq},
    },
    past::{self, SectionChanges},
};

/// What differs between two moments.
#[derive(Debug, Serialize, ToSchema)]
pub struct Diff {
    /// The row of the log that says what was.
    pub from: MomentOut,
    /// The row of the log that says what came of it.
    pub to: MomentOut,
    /// What differs, section by section; sections that do not differ are left out.
    pub sections: Vec<SectionChanges>,
}

/// A row of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Moment)]
pub struct MomentOut {
    /// Its number.
    pub seq: i64,
    /// When it was written.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

rest::parameters! {
    /// Which moments are compared.
    pub struct Moments in Query {
        /// From when this row of the log was written.
        from_seq: Option<Seq>,
        /// Or from this time (ISO 8601); one of the two is needed.
        from_at: Option<Timestamp>,
        /// To when this row of the log was written.
        to_seq: Option<Seq>,
        /// Or to this time (ISO 8601); now by default.
        to_at: Option<Timestamp>,
    }
}

/// What differs between two moments of one host: names, tags, group and facts, and its profile section by section.
/// Packages are compared by name, objects of lists by their natural key, texts as sets, small facts by their path.
#[utoipa::path(
    get,
    path = "/hosts/{id}/diff",
    operation_id = "host_diff",
    tag = "hosts",
    params(HostPath, Moments),
    responses(
        (status = 200, description = "What differs", body = Diff),
        (status = 404, description = "The host was not known then", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(HostPath { id: Id(id) }): Path<HostPath>,
    Query(asked): Query<Moments>,
) -> Result<Response, Failure> {
    let from = Moment::of(asked.from_seq, asked.from_at, ["from_seq", "from_at"])?;
    let to = Moment::of(asked.to_seq, asked.to_at, ["to_seq", "to_at"])?;
    if from == Moment::Now {
        return Err(Failure::bad_request("name the moment to compare with: give `from_seq` or `from_at`"));
    }
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if !app.fleet.reaches(&scope, id).await? {
        return Err(super::unknown(id));
    }
    let from = from.state(&app, &scope, id).await?;
    let to = to.state(&app, &scope, id).await?;
    let sections = past::differences(&app.fleet, scope.org(), &from, &to).await?;
    Ok(json(StatusCode::OK, &Diff { from: (&from).into(), to: (&to).into(), sections }))
}

impl From<&Change> for MomentOut {
    fn from(change: &Change) -> Self {
        Self { seq: change.seq, at: change.at }
    }
}
