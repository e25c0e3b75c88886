//! Logging in, as a browser does it, at a real OpenID provider and over both engines.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use access::oidc::{Client, Identities, Oidc, OidcOptions};
use axum::{Router, body::Body, http::Request};
use ground::Clock;
use http_body_util::BodyExt;
use login::{App, PublicUrl, SERVICE, SESSIONS_OF_ONE, Sessions};
use serde_json::Value;
use store::{Db, Options, Sql};
use testkit::{OpenIdProvider, TestDatabase};
use tower::ServiceExt;

const ORIGIN: &str = "https://plumbline.example";

/// The service over an empty database.
struct World {
    router: Router,
    sessions: Sessions,
    db: Db,
    clock: Clock,
    _database: TestDatabase,
}

/// An answer.
struct Answer {
    status: u16,
    location: String,
    text: String,
    cookies: Vec<String>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

/// Keeps cookies.
#[derive(Default)]
struct Browser(RefCell<BTreeMap<String, String>>);

impl World {
    async fn new(database: TestDatabase, provider: &OpenIdProvider) -> Self {
        provider.returns_to(ORIGIN);
        let clock = Clock::manual(Clock::system().now());
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[login::MIGRATIONS], clock.now()).await.unwrap();
        let client = Client { id: "plumbline".to_owned(), secret: "secret & more".to_owned() };
        let options = OidcOptions {
            issuers: vec![provider.issuer(), "https://other.example/realm".to_owned()],
            audiences: Vec::new(),
            clients: vec![
                (provider.issuer(), client.clone()),
                ("https://other.example/realm".to_owned(), client),
            ],
            roles_claim: "eduperson_entitlement".to_owned(),
            scopes: ["openid", "email", "profile", "eduperson_entitlement"].map(str::to_owned).to_vec(),
            timeout: Duration::from_secs(2),
        };
        let sessions = Sessions {
            db: db.clone(),
            clock: clock.clone(),
            oidc: Oidc::new(&options, clock.clone()),
            public: PublicUrl::parse(ORIGIN, false).unwrap(),
            age: Duration::from_hours(10),
            claims: vec!["eduperson_entitlement".to_owned(), "org".to_owned()],
        };
        let app = App {
            mode: "oidc",
            sessions: Some(sessions.clone()),
            identities: Identities {
                organisation: "ours".to_owned(),
                org_claim: "org".to_owned(),
                admins: vec!["admins".to_owned()],
                readers: vec!["readers".to_owned()],
                permissions: Vec::new(),
            },
            names: vec![(provider.issuer(), "The lab".to_owned())],
        };
        let router = (SERVICE.router)(&app, &(SERVICE.bases)(&settings::Settings::default()));
        Self { router, sessions, db, clock, _database: database }
    }

    async fn count(&self) -> i64 {
        let row = self.db.read_one(Sql::new("SELECT COUNT(*) FROM login_session")).await.unwrap().unwrap();
        row.get(0).unwrap()
    }

    fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }
}

