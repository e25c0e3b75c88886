//! One trusted issuer: where its things are, its keys, and what it says of tokens.

use base64::{Engine, prelude::BASE64_STANDARD};
use ground::{Clock, Timestamp};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::{
    Person, Unauthenticated,
    jwt::{self, Unverified, unverified},
    keys::Keys,
    same,
};
use crate::Outside;

/// For so many seconds an issuer's document and keys are not asked for again.
const FRESH: i64 = 3_600;

/// A document or a key that was not there is not asked for again before so many seconds: a flood of forged names of keys
/// must not become one at the issuer.
const PATIENCE: i64 = 60;

/// The same after a failure to reach the issuer.
const PATIENCE_AFTER_FAILURE: i64 = 5;

/// One trusted issuer.
#[derive(Debug)]
pub(super) struct Issuer {
    /// As the operator named it, without a slash at the end.
    pub(super) url: String,
    audiences: Vec<String>,
    client: Option<(String, String)>,
    outside: Outside,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    config: Option<(Config, Timestamp)>,
    config_asked: Option<Timestamp>,
    keys: Option<(Keys, Timestamp)>,
    keys_asked: Option<Timestamp>,
}

/// Where the things of an issuer are.
#[derive(Debug, Clone)]
struct Config {
    keys: Option<String>,
    userinfo: Option<String>,
    introspection: Option<String>,
}

