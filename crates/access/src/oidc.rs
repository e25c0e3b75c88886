//! Callers by bearer tokens of OpenID providers (contract benchmarks §4.1).
//!
//! * A token that is a JWT is verified with the keys of its issuer. Whether the issuer is trusted is looked at before
//!   anything is asked of anybody; only signatures are accepted, never `none` or a shared secret.
//! * Any other token is shown to the trusted issuers: to their introspection, where this program is a client of theirs,
//!   and to their userinfo.
//! * People log in to the pages at an issuer ([`Oidc::begin`], [`Oidc::finish`]).
//! * What a JWT does not say of a person (e-mail, entitlements) is asked of userinfo.
//!
//! Who was recognised is remembered for [`REMEMBERED`], not longer than the token is valid; who was not, never.

mod identities;
mod issuer;
mod jwt;
mod keys;
mod login;
mod person;
mod refused;

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ground::{Clock, Timestamp};
use http::{HeaderMap, header};
use lru::LruCache;

use crate::{Outside, OutsideLimits};
use issuer::Issuer;

pub use identities::{Identities, READ_EVERYTHING};
pub use login::{Attempt, LoggedIn, LoginFailed, random_text};
pub use person::Person;
pub use refused::{Trouble, Unauthenticated};

/// For so many seconds a token is not looked at again.
const REMEMBERED: i64 = 300;

/// So many tokens are remembered.
const MOST_REMEMBERED: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();

/// A longer token is of no use.
const MOST_TOKEN_BYTES: usize = 16_384;

/// Issuers that give out JWTs only: opaque tokens are not shown to them.
const JWT_ONLY: [&str; 3] = [
    "https://aai.egi.eu/oidc",
    "https://aai-demo.egi.eu/auth/realms/egi",
    "https://aai-dev.egi.eu/auth/realms/egi",
];

/// Whom to trust.
#[derive(Debug, Clone)]
pub struct OidcOptions {
    /// The issuers, without a slash at the end, as the operator named them.
    pub issuers: Vec<String>,
    /// Pairs of an issuer and a value that its tokens have in `aud`, or in `azp`. For an issuer without a pair neither is
    /// looked at.
    pub audiences: Vec<(String, String)>,
    /// Pairs of an issuer and what this program is there: to ask about tokens, and to log people in.
    pub clients: Vec<(String, Client)>,
    /// The claim that says what a person is entitled to; dots lead into objects.
    pub roles_claim: String,
    /// What issuers are asked to tell of people who log in.
    pub scopes: Vec<String>,
    /// Longest time for one answer of an issuer.
    pub timeout: Duration,
}

/// What this program is at an issuer.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// Its name there.
    pub id: String,
    /// Its secret; empty for a client that has none.
    pub secret: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Who was recognised by the token of a digest, and until when that counts.
type PersonCache = LruCache<[u8; 32], (Arc<Person>, Timestamp)>;

/// Recognises callers by their tokens.
#[derive(Debug, Clone)]
pub struct Oidc(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    issuers: Vec<Issuer>,
    clock: Clock,
    known: Mutex<PersonCache>,
}

impl Oidc {
    /// Asks nobody yet.
    pub fn new(options: &OidcOptions, clock: Clock) -> Self {
        let limits =
            OutsideLimits { connect: options.timeout, total: options.timeout, bytes: 1 << 20, redirects: 2 };
        let outside = Outside::new(options.issuers.iter().map(String::as_str), limits);
        let issuers =
            options.issuers.iter().map(|url| Issuer::new(url, options, outside.clone(), clock.clone()));
        let known = Mutex::new(LruCache::new(MOST_REMEMBERED));
        Self(Arc::new(Inner { issuers: issuers.collect(), clock, known }))
    }

    /// Asks every issuer where its keys are, as before the first token; what is wrong with those that do not say so.
    pub async fn look(&self) -> Vec<(&str, Result<(), Trouble>)> {
        let mut looked = Vec::new();
        for issuer in &self.0.issuers {
            looked.push((issuer.url.as_str(), issuer.config().await.map(|_| ())));
        }
        looked
    }

    /// Whose token a request has.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Arc<Person>, Unauthenticated> {
        self.person(bearer(headers)?).await
    }

    /// Whose token it is.
    pub async fn person(&self, token: &str) -> Result<Arc<Person>, Unauthenticated> {
        if token.len() > MOST_TOKEN_BYTES {
            return Err(Unauthenticated::Undetermined);
        }
        let digest = digest(token);
        let now = self.0.clock.now();
        let known =
            self.known().get(&digest).filter(|(_, until)| now < *until).map(|(person, _)| person.clone());
        if let Some(person) = known {
            return Ok(person);
        }
        let person = Arc::new(self.recognise(token, now).await?);
        let longest = now.plus_seconds(REMEMBERED);
        let until = person.expires.map_or(longest, |expires| expires.min(longest));
        self.known().put(digest, (person.clone(), until));
        Ok(person)
    }

    /// A trusted issuer.
    fn issuer(&self, named: &str) -> Option<&Issuer> {
        self.0.issuers.iter().find(|issuer| same(&issuer.url, named))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, PersonCache> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn recognise(&self, token: &str, now: Timestamp) -> Result<Person, Unauthenticated> {
        if let Some(jwt) = jwt::Unverified::read(token) {
            let named = jwt.issuer()?;
            let issuer = self.issuer(named).ok_or_else(|| Unauthenticated::Untrusted(named.to_owned()))?;
            return issuer.person_of_jwt(token, &jwt, now).await;
        }
        for issuer in self.0.issuers.iter().filter(|issuer| !JWT_ONLY.contains(&issuer.url.as_str())) {
            if let Some(person) = issuer.person_of_opaque(token, now).await {
                return Ok(person);
            }
        }
        Err(Unauthenticated::Undetermined)
    }
}

/// Whether two texts name one issuer: a slash at the end makes no other one.
fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// The token of a request: `Bearer`, one blank, the token.
fn bearer(headers: &HeaderMap) -> Result<&str, Unauthenticated> {
    let value = headers.get(header::AUTHORIZATION).ok_or(Unauthenticated::NoHeader)?;
    let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    token.filter(|token| !token.is_empty() && !token.contains(' ')).ok_or(Unauthenticated::NoBearer)
}

/// What stands for a token in memory.
fn digest(token: &str) -> [u8; 32] {
    blake3::hash(token.as_bytes()).into()
}
