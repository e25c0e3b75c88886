//! `POST /hosts/checkin`: a machine says that it is alive.

use std::collections::BTreeMap;

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::{Condition, Scope};
use http::StatusCode;
use legacy::repr;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;

use crate::{
    api::{
        App, body,
        caller::Caller,
        errors::{self, Exception, Failure},
        host_out::HostOut,
        host_page::raw,
        openapi::Problem,
        query::Query,
    },
    report::{
        check_in,
        literal::{literal, not_of_type},
    },
};

const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const UUIDS: [&str; 4] = ["insights_id", "subscription_manager_id", "satellite_id", "bios_uuid"];
const LISTS: [&str; 2] = ["ip_addresses", "mac_addresses"];
const TEXTS: [&str; 3] = ["fqdn", "provider_id", "provider_type"];
const MINUTES: std::ops::RangeInclusive<i64> = 1..=2_880;

/// The facts by which a machine is known; at least one. It is recognised as in a report.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CheckIn {
    /// Made by the client at registration.
    pub insights_id: Option<String>,
    /// Made by the subscription manager.
    pub subscription_manager_id: Option<String>,
    /// Of Satellite.
    pub satellite_id: Option<String>,
    /// Of the firmware.
    pub bios_uuid: Option<String>,
    /// All addresses.
    pub ip_addresses: Option<Vec<String>>,
    /// The full host name.
    pub fqdn: Option<String>,
    /// All hardware addresses; at least one.
    pub mac_addresses: Option<Vec<String>>,
    /// The cloud's name for the machine; only together with `provider_type`.
    pub provider_id: Option<String>,
    /// Which cloud.
    pub provider_type: Option<String>,
    /// Every how many minutes the machine does this, 1 to 2,880; not used.
    pub checkin_frequency: Option<i64>,
}

/// Notes that the host with these facts is alive. An `updated` event follows.
#[utoipa::path(
    post,
    path = "/hosts/checkin",
    operation_id = "api.host.host_checkin",
    tag = "hosts",
    request_body = CheckIn,
    responses(
        (status = 201, description = "The host, with its tags and its profile", body = HostOut),
        (status = 400, description = "A fact is wrong, or there is none", body = Exception),
        (status = 404, description = "No host has these facts", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(_): Query,
    request: Request,
) -> Result<Response, Failure> {
    let body = body::read(request).await?;
    declared(&body).map_err(Failure::bad_request)?;
    let scope = caller.groups_of_hosts(&app, Permission::HostsWrite).await?;

    let facts = check_in::facts(&body).map_err(|detail| Failure::exception("Validation Error", detail))?;
    // The machine's owner plays no part: one that registers again must find its host.
    let Some(host) = app.fleet.check_in(scope, &facts, &caller.origin()).await? else {
        return Err(Failure::problem(StatusCode::NOT_FOUND, "No hosts match the provided canonical facts."));
    };
    let query = app.ask(Scope::of(caller.org().clone())).await?.with(Condition::Ids(vec![host.id]));
    let profile = app.fleet.profiles(&query, None).await?.hosts.into_iter().next();
    let profile = raw(profile.map_or_else(|| "{}".to_owned(), |(_, profile)| for_old_readers(profile)))?;
    Ok(errors::json(StatusCode::CREATED, &HostOut::checked_in(&host, query.staleness, Some(&profile))))
}

/// Messages show `edge` as the type of a host in its profile, and an empty text for any other.
fn for_old_readers(profile: String) -> String {
    let Ok(mut members) = serde_json::from_str::<BTreeMap<&str, &RawValue>>(&profile) else {
        return profile;
    };
    let Some(kind) = members.get("host_type") else {
        return profile;
    };
    if kind.get() == r#""edge""# {
        return profile;
    }
    let Ok(empty) = serde_json::from_str::<&RawValue>(r#""""#) else {
        return profile;
    };
    members.insert("host_type", empty);
    serde_json::to_string(&members).unwrap_or_default()
}

/// Whether the body has the declared form; the error ends with where it has not.
fn declared(body: &Value) -> Result<(), String> {
    let Value::Object(members) = body else {
        return Err(not_of_type(body, "object"));
    };
    for name in UUIDS {
        uuid(members.get(name)).map_err(|problem| format!("{problem} - '{name}'"))?;
    }
    for name in LISTS {
        list(members.get(name), name)?;
    }
    for name in TEXTS {
        text(members.get(name)).map_err(|problem| format!("{problem} - '{name}'"))?;
    }
    frequency(members.get("checkin_frequency"))
        .map_err(|problem| format!("{problem} - 'checkin_frequency'"))?;
    if names_a_host(members) {
        Ok(())
    } else {
        Err(format!("{} is not valid under any of the given schemas", literal(body)))
    }
}

