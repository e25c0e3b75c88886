//! A request to export hosts: a `CloudEvent` (contract inventory-events §16.1).

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// The sender and the application of events that are for us.
const SOURCE: &str = "urn:redhat:source:console:app:export-service";
const APPLICATION: &str = "urn:redhat:application:inventory";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRequest {
    /// The export that this is a part of.
    pub export: Uuid,
    /// This part.
    pub resource: Uuid,
    /// The application, as the request has it.
    pub application: String,
    /// The format, as the request has it.
    pub format: String,
    /// Who asks: the header `x-rh-identity`.
    pub identity: String,
}

impl ExportRequest {
    /// Where answers to it go; with `upload` or `error` behind it.
    pub fn path(&self) -> String {
        format!("/app/export/v1/{}/{}/{}/", self.export, self.application, self.resource)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "members that must be there and that nobody reads")]
struct CloudEvent {
    #[serde(rename = "$schema")]
    schema: Option<String>,
    id: Uuid,
    source: String,
    subject: String,
    specversion: String,
    #[serde(rename = "type")]
    kind: String,
    time: String,
    redhatorgid: String,
    dataschema: String,
    data: Data,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    resource_request: Resource,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "members that may be there and that nobody reads")]
struct Resource {
    application: String,
    export_request_uuid: Uuid,
    format: String,
    #[serde(rename = "resource")]
    what: String,
    uuid: Uuid,
    #[serde(rename = "x-rh-identity")]
    identity: String,
    filters: Option<Map<String, Value>>,
}

/// Reads a message of the topic; `None` of one that is for others.
pub fn read(payload: &[u8]) -> Result<Option<ExportRequest>, String> {
    let event: CloudEvent = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
    ground::Timestamp::parse(&event.time).map_err(|error| format!("time: {error}"))?;
    let asked = event.data.resource_request;
    if event.source != SOURCE || asked.application != APPLICATION {
        return Ok(None);
    }
    Ok(Some(ExportRequest {
        export: asked.export_request_uuid,
        resource: asked.uuid,
        application: asked.application,
        format: asked.format,
        identity: asked.identity,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

    fn event() -> Value {
        json!({
            "$schema": "x", "id": ID, "source": SOURCE, "subject": "s", "specversion": "1.0", "type": "t",
            "time": "2026-11-20T12:00:00Z", "redhatorgid": "o", "dataschema": "d",
            "data": {"resource_request": {"application": APPLICATION, "export_request_uuid": ID, "format": "json",
                "resource": "urn:redhat:application:inventory:export:systems", "uuid": ID, "x-rh-identity": "e30=", "filters": {"a": 1}}},
        })
    }

    fn of(event: &Value) -> Result<Option<ExportRequest>, String> {
        read(event.to_string().as_bytes())
    }

    #[test]
    fn a_request_names_where_its_answer_goes() {
        let request = of(&event()).unwrap().unwrap();
        assert_eq!(request.path(), format!("/app/export/v1/{ID}/{APPLICATION}/{ID}/"));
        assert_eq!((request.format.as_str(), request.identity.as_str()), ("json", "e30="));
    }

    #[test]
    fn what_is_for_others_is_passed_over_and_what_is_incomplete_refused() {
        let mut other = event();
        other["source"] = json!("x");
        assert_eq!(of(&other), Ok(None));
        let mut other = event();
        other["data"]["resource_request"]["application"] = json!("x");
        assert_eq!(of(&other), Ok(None));
        for name in
            ["id", "source", "subject", "specversion", "type", "time", "redhatorgid", "dataschema", "data"]
        {
            let mut less = event();
            less.as_object_mut().unwrap().remove(name);
            assert!(of(&less).is_err(), "{name}");
        }
        for name in ["application", "export_request_uuid", "format", "resource", "uuid", "x-rh-identity"] {
            let mut less = event();
            less["data"]["resource_request"].as_object_mut().unwrap().remove(name);
            assert!(of(&less).is_err(), "{name}");
        }
        let mut more = event();
        more["more"] = json!(1);
        assert!(of(&more).is_err());
        assert!(read(b"[]").is_err());
    }
}
