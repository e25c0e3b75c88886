//! `GET /comparability`: was it the code or the machine?

use access::Permission;
use axum::{extract::State, response::Response};
use compare::Difference;
use fleet::Change;
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Query, Reason, Value, json};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, RefOr, Schema},
};
use uuid::Uuid;

use crate::{
    api::{App, change_out::shown, failure::Failure},
    comparability::{Category, Differing, ranked},
    past::{self, DifferenceOut},
    pinned::Pinned,
};

/// Most results of one question.
const MOST: usize = 20;

/// Results with commas between them, in the order given; the others are held against the first.
#[derive(Debug, Clone)]
pub struct ResultIds(Vec<Uuid>);

impl Value for ResultIds {
    fn read(text: &str) -> Result<Self, Reason> {
        let mut ids = Vec::new();
        for id in text.split(',') {
            let id = Uuid::read(id)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if (1..=MOST).contains(&ids.len()) {
            Ok(Self(ids))
        } else {
            Err(Reason::Other(format!("name 1 to {MOST} results, with commas between them")))
        }
    }

    fn schema() -> RefOr<Schema> {
        let ids = ArrayBuilder::new().items(<Uuid as Value>::schema());
        ids.min_items(Some(1)).max_items(Some(MOST)).build().into()
    }
}

rest::parameters! {
    /// Which results are compared.
    pub struct Results in Query {
        /// The results, with commas between them; the others are held against the first.
        results: ResultIds,
    }
}

/// Which facts of the machines differ.
#[derive(Debug, Serialize, ToSchema)]
pub struct Comparability {
    /// The machines of the results, in the order asked for. The first is what the others are held against.
    pub results: Vec<Machine>,
    /// Results of which no machine is known, or none that the caller may see.
    pub unknown: Vec<Uuid>,
}

/// The machine of a result.
#[derive(Debug, Serialize, ToSchema)]
pub struct Machine {
    /// The result.
    pub result: Uuid,
    /// The host that it ran on.
    pub host_id: Uuid,
    /// The row of the log with the state of the host then.
    pub seq: i64,
    /// When that was written.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether nothing differs from the first that may make a program faster or slower.
    pub comparable: bool,
    /// What differs from the first, the likeliest explanation first.
    pub differences: Vec<Fact>,
}

/// A fact that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fact {
    /// What it is about.
    pub category: Category,
    /// `facts` (the small facts of the profile), `host` (facts by namespace), or the name of a list of the profile.
    pub section: &'static str,
    /// What differs: `before` is what the first has, `after` what this one has.
    #[serde(flatten)]
    #[schema(value_type = DifferenceOut)]
    pub difference: Difference,
}

impl From<Differing> for Fact {
    fn from(fact: Differing) -> Self {
        let Differing { category, section, difference, .. } = fact;
        Self { category, section, difference }
    }
}

/// Which facts of the machines that results ran on differ, at the moments that they ran. Who a machine is (names,
/// addresses, tags) is left out, and so are facts that change by themselves. Of a single result it is the host and the row of the log
/// that it is pinned to.
#[utoipa::path(
    get,
    path = "/comparability",
    operation_id = "comparability",
    tag = "hosts",
    params(Results),
    responses((status = 200, description = "What differs", body = Comparability)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(Results { results: ResultIds(asked) }): Query<Results>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let pinned = app.results.pinned(scope.org(), &asked).await?;
    let hosts: Vec<_> = pinned.iter().map(|pinned| pinned.host).collect();
    let reached = app.fleet.reached(&scope, &hosts).await?;
    let (mut states, mut unknown) = (Vec::new(), Vec::new());
    for id in asked {
        let of_caller = pinned.iter().find(|pinned| pinned.result == id && reached.contains(&pinned.host));
        let Some(pinned) = of_caller.copied() else {
            unknown.push(id);
            continue;
        };
        match app.fleet.at_seq(scope.org(), pinned.host, pinned.seq).await? {
            Some(state) => states.push((pinned, state)),
            None => unknown.push(id),
        }
    }
    let mut results: Vec<Machine> = Vec::new();
    for (pinned, state) in &states {
        let first = states.first().map_or(state, |(_, first)| first);
        let differences = past::differences(&app.fleet, scope.org(), first, state).await?;
        results.push(machine(*pinned, state, ranked(differences, app.fleet.volatile())));
    }
    Ok(json(StatusCode::OK, &Comparability { results, unknown }))
}

fn machine(pinned: Pinned, state: &Change, differences: Vec<Differing>) -> Machine {
    Machine {
        result: pinned.result,
        host_id: pinned.host.0,
        seq: pinned.seq,
        at: state.at,
        comparable: differences.is_empty(),
        differences: differences.into_iter().map(Fact::from).collect(),
    }
}
