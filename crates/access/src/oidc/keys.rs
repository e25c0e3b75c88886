//! The keys that an issuer signs with.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde_json::Value;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// Of an issuer's keys so many are looked at.
const MOST_KEYS: usize = 100;

/// A shorter modulus is no protection: 2048 bits.
const LEAST_MODULUS_BYTES: usize = 256;

/// The keys of an issuer, as far as they are for signatures and strong enough.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<Jwk>);

impl Keys {
    /// Reads a set; keys that cannot be read are left out.
    pub(super) fn read(document: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let keys = document.get("keys")?.as_array()?.iter().take(MOST_KEYS);
        let keys = keys.filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
        Some(Self(keys.filter(signs).collect()))
    }

    /// The key of this name, or, without a name, the first one that fits.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let named = |key: &&Jwk| kid.is_none() || key.common.key_id.as_deref() == kid;
        let key = self.0.iter().filter(named).find(|key| fits(key, algorithm))?;
        DecodingKey::from_jwk(key).ok()
    }
}

fn signs(key: &Jwk) -> bool {
    let for_signatures = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let strong = match &key.algorithm {
        AlgorithmParameters::RSA(rsa) => BASE64_URL_SAFE_NO_PAD
            .decode(rsa.n.trim_end_matches('='))
            .is_ok_and(|n| n.len() >= LEAST_MODULUS_BYTES),
        AlgorithmParameters::EllipticCurve(_) | AlgorithmParameters::OctetKeyPair(_) => true,
        _ => false,
    };
    for_signatures && strong
}

/// Whether a key can have made a signature of this kind.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let kind = match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => true,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => curve.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES384) => curve.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(pair), Algorithm::EdDSA) => pair.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let own = key.common.key_algorithm.map(|own| own.to_string());
    kind && own.is_none_or(|own| own.parse::<Algorithm>().ok() == Some(algorithm))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn find(key: &Value, kid: Option<&str>, algorithm: Algorithm) -> bool {
        let document = json!({"keys": ["nonsense", {"kty": "new"}, key]}).to_string();
        Keys::read(document.as_bytes()).unwrap().find(kid, algorithm).is_some()
    }

    fn rsa(bytes: usize) -> Value {
        json!({"kty": "RSA", "kid": "a", "n": BASE64_URL_SAFE_NO_PAD.encode(vec![0xff; bytes]), "e": "AQAB"})
    }

    #[test]
    fn a_key_is_found_by_its_name_and_kind() {
        assert!(find(&rsa(256), Some("a"), Algorithm::RS256) && find(&rsa(256), None, Algorithm::PS512));
        assert!(
            !find(&rsa(256), Some("b"), Algorithm::RS256) && !find(&rsa(256), Some("a"), Algorithm::ES256)
        );
    }

    #[test]
    fn weak_keys_and_keys_for_other_uses_are_left_out() {
        assert!(!find(&rsa(64), Some("a"), Algorithm::RS256));
        let mut key = rsa(256);
        key["use"] = json!("enc");
        assert!(!find(&key, Some("a"), Algorithm::RS256));
        key["use"] = json!("sig");
        key["alg"] = json!("RS384");
        assert!(!find(&key, Some("a"), Algorithm::RS256) && find(&key, Some("a"), Algorithm::RS384));
        let secret = json!({"kty": "oct", "kid": "a", "k": "c2VjcmV0"});
        assert!(!find(&secret, Some("a"), Algorithm::HS256));
    }

    #[test]
    fn what_is_no_set_is_none() {
        for bad in ["", "<html>", "[]", "{}", "{\"keys\": {}}"] {
            assert!(Keys::read(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
