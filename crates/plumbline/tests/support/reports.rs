//! Reports as collectors send them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

/// The base path of the API.
pub const BASE: &str = "/api/inventory/v1";
/// The older base path.
pub const LEGACY: &str = "/r/insights/platform/inventory/v1";
/// The organisation of local mode.
pub const ORG: &str = "local";

/// A caller of this organisation, as the identity header has it.
pub fn b64_identity(org: &str) -> String {
    let user = json!({"username": "tuser"});
    let identity = json!({"org_id": org, "type": "User", "auth_type": "basic-auth", "user": user});
    BASE64_STANDARD.encode(json!({"identity": identity}).to_string())
}

/// The envelope of a report of host `number` of local mode's organisation; its name is `host-NUMBER`.
pub fn report(number: usize) -> Value {
    report_of(ORG, number)
}

/// The envelope of a report of host `number` of an organisation.
pub fn report_of(org: &str, number: usize) -> Value {
    json!({
        "operation": "add_host",
        "platform_metadata": {
            "request_id": format!("request-{number}"),
            "b64_identity": b64_identity(org),
        },
        "data": {
            "org_id": org,
            "reporter": "puptoo",
            "display_name": format!("host-{number:05}"),
            "fqdn": format!("host-{number:05}.example.com"),
            "insights_id": format!("a94301c8-ae4a-4ca3-98b3-{number:012x}"),
            "system_profile": {
                "arch": "x86_64",
                "number_of_cpus": number % 64,
                "operating_system": {"name": "RHEL", "major": 9, "minor": number % 8},
                "installed_packages": ["bash-0:5.1.8-6.el9.x86_64", format!("own-0:{number}-1.el9.noarch")],
            },
        },
    })
}

/// A file of envelopes, one a line.
pub fn lines<'a>(envelopes: impl IntoIterator<Item = &'a Value>) -> String {
    envelopes.into_iter().fold(String::new(), |text, envelope| text + &envelope.to_string() + "\n")
}

/// Reports of some 20 KB: they do not fit into what a database keeps for small writes.
pub fn large_reports(numbers: std::ops::Range<usize>) -> Vec<Value> {
    let mut dice = super::Dice::new(5);
    let mut word = || format!("package-{:x}{:x}-0:1-1.noarch", dice.below(u64::MAX), dice.below(u64::MAX));
    numbers
        .map(|number| {
            let mut report = report(number);
            let packages: Vec<String> = (0..500).map(|_| word()).collect();
            report["data"]["system_profile"]["installed_packages"] = json!(packages);
            report
        })
        .collect()
}
