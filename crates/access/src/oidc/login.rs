//! Logging people in: the authorization code flow with PKCE (OpenID Connect Core §3.1, RFC 7636, RFC 9207).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    Client, Oidc, Person, Trouble, Unauthenticated,
    issuer::{Config, Issuer},
    jwt::{self, Unverified, unverified},
    person::claim,
    same,
};

/// A longer code, or a longer answer with tokens, is not an issuer's.
const MOST_CODE_BYTES: usize = 4_096;

/// A log-in that is under way in a browser, which keeps this until the issuer sends it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The issuer.
    pub issuer: String,
    /// What the issuer gives back, so that no other site can end a log-in here.
    pub state: String,
    /// What the ID token has to say, so that no token of another log-in is taken.
    pub nonce: String,
    /// What the code is worth nothing without.
    pub verifier: String,
}

/// Somebody who has logged in.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// Who.
    pub person: Person,
    /// The ID token, by which the issuer recognises its session when they log out.
    pub id_token: String,
}

/// Why nobody has logged in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginFailed {
    /// The issuer does not do its part.
    #[error("the provider {issuer} has trouble: {trouble:?}")]
    Trouble {
        /// The issuer.
        issuer: String,
        /// What is wrong.
        trouble: Trouble,
    },
    /// Nobody logs in there: it is not trusted, or this program is no client of it.
    #[error("nobody logs in at {0}")]
    NoClient(String),
    /// The issuer does not take the code.
    #[error("the provider refuses the code: {0}")]
    CodeRefused(String),
    /// What the issuer sent cannot be believed.
    #[error("the answer of the provider cannot be believed: {0}")]
    Unbelievable(String),
}

impl From<Unauthenticated> for LoginFailed {
    fn from(refused: Unauthenticated) -> Self {
        Self::Unbelievable(refused.to_string())
    }
}

/// 256 random bits as 43 characters that stand in addresses and cookies as they are.
///
/// # Panics
/// Never on the systems that this program runs on: the kernel always has random bytes.
pub fn random_text() -> String {
    let mut bytes = [0; 32];
    #[expect(clippy::expect_used, reason = "without randomness nothing here is safe")]
    getrandom::fill(&mut bytes).expect("the kernel has random bytes");
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Oidc {
    /// The issuers that people can log in at, as the operator named them.
    pub fn login_issuers(&self) -> impl Iterator<Item = &str> {
        self.0.issuers.iter().filter(|issuer| issuer.client.is_some()).map(|issuer| issuer.url.as_str())
    }

    /// Begins a log-in: what the browser keeps, and where it is sent. `back` is where the issuer sends it afterwards.
    pub async fn begin(&self, issuer: &str, back: &str) -> Result<(Attempt, String), LoginFailed> {
        let (issuer, config) = self.at(issuer).await?;
        let authorization = config.authorization.as_deref().ok_or_else(|| issuer.not_openid())?;
        let attempt = Attempt {
            issuer: issuer.url.clone(),
            state: random_text(),
            nonce: random_text(),
            verifier: random_text(),
        };
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(attempt.verifier.as_bytes()));
        let client = issuer.client.as_ref().map(|client| client.id.as_str()).unwrap_or_default();
        let scopes = config.offered(&issuer.scopes);
        let place = with_query(
            authorization,
            &[
                ("response_type", "code"),
                ("client_id", client),
                ("redirect_uri", back),
                ("scope", &scopes),
                ("state", &attempt.state),
                ("nonce", &attempt.nonce),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ],
        );
        Ok((attempt, place))
    }

    /// Ends a log-in with the code that the issuer sent the browser back with, and with the issuer's name when it said so.
    pub async fn finish(
        &self,
        attempt: &Attempt,
        back: &str,
        code: &str,
        named: Option<&str>,
    ) -> Result<LoggedIn, LoginFailed> {
        let (issuer, config) = self.at(&attempt.issuer).await?;
        let is_its = named.map_or(!config.names_itself, |named| same(named, &issuer.url));
        if !is_its || code.len() > MOST_CODE_BYTES {
            return Err(LoginFailed::Unbelievable("it is not of the provider that was asked".to_owned()));
        }
        let answer = issuer.exchange(&config, attempt, back, code).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        let id_token = text("id_token").ok_or_else(|| issuer.not_openid())?;
        let now = self.0.clock.now();
        let mut claims = issuer.id_claims(&config, id_token, &attempt.nonce, now).await?;
        let access = text("access_token");
        if let Some(access) = access
            && let Some(said) = issuer.userinfo(&config, access).await
        {
            if said.get("sub") != claims.get("sub") {
                return Err(LoginFailed::Unbelievable("userinfo is of somebody else".to_owned()));
            }
            claims.extend(said);
        }
        // Keycloak, as it comes, tells the roles of a person in the access token alone.
        if claim(&claims, &issuer.roles_claim).is_none()
            && let Some(access) = access
            && let Ok(said) = issuer.signed_claims(&config, access, now).await
            && said.get("sub") == claims.get("sub")
        {
            for (name, value) in said {
                claims.entry(name).or_insert(value);
            }
        }
        let person = issuer.person(claims).ok_or_else(|| unverified("No 'sub' claim in body"))?;
        Ok(LoggedIn { person, id_token: id_token.to_owned() })
    }

    /// Where somebody logs out at their issuer too; the browser comes back to `back`.
    pub async fn end(&self, issuer: &str, id_token: Option<&str>, back: &str) -> Option<String> {
        let (issuer, config) = self.at(issuer).await.ok()?;
        let client = issuer.client.as_ref()?.id.as_str();
        let mut query = vec![("client_id", client), ("post_logout_redirect_uri", back)];
        query.extend(id_token.map(|token| ("id_token_hint", token)));
        Some(with_query(&config.end_session?, &query))
    }

    /// A person of claims that were told before.
    pub fn person_of(&self, issuer: &str, claims: Map<String, Value>) -> Option<Person> {
        self.issuer(issuer)?.person(claims)
    }

    async fn at(&self, issuer: &str) -> Result<(&Issuer, Config), LoginFailed> {
        let known = self.issuer(issuer).filter(|issuer| issuer.client.is_some());
        let issuer = known.ok_or_else(|| LoginFailed::NoClient(issuer.to_owned()))?;
        let config = issuer.config().await.map_err(|trouble| issuer.trouble(trouble))?;
        Ok((issuer, config))
    }
}

