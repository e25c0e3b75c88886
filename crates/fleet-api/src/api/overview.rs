//! `GET /overview`: the fleet at a glance.

use std::sync::Arc;

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{GroupCount, HourlyActivity, Overview, OverviewThen, SystemCount};
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Query, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{
    App,
    change_out::{ChangeOut, shown},
    failure::Failure,
    selected::Selected,
};

/// The hosts that the caller may see and what happened to them lately. Culled hosts count nowhere but in the activity. With `as_of` it is
/// what there was then; how old check-ins were, and who sent them, is not known of the past.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewOut<'a> {
    /// The newest number of the log; as long as it stays, so does all this until a host gets older. Null with `as_of`.
    pub seq: Option<i64>,
    /// The moment that it is of.
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
    /// Who reported hosts last, most hosts first; nobody with `as_of`.
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
    /// They report as they should; null with `as_of`, as the next two are.
    pub fresh: Option<i64>,
    /// They have missed a report.
    pub stale: Option<i64>,
    /// They will be culled.
    pub stale_warning: Option<i64>,
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
    responses(
        (status = 200, description = "The hosts that the caller may see", body = OverviewOut),
        (status = 400, description = "The text is no question: where, and what would be right; or the log does not tell that of the past", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(selected): Query<Selected>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if let Some(at) = selected.as_of {
        let then = app.fleet.overview_as_of(&scope, selected.q.as_deref(), at).await?;
        return Ok(json(StatusCode::OK, &OverviewOut::then(&then, at)));
    }
    let overview = if selected.q.is_some() {
        Arc::new(app.fleet.overview_of_some(app.selected(scope, &selected).await?).await?)
    } else {
        app.overviews.get(&app.fleet, &scope).await?
    };
    Ok(json(StatusCode::OK, &OverviewOut::now(&overview, app.fleet.clock().now())))
}

impl<'a> OverviewOut<'a> {
    fn now(overview: &'a Overview, at: Timestamp) -> Self {
        let [fresh, stale, stale_warning] = overview.ages;
        let hosts = Hosts {
            total: fresh + stale + stale_warning,
            fresh: Some(fresh),
            stale: Some(stale),
            stale_warning: Some(stale_warning),
        };
        let reporters = overview.reporters.iter();
        Self {
            seq: Some(overview.head.seq),
            at,
            hosts,
            operating_systems: systems(&overview.systems),
            groups: groups(&overview.groups),
            other_groups: overview.other_groups.into(),
            reporters: reporters.map(|(reporter, hosts)| ReporterOut { reporter, hosts: *hosts }).collect(),
            activity: Activity::new(overview.activity_from, &overview.activity),
            latest: overview.latest.iter().map(ChangeOut::from).collect(),
        }
    }

    fn then(overview: &'a OverviewThen, at: Timestamp) -> Self {
        Self {
            seq: None,
            at,
            hosts: Hosts { total: overview.total, fresh: None, stale: None, stale_warning: None },
            operating_systems: systems(&overview.systems),
            groups: groups(&overview.groups),
            other_groups: overview.other_groups.into(),
            reporters: Vec::new(),
            activity: Activity::new(overview.activity_from, &overview.activity),
            latest: overview.latest.iter().map(ChangeOut::from).collect(),
        }
    }
}

fn systems(counts: &[SystemCount]) -> Vec<OperatingSystem<'_>> {
    let counts = counts.iter();
    counts
        .map(|os| OperatingSystem { name: os.name.as_deref(), version: &os.version, hosts: os.hosts })
        .collect()
}

fn groups(counts: &[GroupCount]) -> Vec<GroupOut<'_>> {
    let counts = counts.iter();
    counts
        .map(|group| GroupOut {
            id: group.id.map(|id| id.0),
            name: &group.name,
            ungrouped: group.ungrouped,
            hosts: group.hosts,
        })
        .collect()
}

impl From<(i64, i64)> for OtherGroups {
    fn from((groups, hosts): (i64, i64)) -> Self {
        Self { groups, hosts }
    }
}

impl Activity {
    fn new(from: Timestamp, bins: &[HourlyActivity]) -> Self {
        let bin = |bin: &HourlyActivity| BinOut {
            created: bin.created,
            updated: bin.updated,
            deleted: bin.deleted,
        };
        Self { from, bin_seconds: 3_600, bins: bins.iter().map(bin).collect() }
    }
}
