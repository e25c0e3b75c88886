//! The facts by which a machine is recognised (contract inventory-events §3.1 to §3.3).

use fleet::CanonicalFacts;
use ground::placeholder;
use legacy::Json;
use unicode_casefold::UnicodeCaseFold;

use super::{
    document::HostDocument,
    fields::{BAD_VALUE, Fields, Null},
    forms::{is_ip, is_mac, is_satellite_id, loose_uuid, uuid},
    problem::WHOLE,
};

/// The clouds that may name a machine.
const PROVIDERS: [&str; 6] = ["alibaba", "aws", "azure", "discovery", "gcp", "ibm"];
/// What network cards without an address say.
const NO_MAC: &str = "00:00:00:00:00:00";

/// Which UUIDs are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uuids {
    /// With dashes.
    Dashed,
    /// With or without: the contract of 2020.
    Loose,
}

impl Uuids {
    /// The UUID in `text`.
    pub(super) fn read(self, text: &str) -> Option<uuid::Uuid> {
        match self {
            Self::Dashed => uuid(text),
            Self::Loose => loose_uuid(text),
        }
    }
}

/// The canonical facts of a document, case-folded. Problems are noted in `fields`, and then the facts mean nothing.
pub(super) fn read(fields: &mut Fields<'_>, uuids: Uuids) -> CanonicalFacts {
    let dashed = |text: &str| uuids.read(text).map(|id| id.hyphenated().to_string());
    // An id that says "unknown" recognises nobody, or all machines that send it would be one.
    let told = |id: &uuid::Uuid| !placeholder::uuid(id);
    CanonicalFacts {
        insights_id: insights_id(fields, uuids).filter(told),
        subscription_manager_id: fields
            .formed("subscription_manager_id", dashed)
            .filter(|id| uuid(id).as_ref().is_none_or(told)),
        satellite_id: fields.formed("satellite_id", |text| is_satellite_id(text).then(|| fold(text))),
        fqdn: fields.text("fqdn", 1..=255, Null::Allowed).map(fold),
        bios_uuid: fields.formed("bios_uuid", dashed),
        ip_addresses: fields.texts("ip_addresses", is_ip).unwrap_or_default().into_iter().map(fold).collect(),
        mac_addresses: mac_addresses(fields),
        provider_id: fields.text("provider_id", 1..=500, Null::Allowed).map(fold),
        provider_type: fields.text("provider_type", 1..=50, Null::Allowed).map(fold),
    }
}

/// Unlike the other UUIDs, one that is no text at all is called a bad value.
fn insights_id(fields: &mut Fields<'_>, uuids: Uuids) -> Option<uuid::Uuid> {
    let given = fields.given("insights_id", Null::Allowed)?;
    let id = given.as_text().and_then(|text| uuids.read(text));
    if id.is_none() {
        fields.problems.refuse("insights_id", BAD_VALUE);
    }
    id
}

fn mac_addresses(fields: &mut Fields<'_>) -> Vec<String> {
    let Some(addresses) = fields.texts("mac_addresses", is_mac) else { return Vec::new() };
    if addresses.is_empty() {
        fields.problems.refuse("mac_addresses", "Shorter than minimum length 1.");
    }
    addresses.into_iter().filter(|address| *address != NO_MAC).map(fold).collect()
}

/// The rules between fields. They are asked only when every field is good by itself.
pub(super) fn check_together(fields: &mut Fields<'_>, facts: &CanonicalFacts) {
    let version = fields.integer("canonical_facts_version", 0..=1);
    let is_virtual = fields.truth("is_virtual");
    if !fields.problems.is_empty() {
        return;
    }
    let has_provider_id = fields.document.get("provider_id").is_some();
    if version == Some(1)
        && let Err(problem) = check_version_1(facts, is_virtual, has_provider_id)
    {
        fields.problems.refuse(WHOLE, problem);
    }
    if let Err(problem) = check_provider(facts, fields.document) {
        fields.problems.refuse(WHOLE, problem);
    }
}

fn check_version_1(
    facts: &CanonicalFacts,
    is_virtual: Option<bool>,
    has_provider_id: bool,
) -> Result<(), &'static str> {
    let is_virtual = is_virtual.ok_or("is_virtual is required for canonical_facts_version > 0.")?;
    if facts.mac_addresses.is_empty() {
        return Err("mac_addresses is required for canonical_facts_version > 0.");
    }
    match (is_virtual, has_provider_id) {
        (true, false) => Err("provider_id and provider_type are required when is_virtual = True."),
        (false, true) => Err("provider_id is not allowed when is_virtual = False."),
        _ => Ok(()),
    }
}