impl Issuer {
    pub(super) fn new(
        url: &str,
        audiences: Vec<String>,
        client: Option<(String, String)>,
        outside: Outside,
        clock: Clock,
    ) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        Self { url, audiences, client, outside, clock, state: Mutex::default() }
    }

    /// Whose JWT it is.
    pub(super) async fn person_of_jwt(
        &self,
        token: &str,
        unread: &Unverified,
        now: Timestamp,
    ) -> Result<Person, Unauthenticated> {
        let algorithm = unread.algorithm()?;
        let config = self.config().await.ok_or_else(|| Unauthenticated::NoConfig(self.url.clone()))?;
        let key = self.key(&config, unread.kid(), algorithm).await?;
        let claims = jwt::verify(token, &key, algorithm, now)?;
        jwt::check_audience(&claims, &self.audiences)?;
        let claims =
            if Person::is_incomplete(&claims) { self.complete(&config, token, claims).await } else { claims };
        Person::new(&self.url, claims).ok_or_else(|| unverified("No 'sub' claim in body"))
    }

    /// What userinfo says of the person of a JWT, before what the JWT says. An issuer may refuse there a token that is
    /// meant for us; then the JWT has to do.
    async fn complete(&self, config: &Config, token: &str, claims: Map<String, Value>) -> Map<String, Value> {
        let mut said = self.userinfo(config, token).await.unwrap_or_default();
        if said.get("sub") != claims.get("sub") {
            return claims;
        }
        for (name, value) in claims {
            said.entry(name).or_insert(value);
        }
        said
    }

    /// Whose token it is, when this issuer knows it.
    pub(super) async fn person_of_opaque(&self, token: &str, now: Timestamp) -> Option<Person> {
        let config = self.config().await?;
        let introspected = match (&self.client, &config.introspection) {
            (Some(client), Some(url)) => Some(self.introspect(url, client, token).await?),
            _ => None,
        };
        let said = self.userinfo(&config, token).await;
        let mut claims = match (introspected, said) {
            (Some(token), Some(said))
                if said.get("sub").is_none_or(|sub| token.get("sub").is_none_or(|own| own == sub)) =>
            {
                let mut claims = token;
                claims.extend(said);
                claims
            }
            (None, Some(said)) => said,
            (Some(token), _) => token,
            (None, None) => return None,
        };
        if claims.get("exp").and_then(super::person::seconds).is_some_and(|expires| expires <= now) {
            return None;
        }
        // Without introspection nobody says for whom the token is.
        let checked = self.client.is_some() && config.introspection.is_some();
        if checked && jwt::check_audience(&with_client(&claims), &self.audiences).is_err() {
            return None;
        }
        claims.remove("iss");
        Person::new(&self.url, claims)
    }

    async fn introspect(
        &self,
        url: &str,
        client: &(String, String),
        token: &str,
    ) -> Option<Map<String, Value>> {
        let (name, secret) = client;
        let mut headers = HeaderMap::new();
        let pair = format!("{}:{}", form_encoded(name), form_encoded(secret));
        let basic = format!("Basic {}", BASE64_STANDARD.encode(pair));
        headers.insert(header::AUTHORIZATION, HeaderValue::try_from(basic).ok()?);
        let form = format!("token={}&token_type_hint=access_token", form_encoded(token));
        let answer = self.outside.post_form(url, headers, form).await;
        let answer = answer
            .inspect_err(|error| tracing::warn!(issuer = self.url, %error, "introspection failed"))
            .ok()?;
        let said: Map<String, Value> = serde_json::from_slice(&answer.body).ok()?;
        (answer.status == StatusCode::OK && said.get("active") == Some(&Value::Bool(true))).then_some(said)
    }

    async fn userinfo(&self, config: &Config, token: &str) -> Option<Map<String, Value>> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}")).ok()?);
        let answer = self.outside.get(config.userinfo.as_deref()?, headers).await;
        let answer =
            answer.inspect_err(|error| tracing::warn!(issuer = self.url, %error, "userinfo failed")).ok()?;
        if answer.status == StatusCode::OK { serde_json::from_slice(&answer.body).ok() } else { None }
    }

    /// Where the things of the issuer are. What was known stays known while it does not answer.
    async fn config(&self) -> Option<Config> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        let known = state
            .config
            .as_ref()
            .filter(|(_, at)| now < at.plus_seconds(FRESH))
            .map(|(config, _)| config.clone());
        let asked = state.config_asked.is_some_and(|at| now < at.plus_seconds(PATIENCE_AFTER_FAILURE));
        if known.is_some() || asked {
            return known.or_else(|| state.config.as_ref().map(|(config, _)| config.clone()));
        }
        state.config_asked = Some(now);
        for place in [".well-known/openid-configuration", "oauth2/.well-known/openid-configuration"] {
            if let Some(config) = self.discover(&format!("{}/{place}", self.url)).await {
                state.config = Some((config.clone(), now));
                return Some(config);
            }
        }
        state.config.as_ref().map(|(config, _)| config.clone())
    }

    async fn discover(&self, url: &str) -> Option<Config> {
        let answer = self.outside.get(url, HeaderMap::new()).await;
        let answer =
            answer.inspect_err(|error| tracing::warn!(issuer = self.url, %error, "discovery failed")).ok()?;
        let document: Value =
            serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == StatusCode::OK)?;
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        if !text("issuer").is_some_and(|issuer| same(&issuer, &self.url)) {
            tracing::warn!(issuer = self.url, "its document names another issuer");
            return None;
        }
        Some(Config {
            keys: text("jwks_uri"),
            userinfo: text("userinfo_endpoint"),
            introspection: text("introspection_endpoint"),
        })
    }

    /// The key of a name; when it is not known, the keys are asked for once more.
    async fn key(
        &self,
        config: &Config,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, Unauthenticated> {
        let url = config.keys.as_deref().ok_or_else(|| unverified("Issuer config has no jwks_uri"))?;
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        let find = |state: &State| state.keys.as_ref().and_then(|(keys, _)| keys.find(kid, algorithm));
        let fresh = state.keys.as_ref().is_some_and(|(_, at)| now < at.plus_seconds(FRESH));
        if let Some(key) = find(&state).filter(|_| fresh) {
            return Ok(key);
        }
        let patience = if state.keys.is_some() { PATIENCE } else { PATIENCE_AFTER_FAILURE };
        if state.keys_asked.is_none_or(|at| now >= at.plus_seconds(patience)) {
            state.keys_asked = Some(now);
            match self.outside.get(url, HeaderMap::new()).await {
                Ok(answer) if answer.status == StatusCode::OK => {
                    if let Some(keys) = Keys::read(&answer.body) {
                        state.keys = Some((keys, now));
                    }
                }
                Ok(answer) => tracing::warn!(
                    issuer = self.url,
                    status = answer.status.as_u16(),
                    "its keys are not there"
                ),
                Err(error) => tracing::warn!(issuer = self.url, %error, "its keys cannot be fetched"),
            }
        }
        find(&state).ok_or_else(|| match kid {
            Some(kid) => {
                Unauthenticated::Unverified(format!("Unable to find a signing key that matches: '{kid}'"))
            }
            None => unverified("Unable to find a signing key"),
        })
    }
}

/// Introspection names the client that a token was given to `client_id`.
fn with_client(claims: &Map<String, Value>) -> Map<String, Value> {
    let mut claims = claims.clone();
    if let Some(client) = claims.get("client_id").cloned() {
        claims.entry("azp").or_insert(client);
    }
    claims
}

fn form_encoded(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
