//! Whose session a request has.

use std::{sync::Arc, time::Duration};

use access::oidc::{LoggedIn, Oidc, Person, random_text};
use ground::{Clock, Timestamp};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Map, Value};
use store::Db;

use crate::{
    PublicUrl,
    rules::{
        cookies::{self, From},
        origin,
    },
    store::{self as table, Session},
};

/// What is kept of the claims beside those that say what somebody is here.
const KEPT: [&str; 5] = ["sub", "email", "email_verified", "name", "preferred_username"];

/// Longer claims are no person's.
const MOST_CLAIM_BYTES: usize = 65_536;

/// A longer ID token is not kept: it would not fit into an address either.
const MOST_ID_TOKEN_BYTES: usize = 4_096;

/// Sessions of people who are logged in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// Where they stand.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Who people are.
    pub oidc: Oidc,
    /// The address of the pages.
    pub public: PublicUrl,
    /// How long a session lasts.
    pub age: Duration,
    /// The claims that say what somebody is here; dots lead into objects.
    pub claims: Vec<String>,
}

/// What a request has.
#[derive(Debug, Clone)]
pub enum Standing {
    /// No session, or one that has ended.
    Nobody,
    /// A session of this person.
    Person(Arc<Person>),
    /// A session, and it was not sent by our own pages: it does not count for what changes something.
    Foreign,
}

impl Standing {
    /// Why a session does not count.
    pub const FOREIGN: &str =
        "a session changes something for the pages of this program only; programs send a bearer token";
}

/// Why no session begins.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotBegun {
    #[error("the provider says too much of the person: {0} bytes")]
    TooMuch(usize),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Sessions {
    /// What a request has.
    pub async fn standing(&self, method: &Method, headers: &HeaderMap) -> store::Result<Standing> {
        let Some(person) = self.person(headers).await? else { return Ok(Standing::Nobody) };
        let counts = origin::is_taken(method, headers, &self.public);
        Ok(if counts { Standing::Person(Arc::new(person)) } else { Standing::Foreign })
    }

    async fn person(&self, headers: &HeaderMap) -> store::Result<Option<Person>> {
        let Some(digest) = self.digest(headers) else { return Ok(None) };
        let Some((iss, claims, ends)) = table::get(&self.db, &digest, self.clock.now()).await? else {
            return Ok(None);
        };
        let claims: Map<String, Value> = serde_json::from_str(&claims).unwrap_or_default();
        // An issuer that is not trusted any more has no sessions either.
        let person = self.oidc.person_of(&iss, claims);
        Ok(person.map(|person| Person { expires: Some(ends), ..person }))
    }

    fn digest(&self, headers: &HeaderMap) -> Option<String> {
        let cookie = cookies::get(headers, &cookies::session_name(&self.public))?;
        Some(digest(cookie))
    }

    /// Begins a session; what has the browser keep it. A session that it had before ends.
    pub(crate) async fn begin(
        &self,
        headers: &HeaderMap,
        logged_in: LoggedIn,
    ) -> Result<Option<HeaderValue>, NotBegun> {
        let LoggedIn { person, id_token } = logged_in;
        let is_kept = |name: &str| {
            let leads = |claim: &String| claim == name || claim.split('.').next() == Some(name);
            KEPT.contains(&name) || self.claims.iter().any(leads)
        };
        let kept = person.claims.iter().filter(|(name, _)| is_kept(name));
        let kept: Map<String, Value> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        let claims = Value::Object(kept).to_string();
        if claims.len() > MOST_CLAIM_BYTES {
            return Err(NotBegun::TooMuch(claims.len()));
        }
        if let Some(old) = self.digest(headers) {
            table::remove(&self.db, &old).await?;
        }
        let (now, secret) = (self.clock.now(), random_text());
        let seconds = i64::try_from(self.age.as_secs()).unwrap_or(i64::MAX);
        let session = Session {
            iss: person.iss,
            sub: person.sub,
            claims,
            id_token: Some(id_token).filter(|token| token.len() <= MOST_ID_TOKEN_BYTES),
            began: now,
            ends: Timestamp::plus_seconds(now, seconds),
        };
        table::add(&self.db, &digest(&secret), &session).await?;
        tracing::info!(issuer = session.iss, sub = session.sub, "logged in");
        let name = cookies::session_name(&self.public);
        Ok(cookies::set(&self.public, &name, &secret, seconds, From::OwnPages))
    }

    /// Ends the session of a request: its issuer, and by what that recognises its own.
    pub(crate) async fn end(&self, headers: &HeaderMap) -> store::Result<Option<(String, Option<String>)>> {
        match self.digest(headers) {
            Some(digest) => table::remove(&self.db, &digest).await,
            None => Ok(None),
        }
    }

    /// What has a browser forget its session.
    pub(crate) fn forget(&self) -> Option<HeaderValue> {
        cookies::set(&self.public, &cookies::session_name(&self.public), "", 0, From::OwnPages)
    }

    pub(crate) async fn remove_ended(&self) -> store::Result<u64> {
        table::remove_ended(&self.db, self.clock.now()).await
    }
}

/// What stands for a browser's secret in the table.
fn digest(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}