impl Config {
    /// Those of the scopes that the issuer has; some refuse a log-in for one that they do not know.
    fn offered(&self, scopes: &[String]) -> String {
        let has = |scope: &&String| self.scopes.is_empty() || self.scopes.contains(scope);
        let offered: Vec<&str> = scopes.iter().filter(has).map(String::as_str).collect();
        if offered.contains(&"openid") { offered.join(" ") } else { format!("openid {}", offered.join(" ")) }
    }
}

impl Issuer {
    fn trouble(&self, trouble: Trouble) -> LoginFailed {
        LoginFailed::Trouble { issuer: self.url.clone(), trouble }
    }

    fn not_openid(&self) -> LoginFailed {
        self.trouble(Trouble::NotOpenId)
    }

    /// Gives the code for tokens.
    async fn exchange(
        &self,
        config: &Config,
        attempt: &Attempt,
        back: &str,
        code: &str,
    ) -> Result<Map<String, Value>, LoginFailed> {
        let (Some(client), Some(url)) = (&self.client, &config.token) else {
            return Err(self.not_openid());
        };
        let (headers, form) = exchange_request(client, config, attempt, back, code);
        let answer = self.outside.post_form(url, headers, form).await;
        let answer = answer.map_err(|error| {
            tracing::warn!(issuer = self.url, %error, "a code cannot be exchanged");
            self.trouble(Trouble::from(&error))
        })?;
        if answer.status.is_server_error() {
            return Err(self.trouble(Trouble::Down));
        }
        let said: Map<String, Value> = serde_json::from_slice(&answer.body).map_err(|_| self.not_openid())?;
        if !answer.status.is_success() {
            let error = said.get("error").and_then(Value::as_str).unwrap_or("no reason");
            return Err(LoginFailed::CodeRefused(error.chars().take(100).collect()));
        }
        Ok(said)
    }

    /// The claims of an ID token that this issuer made for this program and this log-in (OpenID Connect Core §3.1.3.7).
    async fn id_claims(
        &self,
        config: &Config,
        token: &str,
        nonce: &str,
        now: ground::Timestamp,
    ) -> Result<Map<String, Value>, LoginFailed> {
        let claims = self.signed_claims(config, token, now).await?;
        let client = self.client.as_ref().map(|client| client.id.as_str()).unwrap_or_default();
        check_id_claims(&claims, client, nonce)?;
        Ok(claims)
    }