fn names_a_host(members: &Map<String, Value>) -> bool {
    let has = |name: &str| members.contains_key(name);
    UUIDS.into_iter().chain(LISTS).chain(["fqdn"]).any(has) || (has("provider_id") && has("provider_type"))
}

fn uuid(member: Option<&Value>) -> Result<(), String> {
    match member {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(text)) if is_uuid(text) => Ok(()),
        Some(Value::String(text)) => Err(format!("{} does not match '{UUID}'", repr(text))),
        Some(other) => Err(not_of_type(other, "string")),
    }
}

/// 36 characters, small letters, with hyphens.
fn is_uuid(text: &str) -> bool {
    let lower_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, n)| part.len() == n && lower_hex(part))
}

fn list(member: Option<&Value>, name: &str) -> Result<(), String> {
    let Some(member) = member else { return Ok(()) };
    let Value::Array(items) = member else {
        return Err(format!("{} - '{name}'", not_of_type(member, "array")));
    };
    for (at, item) in items.iter().enumerate() {
        text(Some(item)).map_err(|problem| format!("{problem} - '{name}.{at}'"))?;
    }
    Ok(())
}

fn text(member: Option<&Value>) -> Result<(), String> {
    match member {
        None | Some(Value::String(_)) => Ok(()),
        Some(other) => Err(not_of_type(other, "string")),
    }
}

fn frequency(member: Option<&Value>) -> Result<(), String> {
    let Some(member) = member else { return Ok(()) };
    let (least, most) = MINUTES.into_inner();
    match member {
        Value::Number(number) => match number.as_i64() {
            Some(minutes) if minutes < least => Err(format!("{minutes} is less than the minimum of {least}")),
            Some(minutes) if minutes > most => {
                Err(format!("{minutes} is greater than the maximum of {most}"))
            }
            Some(_) => Ok(()),
            None => Err(not_of_type(member, "integer")),
        },
        other => Err(not_of_type(other, "integer")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ID: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

    #[test]
    fn a_body_names_a_host_by_any_fact_or_by_both_of_the_provider() {
        for body in [
            json!({"insights_id": ID, "bogus": 1}),
            json!({"insights_id": null}),
            json!({"ip_addresses": []}),
            json!({"provider_id": "i", "provider_type": "aws", "checkin_frequency": 2880}),
        ] {
            assert_eq!(declared(&body), Ok(()), "{body}");
        }
        assert_eq!(declared(&json!({})).unwrap_err(), "{} is not valid under any of the given schemas");
        assert!(declared(&json!({"provider_id": "i", "checkin_frequency": 60})).is_err());
    }

    #[test]
    fn a_member_of_another_form_is_named() {
        let refused = |body: Value| declared(&body).unwrap_err();
        assert_eq!(refused(json!([])), "[] is not of type 'object'");
        assert_eq!(
            refused(json!({"insights_id": "bad"})),
            format!("'bad' does not match '{UUID}' - 'insights_id'")
        );
        assert!(declared(&json!({"bios_uuid": ID.to_uppercase()})).is_err());
        assert_eq!(refused(json!({"fqdn": null})), "None is not of type 'string' - 'fqdn'");
        assert_eq!(
            refused(json!({"mac_addresses": ["a", 1]})),
            "1 is not of type 'string' - 'mac_addresses.1'"
        );
        assert_eq!(
            refused(json!({"fqdn": "a", "checkin_frequency": 0})),
            "0 is less than the minimum of 1 - 'checkin_frequency'"
        );
        assert_eq!(
            refused(json!({"fqdn": "a", "checkin_frequency": 2881})),
            "2881 is greater than the maximum of 2880 - 'checkin_frequency'"
        );
        assert_eq!(
            refused(json!({"fqdn": "a", "checkin_frequency": "1"})),
            "'1' is not of type 'integer' - 'checkin_frequency'"
        );
    }

    #[test]
    fn old_readers_know_no_type_of_host_but_edge() {
        assert_eq!(for_old_readers(r#"{"arch":"x"}"#.to_owned()), r#"{"arch":"x"}"#);
        assert_eq!(for_old_readers(r#"{"host_type":"edge"}"#.to_owned()), r#"{"host_type":"edge"}"#);
        assert_eq!(
            for_old_readers(r#"{"host_type":"cluster","arch":"x"}"#.to_owned()),
            r#"{"arch":"x","host_type":""}"#
        );
    }

    proptest! {
        #[test]
        fn any_member_gets_an_answer(name in "insights_id|fqdn|ip_addresses|checkin_frequency", text in ".*") {
            let _ = declared(&json!({name: text}));
        }
    }
}
