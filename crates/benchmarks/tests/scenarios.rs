//! Requests that were recorded on the original, sent to ours on both engines, and the answers laid beside the recorded
//! ones. Where a fault of the original is mended, `fixes-eosc.json` beside the recording says what is accepted;
//! `differences.tsv` lists the rest with reasons, and an entry that no longer differs fails as well.
//!
//! `PLUMBLINE_SCENARIOS` names another folder with recorded answers, `PLUMBLINE_SCENARIOS_EXTRA` further files of cases
//! (with `:` between them).

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Body, http::Request};
use serde::Deserialize;
use serde_json::Value;
use support::{Answer, BASE, World};
use testkit::{
    TestDatabase,
    compare::{Normaliser, compare},
    scenarios::{self, HttpCase, Ids},
};

/// The issuer in the recording.
const RECORDED_ISSUER: &str = "https://op.golden.example.com";

#[derive(Deserialize)]
struct EoscIds {
    ids: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Fix {
    #[serde(default)]
    status: Vec<u16>,
    cases: String,
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let text = std::fs::read_to_string(scenarios::folder().join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn cases() -> Vec<HttpCase> {
    let mut cases = scenarios::load_http_cases("eosc").unwrap();
    for path in std::env::var("PLUMBLINE_SCENARIOS_EXTRA")
        .unwrap_or_default()
        .split(':')
        .filter(|path| !path.is_empty())
    {
        let text = std::fs::read_to_string(path).unwrap();
        cases.extend(text.lines().map(|line| serde_json::from_str::<HttpCase>(line).unwrap()));
    }
    cases.sort_by_key(|case| (case.phase, case.seq));
    cases
}

#[tokio::test]
async fn recorded_requests_get_the_recorded_answers() {
    let ids: EoscIds = read("ids-eosc.json");
    let fixes: Vec<Fix> = read("fixes-eosc.json");
    let listed: BTreeMap<&str, &str> = include_str!("differences.tsv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_once('\t').expect("case and reason"))
        .collect();
    let cases = cases();
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let mut normaliser = Normaliser::new(&Ids { hosts: ids.ids.clone(), ..Ids::default() });
        for list in ["$.items[].tags", "$.tags"] {
            normaliser = normaliser.with_set(list);
        }
        let mut differing = BTreeMap::new();
        for case in &cases {
            world.clock.set(world.clock.now().plus_seconds(1));
            let answer = send(&world, case, &normaliser).await;
            let accepted = fixes.iter().any(|fix| {
                fix.status.contains(&answer.status) && fix.cases.split(' ').any(|id| id == case.id)
            });
            if let Some(difference) =
                differences(&world, case, &answer, &mut normaliser).filter(|_| !accepted)
            {
                differing.insert(case.id.as_str(), difference);
            }
        }
        let alike = cases.len() - differing.len();
        println!("{}: {alike} of {} cases are answered alike", database.engine(), cases.len());
        let unexpected: Vec<String> = differing
            .iter()
            .filter(|(id, _)| !listed.contains_key(*id))
            .map(|(id, difference)| format!("{id}\t{difference}"))
            .collect();
        let sent: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        let gone: Vec<_> =
            listed.keys().filter(|id| sent.contains(*id) && !differing.contains_key(*id)).collect();
        assert!(
            unexpected.is_empty() && gone.is_empty(),
            "{}: {} cases differ:\n{}\nlisted and alike: {gone:?}",
            database.engine(),
            unexpected.len(),
            unexpected.join("\n"),
        );
    }
}

async fn send(world: &World, case: &HttpCase, normaliser: &Normaliser) -> Answer {
    let request = &case.request;
    let path = normaliser.fill(request.path_template());
    // Ids also stand in paths in capitals.
    let path = if path == request.path { recorded_ids(&path, normaliser) } else { path };
    let mut builder = Request::builder().method(request.method.as_str()).uri(format!("{BASE}{path}"));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let body = request.body_template().map_or_else(Body::empty, |body| normaliser.fill(body).into());
    world.send(builder.body(body).unwrap()).await
}

/// A path with our ids for recorded ones that stand in it as they are, in capitals too.
fn recorded_ids(path: &str, normaliser: &Normaliser) -> String {
    let ids: EoscIds = read("ids-eosc.json");
    ids.ids.iter().fold(path.to_owned(), |path, (name, id)| {
        let ours = normaliser.fill(&format!("{{{name}}}"));
        path.replace(id.as_str(), &ours).replace(&id.to_uppercase(), &ours.to_uppercase())
    })
}

/// How an answer differs from the recorded one.
fn differences(
    world: &World,
    case: &HttpCase,
    answer: &Answer,
    normaliser: &mut Normaliser,
) -> Option<String> {
    let recorded = &case.response;
    if recorded.status != answer.status {
        return Some(format!(
            "status: expected {}, got {} with {}",
            recorded.status, answer.status, answer.text
        ));
    }
    let kind = answer.headers.get("content-type").map(|kind| kind.to_str().unwrap());
    if recorded.content_type.as_deref() != kind {
        return Some(format!("content type: expected {:?}, got {kind:?}", recorded.content_type));
    }
    let Some(expected) = recorded.json.as_ref().filter(|json| !json.is_null()) else {
        return (!answer.text.is_empty()).then(|| format!("expected nothing, got {}", answer.text));
    };
    let expected = expected.to_string().replace(RECORDED_ISSUER, &world.issuer);
    let mut expected = serde_json::from_str::<Value>(&expected).unwrap();
    let mut actual = answer.json();
    if ordered_by_chance(case) {
        let keys = |page: &Value| {
            page["items"].as_array().unwrap().iter().map(|item| sort_key(case, item)).collect()
        };
        let (wanted, got): (Vec<Value>, Vec<Value>) = (keys(&expected), keys(&actual));
        if wanted != got {
            return Some(format!("order: expected {wanted:?}, got {got:?}"));
        }
        // Among equal keys only which items there are can be compared.
        for page in [&mut expected, &mut actual] {
            let items = page["items"].as_array_mut().unwrap();
            items.sort_by_key(|item| {
                item["name"].to_string() + &item["json"].to_string() + &item["email"].to_string()
            });
        }
    }
    let found = compare(&expected, &actual, normaliser);
    (!found.is_empty()).then(|| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// The field that a list is sorted by.
fn sorted_by(case: &HttpCase) -> Option<&str> {
    let (_, field) = case.request.path.split_once("sort_by=")?;
    let field = field.split('&').next()?;
    field.strip_prefix("%2B").or_else(|| field.strip_prefix('-'))
}

/// Whether the order of a list is that of ids, which are made up, or leaves what is equal to chance.
fn ordered_by_chance(case: &HttpCase) -> bool {
    const WITH_EQUALS: [&str; 8] = [
        "id",
        "benchmark_id",
        "site_id",
        "flavor_id",
        "benchmark_name",
        "site_name",
        "flavor_name",
        "site_address",
    ];
    let by_chance = match sorted_by(case) {
        Some(field) => WITH_EQUALS.contains(&field) || field.starts_with("json"),
        None => case.request.path.contains(":search") || case.request.path.ends_with("sort_by="),
    };
    case.response.status == 200 && by_chance
}

/// What an item is sorted by, where that is no id.
fn sort_key(case: &HttpCase, item: &Value) -> Value {
    match sorted_by(case).unwrap_or_default() {
        "benchmark_name" => {
            format!("{}:{}", item["benchmark"]["docker_image"], item["benchmark"]["docker_tag"]).into()
        }
        "site_name" => item["site"]["name"].clone(),
        "site_address" => item["site"]["address"].clone(),
        "flavor_name" => item["flavor"]["name"].clone(),
        field if field.starts_with("json") => {
            item.pointer(&format!("/{}", field.replace('.', "/"))).cloned().unwrap_or_default()
        }
        _ => Value::Null,
    }
}