fn check_provider(facts: &CanonicalFacts, document: &HostDocument) -> Result<(), String> {
    let (id, kind) = match (&facts.provider_id, &facts.provider_type) {
        (None, None) => return Ok(()),
        (Some(id), Some(kind)) => (id, kind),
        _ => return Err("provider_type and provider_id are both required.".to_owned()),
    };
    if !PROVIDERS.contains(&kind.as_str()) {
        let given = document.text("provider_type").unwrap_or(kind);
        return Err(format!(
            "Unknown Provider Type: \"{given}\".  Valid provider types are: {}.",
            PROVIDERS.join(", ")
        ));
    }
    if id.trim().is_empty() {
        return Err("Provider id can not be just blank, whitespaces or tabs".to_owned());
    }
    Ok(())
}

/// The sentence about facts that recognise nothing, if that is what they are (contract §3.6).
pub(super) fn recognises_nothing(facts: &CanonicalFacts) -> Option<&'static str> {
    if *facts == CanonicalFacts::default() {
        return Some("At least one of the canonical fact fields must be present.");
    }
    let recognises =
        facts.provider_id.is_some() || facts.subscription_manager_id.is_some() || facts.insights_id.is_some();
    (!recognises).then_some(
        "At least one of the ID fact fields must be present: \
         ('provider_id', 'subscription_manager_id', 'insights_id')",
    )
}

