//! `POST /results`

use ground::{HostId, Timestamp};
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use crate::{
    api::{App, answer, answer::Answer, call::Call, entries, refusal::Refusal, show},
    machines::{NotPinned, Pin},
    rules::{json::wire, values::places},
    store::{
        results::{self, NewResult},
        tags,
    },
};

/// Sends a result, which is listed at once. The body is the document. With `host_id` it is pinned to the machine that it ran
/// on, as that was when it ran.
pub async fn handle(app: App, call: Call) -> Answer {
    let user = call.caller()?.registered()?;
    let mut query = call.query()?;
    let (executed, benchmark, flavor) =
        (query.time("execution_datetime"), query.uuid("benchmark_id"), query.uuid("flavor_id"));
    let executed = query.required("execution_datetime", executed);
    let benchmark = query.required("benchmark_id", benchmark).unwrap_or_default();
    let flavor = query.required("flavor_id", flavor).unwrap_or_default();
    let wanted = each_once(query.uuids("tags_ids"));
    let host = query.uuid("host_id");
    entries::finish(query)?;
    let headers = call.headers().clone();
    let sent = call.body().await?.document()?;

    let zone = executed.and_then(|given| given.offset.map(|offset| given.clock.plus_seconds(-offset)));
    let executed = zone.ok_or_else(|| Refusal::unprocessable("Execution date must include timezone"))?;
    let now = app.clock.now();
    if executed > now {
        return Err(Refusal::unprocessable("Execution date cannot be in future"));
    }
    let unknown = |kind: &str, id: Uuid| Refusal::not_found(format_args!("{kind} {id} not in database"));
    let unapproved = |kind: &str, id: Uuid| Refusal::unprocessable(format_args!("{kind} {id} not approved"));
    let (schema, approved) =
        results::schema(&app.db, benchmark).await?.ok_or_else(|| unknown("Benchmark", benchmark))?;
    if !approved {
        return Err(unapproved("Benchmark", benchmark));
    }
    let (site, approved) = results::place(&app.db, flavor).await?.ok_or_else(|| unknown("Flavor", flavor))?;
    if !approved {
        return Err(unapproved("Flavor", flavor));
    }
    let (document, places) = (wire(&sent.value), places(&sent.value));
    if let Some(tag) = tags::unknown(&app.db, &wanted).await? {
        return Err(unknown("Tag", tag));
    }
    let outcome = app.schemas.validate(schema, sent.value, sent.text).await;
    let outcome = outcome.ok_or_else(|| Refusal::plain(StatusCode::INTERNAL_SERVER_ERROR))?;
    outcome.map_err(|complaint| Refusal::complaint(&complaint))?;

    let pin = match host {
        Some(host) => Some(pin(&app, &headers, host, executed).await?),
        None => None,
    };
    let mut tx = app.db.begin().await?;
    let id = Uuid::new_v4();
    let new = NewResult {
        id,
        benchmark,
        site,
        flavor,
        document: &document,
        places: &places,
        executed,
        uploaded: now,
        tags: &wanted,
        host: pin.as_ref(),
    };
    let added = results::add(&mut tx, &new, &user).await;
    added.map_err(|error| Refusal::or_conflict(error, || unknown("Benchmark", benchmark)))?;
    tx.commit().await?;
    let result = results::get(&app.db, id).await?.ok_or_else(|| Refusal::missing("Result", id))?;
    Ok(answer::line(StatusCode::CREATED, show::result(&result)))
}

/// The machine that a result ran on, as it was then.
async fn pin(app: &App, headers: &HeaderMap, host: Uuid, executed: Timestamp) -> Result<Pin, Refusal> {
    let found = app.machines.at(headers, HostId(host), executed).await;
    found.map_err(|refused| match refused {
        NotPinned::Unknown => Refusal::unprocessable(format_args!("Host {host}: {refused}")),
        NotPinned::Unavailable => Refusal::plain(StatusCode::SERVICE_UNAVAILABLE),
    })
}

/// The same ids in the same order, each once.
pub fn each_once(ids: Vec<Uuid>) -> Vec<Uuid> {
    let mut seen = std::collections::HashSet::new();
    ids.into_iter().filter(|id| seen.insert(*id)).collect()
}
