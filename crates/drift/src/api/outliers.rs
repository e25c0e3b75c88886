//! `GET /api/fleet/v1/outliers`: the odd ones among many hosts, and what sets them apart.

use axum::{extract::State, response::Response};
use compare::outliers::{Machine, Odd, Outliers, find};
use drift_common::{Failure, Query};
use ground::Timestamp;
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use utoipa::ToSchema;

use super::{App, gather};
use crate::{
    Machine as Found,
    machines::{NotMatched, Which},
};

/// More hosts are not compared at once.
const MOST_HOSTS: i64 = 20_000;
/// So many members of a cluster are named.
const NAMED: usize = 5;

/// Hosts that are alike, and the odd ones among them.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutliersOut<'a> {
    /// How many hosts were compared.
    pub hosts: usize,
    /// Hosts that are alike, the largest cluster first.
    pub clusters: Vec<ClusterOut<'a>>,
    /// The odd ones, the oddest first.
    pub outliers: Vec<OutlierOut<'a>>,
}

/// Hosts that are alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterOut<'a> {
    /// How many.
    pub hosts: usize,
    /// Some of them.
    pub examples: Vec<HostName<'a>>,
}

/// A host by its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OddHostName)]
pub struct HostName<'a> {
    /// Its id.
    pub id: &'a str,
    /// The name that people see.
    pub display_name: &'a str,
}

/// A host that is odd among those that it is most like.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlierOut<'a> {
    /// Its id.
    pub id: &'a str,
    /// The name that people see.
    pub display_name: &'a str,
    /// Its place in `clusters`.
    pub cluster: usize,
    /// How odd it is: bits, of which a fact that one in a hundred hosts shares counts some seven.
    pub score: f64,
    /// What sets it apart, the most telling first.
    pub facts: Vec<ApartOut<'a>>,
}

/// A fact that sets a host apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApartOut<'a> {
    /// Its name, with dots.
    pub name: &'a str,
    /// What this host says; null when it has no such fact.
    pub value: Option<String>,
    /// What most others say; null when most have no such fact.
    pub usual: Option<String>,
    /// How many hosts of the cluster say the same as this one, itself included.
    pub same: usize,
}

/// The odd ones among the hosts that match, and what sets them apart. Hosts that are alike form clusters; a host is odd by
/// facts that few others of its cluster share. Addresses, names, boot times and volatile facts (setting
/// `inventory.volatile_facts`) count nothing.
#[utoipa::path(
    get,
    path = "/outliers",
    operation_id = "outliers",
    tag = "outliers",
    params(
        ("name" = Option<String>, Query, description = "Only hosts whose name has this in it"),
        ("group_name" = Option<Vec<String>>, Query, description = "Only hosts of these groups"),
        ("q" = Option<String>, Query, description = "Only hosts for which this is true: `os:\"RHEL 9\" and tag:env=prod`"),
        ("as_of" = Option<String>, Query, format = DateTime, description = "As the hosts were then. `q` may then ask for names, groups, tags, ids and single facts"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1_000, description = "So many odd hosts at the most, 20 by default"),
        ("facts" = Option<i64>, Query, minimum = 1, maximum = 100, description = "So many facts of each, 10 by default"),
    ),
    responses(
        (status = 200, description = "Hosts that are alike, and the odd ones", body = OutliersOut),
        (status = 404, description = "The hosts are another inventory's"),
    ),
)]
pub async fn handle(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Failure> {
    let asked = Query::read(uri.query(), &["name", "group_name", "q", "as_of", "limit", "facts"])?;
    let most = asked.whole("limit", 1, Some(1_000))?.unwrap_or(20) as usize;
    let facts = asked.whole("facts", 1, Some(100))?.unwrap_or(10) as usize;
    let caller = super::caller(&app, &headers).await?;

    let Some(machines) = &app.machines else {
        return Err(Failure::not_found(
            "the hosts are another inventory's: only those of this program are compared so",
        ));
    };
    let groups: Vec<String> = asked.all("group_name").map(str::to_owned).collect();
    let as_of = asked.last("as_of").map(Timestamp::parse).transpose();
    let as_of = as_of.map_err(|why| Failure::bad_request(format!("as_of: {why}")))?;
    let which = Which { name: asked.last("name"), groups, question: asked.last("q"), as_of };
    let hosts = machines.matching(&caller, which, MOST_HOSTS + 1).await.map_err(|why| match why {
        NotMatched::Refused(why) => Failure::bad_request(why),
        NotMatched::Failed(error) => gather::failure(std::iter::once(error)),
    })?;
    if hosts.len() as i64 > MOST_HOSTS {
        let message =
            format!("more than {MOST_HOSTS} hosts match: name fewer with `name`, `group_name` or `q`");
        return Err(Failure::bad_request(message));
    }
    let volatile = machines.volatile().clone();
    // Work that takes its time: not on a thread that answers others meanwhile.
    let found = tokio::task::spawn_blocking(move || {
        let machines: Vec<Machine<'_>> = hosts
            .iter()
            .map(|host| Machine { parts: host.parts.iter().map(|part| &**part).collect() })
            .collect();
        let found = find(&machines, |name| volatile.contains(name), most, facts);
        rest::json(StatusCode::OK, &OutliersOut::new(&hosts, &found))
    });
    found.await.map_err(|error| Failure::internal(&error))
}

impl<'a> OutliersOut<'a> {
    fn new(hosts: &'a [Found], found: &'a Outliers<'a>) -> Self {
        let name = |at: &usize| HostName { id: &hosts[*at].id, display_name: &hosts[*at].name };
        let clusters = found.clusters.iter().map(|cluster| ClusterOut {
            hosts: cluster.members.len(),
            examples: cluster.members.iter().take(NAMED).map(name).collect(),
        });
        let odd = |odd: &'a Odd<'a>| OutlierOut {
            id: &hosts[odd.machine].id,
            display_name: &hosts[odd.machine].name,
            cluster: odd.cluster,
            score: (odd.bits * 100.0).round() / 100.0,
            facts: odd
                .facts
                .iter()
                .map(|fact| ApartOut {
                    name: fact.name,
                    value: fact.value.map(ToString::to_string),
                    usual: fact.usual.map(ToString::to_string),
                    same: fact.same,
                })
                .collect(),
        };
        Self {
            hosts: hosts.len(),
            clusters: clusters.collect(),
            outliers: found.odd.iter().map(odd).collect(),
        }
    }
}
