//! `POST /baselines`: makes a baseline from facts, a host or a historical profile (contract baselines §5.1).

use axum::{extract::State, response::Response};
use compare::Fact as Found;
use drift_common::{Caller, Failure, PeerError, Query, facts as of_record};
use http::{HeaderMap, Uri};
use serde_json::{Map, Value};
use uuid::Uuid;
use web::Body;

use crate::{
    api::{App, baseline_out::BaselineOut, caller, failure, ids, openapi::NewBaselineIn},
    rules::{
        facts::{self, Fact, FactValue},
        from_profile, name,
        schema::{Member, MemberType, Others, object},
    },
    store::{NewBaseline, Placed},
};

const MEMBERS: [Member; 4] = [
    ("display_name", MemberType::Sized(1, name::LONGEST), true),
    ("baseline_facts", MemberType::Facts, false),
    ("inventory_uuid", MemberType::Text, false),
    ("hsp_uuid", MemberType::Text, false),
];

/// Makes a baseline.
#[utoipa::path(
    post,
    path = "/baselines",
    operation_id = "create_baseline",
    tag = "baselines",
    request_body = NewBaselineIn,
    responses((status = 200, description = "The baseline", body = BaselineOut)),
)]
pub async fn handle(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let body = body.storable()?;
    let body = object(&body, &MEMBERS, Others::Refused)?;
    let caller = app.admit(&headers).await?;
    caller.require(caller::WRITE)?;
    let org = caller::org_to_write(&caller)?;
    let display_name = text(body, "display_name").unwrap_or_default();
    if app.baselines.has_name(&org, display_name).await? {
        return Err(Failure::bad_request(name::TAKEN));
    }
    name::check(display_name)?;
    let facts = source(&app, &caller, body).await?;
    let new = NewBaseline {
        account: caller.identity.account.clone(),
        display_name: display_name.to_owned(),
        facts,
        notifications_enabled: true,
    };
    match app.baselines.create(&org, Uuid::new_v4(), &new).await? {
        Placed::Stored(made) => failure::json(&BaselineOut::new(&made).with_facts(&made).with_count(0)),
        Placed::NameTaken => Err(Failure::bad_request(name::TAKEN)),
    }
}

fn text<'b>(body: &'b Map<String, Value>, name: &str) -> Option<&'b str> {
    body.get(name).and_then(Value::as_str)
}

/// The facts that the body names, in one way only.
async fn source(app: &App, caller: &Caller, body: &Map<String, Value>) -> Result<Vec<Fact>, Failure> {
    let (given, host, profile) =
        (body.get("baseline_facts"), text(body, "inventory_uuid"), text(body, "hsp_uuid"));
    match (given, host, profile) {
        (Some(_), Some(_), _) => {
            Err(Failure::bad_request("Both baseline facts and inventory id provided, can clone only one."))
        }
        (Some(_), _, Some(_)) => {
            Err(Failure::bad_request("Both baseline facts and hsp id provided, can clone only one."))
        }
        (None, Some(_), Some(_)) => {
            Err(Failure::bad_request("Both hsp id and system id provided, can clone only one."))
        }
        (Some(list), None, None) => Ok(facts::read(list)?),
        (None, Some(host), None) => of_host(app, caller, host).await,
        (None, None, Some(profile)) => of_profile(app, caller, profile).await,
        (None, None, None) => Ok(Vec::new()),
    }
}

async fn of_host(app: &App, caller: &Caller, text: &str) -> Result<Vec<Fact>, Failure> {
    let id = ids::one(text)?.to_string();
    let unknown = || Failure::not_found(format!("inventory UUID {text} not available"));
    let found = app.sources.systems(caller, std::slice::from_ref(&id)).await;
    let found = found.map_err(|error| refused(error, unknown))?;
    let system = found.first().filter(|system| !system.is_left_out()).ok_or_else(unknown)?;
    made(of_record::of_system(system))
}

async fn of_profile(app: &App, caller: &Caller, text: &str) -> Result<Vec<Fact>, Failure> {
    let id = ids::one(text)?.to_string();
    let unknown = || Failure::not_found(format!("hsp UUID {text} not available"));
    let found = app.sources.profiles(caller, std::slice::from_ref(&id)).await;
    let found = found.map_err(|error| refused(error, unknown))?;
    made(of_record::of_profile(&found.first().ok_or_else(unknown)?.system_profile))
}

fn refused(error: PeerError, unknown: impl Fn() -> Failure) -> Failure {
    match error {
        PeerError::NotReturned(_) => unknown(),
        other => failure::of_peer(other),
    }
}

/// The facts of a profile as those of a baseline; the rules hold for them too.
fn made(found: Vec<(String, Found)>) -> Result<Vec<Fact>, Failure> {
    let value = |found| match found {
        Found::Text(text) => FactValue::One(text),
        Found::List(items) => FactValue::Many(items),
    };
    let made = from_profile::facts(found.into_iter().map(|(name, found)| (name, value(found))));
    let list = serde_json::to_value(made).map_err(|error| Failure::internal(&error))?;
    Ok(facts::read(&list)?)
}
