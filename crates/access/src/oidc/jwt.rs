//! JSON Web Tokens: what they say, and whether it is true.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ground::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, errors::ErrorKind};
use serde_json::{Map, Value};

use super::{Unauthenticated, person::seconds};

/// Clocks of issuers may differ from ours by so many seconds.
const LEEWAY: i64 = 60;

/// A token whose signature nobody has looked at.
#[derive(Debug)]
pub(super) struct Unverified {
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Unverified {
    /// Reads a token; one that is no JWT is none.
    pub(super) fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (header, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
        let object = |part: &str| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        if parts.next().is_some() {
            return None;
        }
        Some(Self { header: object(header)?, claims: object(claims)? })
    }

    /// Who says to have made it.
    pub(super) fn issuer(&self) -> Result<&str, Unauthenticated> {
        let issuer = self.claims.get("iss").and_then(Value::as_str).filter(|issuer| !issuer.is_empty());
        issuer.ok_or_else(|| unverified("No 'iss' claim in body"))
    }

    /// The key that it says to be signed with.
    pub(super) fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// How it is signed. `none` and shared secrets are no signatures, and what the header calls critical is not known
    /// here.
    pub(super) fn algorithm(&self) -> Result<Algorithm, Unauthenticated> {
        if self.header.contains_key("crit") {
            return Err(unverified("Unsupported critical extension"));
        }
        let name = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        let algorithm = name
            .parse::<Algorithm>()
            .ok()
            .filter(|algorithm| !matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512));
        algorithm.ok_or_else(|| unverified("The specified alg value is not allowed"))
    }
}

pub(super) fn unverified(reason: &str) -> Unauthenticated {
    Unauthenticated::Unverified(reason.to_owned())
}

/// The claims of a token, when this key has signed it and it is valid at `now`.
pub(super) fn verify(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    now: Timestamp,
) -> Result<Map<String, Value>, Unauthenticated> {
    let mut validation = Validation::new(algorithm);
    // Times are held against our own clock below, the audience by the issuer's settings.
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims =
        decode::<Map<String, Value>>(token, key, &validation).map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => unverified("Signature verification failed"),
            other => Unauthenticated::Unverified(format!("{other:?}")),
        })?;
    check_times(&claims.claims, now)?;
    Ok(claims.claims)
}

fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Unauthenticated> {
    let expires = claims.get("exp").ok_or_else(|| unverified("Token is missing the \"exp\" claim"))?;
    let expires =
        seconds(expires).ok_or_else(|| unverified("Expiration Time claim (exp) must be an integer."))?;
    if expires.plus_seconds(LEEWAY) <= now {
        return Err(unverified("Signature has expired"));
    }
    for (claim, problem) in
        [("nbf", "The token is not yet valid (nbf)"), ("iat", "The token is not yet valid (iat)")]
    {
        if claims.get(claim).and_then(seconds).is_some_and(|from| from > now.plus_seconds(LEEWAY)) {
            return Err(unverified(problem));
        }
    }
    Ok(())
}

/// Whether a token is meant for one of these: its `aud`, as a list or one text, or its `azp`.
pub(super) fn check_audience(claims: &Map<String, Value>, wanted: &[String]) -> Result<(), Unauthenticated> {
    let is_wanted =
        |value: &Value| value.as_str().is_some_and(|value| wanted.iter().any(|wanted| wanted == value));
    let meant = match claims.get("aud") {
        Some(Value::Array(audience)) => audience.iter().any(is_wanted),
        Some(audience) => is_wanted(audience),
        None => false,
    };
    if wanted.is_empty() || meant || claims.get("azp").is_some_and(is_wanted) {
        Ok(())
    } else {
        Err(unverified("Audience doesn't match"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn claims(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn token(header: &Value) -> Unverified {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        Unverified::read(&format!("{}.{}.x", part(header), part(&json!({"iss": "a"})))).unwrap()
    }

    #[test]
    fn only_signatures_count() {
        for bad in ["none", "None", "HS256", "HS384", "HS512", "", "RS999"] {
            assert!(token(&json!({"alg": bad})).algorithm().is_err(), "{bad}");
        }
        assert_eq!(token(&json!({"alg": "ES256"})).algorithm(), Ok(Algorithm::ES256));
        assert!(token(&json!({"alg": "RS256", "crit": ["b64"]})).algorithm().is_err());
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        let check = |value: Value| check_times(&claims(&value), now).is_ok();
        assert!(check(json!({"exp": 999_941})) && !check(json!({"exp": 999_940})));
        assert!(check(json!({"exp": 2_000_000, "nbf": 1_000_060, "iat": 1_000_060})));
        assert!(
            !check(json!({"exp": 2_000_000, "nbf": 1_000_061}))
                && !check(json!({"exp": 2_000_000, "iat": 1_000_120}))
        );
        assert!(!check(json!({})) && !check(json!({"exp": "soon"})));
    }

    #[test]
    fn the_audience_is_looked_at_where_one_is_wanted() {
        let check = |value: Value, wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|wanted| (*wanted).to_owned()).collect();
            check_audience(&claims(&value), &wanted).is_ok()
        };
        assert!(check(json!({}), &[]));
        assert!(check(json!({"aud": "us"}), &["us"]) && check(json!({"aud": ["x", "us"]}), &["us"]));
        assert!(
            check(json!({"azp": "us"}), &["us"]) && check(json!({"aud": "account", "azp": "us"}), &["us"])
        );
        assert!(!check(json!({}), &["us"]) && !check(json!({"aud": "other"}), &["us"]));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_is_no_jwt(text in "[A-Za-z0-9._-]{0,60}|.*") {
            if let Some(token) = Unverified::read(&text) {
                let _ = (token.issuer().is_ok(), token.algorithm().is_ok());
            }
        }
    }
}
