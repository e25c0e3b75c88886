//! Reports as their senders write them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use crate::ledger::{Ticket, insights_id};

/// The base path of the API.
pub const BASE: &str = "/api/inventory/v1";

/// The name of an organisation.
pub fn org_name(org: usize) -> String {
    format!("torture-{org}")
}

/// What stands in the log for request `number`.
pub fn request_id(number: u64) -> String {
    format!("torture-{number}")
}

/// The number of a request, from what stands in the log.
pub fn request_number(id: &str) -> Option<u64> {
    id.strip_prefix("torture-")?.parse().ok()
}

/// A caller of an organisation, as the identity header has it.
pub fn identity(org: usize) -> String {
    let user = json!({"username": "torture"});
    let identity = json!({"org_id": org_name(org), "type": "User", "auth_type": "basic-auth", "user": user});
    BASE64_STANDARD.encode(json!({"identity": identity}).to_string())
}

/// What a machine says of itself: the same for the same generation.
fn data(place: (usize, usize), generation: u32) -> Value {
    let (org, number) = place;
    // Three of many packages differ from generation to generation, as on machines that are updated.
    let packages: Vec<String> = (0..40u32)
        .map(|package| {
            let version = generation.saturating_sub(package % 13) / 13 + 1;
            format!("package-{package}-0:{version}.{}-1.el9.x86_64", number % 7)
        })
        .collect();
    json!({
        "org_id": org_name(org),
        "reporter": "puptoo",
        "display_name": format!("machine-{number:05}"),
        "fqdn": format!("machine-{number:05}.example.com"),
        "insights_id": insights_id(number).to_string(),
        "system_profile": {
            "arch": "x86_64",
            "number_of_cpus": generation,
            "operating_system": {"name": "RHEL", "major": 9, "minor": number % 8},
            "installed_packages": packages,
        },
    })
}

/// The document for `POST /hosts`.
pub fn document(place: (usize, usize), ticket: Ticket) -> Value {
    let mut document = data(place, ticket.generation);
    document["stale_timestamp"] = json!("2099-01-01T00:00:00+00:00");
    document["tags"] = json!([{"namespace": "torture", "key": "generation", "value": tag(ticket)}]);
    document
}

/// The envelope for a topic, or for a line of a file.
pub fn envelope(place: (usize, usize), ticket: Ticket) -> Value {
    let mut data = data(place, ticket.generation);
    data["tags"] = json!({"torture": {"generation": [tag(ticket)]}});
    json!({
        "operation": "add_host",
        "platform_metadata": {
            "request_id": request_id(ticket.request),
            "b64_identity": identity(place.0),
        },
        "data": data,
    })
}

fn tag(ticket: Ticket) -> String {
    (ticket.generation / 4).to_string()
}
