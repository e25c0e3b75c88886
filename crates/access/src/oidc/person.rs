//! Who a token stands for.

use ground::Timestamp;
use serde_json::{Map, Value};

/// Who a token stands for, and what is said of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The issuer.
    pub iss: String,
    /// The person at the issuer.
    pub sub: String,
    /// The e-mail address, when the token allows to see it.
    pub email: Option<String>,
    /// Whether the issuer has verified the address, when it says so.
    pub email_verified: Option<bool>,
    /// What the person is entitled to: what the claim of roles says, as a list or as one text.
    pub entitlements: Vec<String>,
    /// When the token ends, as far as it says.
    pub expires: Option<Timestamp>,
    /// All that is said.
    pub claims: Map<String, Value>,
}

impl Person {
    /// What names nobody else: the person at the issuer, and the issuer.
    pub fn id(&self) -> String {
        format!("{}@{}", self.sub, self.iss)
    }

    /// The person of these claims, which name a `sub`. `roles` is the claim of what they are entitled to.
    pub(super) fn new(iss: &str, claims: Map<String, Value>, roles: &str) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        Some(Self {
            iss: iss.to_owned(),
            sub: text("sub")?.to_owned(),
            email: text("email").map(str::to_owned),
            email_verified: claims.get("email_verified").and_then(truth),
            entitlements: claim(&claims, roles).map(texts).unwrap_or_default(),
            expires: claims.get("exp").and_then(seconds),
            claims,
        })
    }

    /// Whether the person has one of these entitlements, to the letter. Of none, nobody has one.
    pub fn has_any(&self, entitlements: &[String]) -> bool {
        self.entitlements.iter().any(|own| entitlements.contains(own))
    }

    /// What people call the person: name, e-mail address, or what the issuer calls them.
    pub fn name(&self) -> &str {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let named = text("name").or_else(|| text("preferred_username")).or(self.email.as_deref());
        named.unwrap_or(&self.sub)
    }

    /// Whether the claims lack what is usually asked of userinfo.
    pub(super) fn is_incomplete(claims: &Map<String, Value>, roles: &str) -> bool {
        !claims.contains_key("email") || claim(claims, roles).is_none()
    }
}

/// A claim by its name; dots lead into objects (`realm_access.roles`) where no claim has the whole name.
pub(super) fn claim<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    claim(claims.get(first)?.as_object()?, rest)
}

/// Some providers write truth values as text.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A list of texts, or one text; what is neither is none.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A point in time as claims have it.
pub(super) fn seconds(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))?;
    Some(Timestamp::from_micros(seconds.saturating_mul(1_000_000)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(claims: Value) -> Option<Person> {
        let Value::Object(claims) = claims else { panic!() };
        Person::new("https://op.example", claims, "eduperson_entitlement")
    }

    #[test]
    fn a_claim_may_stand_inside_another() {
        let claims = json!({"realm_access": {"roles": ["ops"]}, "https://x.org/roles": ["a"], "plain": 1});
        let claims = claims.as_object().unwrap();
        assert_eq!(claim(claims, "realm_access.roles"), Some(&json!(["ops"])));
        assert_eq!(claim(claims, "https://x.org/roles"), Some(&json!(["a"])));
        for none in ["realm_access.none", "plain.x", "none", ""] {
            assert_eq!(claim(claims, none), None, "{none}");
        }
    }

    #[test]
    fn entitlements_are_a_list_or_one_text_or_none() {
        let admins = vec!["admins".to_owned()];
        let has = |value: Value| {
            person(json!({"sub": "a", "eduperson_entitlement": value})).unwrap().has_any(&admins)
        };
        assert!(has(json!(["x", "admins"])));
        assert!(has(json!("admins")));
        for none in [json!(null), json!(["admins:x"]), json!(7), json!({"admins": 1}), json!([["admins"]])] {
            assert!(!has(none.clone()), "{none}");
        }
        let without = person(json!({"sub": "a"})).unwrap();
        assert!(!without.has_any(&admins));
        assert!(!person(json!({"sub": "a", "eduperson_entitlement": "admins"})).unwrap().has_any(&[]));
    }

    #[test]
    fn nobody_is_nobody() {
        for nobody in [json!({}), json!({"sub": ""}), json!({"sub": 1})] {
            assert_eq!(person(nobody), None);
        }
    }

    #[test]
    fn verified_may_be_a_text() {
        let verified =
            |value: Value| person(json!({"sub": "a", "email_verified": value})).unwrap().email_verified;
        assert_eq!(
            (verified(json!(true)), verified(json!("false")), verified(json!(1))),
            (Some(true), Some(false), None)
        );
    }
}
