//! Every operation of a document, asked by those who may not.
//!
//! A service gives one [`Case`] an operation, and a function that makes a new world with one thing of the organisation
//! `ours` in it, under the [`Access`] that the matrix wants to try:
//!
//! ```ignore
//! const CASES: &[Case] = &[
//!     Case::new("GET /notes", Stranger::Nothing),
//!     Case::new("POST /notes", Stranger::OwnOnly).body(r#"{"text": "x"}"#),
//!     Case::new("GET /notes/{id}", Stranger::Told(404)),
//! ];
//!
//! #[tokio::test]
//! async fn every_operation_is_guarded() {
//!     Matrix::new(CASES).check(&openapi(), world).await;
//! }
//! ```

use std::collections::BTreeSet;

use access::Access;
use serde_json::Value;
use testkit::{TestDatabase, callers::user};
use utoipa::openapi::OpenApi;

use crate::{Answer, Client, document, permissions::Rights};

/// A request to one operation, and what those are told who may not.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    operation: &'static str,
    query: &'static str,
    body: &'static str,
    stranger: Stranger,
    free: bool,
    writes: bool,
    stream: bool,
    token: Option<&'static str>,
}

/// What a caller of another organisation is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// This status.
    Told(u16),
    /// Success, without anything of ours.
    Nothing,
    /// Success: they made something of their own.
    OwnOnly,
}

impl Case {
    /// A request to this operation, named as the document names it. Names in braces are filled in by the world.
    pub const fn new(operation: &'static str, stranger: Stranger) -> Self {
        let writes = !starts_with(operation, "GET ");
        Self { operation, query: "", body: "", stranger, free: false, writes, stream: false, token: None }
    }

    /// With this query, as `?a=b`.
    #[must_use]
    pub const fn query(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }

    /// With this JSON body.
    #[must_use]
    pub const fn body(mut self, body: &'static str) -> Self {
        self.body = body;
        self
    }

    /// Whoever is known may: no permission is asked for.
    #[must_use]
    pub const fn free(mut self) -> Self {
        self.free = true;
        self
    }

    /// It asks for a bearer token in place of an identity: the one that the world names so. Somebody of another organisation has the
    /// one of the name with `their_` before it; so have other names that begin like that.
    #[must_use]
    pub const fn token(mut self, name: &'static str) -> Self {
        (self.token, self.free) = (Some(name), true);
        self
    }

    /// Its answer has no end: the first part is taken for the whole.
    #[must_use]
    pub const fn stream(mut self) -> Self {
        self.stream = true;
        self
    }

    /// Whether it changes something.
    pub const fn writes(&self) -> bool {
        self.writes
    }

    /// It changes nothing although it is no GET.
    #[must_use]
    pub const fn reads(mut self) -> Self {
        self.writes = false;
        self
    }
}

