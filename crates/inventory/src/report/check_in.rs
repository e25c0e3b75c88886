//! The facts that a check-in over HTTP names (contract inventory-http §13.4).

use fleet::CanonicalFacts;
use serde_json::Value;

use super::{canonical_facts, document::HostDocument, fields::Fields};

/// The facts in the body of a check-in, an object. They keep the rules of reports, but one that recognises nothing
/// will do; other members are ignored. The error is the map from fields to what is wrong with them.
pub fn facts(body: &Value) -> Result<CanonicalFacts, String> {
    let Some(document) = HostDocument::from_value(body) else {
        return Err("{'_schema': ['Invalid input type.']}".to_owned());
    };
    let mut fields = Fields::of(&document);
    let facts = canonical_facts::read(&mut fields, canonical_facts::Uuids::Dashed);
    canonical_facts::check_together(&mut fields, &facts);
    if fields.problems.is_empty() { Ok(facts) } else { Err(fields.problems.to_string()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_fact_will_do_and_others_are_ignored() {
        let facts = facts(&json!({"fqdn": "H.example.com", "reporter": 5, "bogus": null})).unwrap();
        assert_eq!(facts.fqdn.as_deref(), Some("h.example.com"));
    }

    #[test]
    fn facts_keep_the_rules_of_reports() {
        assert_eq!(
            facts(&json!({"provider_id": "i-1"})).unwrap_err(),
            "{'_schema': ['provider_type and provider_id are both required.']}"
        );
        assert_eq!(
            facts(&json!({"fqdn": ""})).unwrap_err(),
            "{'fqdn': ['Length must be between 1 and 255.']}"
        );
    }
}
