//! Who is calling, and what they are here (contract benchmarks §4.2, §4.3).

use std::sync::Arc;

use access::oidc::Person;
use http::{HeaderMap, header};
use serde_json::Map;

use crate::{
    api::{App, Callers, Level, refusal::Refusal},
    store::users::{self, User},
};

/// Who is calling.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose token it is.
    pub person: Arc<Person>,
    /// Their registration, when there is one.
    pub user: Option<User>,
    /// Whether they are an administrator here.
    pub is_admin: bool,
}

impl Caller {
    /// `SUB@ISS`, as refusals name callers.
    fn name(&self) -> String {
        self.person.id()
    }

    /// Their registration. Operations that ask for one are not reached without.
    pub fn registered(&self) -> Result<User, Refusal> {
        let forbidden = || Refusal::Forbidden { who: self.name(), wanted: "is_registered" };
        self.user.clone().ok_or_else(forbidden)
    }

    /// Whether this caller sent it.
    pub fn is(&self, iss: &str, sub: &str) -> bool {
        self.person.iss == iss && self.person.sub == sub
    }
}

/// The caller of a request, who is what the operation asks for. Who is `known` already, by a session of the pages, needs
/// no token.
pub async fn admit(
    app: &App,
    headers: &HeaderMap,
    known: Option<Arc<Person>>,
    level: Level,
) -> Result<Option<Caller>, Refusal> {
    if level == Level::Public {
        return Ok(None);
    }
    let caller = recognise(app, headers, known).await?;
    let wanted = match level {
        Level::Admin if !caller.is_admin => "is_admin",
        Level::User | Level::Owner if caller.user.is_none() => "is_registered",
        _ => return Ok(Some(caller)),
    };
    Err(Refusal::Forbidden { who: caller.name(), wanted })
}

async fn recognise(app: &App, headers: &HeaderMap, known: Option<Arc<Person>>) -> Result<Caller, Refusal> {
    let person = match &app.callers {
        Callers::Tokens(_) if let Some(known) = known => known,
        Callers::Local(_) if !headers.contains_key(header::AUTHORIZATION) => return local(app).await,
        Callers::Tokens(oidc) | Callers::Local(oidc) => oidc.caller(headers).await?,
    };
    let user = users::get(&app.db, &person.iss, &person.sub).await?;
    let is_admin = user.is_some() && person.has_any(&app.admins);
    Ok(Caller { person, user, is_admin })
}

/// The local administrator, who is registered when needed.
async fn local(app: &App) -> Result<Caller, Refusal> {
    let person = Person {
        iss: "local".to_owned(),
        sub: "local".to_owned(),
        email: Some("local@localhost".to_owned()),
        email_verified: Some(true),
        entitlements: Vec::new(),
        expires: None,
        claims: Map::new(),
    };
    let mut user = users::get(&app.db, &person.iss, &person.sub).await?;
    if user.is_none() {
        let new = User {
            iss: person.iss.clone(),
            sub: person.sub.clone(),
            email: person.email.clone().unwrap_or_default(),
            registered: app.clock.now(),
        };
        let mut tx = app.db.begin().await?;
        users::add(&mut tx, &new).await?;
        tx.commit().await?;
        user = Some(new);
    }
    Ok(Caller { person: Arc::new(person), user, is_admin: true })
}