const fn starts_with(text: &str, start: &str) -> bool {
    let (text, start) = (text.as_bytes(), start.as_bytes());
    let mut at = 0;
    while at < start.len() {
        if at >= text.len() || text[at] != start[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A new world.
#[derive(Debug)]
pub struct World {
    /// Asks its API.
    pub client: Client,
    /// What names in braces stand for: `("id", …)`.
    pub names: Vec<(&'static str, String)>,
    /// Texts that only `ours` may see; the ids in `names` are among them without being listed.
    pub secrets: Vec<String>,
    /// A read that shows whether anything of ours has changed, as `GET /notes`.
    pub watched: &'static str,
    /// Lives as long as the world.
    pub database: TestDatabase,
}

/// How callers say who they are, as the client's identity header has it.
#[derive(Debug, Clone)]
pub struct Callers {
    /// Somebody of the organisation `ours`.
    pub ours: String,
    /// Somebody who has nothing to do with it.
    pub theirs: String,
    /// What cannot be read.
    pub garbled: String,
}

impl Callers {
    /// People behind a gateway.
    pub fn people() -> Self {
        Self { ours: user("ours"), theirs: user("theirs"), garbled: "nonsense".to_owned() }
    }
}

/// The cases of a service, and how it refuses.
#[derive(Debug, Clone, Copy)]
pub struct Matrix {
    cases: &'static [Case],
    unknown: u16,
    garbled: u16,
    missing: u16,
    unreachable: u16,
    read_only: bool,
    callers: fn() -> Callers,
}

impl Matrix {
    /// Of a service that answers 401 without identity and to a bad one, 403 without permission, 503 while permissions
    /// cannot be asked for.
    pub const fn new(cases: &'static [Case]) -> Self {
        Self {
            cases,
            unknown: 401,
            garbled: 401,
            missing: 403,
            unreachable: 503,
            read_only: true,
            callers: Callers::people,
        }
    }

    /// Of a service that answers so to no identity and to one that cannot be read.
    #[must_use]
    pub const fn unknown(mut self, without: u16, garbled: u16) -> Self {
        (self.unknown, self.garbled) = (without, garbled);
        self
    }

    /// Of a service that answers so without permission, and while permissions cannot be asked for.
    #[must_use]
    pub const fn denied(mut self, missing: u16, unreachable: u16) -> Self {
        (self.missing, self.unreachable) = (missing, unreachable);
        self
    }

    /// Of a service whose writes cannot be switched off.
    #[must_use]
    pub const fn always_writable(mut self) -> Self {
        self.read_only = false;
        self
    }

    /// Of a service whose callers say in another way who they are.
    #[must_use]
    pub const fn callers(mut self, callers: fn() -> Callers) -> Self {
        self.callers = callers;
        self
    }

    /// Asks for every operation of the document: without identity, with a bad one, from another organisation, without
    /// permission, while permissions cannot be asked for, while writing is switched off, and once as it is meant.
    pub async fn check(&self, document: &OpenApi, world: impl AsyncFn(Access) -> World) {
        self.check_rights(document, async |rights: Rights| world(rights.access().await).await).await;
    }

    /// The same for a service that does not ask crate `access` what a caller may do.
    pub async fn check_rights(&self, document: &OpenApi, world: impl AsyncFn(Rights) -> World) {
        self.has_every_operation(document);
        let Callers { ours, theirs, garbled } = (self.callers)();
        for case in self.cases {
            let there = world(Rights::Everything).await;
            case.expect(&case.ask(&there, None).await, self.unknown, "without identity");
            case.expect(&case.ask(&there, Some(&garbled)).await, self.garbled, "with a bad identity");
            let before = self.watched(&there).await;
            case.check_stranger(&there, &case.ask(&there, Some(&theirs)).await);
            let after = self.watched(&there).await;
            assert_eq!(after, before, "{case:?} from another organisation changed something");
            let answer = case.ask(&there, Some(&ours)).await;
            assert!(answer.is_good(), "{case:?} as it is meant: {answer:?}");
        }
        if self.cases.iter().any(|case| !case.free) {
            self.without_permission(&world).await;
        }
        if self.read_only {
            self.without_writes(&world).await;
        }
    }

    fn has_every_operation(&self, document: &OpenApi) {
        let listed: BTreeSet<String> = self.cases.iter().map(|case| case.operation.to_owned()).collect();
        assert_eq!(listed.len(), self.cases.len(), "an operation is listed twice");
        assert_eq!(
            document::operations(document),
            listed,
            "every operation of the document has a case, and no other"
        );
    }

    async fn without_permission(&self, world: &impl AsyncFn(Rights) -> World) {
        let ours = (self.callers)().ours;
        let denying = world(Rights::Nothing).await;
        let unreachable = world(Rights::Unreachable).await;
        for case in self.cases.iter().filter(|case| !case.free) {
            let answer = case.ask(&denying, Some(&ours)).await;
            case.expect(&answer, self.missing, "without permission");
            case.shows_no_secret(&denying, &answer);
            let answer = case.ask(&unreachable, Some(&ours)).await;
            case.expect(&answer, self.unreachable, "while RBAC is down");
        }
    }

    async fn watched(&self, world: &World) -> Value {
        let answer = world.client.ask(Some(&(self.callers)().ours), world.watched, "").await;
        assert!(answer.is_good(), "{}: {answer:?}", world.watched);
        answer.json()
    }

    async fn without_writes(&self, world: &impl AsyncFn(Rights) -> World) {
        let ours = (self.callers)().ours;
        for case in self.cases.iter().filter(|case| case.writes) {
            let there = world(Rights::ReadOnly).await;
            let answer = case.ask(&there, Some(&ours)).await;
            case.expect(&answer, 503, "while writing is switched off");
        }
    }
}

impl Case {
    /// Whether callers say who they are by an identity, and not by a token.
    pub const fn asks_for_an_identity(&self) -> bool {
        self.token.is_none()
    }

    /// Asks for it as this caller.
    pub async fn ask(&self, world: &World, identity: Option<&str>) -> Answer {
        let fill = |text: &str| {
            world
                .names
                .iter()
                .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        let operation = fill(&format!("{}{}", self.operation, self.query));
        let request = match self.token {
            None => world.client.request(identity, &operation, &fill(self.body)),
            Some(token) => {
                let Callers { ours, theirs, .. } = Callers::people();
                let named =
                    |name: &str| world.names.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
                let fits = |name: &str| match identity {
                    Some(who) if who == theirs => named(&format!("their_{name}")).or_else(|| named(name)),
                    _ => named(name),
                };
                let body = world.names.iter().fold(self.body.to_owned(), |text, (name, _)| {
                    text.replace(&format!("{{{name}}}"), fits(name).map_or("", String::as_str))
                });
                let mut request = world.client.request(None, &operation, &body);
                let shown = identity
                    .map(|who| if who == ours || who == theirs { fits(token).cloned() } else { None });
                if let Some(shown) = shown {
                    let bearer = format!("Bearer {}", shown.as_deref().unwrap_or("nonsense"));
                    let value = bearer.parse().expect("a token is good in a header");
                    request.headers_mut().insert("authorization", value);
                }
                request
            }
        };
        if self.stream { world.client.first(request).await } else { world.client.send(request).await }
    }

    fn expect(&self, answer: &Answer, status: u16, who: &str) {
        assert_eq!(answer.status, status, "{self:?} {who}: {answer:?}");
    }

    /// Fails unless the answer is the one for somebody who reaches nothing of ours.
    pub fn check_stranger(&self, world: &World, answer: &Answer) {
        match self.stranger {
            Stranger::Told(status) => self.expect(answer, status, "from another organisation"),
            Stranger::Nothing => {
                assert!(answer.is_good(), "{self:?} from another organisation: {answer:?}");
                self.shows_no_secret(world, answer);
            }
            Stranger::OwnOnly => assert!(answer.is_good(), "{self:?} from another organisation: {answer:?}"),
        }
    }

    /// Ids that the caller itself named may be repeated, in a list of what is not found.
    fn shows_no_secret(&self, world: &World, answer: &Answer) {
        let named = format!("{}{}{}", self.operation, self.query, self.body);
        let ids =
            world.names.iter().filter(|(name, _)| !named.contains(&format!("{{{name}}}"))).map(|(_, id)| id);
        for secret in world.secrets.iter().chain(ids) {
            assert!(!answer.text.contains(secret.as_str()), "{self:?} shows `{secret}`: {answer:?}");
        }
    }
}
