//! Requests that were recorded on the original, sent to ours, and the answers laid beside the recorded ones. What may
//! differ, and why, is in `differences.tsv`; an entry that no longer differs fails as well.
//!
//! `PLUMBLINE_SCENARIOS` names another folder with recorded answers, `PLUMBLINE_SCENARIOS_EXTRA` further files of
//! cases (with `:` between them). Whatever changes the record is sent last.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use axum::{Router, body::Body};
use fleet::{Origin, Scope};
use ground::{HostId, OrgId, Timestamp};
use http::Request;
use serde_json::{Value, json};
use support::{Answer, World, ask};
use testkit::{
    TestDatabase,
    compare::{Normaliser, compare},
    scenarios::{CaseKind, HttpCase, Ids, Phase, load_http_cases, load_ids, load_seeds},
};

/// The two hosts of the first group were written by one request, this one last. Ours writes them in the order of the request,
/// the original by chance, and pages end between them.
const WRITTEN_LAST: (&str, &str) = ("setup-groups-001", "h01");

/// Where an answer of ours differs from the recorded one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    case: String,
    /// `status`, `content-type`, or where in the body, without the numbers of list entries.
    at: String,
}

#[tokio::test]
async fn recorded_requests_get_the_recorded_answers() {
    let ids = load_ids("hbi").unwrap();
    let cases = cases();
    let listed = listed();
    let sent: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    let metrics = web::telemetry::init_metrics(&[], "test", "Unknown").unwrap();
    let management = web::management_routes("/", "Unknown", metrics, web::Health::default());
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let found = replay(&world, management.clone(), &cases, &ids).await;
        let places: BTreeSet<Place> = found.iter().map(|(place, _)| place.clone()).collect();

        let differing: BTreeSet<&str> = places.iter().map(|place| place.case.as_str()).collect();
        println!(
            "{}: {} of {} cases are answered alike",
            database.engine(),
            cases.len() - differing.len(),
            cases.len()
        );
        let unexpected: Vec<String> = found
            .iter()
            .filter(|(place, _)| !listed.contains(place))
            .map(|(place, what)| format!("{}\t{}\t{what}", place.case, place.at))
            .collect();
        let gone: Vec<_> = listed
            .iter()
            .filter(|place| sent.contains(place.case.as_str()) && !places.contains(place))
            .collect();
        assert!(
            unexpected.is_empty() && gone.is_empty(),
            "{}: {} places differ and are not in tests/differences.tsv:\n{}\n{} are listed there and do not differ: {gone:#?}",
            database.engine(),
            unexpected.len(),
            unexpected.join("\n"),
            gone.len(),
        );
    }
}

fn cases() -> Vec<HttpCase> {
    let mut cases = load_http_cases("hbi").unwrap();
    for path in std::env::var("PLUMBLINE_SCENARIOS_EXTRA")
        .unwrap_or_default()
        .split(':')
        .filter(|path| !path.is_empty())
    {
        let text = std::fs::read_to_string(path).unwrap();
        cases.extend(text.lines().map(|line| serde_json::from_str::<HttpCase>(line).unwrap()));
    }
    cases.sort_by_key(|case| case.phase == Phase::Mutate);
    cases
}

/// The places that may differ.
fn listed() -> BTreeSet<Place> {
    let place = |line: &str| {
        let mut columns = line.split('\t');
        let (case, at) = (columns.next().unwrap().to_owned(), columns.next().unwrap().to_owned());
        assert!(columns.next().is_some_and(|reason| !reason.is_empty()), "no reason is given: {line}");
        Place { case, at }
    };
    include_str!("differences.tsv").lines().filter(|line| !line.starts_with('#')).map(place).collect()
}

/// Loads the seeds, sends every case in order, and tells where answers differ.
async fn replay(world: &World, management: Router, cases: &[HttpCase], ids: &Ids) -> Vec<(Place, String)> {
    let mut normaliser = Normaliser::new(ids);
    let mut recorded = BTreeMap::new();
    for seed in load_seeds("hbi").unwrap().iter().filter(|seed| seed.kind == CaseKind::Seed) {
        let message = seed.message.as_ref().unwrap();
        let id = load(world, message, seed.age_hours, &ids.hosts[&seed.seed]).await;
        normaliser.learn(&seed.seed, &id.to_string());
        recorded.insert(id.to_string(), ids.hosts[&seed.seed].clone());
    }
    for seed in load_seeds("hbi").unwrap().iter().filter(|seed| seed.kind == CaseKind::AppData) {
        let message = normaliser.fill(&seed.message.as_ref().unwrap().to_string());
        world.take_in_app_data(seed.application.as_deref().unwrap(), &message).await;
    }
    let router = world.router().merge(management);
    let mut found = Vec::new();
    for case in cases {
        world.clock.set(world.clock.now().plus_seconds(1));
        let answer = send(&router, case, &normaliser).await;
        found.extend(differences(case, &answer, &recorded, &mut normaliser));
        if case.id == WRITTEN_LAST.0 {
            let id =
                serde_json::from_value(json!(normaliser.fill(&format!("{{{}}}", WRITTEN_LAST.1)))).unwrap();
            let later = Timestamp::from_micros(world.clock.now().micros() + 10);
            world.write_at(&OrgId::parse("golden-a").unwrap(), id, later).await;
        }
    }
    found
}

