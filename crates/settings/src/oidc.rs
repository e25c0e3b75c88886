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
        /// The name of this program at the issuers, to log people in and to ask about tokens; empty: neither is done.
        client_id: String = String::new();
        /// Its secret there; empty where it has none.
        client_secret: Secret = Secret::default();
        /// Pairs `ISSUER=NAME` for issuers where its name is another one.
        client_ids: Words = Words::default();
        /// Pairs `ISSUER=SECRET`, with a comma between them, for issuers where its secret is another one.
        client_secrets: Secret = Secret::default();
        /// Pairs `ISSUER=TEXT`: what people know an issuer by, where they choose one.
        names: Words = Words::default();
        /// What issuers are asked to tell of people who log in, as far as they have it.
        scopes: Words = Words::of(&["openid", "email", "profile", "eduperson_entitlement"]);
        /// After so many seconds people log in again.
        session_age: Duration = Duration::from_hours(10);
        /// Longest wait for one answer of an issuer, in seconds.
        timeout: Duration = Duration::from_secs(3);
        /// The claim that says what somebody is entitled to, a list or one text. Dots lead into objects, as in `realm_access.roles`.
        roles_claim: Filled = Filled::of("eduperson_entitlement");
        /// Entitlements of administrators. Without any, nobody is one.
        admin_entitlements: Words = Words::default(), env "ADMIN_ENTITLEMENTS";
        /// With server.mode = oidc, entitlements of those who see everything; * is everybody who is known.
        reader_entitlements: Words = Words::default();
        /// With server.mode = oidc, pairs `ENTITLEMENT=PERMISSION`: what further entitlements give, as inventory:hosts:write,
        /// inventory:*:read, staleness:*:*, drift:*:* or metrics:*:*.
        permissions: Words = Words::default();
        /// With server.mode = oidc, the organisation of everybody.
        organisation: Filled = Filled::of("local");
        /// With server.mode = oidc, the claim that names a caller's organisation; empty: none does. Dots lead into objects.
        organisation_claim: String = String::new();
    }
}

impl Oidc {
    /// The pairs of issuer and audience.
    pub fn audience_pairs(&self) -> Vec<(String, String)> {
        pairs(self.audiences.iter())
    }

    /// The pairs of entitlement and permission. Entitlements may have the sign in them.
    pub fn permission_pairs(&self) -> Vec<(String, String)> {
        let pairs = self.permissions.iter().filter_map(|pair| pair.rsplit_once('='));
        pairs.map(|(value, permission)| (value.trim().to_owned(), permission.trim().to_owned())).collect()
    }

    /// What people know the issuers by, issuer by issuer, where it is said.
    pub fn name_pairs(&self) -> Vec<(String, String)> {
        pairs(self.names.iter())
    }

    /// Name and secret of this program, issuer by issuer; those where it has none are left out.
    pub fn clients(&self) -> Vec<(String, String, String)> {
        let secrets = self.client_secrets.expose().to_owned();
        let (names, secrets) = (pairs(self.client_ids.iter()), pairs(secrets.split([',', '\n'])));
        let own = |pairs: &[(String, String)], issuer: &str, usual: &str| {
            let same = |named: &str| named.trim_end_matches('/') == issuer.trim_end_matches('/');
            let found = pairs.iter().find(|(named, _)| same(named)).map(|(_, own)| own.clone());
            found.unwrap_or_else(|| usual.to_owned())
        };
        let client = |issuer: &String| {
            let name = own(&names, issuer, &self.client_id);
            let secret = own(&secrets, issuer, self.client_secret.expose());
            (issuer.clone(), name, secret)
        };
        self.issuers.iter().map(client).filter(|(_, name, _)| !name.is_empty()).collect()
    }
}

fn pairs<T: AsRef<str>>(texts: impl Iterator<Item = T>) -> Vec<(String, String)> {
    let pair = |text: T| {
        let (issuer, value) = text.as_ref().split_once('=')?;
        Some((issuer.trim().to_owned(), value.trim().to_owned()))
    };
    texts.filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Inputs, Settings};

    #[test]
    fn each_issuer_has_its_client_and_files_win() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "https://b=b=secret,https://c = c\n").unwrap();
        let path = file.path().display().to_string();
        let env = |name: &str| {
            let value = match name {
                "TRUSTED_OP_LIST" => "https://a/,https://b,https://c",
                "PLUMBLINE_OIDC_CLIENT_ID" => "usual",
                "PLUMBLINE_OIDC_CLIENT_SECRET" => "secret",
                "PLUMBLINE_OIDC_CLIENT_IDS" => "https://b/=ours",
                "PLUMBLINE_OIDC_CLIENT_SECRETS" => "https://b=not-this",
                "PLUMBLINE_OIDC_CLIENT_SECRETS_FILE" => &path,
                _ => return None,
            };
            Some(value.to_owned())
        };
        let clients = Settings::load(&Inputs::new(&env)).unwrap().oidc.clients();
        let clients: Vec<[&str; 3]> = clients.iter().map(|(a, b, c)| [a.as_str(), b, c]).collect();
        assert_eq!(
            clients,
            [
                ["https://a/", "usual", "secret"],
                ["https://b", "ours", "b=secret"],
                ["https://c", "usual", "c"]
            ]
        );
    }

    #[test]
    fn an_entitlement_may_have_the_sign_in_it() {
        let env = |name: &str| {
            (name == "PLUMBLINE_OIDC_PERMISSIONS")
                .then(|| "urn:x:role=ops#y=inventory:*:read, b = metrics:*:*".to_owned())
        };
        let pairs = Settings::load(&Inputs::new(&env)).unwrap().oidc.permission_pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("urn:x:role=ops#y", "inventory:*:read"), ("b", "metrics:*:*")]);
    }
}
