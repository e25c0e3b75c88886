//! Callers by tokens of a real OpenID provider.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{sync::Arc, time::Duration};

use access::oidc::{Client, Oidc, OidcOptions, Person, Unauthenticated};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ground::{Clock, Timestamp};
use serde_json::{Value, json};
use testkit::OpenIdProvider;

/// A provider, and what trusts it.
struct World {
    provider: OpenIdProvider,
    options: OidcOptions,
    clock: Clock,
    oidc: Oidc,
}

impl World {
    fn new(change: impl FnOnce(&mut OidcOptions)) -> Self {
        let provider = OpenIdProvider::start();
        let mut options = OidcOptions {
            issuers: vec!["http://127.0.0.1:9".to_owned(), provider.issuer()],
            audiences: Vec::new(),
            clients: Vec::new(),
            roles_claim: "eduperson_entitlement".to_owned(),
            scopes: vec!["openid".to_owned(), "email".to_owned(), "eduperson_entitlement".to_owned()],
            timeout: Duration::from_secs(2),
        };
        change(&mut options);
        let clock = Clock::manual(Clock::system().now());
        let oidc = Oidc::new(&options, clock.clone());
        Self { provider, options, clock, oidc }
    }

    /// Somebody who has not asked anything yet.
    fn anew(&self) -> Oidc {
        Oidc::new(&self.options, self.clock.clone())
    }

    fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    async fn person(&self, sub: &str, parameters: &str) -> Result<Arc<Person>, Unauthenticated> {
        self.oidc.person(&self.provider.token(sub, parameters)).await
    }
}

fn is_admin(person: &Person) -> bool {
    person.has_any(&["admins".to_owned()])
}

/// A token with another header or other claims, and the signature of the old ones.
fn forged(token: &str, part: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut value: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(&parts[part]).unwrap()).unwrap();
    change(&mut value);
    parts[part] = BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    parts.join(".")
}

#[tokio::test]
async fn people_are_known_by_opaque_tokens_and_by_jwts() {
    let world = World::new(|_| ());
    let opaque = world.person("list", "").await.unwrap();
    assert_eq!((opaque.sub.as_str(), opaque.iss.as_str()), ("list", world.provider.issuer().as_str()));
    assert_eq!((opaque.email.as_deref(), opaque.email_verified), (Some("list@example.org"), Some(true)));
    assert!(is_admin(&opaque));

    let full = world.person("text", "&resource=urn:full").await.unwrap();
    assert!(is_admin(&full) && full.email_verified == Some(false));
    // Userinfo refuses a token for somebody else, and the token says nothing of entitlements.
    let bare = world.person("list", "&resource=urn:plumbline").await.unwrap();
    assert_eq!((bare.sub.as_str(), bare.email.as_deref(), is_admin(&bare)), ("list", None, false));
}

#[tokio::test]
async fn entitlements_may_be_a_text_or_absent() {
    let world = World::new(|_| ());
    assert!(is_admin(&world.person("text", "").await.unwrap()));
    assert!(!is_admin(&world.person("none", "").await.unwrap()));
    let silent = world.person("silent", "").await.unwrap();
    assert_eq!((silent.email.as_deref(), is_admin(&silent)), (None, false));
}

#[tokio::test]
async fn a_client_of_the_issuer_asks_it_who_a_token_is_for() {
    let world = World::new(|options| {
        let issuer = options.issuers[1].clone();
        let client = Client { id: "plumbline".to_owned(), secret: "secret & more".to_owned() };
        options.clients = vec![(issuer.clone(), client)];
        options.audiences = vec![(issuer, "plumbline".to_owned())];
    });
    assert!(is_admin(&world.person("list", "").await.unwrap()));
    assert_eq!(world.person("list", "&client=other").await, Err(Unauthenticated::Undetermined));
    assert_eq!(world.oidc.person("garbage").await, Err(Unauthenticated::Undetermined));
}