    /// What a JWT says that this issuer has signed.
    async fn signed_claims(
        &self,
        config: &Config,
        token: &str,
        now: ground::Timestamp,
    ) -> Result<Map<String, Value>, LoginFailed> {
        let unread = Unverified::read(token).ok_or_else(|| self.not_openid())?;
        let named = unread.issuer()?;
        if !same(named, &self.url) {
            return Err(LoginFailed::Unbelievable(format!("a token is of {named}")));
        }
        let algorithm = unread.algorithm()?;
        let key = self.key(config, unread.kid(), algorithm).await?;
        Ok(jwt::verify(token, &key, algorithm, now)?)
    }
}

/// The question for tokens: its headers and its form, with the secret where the issuer wants it.
fn exchange_request(
    client: &Client,
    config: &Config,
    attempt: &Attempt,
    back: &str,
    code: &str,
) -> (HeaderMap, String) {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", back)
        .append_pair("code_verifier", &attempt.verifier);
    let mut headers = HeaderMap::new();
    let may = |way: &str| config.secret_ways.iter().any(|known| known == way);
    if client.secret.is_empty() {
        form.append_pair("client_id", &client.id);
    } else if may("client_secret_post") && !may("client_secret_basic") {
        form.append_pair("client_id", &client.id).append_pair("client_secret", &client.secret);
    } else if let Some(basic) = client.basic() {
        headers.insert(header::AUTHORIZATION, basic);
    }
    (headers, form.finish())
}

fn check_id_claims(claims: &Map<String, Value>, client: &str, nonce: &str) -> Result<(), LoginFailed> {
    let wrong = |what: &str| Err(LoginFailed::Unbelievable(what.to_owned()));
    let is_client = |value: &Value| value.as_str() == Some(client);
    let (ours, several) = match claims.get("aud") {
        Some(Value::Array(audience)) => (audience.iter().any(is_client), audience.len() > 1),
        Some(audience) => (is_client(audience), false),
        None => (false, false),
    };
    if !ours {
        return wrong("the ID token is for somebody else");
    }
    if claims.get("azp").map_or(several, |azp| !is_client(azp)) {
        return wrong("the ID token was given to somebody else");
    }
    if claims.get("nonce").and_then(Value::as_str) != Some(nonce) {
        return wrong("the ID token is of another log-in");
    }
    Ok(())
}

fn with_query(place: &str, query: &[(&str, &str)]) -> String {
    let query = Serializer::new(String::new()).extend_pairs(query).finish();
    let sign = if place.contains('?') { '&' } else { '?' };
    format!("{place}{sign}{query}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn believed(claims: &Value) -> bool {
        check_id_claims(claims.as_object().unwrap(), "us", "n").is_ok()
    }

    #[test]
    fn an_id_token_is_for_this_program_and_this_log_in() {
        assert!(believed(&json!({"aud": "us", "nonce": "n"})));
        assert!(believed(&json!({"aud": ["us"], "azp": "us", "nonce": "n"})));
        assert!(believed(&json!({"aud": ["us", "x"], "azp": "us", "nonce": "n"})));
        for bad in [
            json!({"nonce": "n"}),
            json!({"aud": "x", "nonce": "n"}),
            json!({"aud": "x", "azp": "us", "nonce": "n"}),
            json!({"aud": ["us", "x"], "nonce": "n"}),
            json!({"aud": "us", "azp": "x", "nonce": "n"}),
            json!({"aud": "us", "nonce": "other"}),
            json!({"aud": "us"}),
        ] {
            assert!(!believed(&bad), "{bad}");
        }
    }

    #[test]
    fn what_is_random_is_never_the_same_and_needs_no_escape() {
        let texts: std::collections::BTreeSet<String> = (0..100).map(|_| random_text()).collect();
        assert_eq!(texts.len(), 100);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(texts.iter().all(|text| text.len() == 43 && text.chars().all(plain)));
    }

    #[test]
    fn only_scopes_that_the_issuer_has_are_asked_for() {
        let asked: Vec<String> = ["openid", "email", "x"].map(str::to_owned).to_vec();
        let config = |scopes: &[&str]| Config {
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            ..Config::default()
        };
        assert_eq!(config(&[]).offered(&asked), "openid email x");
        assert_eq!(config(&["openid", "email", "phone"]).offered(&asked), "openid email");
        assert_eq!(config(&["email"]).offered(&asked), "openid email");
    }

    #[test]
    fn a_query_is_added_to_one_that_is_there() {
        assert_eq!(with_query("https://a/b", &[("x", "1 &")]), "https://a/b?x=1+%26");
        assert_eq!(with_query("https://a/b?t=2", &[("x", "1")]), "https://a/b?t=2&x=1");
    }
}
