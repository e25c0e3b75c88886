//! `POST /tags` at the root: gives hosts further tags (contract inventory-http §19).

use std::collections::HashSet;

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::{EditOutcome, OwnedTag};
use ground::HostId;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::api::{
    App, body,
    caller::Caller,
    errors::{self, Failure},
};

/// Characters of a part of a tag.
const LONGEST: usize = 255;

/// What became of the hosts. Members stand in the order of their names.
#[derive(Debug, Serialize)]
struct Tagged<'a> {
    not_found_hosts: Vec<&'a str>,
    processed_hosts: usize,
    total_hosts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

/// Gives hosts further tags; what they have already is not doubled, and a host that is not there is named. An `updated` event
/// follows for each host that is different afterwards.
pub async fn handle(
    State(app): State<App>,
    caller: Result<Caller, Failure>,
    request: Request,
) -> Result<Response, Failure> {
    let nobody = Failure::Brief(StatusCode::UNAUTHORIZED, "No identity provided".to_owned());
    let caller = caller.map_err(|refused| match refused.brief() {
        Failure::Brief(StatusCode::UNAUTHORIZED, _) => nobody,
        other => other,
    })?;
    tag(&app, &caller, request).await.map_err(Failure::brief)
}

async fn tag(app: &App, caller: &Caller, request: Request) -> Result<Response, Failure> {
    let taken = body::take(request).await?;
    if taken.bytes().is_empty() {
        return Err(Failure::bad_request("No JSON data provided"));
    }
    let document = body::read_by(taken, body::nullable).await?;
    let scope = caller.hosts(app, Permission::HostsWrite).await?;

    let (tags, ids) = read(&document, app.limits.tags_at_once).map_err(Failure::bad_request)?;
    let asked = ids.iter().map(|id| host_id(id)).collect::<Result<Vec<_>, _>>();
    let asked = asked.map_err(Failure::bad_request)?;
    let mut found = HashSet::new();
    for some in asked.chunks(app.limits.tag_chunk.get()) {
        let tagged = app.fleet.add_tags(&scope, some, &tags, &caller.origin()).await?;
        let refused = |outcome| match outcome {
            EditOutcome::TooLarge { max } => {
                format!("The event of a host would have more than {max} bytes; nothing was changed")
            }
            _ => format!("A host has at most {} tags", fleet::Tags::MAX),
        };
        found.extend(tagged.map_err(|outcome| Failure::bad_request(refused(outcome)))?);
    }
    let mut named = HashSet::new();
    let lacking = ids.iter().zip(&asked).filter(|(_, host)| !found.contains(*host) && named.insert(**host));
    let not_found_hosts: Vec<&str> = lacking.map(|(id, _)| *id).collect();
    let warning = (!not_found_hosts.is_empty())
        .then(|| format!("Some hosts were not found: {}", not_found_hosts.join(", ")));
    let tagged = Tagged { not_found_hosts, processed_hosts: found.len(), total_hosts: ids.len(), warning };
    Ok(errors::json(StatusCode::OK, &tagged))
}

/// The tags that are whole, and the texts that are to be ids of hosts.
fn read(document: &Value, most: usize) -> Result<(Vec<OwnedTag>, Vec<&str>), String> {
    let members = match document {
        Value::Null => return Err("No JSON data provided".to_owned()),
        Value::Object(members) if members.is_empty() => return Err("No JSON data provided".to_owned()),
        Value::Array(items) if items.is_empty() => return Err("No JSON data provided".to_owned()),
        Value::Object(members) => members,
        _ => return Err("The body must be an object".to_owned()),
    };
    let list = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Err(format!("Missing required field: {name}")),
        Some(Value::Array(items)) if items.is_empty() => Err(format!("Missing required field: {name}")),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("{name} must be a list")),
    };
    let (tags, ids) = (list("tags")?, list("host_id_list")?);
    if tags.len() > most {
        return Err(format!("Too many tags provided. Maximum allowed is {most}"));
    }
    let mut whole = Vec::new();
    for tag in tags {
        let Value::Object(tag) = tag else { return Err("Each tag must be an object".to_owned()) };
        let part = |name: &str| tag.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (Some(namespace), Some(key), Some(value)) = (part("namespace"), part("key"), part("value"))
        else {
            continue;
        };
        for (name, text) in [("namespace", namespace), ("key", key), ("value", value)] {
            if text.chars().count() > LONGEST {
                return Err(format!("{name} is longer than {LONGEST} characters"));
            }
        }
        whole.push(OwnedTag {
            namespace: Some(namespace.to_owned()),
            key: key.to_owned(),
            value: Some(value.to_owned()),
        });
    }
    let ids = ids.iter().map(|id| id.as_str().ok_or("Each host id must be a text"));
    Ok((whole, ids.collect::<Result<_, _>>()?))
}

fn host_id(text: &str) -> Result<HostId, String> {
    Uuid::parse_str(text).map(HostId).map_err(|_| format!("{} is not a host id", legacy::repr(text)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(document: &Value) -> String {
        read(document, 10).unwrap_err()
    }

    #[test]
    fn what_is_missing_is_named() {
        for empty in [json!({}), json!([]), json!(null)] {
            assert_eq!(refused(&empty), "No JSON data provided");
        }
        let tag = json!({"namespace": "n", "key": "k", "value": "v"});
        assert_eq!(refused(&json!({"host_id_list": ["a"]})), "Missing required field: tags");
        assert_eq!(refused(&json!({"tags": [], "host_id_list": ["a"]})), "Missing required field: tags");
        assert_eq!(refused(&json!({"tags": [tag]})), "Missing required field: host_id_list");
        assert_eq!(
            refused(&json!({"tags": [tag], "host_id_list": []})),
            "Missing required field: host_id_list"
        );
        let many = vec![tag; 11];
        assert_eq!(
            refused(&json!({"tags": many, "host_id_list": ["a"]})),
            "Too many tags provided. Maximum allowed is 10"
        );
    }

    #[test]
    fn a_tag_that_lacks_a_part_is_passed_over_and_a_long_one_is_refused() {
        let tags = json!([{"namespace": "n", "key": "k"}, {"namespace": "n", "key": "k", "value": "v"}, {"key": "k", "value": "v"},
            {"namespace": "n", "key": "", "value": "v"}]);
        let document = json!({"tags": tags, "host_id_list": ["a"]});
        assert_eq!(read(&document, 10).unwrap().0.len(), 1);
        let long = json!([{"namespace": "n", "key": "k".repeat(256), "value": "v"}]);
        assert_eq!(
            refused(&json!({"tags": long, "host_id_list": ["a"]})),
            "key is longer than 255 characters"
        );
    }
}