#[tokio::test]
async fn a_token_for_others_is_refused_where_an_audience_is_wanted() {
    let world = World::new(|options| {
        options.audiences = vec![(options.issuers[1].clone(), "urn:plumbline".to_owned())];
    });
    assert!(world.person("list", "&resource=urn:plumbline").await.is_ok());
    let refused = world.person("list", "&resource=urn:other").await.unwrap_err();
    assert_eq!(refused.to_string(), "Could not verify JWT: Audience doesn't match");
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let world = World::new(|_| ());
    let token = world.provider.token("none", "&resource=urn:full");
    let refused = async |token: String| world.oidc.person(&token).await.unwrap_err().to_string();
    assert_eq!(
        refused(forged(&token, 1, |claims| claims["sub"] = json!("list"))).await,
        "Could not verify JWT: Signature verification failed"
    );
    let untrusted = refused(forged(&token, 1, |claims| claims["iss"] = json!("https://evil.example"))).await;
    assert_eq!(untrusted, "Issuer is not trusted: https://evil.example");
    for algorithm in ["none", "HS256"] {
        let refused = refused(forged(&token, 0, |header| header["alg"] = json!(algorithm))).await;
        assert_eq!(refused, "Could not verify JWT: The specified alg value is not allowed");
    }
    assert!(refused(forged(&token, 0, |header| header["crit"] = json!(["x"]))).await.contains("critical"));
    assert!(world.oidc.person(&token).await.is_ok());
}

#[tokio::test]
async fn a_token_ends_when_it_says() {
    let world = World::new(|_| ());
    let token = world.provider.token("none", "&resource=urn:full");
    assert!(world.oidc.person(&token).await.is_ok());
    world.wait(600 + 61);
    let refused = world.oidc.person(&token).await.unwrap_err();
    assert_eq!(refused.to_string(), "Could not verify JWT: Signature has expired");
}

#[tokio::test]
async fn new_keys_are_fetched_and_forged_names_of_keys_are_no_flood() {
    let world = World::new(|_| ());
    assert!(world.person("none", "&resource=urn:full").await.is_ok());
    world.provider.rotate(false);
    world.wait(60);
    let token = world.provider.token("none", "&resource=urn:full");
    assert!(world.oidc.person(&token).await.is_ok());
    assert_eq!(world.provider.keys_asked(), 2);
    for n in 0..20 {
        let forged = forged(&token, 0, |header| header["kid"] = json!(format!("forged-{n}")));
        let refused = world.oidc.person(&forged).await.unwrap_err();
        assert!(refused.to_string().contains(&format!("matches: 'forged-{n}'")), "{refused}");
    }
    assert_eq!(world.provider.keys_asked(), 2);
}

#[tokio::test]
async fn a_dropped_key_is_forgotten_within_an_hour() {
    let world = World::new(|_| ());
    let token = world.provider.token("none", "&resource=urn:full&ttl=99999");
    assert!(world.oidc.person(&token).await.is_ok());
    world.provider.rotate(true);
    world.wait(3_600);
    assert!(world.oidc.person(&token).await.unwrap_err().to_string().contains("signing key"));
}

#[tokio::test]
async fn while_the_provider_has_trouble_nobody_is_let_in_and_nobody_waits_long() {
    let world = World::new(|_| ());
    let (opaque, jwt) =
        (world.provider.token("list", ""), world.provider.token("list", "&resource=urn:full"));
    for mode in ["slow", "down", "html"] {
        world.provider.answer(mode);
        let begun = Timestamp::micros(Clock::system().now());
        let anew = world.anew();
        assert!(matches!(anew.person(&jwt).await, Err(Unauthenticated::NoConfig(_))), "{mode}");
        assert_eq!(anew.person(&opaque).await, Err(Unauthenticated::Undetermined), "{mode}");
        assert!(Timestamp::micros(Clock::system().now()) - begun < 30_000_000, "{mode}");
        // What failed once is tried again.
        world.provider.answer("ok");
        world.wait(5);
        assert!(anew.person(&jwt).await.is_ok() && anew.person(&opaque).await.is_ok(), "{mode}");
    }
}
