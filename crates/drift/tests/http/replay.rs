//! The recorded requests, asked with the siblings in this process and behind HTTP.
//!
//! `fixes-drift.json` names rules that may be as the original had them, or as the contract mends them. A fact that
//! differs is accepted where one of the rules that are named for its case is about it.

use serde_json::Value;
use servicekit::{
    Answer,
    replay::{Fix, Replay},
};
use testkit::scenarios::HttpCase;

use crate::siblings::{Inside, Siblings, app, client, outside};

#[tokio::test]
async fn recorded_requests_get_the_recorded_answers() {
    let siblings = Siblings::recorded();
    let inside = client(&app(Inside(siblings.clone())));
    replay().run(&inside, "in one process").await;
    let apart = client(&app(outside(siblings).await));
    replay().run(&apart, "over HTTP").await;
}

fn replay() -> Replay {
    let mut replay = Replay::load("drift")
        .accept(is_mended)
        .adjust(|case, recorded, ours| {
            // Of several missing ids the original tells in no order; of nested messages ours is unwrapped.
            for body in [&mut *recorded, &mut *ours] {
                if case.response.status == 404
                    && let Some(message) = body.get("message").and_then(Value::as_str)
                {
                    body["message"] = sorted(message).into();
                }
                if let Some(Value::Array(baselines)) = body.get_mut("baselines") {
                    baselines.sort_by_key(|baseline| baseline["id"].to_string());
                }
            }
        })
        .differences(include_str!("../differences.tsv"));
    // Management is not this crate's, and the document is our own.
    let is_ours = |path: &str| !path.starts_with("/mgmt") && !path.ends_with("/openapi.json");
    replay.cases.retain(|case| is_ours(&case.request.path));
    replay
}

fn sorted(message: &str) -> String {
    let mut words: Vec<&str> = message.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    words.retain(|word| !word.is_empty() && *word != "message");
    words.sort_unstable();
    words.join(" ")
}

/// Whether everything in which our answer differs follows from rules that the contract mends. Asked for each fix of a
/// case, and answered for all of them together.
fn is_mended(case: &HttpCase, fix: &Fix, answer: &Answer) -> bool {
    if fix.toggle.is_none() || answer.status != case.response.status {
        return false;
    }
    let rules = toggles(&case.id);
    match (&case.response.json, &case.response.text) {
        (Some(recorded), _) => facts_are_mended(recorded, &answer.json(), &rules),
        (None, Some(recorded)) => rows_are_mended(recorded, &answer.text),
        (None, None) => false,
    }
}

/// The rules that may be either way in a case.
fn toggles(case: &str) -> Vec<String> {
    let text = std::fs::read_to_string(testkit::scenarios::folder().join("fixes-drift.json")).unwrap();
    let fixes: Vec<Fix> = serde_json::from_str(&text).unwrap();
    let about = |fix: &&Fix| fix.cases.split_whitespace().any(|name| name == case);
    fixes.iter().filter(about).filter_map(|fix| fix.toggle.clone()).collect()
}

/// Facts by their full names.
fn flat(report: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for fact in report["facts"].as_array().into_iter().flatten() {
        let name = fact["name"].as_str().unwrap();
        match fact["comparisons"].as_array() {
            None => all.push((name.to_owned(), fact)),
            Some(nested) => {
                all.extend(
                    nested.iter().map(|one| (format!("{name}.{}", one["name"].as_str().unwrap()), one)),
                );
            }
        }
    }
    all
}

fn facts_are_mended(recorded: &Value, ours: &Value, rules: &[String]) -> bool {
    let has = |rule: &str| rules.iter().any(|one| one == rule);
    let (recorded_facts, our_facts) = (flat(recorded), flat(ours));
    // Without a short circuit all facts are there.
    let short = has("short") && our_facts.len() > recorded_facts.len();
    for (name, theirs) in &recorded_facts {
        let Some((_, mine)) = our_facts.iter().find(|(other, _)| other == name) else { return false };
        if theirs == mine || short {
            continue;
        }
        let text = theirs.to_string();
        let unique = name == "fqdn"
            || [".ipv4_addresses", ".ipv6_addresses", ".mac_address"].iter().any(|end| name.ends_with(end));
        let explained = (has("multi") && mine.get("multivalues").is_some() && text.contains("\"['"))
            || (has("join") && text.contains("\"value\":\"["))
            || (has("empty") && text.contains("\"value\":\"\""))
            || (has("tight") && name.contains("fqdn"))
            || ((has("count") || has("own") || has("dup")) && unique);
        if !explained {
            return false;
        }
    }
    (short || recorded_facts.len() == our_facts.len())
        && recorded["systems"] == ours["systems"]
        && recorded["historical_system_profiles"] == ours["historical_system_profiles"]
}

/// Rows of CSV are the same, but for values that are lists, and their states.
fn rows_are_mended(recorded: &str, ours: &str) -> bool {
    let (theirs, mine): (Vec<_>, Vec<_>) = (recorded.split("\r\n").collect(), ours.split("\r\n").collect());
    let name = |row: &str| row.split(',').next().unwrap_or_default().to_owned();
    theirs.len() == mine.len()
        && theirs.iter().zip(&mine).all(|(one, other)| {
            let group = !one.starts_with(' ') && one.ends_with(',');
            one == other
                || (name(one) == name(other) && (one.contains("['") || one.contains("_addresses") || group))
        })
}