/// Loads a seed. A host without a name is named by its id, which is random: such a one is made anew until it sorts
/// among the other names as the recorded one did, a digit before and a letter behind the capitals.
async fn load(world: &World, message: &Value, age_hours: i64, recorded: &str) -> HostId {
    let is_digit = |id: &str| id.starts_with(|c: char| c.is_ascii_digit());
    loop {
        let stored = world.take_in(message, age_hours).await;
        let id = stored.id.to_string();
        if stored.host.display_name != id || is_digit(&id) == is_digit(recorded) {
            return stored.id;
        }
        let scope = Scope::of(stored.host.org.clone());
        world.fleet.delete(&scope, &[stored.id], &Origin::default()).await.unwrap();
    }
}

async fn send(router: &Router, case: &HttpCase, normaliser: &Normaliser) -> Answer {
    let request = &case.request;
    let mut builder =
        Request::builder().method(request.method.as_str()).uri(normaliser.fill(request.path_template()));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let body = request.body_template().map_or_else(Body::empty, |body| normaliser.fill(body).into());
    ask(router, builder.body(body).unwrap()).await
}

fn differences(
    case: &HttpCase,
    answer: &Answer,
    recorded_ids: &BTreeMap<String, String>,
    normaliser: &mut Normaliser,
) -> Vec<(Place, String)> {
    let recorded = &case.response;
    let mut found = Vec::new();
    let mut differ = |at: &str, expected: &dyn std::fmt::Display, got: &dyn std::fmt::Display| {
        let place = Place { case: case.id.clone(), at: at.to_owned() };
        found.push((place, format!("expected {expected}, got {got}")));
    };
    if recorded.status != answer.status {
        let got = format!("{} with {}", answer.status, answer.text);
        differ("status", &recorded.status, &got);
        return found;
    }
    let kind = recorded.content_type.as_deref().map(|kind| kind.split(';').next().unwrap_or(kind));
    let body = recorded.json.as_ref().or(recorded.text.as_ref().map(|_| &Value::Null));
    if body.is_some() && kind != answer.content_type.as_deref() {
        differ("content-type", &kind.unwrap_or("none"), &answer.content_type.as_deref().unwrap_or("none"));
    }
    let Some(expected) = &recorded.json else { return found };
    let mut actual = with_recorded_keys(answer.json(), recorded_ids);
    settle_ties(expected, &mut actual, recorded_ids);
    for difference in compare(expected, &actual, normaliser) {
        let show = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), Value::to_string);
        differ(&without_numbers(&difference.path), &show(&difference.expected), &show(&difference.actual));
    }
    // Of the texts of errors the first line is promised; the original adds a dump of its schema.
    if answer.status >= 400
        && let (Some(expected), Some(actual)) = (first_line(expected), first_line(&actual))
        && !compare(&json!(expected), &json!(actual), normaliser).is_empty()
    {
        differ("$.detail", &expected, &actual);
    }
    found
}

/// The answer with recorded ids of hosts for ours where they are the names of members.
fn with_recorded_keys(answer: Value, recorded_ids: &BTreeMap<String, String>) -> Value {
    match answer {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| {
                let name = recorded_ids.get(&name).cloned().unwrap_or(name);
                (name, with_recorded_keys(member, recorded_ids))
            })
            .collect(),
        other => other,
    }
}

/// Puts hosts that were written at the same moment into the recorded order: the original writes them one by one.
fn settle_ties(expected: &Value, actual: &mut Value, recorded_ids: &BTreeMap<String, String>) {
    let (Some(expected), Some(Value::Array(actual))) =
        (expected["results"].as_array(), actual.get_mut("results"))
    else {
        return;
    };
    let place = |host: &Value| {
        let id = recorded_ids.get(host["id"].as_str().unwrap_or_default());
        expected.iter().position(|other| other["id"].as_str() == id.map(String::as_str))
    };
    for tied in
        actual.chunk_by_mut(|one, other| one["updated"].is_string() && one["updated"] == other["updated"])
    {
        if tied.iter().all(|host| place(host).is_some()) {
            tied.sort_by_key(place);
        }
    }
    // Values of equal counts come in no order from the original.
    let place = |counted: &Value| expected.iter().position(|other| other == counted);
    let is_tied = |one: &Value, other: &Value| one.get("value").is_some() && one["count"] == other["count"];
    for tied in actual.chunk_by_mut(is_tied).filter(|tied| tied.iter().all(|one| place(one).is_some())) {
        tied.sort_by_key(place);
    }
}

fn first_line(error: &Value) -> Option<&str> {
    error.get("detail")?.as_str()?.lines().next()
}

/// `$.results[3].tags` as `$.results[].tags`.
fn without_numbers(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|&character| {
            inside = (inside || character == '[') && character != ']';
            !inside || character == '['
        })
        .collect()
}
