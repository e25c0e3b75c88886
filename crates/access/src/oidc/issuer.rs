//! One trusted issuer: where its things are, its keys, and what it says of tokens.

use base64::{Engine, prelude::BASE64_STANDARD};
use ground::{Clock, Timestamp};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::{
    Client, OidcOptions, Person, Trouble, Unauthenticated,
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
    /// What this program is at the issuer.
    pub(super) client: Option<Client>,
    audiences: Vec<String>,
    pub(super) roles_claim: String,
    /// What it is asked to tell of people who log in.
    pub(super) scopes: Vec<String>,
    pub(super) outside: Outside,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    config: Option<(Config, Timestamp)>,
    config_asked: Option<Timestamp>,
    /// Why the document was not to be had the last time.
    trouble: Option<Trouble>,
    keys: Option<(Keys, Timestamp)>,
    keys_asked: Option<Timestamp>,
}

/// Where the things of an issuer are.
#[derive(Debug, Clone, Default)]
pub(super) struct Config {
    pub(super) keys: Option<String>,
    pub(super) userinfo: Option<String>,
    pub(super) introspection: Option<String>,
    pub(super) authorization: Option<String>,
    pub(super) token: Option<String>,
    pub(super) end_session: Option<String>,
    /// How clients may show their secret at the token endpoint; empty when it does not say.
    pub(super) secret_ways: Vec<String>,
    /// Its scopes; empty when it does not say.
    pub(super) scopes: Vec<String>,
    /// Whether it says in its answers that they are its.
    pub(super) names_itself: bool,
}

impl Issuer {
    pub(super) fn new(url: &str, options: &OidcOptions, outside: Outside, clock: Clock) -> Self {
        let audiences = options.audiences.iter().filter(|(issuer, _)| same(issuer, url));
        Self {
            url: url.trim_end_matches('/').to_owned(),
            client: options.clients.iter().find(|(issuer, _)| same(issuer, url)).map(|(_, own)| own.clone()),
            audiences: audiences.map(|(_, audience)| audience.clone()).collect(),
            roles_claim: options.roles_claim.clone(),
            scopes: options.scopes.clone(),
            outside,
            clock,
            state: Mutex::default(),
        }
    }

    /// The person of these claims.
    pub(super) fn person(&self, claims: Map<String, Value>) -> Option<Person> {
        Person::new(&self.url, claims, &self.roles_claim)
    }

    /// Whose JWT it is.
    pub(super) async fn person_of_jwt(
        &self,
        token: &str,
        unread: &Unverified,
        now: Timestamp,
    ) -> Result<Person, Unauthenticated> {
        let algorithm = unread.algorithm()?;
        let config = self.config().await.map_err(|_| Unauthenticated::NoConfig(self.url.clone()))?;
        let key = self.key(&config, unread.kid(), algorithm).await?;
        let claims = jwt::verify(token, &key, algorithm, now)?;
        jwt::check_audience(&claims, &self.audiences)?;
        let claims = if Person::is_incomplete(&claims, &self.roles_claim) {
            self.complete(&config, token, claims).await
        } else {
            claims
        };
        self.person(claims).ok_or_else(|| unverified("No 'sub' claim in body"))
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
        let config = self.config().await.ok()?;
        // Who has no secret there cannot ask.
        let client = self.client.as_ref().filter(|client| !client.secret.is_empty());
        let introspected = match (client, &config.introspection) {
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
        let checked = client.is_some() && config.introspection.is_some();
        if checked && jwt::check_audience(&with_client(&claims), &self.audiences).is_err() {
            return None;
        }
        claims.remove("iss");
        self.person(claims)
    }

    async fn introspect(&self, url: &str, client: &Client, token: &str) -> Option<Map<String, Value>> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, client.basic()?);
        let form = format!("token={}&token_type_hint=access_token", form_encoded(token));
        let answer = self.outside.post_form(url, headers, form).await;
        let answer = answer
            .inspect_err(|error| tracing::warn!(issuer = self.url, %error, "introspection failed"))
            .ok()?;
        let said: Map<String, Value> = serde_json::from_slice(&answer.body).ok()?;
        (answer.status == StatusCode::OK && said.get("active") == Some(&Value::Bool(true))).then_some(said)
    }

    pub(super) async fn userinfo(&self, config: &Config, token: &str) -> Option<Map<String, Value>> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}")).ok()?);
        let answer = self.outside.get(config.userinfo.as_deref()?, headers).await;
        let answer =
            answer.inspect_err(|error| tracing::warn!(issuer = self.url, %error, "userinfo failed")).ok()?;
        if answer.status == StatusCode::OK { serde_json::from_slice(&answer.body).ok() } else { None }
    }

    /// Where the things of the issuer are. What was known stays known while it does not answer.
    pub(super) async fn config(&self) -> Result<Config, Trouble> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        let fresh = state.config.as_ref().is_some_and(|(_, at)| now < at.plus_seconds(FRESH));
        let asked = state.config_asked.is_some_and(|at| now < at.plus_seconds(PATIENCE_AFTER_FAILURE));
        if !fresh && !asked {
            state.config_asked = Some(now);
            for place in [".well-known/openid-configuration", "oauth2/.well-known/openid-configuration"] {
                match self.discover(&format!("{}/{place}", self.url)).await {
                    Ok(config) => {
                        state.config = Some((config, now));
                        state.trouble = None;
                        break;
                    }
                    Err(trouble) => state.trouble = Some(trouble),
                }
                if state.trouble == Some(Trouble::Slow) {
                    break;
                }
            }
        }
        let known = state.config.as_ref().map(|(config, _)| config.clone());
        known.ok_or_else(|| state.trouble.unwrap_or(Trouble::Down))
    }

    async fn discover(&self, url: &str) -> Result<Config, Trouble> {
        let answer = self.outside.get(url, HeaderMap::new()).await;
        let answer = answer.map_err(|error| {
            tracing::warn!(issuer = self.url, %error, "discovery failed");
            Trouble::from(&error)
        })?;
        if answer.status.is_server_error() {
            return Err(Trouble::Down);
        }
        let document: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let document = document.filter(|_| answer.status == StatusCode::OK).ok_or(Trouble::NotOpenId)?;
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        if !text("issuer").is_some_and(|issuer| same(&issuer, &self.url)) {
            tracing::warn!(issuer = self.url, "its document names another issuer");
            return Err(Trouble::NotOpenId);
        }
        let texts = |name: &str| {
            let list = document.get(name).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let names_itself = document.get("authorization_response_iss_parameter_supported");
        Ok(Config {
            keys: text("jwks_uri"),
            userinfo: text("userinfo_endpoint"),
            introspection: text("introspection_endpoint"),
            authorization: text("authorization_endpoint"),
            token: text("token_endpoint"),
            end_session: text("end_session_endpoint"),
            secret_ways: texts("token_endpoint_auth_methods_supported"),
            scopes: texts("scopes_supported"),
            names_itself: names_itself == Some(&Value::Bool(true)),
        })
    }

    /// The key of a name; when it is not known, the keys are asked for once more.
    pub(super) async fn key(
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

impl Client {
    /// Name and secret as the header has them.
    pub(super) fn basic(&self) -> Option<HeaderValue> {
        let pair = format!("{}:{}", form_encoded(&self.id), form_encoded(&self.secret));
        HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(pair))).ok()
    }
}

pub(super) fn form_encoded(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
