//! People who log in at a real OpenID provider.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{collections::BTreeMap, time::Duration};

use access::oidc::{Attempt, Client, LoginFailed, Oidc, OidcOptions, Trouble};
use ground::Clock;
use testkit::OpenIdProvider;

const ORIGIN: &str = "http://127.0.0.1:1";
const BACK: &str = "http://127.0.0.1:1/oidc-redirect";

struct World {
    provider: OpenIdProvider,
    options: OidcOptions,
    oidc: Oidc,
    clock: Clock,
}

impl World {
    fn new(change: impl FnOnce(&mut OidcOptions)) -> Self {
        let provider = OpenIdProvider::start();
        provider.returns_to(ORIGIN);
        let client = Client { id: "plumbline".to_owned(), secret: "secret & more".to_owned() };
        let mut options = OidcOptions {
            issuers: vec!["http://127.0.0.1:9".to_owned(), provider.issuer()],
            audiences: Vec::new(),
            clients: vec![(provider.issuer(), client)],
            roles_claim: "eduperson_entitlement".to_owned(),
            scopes: ["openid", "email", "profile", "eduperson_entitlement"].map(str::to_owned).to_vec(),
            timeout: Duration::from_secs(2),
        };
        change(&mut options);
        let clock = Clock::manual(Clock::system().now());
        let oidc = Oidc::new(&options, clock.clone());
        Self { provider, options, oidc, clock }
    }

    async fn begin(&self) -> (Attempt, String) {
        self.oidc.begin(&self.provider.issuer(), BACK).await.unwrap()
    }

    /// Begins, signs in, and gives what the browser comes back with.
    async fn signed_in(&self, sub: &str) -> (Attempt, BTreeMap<String, String>) {
        let (attempt, place) = self.begin().await;
        (attempt, said(&self.provider.sign_in(&place, sub)))
    }
}

/// The parameters of the address that a browser comes back to.
fn said(place: &str) -> BTreeMap<String, String> {
    let query = place.strip_prefix(BACK).unwrap().trim_start_matches('?');
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[tokio::test]
async fn somebody_logs_in_once_with_one_code() {
    let world = World::new(|_| ());
    let (attempt, said) = world.signed_in("red").await;
    assert_eq!(said["state"], attempt.state);
    let named = said.get("iss").map(String::as_str);
    let logged_in = world.oidc.finish(&attempt, BACK, &said["code"], named).await.unwrap();
    let person = logged_in.person;
    assert_eq!((person.sub.as_str(), person.iss), ("red", world.provider.issuer()));
    assert_eq!(person.email.as_deref(), Some("red@example.org"));
    assert_eq!(
        (person.entitlements.as_slice(), person.claims["org"].as_str()),
        (["admins".to_owned()].as_slice(), Some("red"))
    );
    let again = world.oidc.finish(&attempt, BACK, &said["code"], named).await;
    assert_eq!(again.unwrap_err(), LoginFailed::CodeRefused("invalid_grant".to_owned()));
    let end = world
        .oidc
        .end(&world.provider.issuer(), Some(&logged_in.id_token), "http://127.0.0.1:1/login")
        .await
        .unwrap();
    assert!(
        end.starts_with(&format!("{}/session/end?client_id=plumbline&", world.provider.issuer())),
        "{end}"
    );
}

#[tokio::test]
async fn roles_may_stand_in_the_access_token_alone() {
    let world = World::new(|_| ());
    world.provider.gives_tokens_for("urn:full");
    let (attempt, said) = world.signed_in("keeper").await;
    let named = said.get("iss").map(String::as_str);
    let person = world.oidc.finish(&attempt, BACK, &said["code"], named).await.unwrap().person;
    assert_eq!((person.sub.as_str(), person.entitlements), ("keeper", vec!["admins".to_owned()]));
    // Of a token for others, which says nothing of them, nobody gets any.
    world.provider.gives_tokens_for("urn:other");
    let (attempt, said) = world.signed_in("keeper").await;
    let person = world.oidc.finish(&attempt, BACK, &said["code"], named).await.unwrap().person;
    assert!(person.entitlements.is_empty(), "{person:?}");
}

#[tokio::test]
async fn what_belongs_to_two_log_ins_is_not_mixed() {
    let world = World::new(|_| ());
    let (one, of_one) = world.signed_in("red").await;
    let (other, of_other) = world.signed_in("blue").await;
    let finish = async |attempt: &Attempt, said: &BTreeMap<String, String>| {
        world.oidc.finish(attempt, BACK, &said["code"], said.get("iss").map(String::as_str)).await
    };
    // The code of one log-in with the verifier of the other one: the provider does not take it.
    assert!(matches!(finish(&one, &of_other).await, Err(LoginFailed::CodeRefused(_))));
    // The right verifier, and the nonce of the other one.
    let (third, of_third) = world.signed_in("red").await;
    let mixed = Attempt { nonce: other.nonce, ..third };
    assert!(matches!(finish(&mixed, &of_third).await, Err(LoginFailed::Unbelievable(_))));
    assert_eq!(finish(&one, &of_one).await.unwrap().person.sub, "red");
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_not_believed() {
    let world = World::new(|_| ());
    let (attempt, said) = world.signed_in("red").await;
    for named in [Some("https://evil.example"), None] {
        let failed = world.oidc.finish(&attempt, BACK, &said["code"], named).await.unwrap_err();
        assert!(matches!(failed, LoginFailed::Unbelievable(_)), "{failed}");
    }
}

#[tokio::test]
async fn nobody_logs_in_where_this_program_is_no_client() {
    let world = World::new(|options| options.clients.clear());
    assert_eq!(world.oidc.login_issuers().count(), 0);
    for issuer in [world.provider.issuer(), "https://evil.example".to_owned()] {
        let failed = world.oidc.begin(&issuer, BACK).await.unwrap_err();
        assert_eq!(failed, LoginFailed::NoClient(issuer));
    }
}

#[tokio::test]
async fn trouble_of_the_provider_is_told_apart() {
    let world = World::new(|_| ());
    for (mode, trouble) in [("slow", Trouble::Slow), ("down", Trouble::Down), ("html", Trouble::NotOpenId)] {
        let (attempt, said) = world.signed_in("red").await;
        world.provider.answer(mode);
        let failed = LoginFailed::Trouble { issuer: world.provider.issuer(), trouble };
        let named = said.get("iss").map(String::as_str);
        assert_eq!(world.oidc.finish(&attempt, BACK, &said["code"], named).await.unwrap_err(), failed);
        let (anew, issuer) = (Oidc::new(&world.options, world.clock.clone()), world.provider.issuer());
        assert_eq!(anew.begin(&issuer, BACK).await.unwrap_err(), failed);
        world.provider.answer("ok");
        world.clock.set(world.clock.now().plus_seconds(5));
        assert!(anew.begin(&issuer, BACK).await.is_ok());
    }
}