impl Browser {
    async fn send(&self, world: &World, method: &str, place: &str, origin: &str) -> Answer {
        let path = place.strip_prefix(ORIGIN).unwrap_or(place);
        let cookies: Vec<String> =
            self.0.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header("cookie", cookies.join("; "));
        if !origin.is_empty() {
            request = request.header("origin", origin);
        }
        let response = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        assert_eq!(parts.headers["cache-control"], "no-store", "{path}");
        let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        let set: Vec<String> = parts.headers.get_all("set-cookie").iter().map(text).collect();
        for cookie in &set {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.0.borrow_mut().remove(name);
            } else {
                self.0.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
        Answer {
            status: parts.status.as_u16(),
            location: parts.headers.get("location").map(text).unwrap_or_default(),
            text: String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap(),
            cookies: set,
        }
    }

    async fn get(&self, world: &World, place: &str) -> Answer {
        self.send(world, "GET", place, "").await
    }

    async fn log_in(&self, world: &World, provider: &OpenIdProvider, sub: &str, next: &str) -> Answer {
        let begun = self.get(world, &begin(provider, next)).await;
        self.get(world, &provider.sign_in(&begun.location, sub)).await
    }

    /// The person that the service says is logged in.
    async fn person(&self, world: &World) -> Value {
        self.get(world, "/api/login/v1/session").await.json()["person"].take()
    }
}

fn begin(provider: &OpenIdProvider, next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("issuer", &provider.issuer())
        .append_pair("next", next)
        .finish();
    format!("/api/login/v1/begin?{query}")
}

/// Runs over both engines, with one provider.
async fn over_both(check: impl AsyncFn(&World, &OpenIdProvider)) {
    let provider = OpenIdProvider::start();
    for database in TestDatabase::both().await {
        check(&World::new(database, &provider).await, &provider).await;
    }
}

#[tokio::test]
async fn both_engines_know_every_statement() {
    over_both(async |world, _| {
        assert_eq!(store::prepare_all(&world.db, login::STATEMENTS).await.unwrap(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn somebody_logs_in_comes_back_to_their_page_and_logs_out() {
    over_both(async |world, provider| {
        let browser = Browser::default();
        let session = browser.get(world, "/api/login/v1/session").await.json();
        assert_eq!((&session["mode"], &session["person"]), (&"oidc".into(), &Value::Null));
        let names: Vec<&Value> =
            session["providers"].as_array().unwrap().iter().map(|provider| &provider["name"]).collect();
        assert_eq!(names, ["The lab", "other.example"]);

        let page = "/hosts?q=os%3Drhel&page=2";
        let back = browser.log_in(world, provider, "red", page).await;
        assert_eq!((back.status, back.location.as_str()), (303, page));
        let set = back.cookies.iter().find(|cookie| cookie.starts_with("__Host-plumbline-session=")).unwrap();
        for part in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Strict", "; Max-Age=36000"] {
            assert!(set.contains(part), "{set}");
        }
        assert_eq!(browser.0.borrow().len(), 1, "what the log-in needed is forgotten");
        let person = browser.person(world).await;
        assert_eq!(person["name"], "Rosa Red");
        assert_eq!((&person["organisation"], &person["is_admin"]), (&"red".into(), &true.into()));
        assert_eq!(person["provider"]["name"], "The lab");

        let stolen = Browser::default();
        stolen.0.replace(browser.0.borrow().clone());
        let out = browser.send(world, "DELETE", "/api/login/v1/session", ORIGIN).await;
        let place = out.json()["continue_at"].as_str().unwrap().to_owned();
        assert!(place.starts_with(&format!("{}/session/end?", provider.issuer())), "{place}");
        assert!(place.contains("id_token_hint=") && place.contains("%2Flogin%3Fproblem%3Dout"), "{place}");
        assert!(browser.0.borrow().is_empty());
        assert_eq!((stolen.person(world).await, world.count().await), (Value::Null, 0));
        let again = browser.send(world, "DELETE", "/api/login/v1/session", ORIGIN).await;
        assert_eq!((again.status, &again.json()["continue_at"]), (200, &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn two_tabs_log_in_at_once() {
    over_both(async |world, provider| {
        let browser = Browser::default();
        let one = browser.get(world, &begin(provider, "/one")).await;
        let other = browser.get(world, &begin(provider, "/other")).await;
        let one = provider.sign_in(&one.location, "red");
        let other = provider.sign_in(&other.location, "blue");
        assert_eq!(browser.get(world, &other).await.location, "/other");
        assert_eq!(browser.person(world).await["organisation"], "blue");
        assert_eq!(browser.get(world, &one).await.location, "/one");
        assert_eq!(browser.person(world).await["organisation"], "red");
        assert_eq!(world.count().await, 1, "the session before has ended");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_logged_in_by_a_state_that_is_not_their_browsers() {
    over_both(async |world, provider| {
        let (attacker, victim) = (Browser::default(), Browser::default());
        let begun = attacker.get(world, &begin(provider, "/")).await;
        let back = provider.sign_in(&begun.location, "red");
        // A link to the end of somebody else's log-in.
        let answer = victim.get(world, &back).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/login?problem=expired"));
        // A log-in of the victim's own is under way, and the code is of another one.
        let own = victim.get(world, &begin(provider, "/")).await;
        let state = |place: &str, name: &str| {
            let query = place.split_once('?').unwrap().1.to_owned();
            form_urlencoded::parse(query.as_bytes()).find(|(own, _)| own == name).unwrap().1.into_owned()
        };
        let mixed = back.replace(&state(&back, "state"), &state(&own.location, "state"));
        let answer = victim.get(world, &mixed).await;
        assert!(answer.location.starts_with("/login?problem=expired&issuer="), "{}", answer.location);
        assert_eq!(victim.person(world).await, Value::Null);
        // In the browser that began it, it ends once.
        assert_eq!(attacker.get(world, &back).await.location, "/");
        assert_eq!(attacker.get(world, &back).await.location, "/login?problem=expired");
        assert_eq!(world.count().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_log_in_and_a_session_end_with_time() {
    over_both(async |world, provider| {
        let browser = Browser::default();
        let begun = browser.get(world, &begin(provider, "/")).await;
        let back = provider.sign_in(&begun.location, "red");
        world.wait(600);
        assert_eq!(browser.get(world, &back).await.location, "/login?problem=expired");
        world.clock.set(Clock::system().now());

        assert_eq!(browser.log_in(world, provider, "red", "/").await.location, "/");
        world.wait(36_000 - 1);
        assert_ne!(browser.person(world).await, Value::Null);
        world.wait(1);
        assert_eq!(browser.person(world).await, Value::Null);
        let app = App { mode: "oidc", sessions: Some(world.sessions.clone()), ..nobody() };
        assert_eq!((app.remove_ended().await.unwrap(), world.count().await), (1, 0));
        world.clock.set(Clock::system().now());
    })
    .await;
}

fn nobody() -> App {
    let identities = Identities {
        organisation: "ours".to_owned(),
        org_claim: String::new(),
        admins: Vec::new(),
        readers: Vec::new(),
        permissions: Vec::new(),
    };
    App { mode: "local", sessions: None, identities, names: Vec::new() }
}

#[tokio::test]
async fn other_sites_neither_log_out_nor_are_gone_to() {
    over_both(async |world, provider| {
        let browser = Browser::default();
        let back = browser.log_in(world, provider, "red", "//evil.example/x").await;
        assert_eq!(back.location, "/");
        for origin in ["https://evil.example", "null", ""] {
            let refused = browser.send(world, "DELETE", "/api/login/v1/session", origin).await;
            assert_eq!(refused.status, 403, "{origin}");
        }
        assert_ne!(browser.person(world).await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn of_one_persons_sessions_the_newest_stay() {
    over_both(async |world, provider| {
        let first = Browser::default();
        first.log_in(world, provider, "red", "/").await;
        let other = Browser::default();
        other.log_in(world, provider, "blue", "/").await;
        for _ in 0..SESSIONS_OF_ONE {
            world.wait(1);
            Browser::default().log_in(world, provider, "red", "/").await;
        }
        assert_eq!((first.person(world).await, world.count().await), (Value::Null, SESSIONS_OF_ONE + 1));
        assert_eq!(other.person(world).await["organisation"], "blue");
        world.clock.set(Clock::system().now());
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_log_in_is_told_why_and_loses_no_address() {
    let provider = OpenIdProvider::start();
    let world = World::new(TestDatabase::embedded(), &provider).await;
    let browser = Browser::default();
    let unknown = browser.get(&world, "/api/login/v1/begin?issuer=https://evil.example&next=/hosts").await;
    assert_eq!(unknown.location, "/login?problem=unknown&issuer=https%3A%2F%2Fevil.example&next=%2Fhosts");
    for (mode, word) in [("slow", "slow"), ("down", "down"), ("html", "nonsense")] {
        provider.answer(mode);
        let fresh = World::new(TestDatabase::embedded(), &provider).await;
        let answer = browser.get(&fresh, &begin(&provider, "/hosts?page=2")).await;
        assert!(
            answer.location.starts_with(&format!("/login?problem={word}&issuer=")),
            "{}",
            answer.location
        );
        assert!(answer.location.ends_with("&next=%2Fhosts%3Fpage%3D2"), "{}", answer.location);
        provider.answer("ok");
    }
    let begun = browser.get(&world, &begin(&provider, "/hosts")).await;
    let state = begun.location.split("&state=").nth(1).unwrap().split('&').next().unwrap();
    let denied = browser.get(&world, &format!("/oidc-redirect?error=access_denied&state={state}")).await;
    assert!(denied.location.starts_with("/login?problem=denied&issuer="), "{}", denied.location);
    assert!(denied.location.ends_with("&next=%2Fhosts"), "{}", denied.location);
}

#[tokio::test]
async fn without_a_log_in_the_service_says_so() {
    let router = (SERVICE.router)(&nobody(), &["/api/login/v1".to_owned()]);
    let ask = async |path: &str| {
        let response = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let location = response.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        (
            response.status().as_u16(),
            location.unwrap_or_default(),
            response.into_body().collect().await.unwrap(),
        )
    };
    let (status, _, body) = ask("/api/login/v1/session").await;
    assert_eq!(
        (status, body.to_bytes().as_ref()),
        (200, br#"{"mode":"local","providers":[],"person":null}"#.as_slice())
    );
    for path in ["/api/login/v1/begin", "/oidc-redirect?state=x&code=y"] {
        let (status, location, _) = ask(path).await;
        assert_eq!((status, location.as_str()), (303, "/login?problem=none"), "{path}");
    }
}
