//! OpenID providers that callers have tokens of (contract benchmarks §1, §4).

use std::time::Duration;

use crate::{Filled, Secret, Words, section::section};

section! {
    /// OpenID providers that callers have tokens of.
    pub struct Oidc in "oidc" {
        /// The issuers that are trusted, as they stand in tokens; a slash at the end makes no difference.
        issuers: Words = Words::of(&["https://aai.egi.eu/oidc", "https://aai-demo.egi.eu/auth/realms/egi", "https://aai-dev.egi.eu/auth/realms/egi"]), env "TRUSTED_OP_LIST";
        /// Pairs `ISSUER=AUDIENCE`: tokens of that issuer have to have one of its audiences in `aud` or `azp`. For an
        /// issuer without a pair neither is looked at.
        audiences: Words = Words::default();
        /// The name of this program at the issuers, to ask them about tokens; empty: they are not asked.
        client_id: String = String::new();
        /// Its secret there.
        client_secret: Secret = Secret::default();
        /// Longest wait for one answer of an issuer, in seconds.
        timeout: Duration = Duration::from_secs(3);
        /// Entitlements of administrators. Without any, nobody is one.
        admin_entitlements: Words = Words::default(), env "ADMIN_ENTITLEMENTS";
        /// With server.mode = oidc, entitlements of those who see everything; * is everybody with a token.
        reader_entitlements: Words = Words::default();
        /// With server.mode = oidc, the organisation of everybody.
        organisation: Filled = Filled::of("local");
        /// With server.mode = oidc, the claim that names a caller's organisation; empty: none does.
        organisation_claim: String = String::new();
    }
}

impl Oidc {
    /// The pairs of issuer and audience.
    pub fn audience_pairs(&self) -> Vec<(String, String)> {
        let pairs = self.audiences.iter().filter_map(|pair| pair.split_once('='));
        pairs.map(|(issuer, audience)| (issuer.trim().to_owned(), audience.trim().to_owned())).collect()
    }
}