/// The canonical facts of a document that was refused, as far as they can be told: the value sent, case-folded;
/// null for what is absent or empty. Names in the order of the contract (inventory-events §10).
pub fn as_sent(document: &HostDocument) -> [(&'static str, Json); 9] {
    [
        "insights_id",
        "subscription_manager_id",
        "satellite_id",
        "bios_uuid",
        "ip_addresses",
        "fqdn",
        "mac_addresses",
        "provider_id",
        "provider_type",
    ]
    .map(|name| (name, document.get(name).filter(|fact| fact.is_something()).map_or(Json::Null, fold_all)))
}

fn fold_all(json: &Json) -> Json {
    match json {
        Json::Text(text) => Json::Text(fold(text)),
        Json::List(items) => Json::List(items.iter().map(fold_all).collect()),
        other => other.clone(),
    }
}

fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.case_fold().collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

    fn read_all(document: &Value) -> Result<CanonicalFacts, String> {
        let document = HostDocument::from_value(document).unwrap();
        let mut fields = Fields::of(&document);
        let facts = read(&mut fields, Uuids::Dashed);
        check_together(&mut fields, &facts);
        if fields.problems.is_empty() { Ok(facts) } else { Err(fields.problems.to_string()) }
    }

    fn whole(document: &Value) -> String {
        read_all(document).unwrap_err()
    }

    #[test]
    fn facts_are_case_folded() {
        let facts = read_all(&json!({
            "insights_id": ID.to_uppercase(), "fqdn": "Straße.EXAMPLE.com", "satellite_id": ID.to_uppercase(),
            "mac_addresses": ["AA:BB:CC:DD:EE:FF"], "provider_id": "I-1", "provider_type": "AWS",
            "ip_addresses": ["FE80::1"],
        }))
        .unwrap();
        assert_eq!(facts.insights_id.unwrap().to_string(), ID);
        assert_eq!(facts.fqdn.as_deref(), Some("strasse.example.com"));
        assert_eq!(facts.satellite_id.as_deref(), Some(ID));
        assert_eq!(facts.mac_addresses, ["aa:bb:cc:dd:ee:ff"]);
        assert_eq!(
            (facts.provider_id.as_deref(), facts.provider_type.as_deref()),
            (Some("i-1"), Some("aws"))
        );
        assert_eq!(facts.ip_addresses, ["fe80::1"]);
    }

    #[test]
    fn a_zero_mac_is_dropped() {
        let facts = read_all(&json!({"mac_addresses": [NO_MAC, "52:54:00:00:00:01", NO_MAC]})).unwrap();
        assert_eq!(facts.mac_addresses, ["52:54:00:00:00:01"]);
        assert_eq!(read_all(&json!({"mac_addresses": [NO_MAC]})).unwrap(), CanonicalFacts::default());
    }

    #[test]
    fn null_and_an_empty_list_of_addresses_are_absent() {
        let facts =
            read_all(&json!({"insights_id": null, "fqdn": null, "ip_addresses": [], "mac_addresses": null}));
        assert_eq!(facts.unwrap(), CanonicalFacts::default());
    }

    #[test]
    fn bad_facts_are_refused_each_with_its_sentence() {
        let refused = whole(&json!({
            "insights_id": 5, "subscription_manager_id": 5, "satellite_id": "123", "fqdn": "", "bios_uuid": "x",
            "ip_addresses": ["10.0.0"], "mac_addresses": [], "provider_id": "", "provider_type": 1,
        }));
        assert_eq!(
            refused,
            "{'insights_id': ['Invalid value.'], 'subscription_manager_id': ['Not a valid string.'], \
             'satellite_id': ['Invalid value.'], 'fqdn': ['Length must be between 1 and 255.'], \
             'bios_uuid': ['Invalid value.'], 'ip_addresses': {0: ['Invalid value.']}, \
             'mac_addresses': ['Shorter than minimum length 1.'], \
             'provider_id': ['Length must be between 1 and 500.'], 'provider_type': ['Not a valid string.']}"
        );
    }

    #[test]
    fn provider_id_and_type_go_together() {
        let both = "{'_schema': ['provider_type and provider_id are both required.']}";
        for half in [json!({"provider_id": "i-1"}), json!({"provider_type": "aws", "provider_id": null})] {
            assert_eq!(whole(&half), both);
        }
        assert_eq!(
            whole(&json!({"provider_id": "i-1", "provider_type": "Moon"})),
            "{'_schema': ['Unknown Provider Type: \"Moon\".  Valid provider types are: \
             alibaba, aws, azure, discovery, gcp, ibm.']}"
        );
        assert_eq!(
            whole(&json!({"provider_id": " \t", "provider_type": "aws"})),
            "{'_schema': ['Provider id can not be just blank, whitespaces or tabs']}"
        );
    }

    #[test]
    fn version_1_says_whether_the_machine_is_virtual() {
        let mac = json!(["52:54:00:00:00:01"]);
        let cases = [
            (
                json!({"canonical_facts_version": 1}),
                "is_virtual is required for canonical_facts_version > 0.",
            ),
            (
                json!({"canonical_facts_version": 1, "is_virtual": true, "mac_addresses": [NO_MAC]}),
                "mac_addresses is required for canonical_facts_version > 0.",
            ),
            (
                json!({"canonical_facts_version": 1, "is_virtual": true, "mac_addresses": mac}),
                "provider_id and provider_type are required when is_virtual = True.",
            ),
            (
                json!({"canonical_facts_version": 1, "is_virtual": false, "mac_addresses": mac, "provider_id": null}),
                "provider_id is not allowed when is_virtual = False.",
            ),
        ];
        for (document, sentence) in cases {
            assert_eq!(whole(&document), format!("{{'_schema': ['{sentence}']}}"));
        }
        assert!(
            read_all(&json!({"canonical_facts_version": 1, "is_virtual": false, "mac_addresses": mac}))
                .is_ok()
        );
    }

    #[test]
    fn a_machine_is_recognised_by_an_id() {
        assert_eq!(
            recognises_nothing(&CanonicalFacts::default()),
            Some("At least one of the canonical fact fields must be present.")
        );
        let by_name = CanonicalFacts { fqdn: Some("a".into()), ..CanonicalFacts::default() };
        assert!(recognises_nothing(&by_name).unwrap().starts_with("At least one of the ID fact fields"));
        let by_id = CanonicalFacts { subscription_manager_id: Some(ID.into()), ..CanonicalFacts::default() };
        assert_eq!(recognises_nothing(&by_id), None);
    }

    #[test]
    fn refused_facts_are_shown_as_sent_but_folded() {
        let document =
            HostDocument::from_value(&json!({"insights_id": "NOT", "mac_addresses": [], "fqdn": 3})).unwrap();
        let shown = as_sent(&document);
        assert_eq!(shown[0], ("insights_id", Json::Text("not".into())));
        assert_eq!(shown[5].1, Json::Number(3.into()));
        assert_eq!(shown[6], ("mac_addresses", Json::Null));
    }
}
