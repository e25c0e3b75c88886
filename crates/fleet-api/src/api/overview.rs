//! `GET /overview`: the fleet at a glance.

use std::sync::Arc;

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::Overview;
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Query, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App,
    change_out::{ChangeOut, shown},
    failure::Failure,
    selected::Selected,
};

/// The hosts that the caller may see and what happened to them lately. Culled hosts count nowhere but in the activity.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewOut<'a> {
    /// The newest number of the log; as long as it stays, so does all this until a host gets older.
    pub seq: i64,
    /// When it was asked for.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// How many hosts there are, and how old their last check-in is.
    pub hosts: Hosts,
    /// Operating systems, most hosts first.
    pub operating_systems: Vec<OperatingSystem<'a>>,
    /// The ten groups with the most hosts.
    pub groups: Vec<GroupOut<'a>>,
    /// How many other groups have hosts, and how many hosts that are.
    pub other_groups: OtherGroups,
    /// Who reported hosts last, most hosts first.
    pub reporters: Vec<ReporterOut<'a>>,
    /// What happened in the last 24 hours, but for check-ins that changed nothing.
    pub activity: Activity,
    /// The ten newest changes, but for check-ins that changed nothing.
    pub latest: Vec<ChangeOut<'a>>,
}

/// Hosts by the age of their last check-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hosts {
    /// All of them.
    pub total: i64,
    /// They report as they should.
    pub fresh: i64,
    /// They have missed a report.
    pub stale: i64,
    /// They will be culled.
    pub stale_warning: i64,
}

/// An operating system and on how many hosts it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct OperatingSystem<'a> {
    /// Its name; null when it is not known.
    pub name: Option<&'a str>,
    /// Its version; empty when the name says it.
    pub version: &'a str,
    /// How many hosts.
    pub hosts: i64,
}

/// A group and how many hosts of it the caller may see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewGroup)]
pub struct GroupOut<'a> {
    /// Its id; null for hosts that are in no group at all.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: &'a str,
    /// Whether it is the group of hosts without a group.
    pub ungrouped: bool,
    /// How many hosts.
    pub hosts: i64,
}

/// The groups that are not listed.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtherGroups {
    /// How many there are.
    pub groups: i64,
    /// How many hosts are in them.
    pub hosts: i64,
}

/// A reporter and how many hosts it was the last to report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReporterOut<'a> {
    /// Its name.
    pub reporter: &'a str,
    /// How many hosts.
    pub hosts: i64,
}

/// What happened, hour by hour.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    /// When the first hour began.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// How long each is.
    pub bin_seconds: i64,
    /// The hours, the oldest first; the last one is under way.
    pub bins: Vec<BinOut>,
}

/// What happened in one hour.
#[derive(Debug, Serialize, ToSchema)]
pub struct BinOut {
    /// New hosts.
    pub created: i64,
    /// Changes of hosts.
    pub updated: i64,
    /// Removed hosts.
    pub deleted: i64,
}

/// The fleet at a glance, or those of its hosts for which a question is true: then of hosts that are gone nothing is told.
#[utoipa::path(
    get,
    path = "/overview",
    operation_id = "overview",
    tag = "fleet",
    params(Selected),
    responses((status = 200, description = "The hosts that the caller may see", body = OverviewOut)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(selected): Query<Selected>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let overview = if selected.q.is_some() || selected.as_of.is_some() {
        Arc::new(app.fleet.overview_of_some(app.selected(scope, &selected).await?).await?)
    } else {
        app.overviews.get(&app.fleet, &scope).await?
    };
    Ok(json(StatusCode::OK, &OverviewOut::new(&overview, app.fleet.clock().now())))
}

impl<'a> OverviewOut<'a> {
    fn new(overview: &'a Overview, at: Timestamp) -> Self {
        let [fresh, stale, stale_warning] = overview.ages;
        let bin = |bin: &fleet::HourlyActivity| BinOut {
            created: bin.created,
            updated: bin.updated,
            deleted: bin.deleted,
        };
        Self {
            seq: overview.head.seq,
            at,
            hosts: Hosts { total: fresh + stale + stale_warning, fresh, stale, stale_warning },
            operating_systems: overview
                .systems
                .iter()
                .map(|os| OperatingSystem { name: os.name.as_deref(), version: &os.version, hosts: os.hosts })
                .collect(),
            groups: overview
                .groups
                .iter()
                .map(|group| GroupOut {
                    id: group.id.map(|id| id.0),
                    name: &group.name,
                    ungrouped: group.ungrouped,
                    hosts: group.hosts,
                })
                .collect(),
            other_groups: OtherGroups { groups: overview.other_groups.0, hosts: overview.other_groups.1 },
            reporters: overview
                .reporters
                .iter()
                .map(|(reporter, hosts)| ReporterOut { reporter, hosts: *hosts })
                .collect(),
            activity: Activity {
                from: overview.activity_from,
                bin_seconds: 3_600,
                bins: overview.activity.iter().map(bin).collect(),
            },
            latest: overview.latest.iter().map(ChangeOut::from).collect(),
        }
    }
}
